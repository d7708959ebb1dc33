"""The actions of agents on their own account: password, signed-in browsers, second factor.

For the account's page. Every method takes the token of the browser that asks, and plain values. Whoever sits
at a browser that was left open must still know the password: what would outlast the session asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.acd.journal import JournalKind
from ivr.service import passwords, second_factor
from ivr.service.accounts import (
    BUSY,
    IDLE_S,
    WRONG_CODE,
    AccountProblem,
    AccountService,
    hash_token,
    is_open,
    note,
    too_many,
)
from ivr.service.second_factor import Enrolment
from ivr.service.sign_in_attempts import SignInAttempt
from ivr.store import accounts as store
from ivr.store.accounts import AccountRow, SessionRow
from ivr.store.database import Connection

WRONG_PASSWORD = "This is not your password."  # noqa: S105 words for people
SIGNED_OUT = "You are signed out. Please sign in again."
MUST_HAVE_ONE = "Your role has to use a second factor: set up another one instead."
TOO_SLOW = "This took longer than a quarter of an hour. Please begin again, with a new picture."
SAME_PASSWORD = "This is the password that you have. Take another one."  # noqa: S105 words for people


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser in which an agent is signed in. `id` names it to `end_session`; `is_this` is the one that
    asks. `browser` is its User-Agent header as it came: foreign text."""

    id: str
    began_at: float
    seen_at: float
    ends_at: float
    address: str
    browser: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnAccountView:
    """The account as its page shows it. `must` is what has to be done before anything else: "password",
    "second_factor" or nothing."""

    agent_id: str
    name: str
    role: str
    must: str
    has_second_factor: bool
    second_factor_is_wanted: bool
    recovery_codes_left: int
    sessions: list[OpenSession]


class OwnAccount:
    """Use cases of `/desk/account`. Each raises AccountProblem, whose message is for the agent."""

    def __init__(self, accounts: AccountService) -> None:
        self._accounts = accounts
        self._db, self._clock = accounts.database, accounts.clock

    def view(self, token: str) -> OwnAccountView:
        session = self._session(token)
        with self._db.read() as connection:
            row = _found(connection, session)
            left = store.recovery_codes_left(connection, session.agent_id)
            rows = store.sessions_of(connection, session.agent_id, self._clock())
        return OwnAccountView(
            agent_id=row.id,
            name=row.name,
            role=row.role,
            must=self._accounts.must(session),
            has_second_factor=row.totp_secret is not None,
            second_factor_is_wanted=self._accounts.wants_second_factor(row.role),
            recovery_codes_left=left,
            sessions=[self._shown(one, token) for one in rows if is_open(one, self._clock())],
        )

    # The password -----------------------------------------------------------------------------------------

    def change_password(self, token: str, old: str, new: str) -> int:
        """Set a password of one's own. The browser that asks stays signed in, all others are signed out;
        returns how many."""
        row, session = self._must_know(token, old)
        if old == new:
            raise AccountProblem(SAME_PASSWORD)
        hashed, now = self._accounts.hashed(new, row.id, row.name, row.phone), self._clock()
        with self._db.write() as unit:
            store.set_password(unit.connection, row.id, hashed)
            ended = store.end_sessions(unit.connection, row.id, now, but=session.token_hash)
            note(unit.connection, now, JournalKind.PASSWORD_CHANGED, row.id, address=session.address)
        return ended

    # Sessions ---------------------------------------------------------------------------------------------

    def end_session(self, token: str, session_id: str) -> bool:
        """Sign out one of one's own browsers; False when it is signed out already."""
        session, now = self._session(token), self._clock()
        with self._db.write() as unit:
            for row in store.sessions_of(unit.connection, session.agent_id, now):
                if _id(row) == session_id:
                    store.end_session(unit.connection, row.token_hash, now)
                    note(
                        unit.connection,
                        now,
                        JournalKind.SESSIONS_ENDED,
                        row.agent_id,
                        by=row.agent_id,
                        ended=1,
                    )
                    return True
        return False

    def end_other_sessions(self, token: str) -> int:
        """Sign out all of one's browsers but the one that asks; returns how many."""
        session, now = self._session(token), self._clock()
        with self._db.write() as unit:
            ended = store.end_sessions(unit.connection, session.agent_id, now, but=session.token_hash)
            note(
                unit.connection,
                now,
                JournalKind.SESSIONS_ENDED,
                session.agent_id,
                by=session.agent_id,
                ended=ended,
            )
        return ended

    # The second factor ------------------------------------------------------------------------------------

    def begin_second_factor(self, token: str, password: str) -> Enrolment:
        """A new secret to be shown as a picture. It counts once `confirm_second_factor` saw a code of it; an
        older one counts until then."""
        row, _ = self._must_know(token, password)
        secret = second_factor.new_secret()
        with self._db.write() as unit:
            store.begin_totp(unit.connection, row.id, self._accounts.seal.close(secret.encode()))
        return second_factor.enrolment(secret, row.id, self._accounts.company)

    def wanted_second_factor(self, token: str) -> Enrolment | None:
        """The secret that waits for its first code, to show it again after a wrong one. It lapses after a
        quarter of an hour: nobody is to find it in a browser that was left open."""
        row = self._row(self._session(token))
        wanted = second_factor.begun_secret(row, self._accounts.seal)
        return second_factor.enrolment(wanted, row.id, self._accounts.company) if wanted else None

    def confirm_second_factor(self, token: str, code: str) -> list[str]:
        """Codes are asked for from now on. Returns the recovery codes, to be shown this once; the other
        browsers are signed out."""
        session, now = self._session(token), self._clock()
        row = self._row(session)
        self._count(self._accounts.attempts.try_code(row.id, session.token_hash, now))
        seal = self._accounts.seal
        wanted = second_factor.begun_secret(row, seal)
        if wanted is None:
            raise AccountProblem(TOO_SLOW if row.totp_begun else WRONG_CODE)
        step = second_factor.step_of(wanted, code, now)
        if step is None:
            raise AccountProblem(WRONG_CODE)
        with self._db.write() as unit:
            store.set_totp(unit.connection, row.id, seal.close(wanted.encode()), step)
            codes = second_factor.new_recovery_codes(unit.connection, row.id)
            store.end_sessions(unit.connection, row.id, now, but=session.token_hash)
            note(unit.connection, now, JournalKind.SECOND_FACTOR_SET, row.id, address=session.address)
        return codes

    def new_recovery_codes(self, token: str, password: str) -> list[str]:
        """Ten new ones in place of the old, to be shown this once."""
        row, session = self._must_know(token, password)
        if row.totp_secret is None:
            raise AccountProblem("There is no second factor yet: set it up first.")
        with self._db.write() as unit:
            codes = second_factor.new_recovery_codes(unit.connection, row.id)
            note(
                unit.connection,
                self._clock(),
                JournalKind.RECOVERY_CODES_MADE,
                row.id,
                address=session.address,
            )
        return codes

    def end_second_factor(self, token: str, password: str) -> None:
        """No code is asked for any more. Refused to those whose role must use one."""
        row, _ = self._must_know(token, password)
        if self._accounts.wants_second_factor(row.role):
            raise AccountProblem(MUST_HAVE_ONE)
        with self._db.write() as unit:
            store.set_totp(unit.connection, row.id, None)
            store.set_recovery_codes(unit.connection, row.id, ())
            note(unit.connection, self._clock(), JournalKind.SECOND_FACTOR_REMOVED, row.id, by=row.id)

    # Behind them ------------------------------------------------------------------------------------------

    def _session(self, token: str) -> SessionRow:
        session = self._accounts.open_row(token)
        if session is None or session.wants_code:
            raise AccountProblem(SIGNED_OUT)
        return session

    def _row(self, session: SessionRow) -> AccountRow:
        with self._db.read() as connection:
            return _found(connection, session)

    def _must_know(self, token: str, password: str) -> tuple[AccountRow, SessionRow]:
        """The account, once its password was given. Wrong ones are counted for the session."""
        session, now = self._session(token), self._clock()
        row = self._row(session)
        attempt = SignInAttempt(row.id, session.address, session.token_hash)
        try:
            with passwords.turns.known():
                self._count(self._accounts.attempts.begin(attempt, now))
                right = passwords.matches(password[: passwords.LONGEST + 1], row.password_hash)
        except passwords.Busy:
            raise AccountProblem(BUSY) from None
        if not right:
            raise AccountProblem(WRONG_PASSWORD)
        self._accounts.attempts.succeeded(attempt, now)
        return row, session

    @staticmethod
    def _count(wait: float | None) -> None:
        if wait is not None:
            raise AccountProblem(too_many(wait))

    @staticmethod
    def _shown(row: SessionRow, token: str) -> OpenSession:
        ends_at = min(row.seen_at + IDLE_S, row.expires_at)
        times = row.made_at, row.seen_at, ends_at
        return OpenSession(_id(row), *times, row.address, row.browser, row.token_hash == hash_token(token))


def _id(row: SessionRow) -> str:
    """A name for a session that opens nothing."""
    return row.token_hash[:16]


def _found(connection: Connection, session: SessionRow) -> AccountRow:
    row = store.find(connection, session.agent_id)
    if row is None:
        raise AccountProblem(SIGNED_OUT)
    return row
