"""Agents' accounts: who may sign in, and which browser is whom.

A session is a random token in a cookie; only its hash is stored, so a stolen database signs nobody in. It
ends after 30 minutes without use, but never while its agent waits for calls or has one. Failed attempts
slow a guesser down and lock no account for good. The actions of agents on their own account are in
`own_account`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.errors import Invalid
from ivr.keys import Seal
from ivr.service import passwords, second_factor
from ivr.service.browser_phone_leases import must_be_free
from ivr.service.roles import ROLES
from ivr.service.sign_in_attempts import SignInAttempt, SignInAttempts
from ivr.settings import Settings
from ivr.store import accounts as store
from ivr.store import journal
from ivr.store.accounts import AccountRow, NewSession, SessionRow
from ivr.store.database import Connection, Database
from ivr.store.journal import JournalRow

IDLE_S = 30 * 60.0
ABSOLUTE_S = 12 * 3600.0
CODE_WITHIN_S = 5 * 60.0
SEEN_EVERY_S = 30.0
BUSY_S = 3.0
AT_WORK = ("available", "offered", "on_call", "wrapping_up")
WRONG = "Agent or password is wrong."
WRONG_CODE = "This code is wrong, or was used before."
UNREADABLE = (
    "The codes of your app count no more, because the key of this server was changed. Give one of your"
    " recovery codes, or ask a supervisor to have your second factor removed. Then set it up again."
)
TOO_LATE = "There was no code within five minutes. Please sign in again."
BUSY = "Many people are signing in just now. Please try again in a few seconds."
CHANGE_PASSWORD, SET_SECOND_FACTOR = "password", "second_factor"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")


class AccountProblem(Invalid):
    """The account cannot be changed in this way; the message is for people."""


class SignInRefused(Exception):
    """No entry. `retry_after_s` is set when it was refused for too many attempts."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Account:
    """An agent as an administrator sees them. `levels` are those in the queues, 1 is asked first."""

    id: str
    name: str
    phone: str
    role: str
    queues: tuple[str, ...]
    state: str
    disabled: bool
    has_password: bool
    has_second_factor: bool = False
    must_change_password: bool = False
    levels: dict[str, int] = field(default_factory=dict)
    skills: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountSession:
    """A browser that is signed in. `ends_at` is when it ends unless it is used again. `must`: what its agent
    has to do before anything else, CHANGE_PASSWORD or SET_SECOND_FACTOR; else empty."""

    agent_id: str
    ends_at: float
    role: str
    must: str = ""


class AccountService:
    """Use cases around accounts. `clock` returns epoch seconds; `company` is a word that no password is made
    of; whose role is in `second_factor` must set one up before anything else. `seal` closes the secrets of
    second factors: only to sign in, and for one's own account, is it needed."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], float],
        company: str = "",
        second_factor: Sequence[str] = (),
        seal: Seal | None = None,
    ) -> None:
        self.database = db
        self.clock = clock
        self.company = company
        self._second_factor = frozenset(second_factor)
        self._seal = seal
        self.attempts = SignInAttempts()

    @property
    def seal(self) -> Seal:
        if self._seal is None:
            raise AccountProblem("Second factors need IVR_SECRET_KEY, which is not set.")
        return self._seal

    # Administration ---------------------------------------------------------------------------------------

    def add(
        self,
        agent_id: str,
        name: str,
        phone: str,
        queues: Sequence[str] | Mapping[str, int] = (),
        password: str | None = None,
        role: str = "agent",
        skills: Mapping[str, int] | None = None,
        must_change: bool = False,
    ) -> None:
        """A new agent. Without a password they can work by phone but not sign in. `must_change`: they must
        set one of their own when they sign in first."""
        if not _ID.fullmatch(agent_id):
            raise AccountProblem(f"agent id {agent_id!r}: letters, digits and _ . @ - only, at most 64")
        _must_be_role(role)
        name, phone = name.strip() or agent_id, phone.strip()
        hashed = None if password is None else self.hashed(password, agent_id, name, phone)
        row = AccountRow(agent_id, name, phone, role, hashed, "signed_out", False, must_change)
        with self.database.write() as unit:
            if store.find(unit.connection, agent_id):
                raise AccountProblem(f"there is already an agent {agent_id!r}")
            must_be_free(unit.connection, agent_id, row.phone)
            store.add(unit.connection, row, _levels(queues), skills or {}, self.clock())

    def list(self) -> list[Account]:
        with self.database.read() as connection:
            rows = store.everybody(connection)
        accounts = []
        for row, queues, skills in rows:
            who = (row.id, row.name, row.phone, row.role, tuple(queues), row.state, row.disabled)
            kept = bool(row.password_hash), row.totp_secret is not None, row.must_change_password
            accounts.append(Account(*who, *kept, queues, skills))
        return accounts

    def set_password(self, agent_id: str, password: str, must_change: bool = False, by: str = "") -> None:
        """A new password from an administrator ends every session that was opened with the old one."""
        with self.database.read() as connection:
            row = self._must_exist(connection, agent_id)
        hashed, now = self.hashed(password, row.id, row.name, row.phone), self.clock()
        with self.database.write() as unit:
            store.set_password(unit.connection, agent_id, hashed, must_change)
            store.end_sessions(unit.connection, agent_id, now)
            note(unit.connection, now, JournalKind.PASSWORD_SET, agent_id, by=by)

    def hashed(self, password: str, agent_id: str, name: str, phone: str) -> str:
        """Return the hash of a new password. Raises AccountProblem for one that is easily guessed."""
        if wrong := passwords.why_refused(password, (self.company, agent_id, name, phone)):
            raise AccountProblem(wrong)
        try:
            with passwords.turns.known():
                return passwords.hashed(password)
        except passwords.Busy:
            raise AccountProblem(BUSY) from None

    def remove_second_factor(self, agent_id: str, by: str = "") -> None:
        """For an agent whose telephone is lost: no code is asked for any more, nobody is signed in."""
        now = self.clock()
        with self.database.write() as unit:
            self._must_exist(unit.connection, agent_id)
            store.set_totp(unit.connection, agent_id, None)
            store.set_recovery_codes(unit.connection, agent_id, ())
            store.end_sessions(unit.connection, agent_id, now)
            note(unit.connection, now, JournalKind.SECOND_FACTOR_REMOVED, agent_id, by=by)

    def set_queues(self, agent_id: str, queues: Sequence[str] | Mapping[str, int]) -> None:
        with self.database.write() as unit:
            self._must_exist(unit.connection, agent_id)
            store.set_queues(unit.connection, agent_id, _levels(queues))

    def set_skills(self, agent_id: str, skills: Mapping[str, int]) -> None:
        with self.database.write() as unit:
            self._must_exist(unit.connection, agent_id)
            store.set_skills(unit.connection, agent_id, skills)

    def set_phone(self, agent_id: str, phone: str) -> None:
        with self.database.write() as unit:
            self._must_exist(unit.connection, agent_id)
            must_be_free(unit.connection, agent_id, phone.strip())
            store.set_phone(unit.connection, agent_id, phone.strip())

    def set_name(self, agent_id: str, name: str) -> None:
        with self.database.write() as unit:
            self._must_exist(unit.connection, agent_id)
            store.set_name(unit.connection, agent_id, name.strip() or agent_id)

    def set_role(self, agent_id: str, role: str) -> None:
        """Counts at once, also for pages that are open."""
        _must_be_role(role)
        with self.database.write() as unit:
            if not store.set_role(unit.connection, agent_id, role):
                raise AccountProblem(f"there is no agent {agent_id!r}")

    def disable(self, agent_id: str) -> None:
        """No more calls and no more pages, at once. A talk that is going on may end by itself."""
        with self.database.write() as unit:
            if not store.set_disabled(unit.connection, agent_id, True):
                raise AccountProblem(f"there is no agent {agent_id!r}")
            store.end_sessions(unit.connection, agent_id, self.clock())

    def enable(self, agent_id: str) -> None:
        with self.database.write() as unit:
            if row := store.find(unit.connection, agent_id):
                must_be_free(unit.connection, agent_id, row.phone)
            if not store.set_disabled(unit.connection, agent_id, False):
                raise AccountProblem(f"there is no agent {agent_id!r}")

    def _must_exist(self, connection: Connection, agent_id: str) -> AccountRow:
        row = store.find(connection, agent_id)
        if row is None:
            raise AccountProblem(f"there is no agent {agent_id!r}")
        return row

    # Signing in -------------------------------------------------------------------------------------------

    def sign_in(self, agent_id: str, password: str, address: str, device: str = "", browser: str = "") -> str:
        """Return the token of a new session. `device`: what a browser is known by in which this agent has
        signed in before. Raises SignInRefused: the same for no such agent and a wrong password, in text and
        in time. Where a code is wanted as well (`wants_code`), the session is good for giving it only."""
        attempt = SignInAttempt(agent_id.strip()[:64], address, device)
        turn = passwords.turns.known() if device else passwords.turns.stranger(attempt.network)
        try:
            with turn:
                now = self.clock()
                row = self._right_agent(attempt, password[: passwords.LONGEST + 1], now)
        except passwords.Busy:
            raise SignInRefused(BUSY, BUSY_S) from None
        return self._open_session(row, attempt, browser, now)

    def _right_agent(self, attempt: SignInAttempt, password: str, now: float) -> AccountRow:
        wait = self.attempts.begin(attempt, now)
        if wait is not None:
            raise SignInRefused(too_many(wait), wait)
        with self.database.read() as connection:
            row = store.find(connection, attempt.agent_id)
        right = passwords.matches(password, row.password_hash if row else None)
        if not right or row is None or row.disabled:
            self.attempts.note_refusal(row.id if row else None, attempt.address)
            raise SignInRefused(WRONG)
        return row

    def _open_session(self, row: AccountRow, attempt: SignInAttempt, browser: str, now: float) -> str:
        token, wants_code = secrets.token_urlsafe(32), row.totp_secret is not None
        device = attempt.device or secrets.token_urlsafe(16)
        lasts = CODE_WITHIN_S if wants_code else ABSOLUTE_S
        kept = attempt.address[:64], browser[:200], device, wants_code
        session = NewSession(hash_token(token), row.id, now, now + lasts, *kept)
        forgotten = self.attempts.succeeded(attempt, now)
        with self.database.write() as unit:
            store.clear_attempts(unit.connection, forgotten)
            store.add_session(unit.connection, session)
            if not wants_code:
                note(unit.connection, now, JournalKind.SIGN_IN, row.id, address=attempt.address)
        return token

    def wants_code(self, token: str | None) -> bool:
        """Whether this browser still has to give the code of the second factor."""
        row = self.open_row(token)
        return row is not None and row.wants_code

    def give_code(self, token: str | None, code: str, known: bool = False) -> str:
        """Second step of a sign-in: the code of the agent's app, or a recovery code. Returns the token of the
        session in place of the first one. `known`: the device was one before. Raises SignInRefused."""
        now, row = self.clock(), self.open_row(token)
        if row is None or not row.wants_code:
            raise SignInRefused(TOO_LATE)
        device = row.device if known else ""
        wait = self.attempts.try_code(row.agent_id, device, now)
        if wait is not None:
            raise SignInRefused(too_many(wait), wait)
        new = secrets.token_urlsafe(32)
        with self.database.write() as unit:
            connection = unit.connection
            used, wrong = self._used(connection, row.agent_id, code, now)
            if used is not None:
                store.end_session(connection, row.token_hash, now)
                store.clear_attempts(connection, self.attempts.code_succeeded(row.agent_id, device))
                session = NewSession(
                    hash_token(new), row.agent_id, now, now + ABSOLUTE_S, row.address, row.browser, row.device
                )
                store.add_session(connection, session)
                note(connection, now, JournalKind.SIGN_IN, row.agent_id, address=row.address, code=used)
        if used is None:
            self.attempts.note_refusal(row.agent_id, row.address)
            raise SignInRefused(wrong)
        return new

    def _used(self, connection: Connection, agent_id: str, code: str, now: float) -> tuple[str | None, str]:
        """Return the kind of this code; None, and the words for the agent, where it is no good."""
        try:
            return second_factor.use_code(connection, self.seal, agent_id, code, now), WRONG_CODE
        except second_factor.Unreadable:
            return None, UNREADABLE

    def device_of(self, token: str | None) -> tuple[str, str] | None:
        """(agent, what their browser is known by from now on) of a session."""
        row = self.open_row(token)
        return (row.agent_id, row.device) if row else None

    # Sessions ---------------------------------------------------------------------------------------------

    def session(self, token: str | None, used: bool = True) -> AccountSession | None:
        """Return the agent whose browser this is, or None. `used`: the agent did something; an open page
        alone did not."""
        row, now = self.open_row(token), self.clock()
        if row is None or row.wants_code:
            return None
        if (used or row.agent_state in AT_WORK) and now - row.seen_at >= SEEN_EVERY_S:
            with self.database.write() as unit:
                store.session_seen(unit.connection, row.token_hash, now)
            row = replace(row, seen_at=now)
        ends_at = min(row.seen_at + IDLE_S, row.expires_at)
        return AccountSession(row.agent_id, ends_at, row.agent_role, self.must(row))

    def open_row(self, token: str | None) -> SessionRow | None:
        """The session of a token that may be used, also one that still wants its code."""
        if not token:
            return None
        with self.database.read() as connection:
            row = store.session(connection, hash_token(token))
        return row if row is not None and is_open(row, self.clock()) else None

    def must(self, row: SessionRow) -> str:
        """Return what its agent has to do before anything else, or nothing."""
        if row.agent_must_change_password:
            return CHANGE_PASSWORD
        wanted = self.wants_second_factor(row.agent_role) and not row.agent_has_second_factor
        return SET_SECOND_FACTOR if wanted else ""

    def wants_second_factor(self, role: str) -> bool:
        """Must whoever has this role use a second factor?"""
        return role in self._second_factor

    def other_sessions(self, agent_id: str) -> int:
        """How many of the agent's browsers are still signed in."""
        now = self.clock()
        with self.database.read() as connection:
            return store.open_sessions(connection, agent_id, now, now - IDLE_S)

    def sign_out(self, token: str | None) -> None:
        """End this session. Doing it twice is the same as once."""
        if not token:
            return
        row, now = self.open_row(token), self.clock()
        with self.database.write() as unit:
            store.end_session(unit.connection, hash_token(token), now)
            if row is not None and not row.wants_code:
                note(unit.connection, now, JournalKind.SIGN_OUT, row.agent_id)

    def revoke(self, agent_id: str, by: str = "") -> int:
        """End all of an agent's sessions, everywhere; returns how many there were."""
        now = self.clock()
        with self.database.write() as unit:
            self._must_exist(unit.connection, agent_id)
            ended = store.end_sessions(unit.connection, agent_id, now)
            note(unit.connection, now, JournalKind.SESSIONS_ENDED, agent_id, by=by, ended=ended)
        return ended


def account_service(
    settings: Settings, database: Database, clock: Callable[[], float], seal: Seal | None = None
) -> AccountService:
    """The accounts of a line, with what its settings say about them."""
    return AccountService(database, clock, settings.company, settings.sign_in.second_factor, seal)


def note(connection: Connection, now: float, kind: JournalKind, agent_id: str, **body: Any) -> None:
    """One line of the journal about an account."""
    journal.write(connection, [JournalRow(now, kind, agent_id=agent_id, body=body)])


def _must_be_role(role: str) -> None:
    if role not in ROLES:
        raise AccountProblem(f"there is no role {role!r} (there are: {', '.join(ROLES)})")


def _levels(queues: Sequence[str] | Mapping[str, int]) -> dict[str, int]:
    return dict(queues) if isinstance(queues, Mapping) else dict.fromkeys(queues, 1)


def is_open(row: SessionRow, now: float) -> bool:
    """May this session still be used at `now`?"""
    if row.revoked_at is not None or row.agent_disabled or now >= row.expires_at:
        return False
    return row.agent_state in AT_WORK or now - row.seen_at < IDLE_S


def too_many(seconds: float) -> str:
    """Return the words for somebody who tried too often."""
    minutes = max(1, round(seconds / 60))
    return f"Too many attempts. Please try again in {minutes} {'minute' if minutes == 1 else 'minutes'}."


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
