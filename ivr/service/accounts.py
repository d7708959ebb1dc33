"""Agents' accounts: who may sign in, and which browser is whom.

A session is a random token in a cookie; only its hash is stored, so a stolen database signs nobody in. It
ends after 30 minutes without use, but never while its agent waits for calls or has one: nobody loses a
caller's card to a clock. Failed attempts slow a guesser down and lock nobody out for good.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ivr.service.agent_phones import must_be_free
from ivr.service.attempts import for_agent, from_address
from ivr.service.attempts import known as known_place
from ivr.service.roles import ROLES
from ivr.store import accounts as store
from ivr.store.accounts import AccountRow, SessionRow
from ivr.store.database import Database

IDLE_S = 30 * 60.0
ABSOLUTE_S = 12 * 3600.0
SEEN_EVERY_S = 30.0
ATTEMPTS = 10
WINDOW_S = 15 * 60.0
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
AT_WORK = ("available", "offered", "on_call", "wrapping_up")
WRONG = "Agent or password is wrong."

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
# Each check takes 64 MiB: many at once would be an attack on our memory.
_two_at_a_time = threading.BoundedSemaphore(2)
_hasher = PasswordHasher()


class AccountProblem(Exception):
    """What was asked of an account cannot be done; the message is for people."""


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
    levels: dict[str, int] = field(default_factory=dict)
    skills: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `ends_at` is when it ends unless it is used again."""

    agent_id: str
    ends_at: float
    role: str


class AccountService:
    """Use cases around accounts. `clock` returns epoch seconds."""

    def __init__(self, db: Database, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock

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
    ) -> None:
        """A new agent. Without a password they can work by phone but not sign in."""
        if not _ID.fullmatch(agent_id):
            raise AccountProblem(f"agent id {agent_id!r}: letters, digits and _ . @ - only, at most 64")
        _must_be_role(role)
        hashed = None if password is None else hash_password(password)
        row = AccountRow(agent_id, name.strip() or agent_id, phone.strip(), role, hashed, "signed_out", False)
        with self._db.write() as unit:
            if store.find(unit.connection, agent_id):
                raise AccountProblem(f"there is already an agent {agent_id!r}")
            must_be_free(unit.connection, agent_id, row.phone)
            store.add(unit.connection, row, _levels(queues), skills or {}, self._clock())

    def list(self) -> list[Account]:
        with self._db.read() as connection:
            rows = store.everybody(connection)
        accounts = []
        for row, queues, skills in rows:
            who = (row.id, row.name, row.phone, row.role, tuple(queues), row.state, row.disabled)
            accounts.append(Account(*who, bool(row.password_hash), queues, skills))
        return accounts

    def set_password(self, agent_id: str, password: str) -> None:
        """A new password ends every session that was opened with the old one."""
        hashed = hash_password(password)
        with self._db.write() as unit:
            if not store.set_password(unit.connection, agent_id, hashed):
                raise AccountProblem(f"there is no agent {agent_id!r}")
            store.end_sessions(unit.connection, agent_id, self._clock())

    def set_queues(self, agent_id: str, queues: Sequence[str] | Mapping[str, int]) -> None:
        with self._db.write() as unit:
            self._must_exist(unit.connection, agent_id)
            store.set_queues(unit.connection, agent_id, _levels(queues))

    def set_skills(self, agent_id: str, skills: Mapping[str, int]) -> None:
        with self._db.write() as unit:
            self._must_exist(unit.connection, agent_id)
            store.set_skills(unit.connection, agent_id, skills)

    def set_phone(self, agent_id: str, phone: str) -> None:
        with self._db.write() as unit:
            self._must_exist(unit.connection, agent_id)
            must_be_free(unit.connection, agent_id, phone.strip())
            store.set_phone(unit.connection, agent_id, phone.strip())

    def set_name(self, agent_id: str, name: str) -> None:
        with self._db.write() as unit:
            self._must_exist(unit.connection, agent_id)
            store.set_name(unit.connection, agent_id, name.strip() or agent_id)

    def set_role(self, agent_id: str, role: str) -> None:
        """Counts at once, also for pages that are open."""
        _must_be_role(role)
        with self._db.write() as unit:
            if not store.set_role(unit.connection, agent_id, role):
                raise AccountProblem(f"there is no agent {agent_id!r}")

    def disable(self, agent_id: str) -> None:
        """No more calls and no more pages, at once. A talk that is going on may end by itself."""
        with self._db.write() as unit:
            if not store.set_disabled(unit.connection, agent_id, True):
                raise AccountProblem(f"there is no agent {agent_id!r}")
            store.end_sessions(unit.connection, agent_id, self._clock())

    def enable(self, agent_id: str) -> None:
        with self._db.write() as unit:
            if row := store.find(unit.connection, agent_id):
                must_be_free(unit.connection, agent_id, row.phone)
            if not store.set_disabled(unit.connection, agent_id, False):
                raise AccountProblem(f"there is no agent {agent_id!r}")

    def _must_exist(self, connection, agent_id: str) -> None:
        if store.find(connection, agent_id) is None:
            raise AccountProblem(f"there is no agent {agent_id!r}")

    # Signing in -------------------------------------------------------------------------------------------

    def sign_in(self, agent_id: str, password: str, address: str) -> str:
        """Return the token of a new session. Raises SignInRefused: the same for no such agent and a wrong
        password, in text and in time."""
        agent_id, password = agent_id.strip()[:64], password[: LONGEST_PASSWORD + 1]
        now = self._clock()
        row = self._count_attempt(agent_id, address, now)
        right = matches(password, row.password_hash if row else None)
        if not right or row is None or row.disabled:
            raise SignInRefused(WRONG)
        return self._open_session(row, address, now)

    def _count_attempt(self, agent_id: str, address: str, now: float) -> AccountRow | None:
        """Write the attempt down before the password is looked at, so that many at once are counted too."""
        with self._db.write() as unit:
            connection = unit.connection
            # A place this agent has signed in from is held back only for itself: a stranger's guesses
            # elsewhere must not keep the agent out.
            known = store.attempts(connection, known_place(agent_id, address), 0.0) > 0
            held_back = [from_address(address)] if known else [from_address(address), for_agent(agent_id)]
            for who in held_back:
                if store.attempts(connection, who, now - WINDOW_S) >= ATTEMPTS:
                    oldest = store.oldest_attempt(connection, who, now - WINDOW_S) or now
                    raise _too_many(max(1.0, oldest + WINDOW_S - now))
            store.add_attempt(connection, from_address(address), now)
            store.add_attempt(connection, for_agent(agent_id), now)
            return store.find(connection, agent_id)

    def _open_session(self, row: AccountRow, address: str, now: float) -> str:
        token = secrets.token_urlsafe(32)
        with self._db.write() as unit:
            connection = unit.connection
            store.clear_attempts(connection, for_agent(row.id))
            store.clear_attempt(connection, from_address(address), now)
            store.clear_attempts(connection, known_place(row.id, address))
            store.add_attempt(connection, known_place(row.id, address), now)
            store.forget_attempts(connection, now - 30 * 86400)
            store.forget_sessions(connection, now - 86400)
            store.add_session(connection, _hash(token), row.id, now, now + ABSOLUTE_S)
        return token

    # Sessions ---------------------------------------------------------------------------------------------

    def session(self, token: str | None, used: bool = True) -> Session | None:
        """Whose browser this is, or None. `used`: the agent did something; an open page alone did not."""
        if not token:
            return None
        now = self._clock()
        with self._db.read() as connection:
            row = store.session(connection, _hash(token))
        if row is None or not is_open(row, now):
            return None
        if (used or row.agent_state in AT_WORK) and now - row.seen_at >= SEEN_EVERY_S:
            with self._db.write() as unit:
                store.session_seen(unit.connection, row.token_hash, now)
            row = replace(row, seen_at=now)
        return Session(row.agent_id, min(row.seen_at + IDLE_S, row.expires_at), row.agent_role)

    def other_sessions(self, agent_id: str) -> int:
        """How many of the agent's browsers are still signed in."""
        now = self._clock()
        with self._db.read() as connection:
            return store.open_sessions(connection, agent_id, now, now - IDLE_S)

    def sign_out(self, token: str | None) -> None:
        """End this session. Doing it twice is the same as once."""
        if token:
            with self._db.write() as unit:
                store.end_session(unit.connection, _hash(token), self._clock())

    def revoke(self, agent_id: str) -> int:
        """End all of an agent's sessions, everywhere; returns how many there were."""
        with self._db.write() as unit:
            return store.end_sessions(unit.connection, agent_id, self._clock())


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


def hash_password(password: str) -> str:
    """argon2id. Raises AccountProblem for a password that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountProblem(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    with _two_at_a_time:
        return _hasher.hash(password)


def matches(password: str, hashed: str | None) -> bool:
    """Is it the password? Takes as long when there is nothing to compare with."""
    with _two_at_a_time:
        try:
            _hasher.verify(hashed or _nobodys_hash(), password)
        except (Argon2Error, InvalidHashError):
            return False
    return hashed is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex(16))


def _too_many(seconds: float) -> SignInRefused:
    minutes = max(1, round(seconds / 60))
    unit = "minute" if minutes == 1 else "minutes"
    return SignInRefused(f"Too many attempts. Please try again in {minutes} {unit}.", seconds)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
