"""Accounts of those who may sign in: accounts, sessions and failed attempts. The agents' states are in
`floor`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from ivr.store.floor.agents import agent, agent_queue, agent_skill
from ivr.store.metadata import metadata

recovery_code = Table(
    "recovery_code",
    metadata,
    Column(
        "agent_id",
        String(64),
        ForeignKey("agent.id", ondelete="CASCADE", name="fk_recovery_code_agent_id_agent"),
        primary_key=True,
    ),
    Column("code_hash", String(64), primary_key=True),
)

agent_session = Table(
    "agent_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("agent_id", String(64), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("revoked_at", Float),
    Column("address", String(64), nullable=False, server_default=""),
    Column("browser", String(200), nullable=False, server_default=""),
    Column("device", String(64), nullable=False, server_default=""),
    Column("wants_code", Boolean, nullable=False, server_default=text("false")),
    Index("ix_agent_session_agent", "agent_id"),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("who", String(200), nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_sign_in_attempt_who", "who", "at"),
    Index("ix_sign_in_attempt_at", "at"),
)


SEALED = "sealed"  # in the column of older versions, which find no secret there and let nobody in


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An agent as administered. `password_hash` is None when nobody may sign in with a password,
    `totp_secret` where no code is asked for: SEALED, or a readable secret that an older version wrote.
    `totp_sealed` is the secret, `totp_begun` one that no code has confirmed yet; both are sealed."""

    id: str
    name: str
    phone: str
    role: str
    password_hash: str | None
    state: str
    disabled: bool
    must_change_password: bool = False
    totp_secret: str | None = None
    totp_sealed: str | None = None
    totp_begun: str | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in, with the state of its agent. While it `wants_code`, only the password
    was right."""

    token_hash: str
    agent_id: str
    made_at: float
    seen_at: float
    expires_at: float
    revoked_at: float | None
    address: str
    browser: str
    device: str
    wants_code: bool
    agent_state: str
    agent_disabled: bool
    agent_role: str
    agent_must_change_password: bool
    agent_has_second_factor: bool


@dataclass(frozen=True, slots=True)
class NewSession:
    """A browser that has just signed in. `device` is what it is known by from now on."""

    token_hash: str
    agent_id: str
    made_at: float
    expires_at: float
    address: str
    browser: str
    device: str
    wants_code: bool = False


# Accounts -------------------------------------------------------------------------------------------------

_accounts = select(*(agent.c[name] for name in AccountRow.__slots__)).order_by(agent.c.id)
_account = _accounts.where(agent.c.id == bindparam("id"))
_queues = select(agent_queue.c.agent_id, agent_queue.c.queue, agent_queue.c.level).order_by(
    agent_queue.c.queue
)
_skills = select(agent_skill.c.agent_id, agent_skill.c.skill, agent_skill.c.level).order_by(
    agent_skill.c.skill
)
_insert_agent = insert(agent)
_insert_queue = insert(agent_queue)
_delete_queues = delete(agent_queue).where(agent_queue.c.agent_id == bindparam("p_id"))
_insert_skill = insert(agent_skill)
_delete_skills = delete(agent_skill).where(agent_skill.c.agent_id == bindparam("p_id"))
_set_password = (
    update(agent)
    .where(agent.c.id == bindparam("p_id"))
    .values(password_hash=bindparam("p_hash"), must_change_password=bindparam("p_must_change"))
)
_set_phone = update(agent).where(agent.c.id == bindparam("p_id")).values(phone=bindparam("p_phone"))
_set_name = update(agent).where(agent.c.id == bindparam("p_id")).values(name=bindparam("p_name"))
_set_role = update(agent).where(agent.c.id == bindparam("p_id")).values(role=bindparam("p_role"))
_set_disabled = update(agent).where(agent.c.id == bindparam("p_id")).values(disabled=bindparam("p_disabled"))


def find(connection: Connection, agent_id: str) -> AccountRow | None:
    found = connection.execute(_account, {"id": agent_id}).first()
    return AccountRow(*found) if found else None


def everybody(connection: Connection) -> list[tuple[AccountRow, dict[str, int], dict[str, int]]]:
    """Every account with the queues it serves and its skills, each with its level."""
    queues: dict[str, dict[str, int]] = {}
    for row in connection.execute(_queues):
        queues.setdefault(row.agent_id, {})[row.queue] = row.level
    skills: dict[str, dict[str, int]] = {}
    for row in connection.execute(_skills):
        skills.setdefault(row.agent_id, {})[row.skill] = row.level
    rows = [AccountRow(*row) for row in connection.execute(_accounts)]
    return [(row, queues.get(row.id, {}), skills.get(row.id, {})) for row in rows]


def abilities(connection: Connection, agent_id: str) -> tuple[dict[str, int], dict[str, int]]:
    """(queue → level, skill → level)."""
    queues = connection.execute(_queues.where(agent_queue.c.agent_id == agent_id))
    skills = connection.execute(_skills.where(agent_skill.c.agent_id == agent_id))
    return {row.queue: row.level for row in queues}, {row.skill: row.level for row in skills}


def add(
    connection: Connection, row: AccountRow, queues: Mapping[str, int], skills: Mapping[str, int], now: float
) -> None:
    """A new agent, signed out."""
    values = {name: getattr(row, name) for name in AccountRow.__slots__}
    connection.execute(_insert_agent, {**values, "since": now})
    set_queues(connection, row.id, queues)
    set_skills(connection, row.id, skills)


def set_queues(connection: Connection, agent_id: str, queues: Mapping[str, int]) -> None:
    """The queues served, each with its level: whose level is 1 is asked first."""
    connection.execute(_delete_queues, {"p_id": agent_id})
    rows = [{"agent_id": agent_id, "queue": queue, "level": level} for queue, level in queues.items()]
    if rows:
        connection.execute(_insert_queue, rows)


def set_skills(connection: Connection, agent_id: str, skills: Mapping[str, int]) -> None:
    connection.execute(_delete_skills, {"p_id": agent_id})
    rows = [{"agent_id": agent_id, "skill": skill, "level": level} for skill, level in skills.items()]
    if rows:
        connection.execute(_insert_skill, rows)


def set_password(
    connection: Connection, agent_id: str, password_hash: str, must_change: bool = False
) -> bool:
    values = {"p_id": agent_id, "p_hash": password_hash, "p_must_change": must_change}
    done = connection.execute(_set_password, values)
    return done.rowcount == 1


def set_phone(connection: Connection, agent_id: str, phone: str) -> None:
    connection.execute(_set_phone, {"p_id": agent_id, "p_phone": phone})


def set_name(connection: Connection, agent_id: str, name: str) -> None:
    connection.execute(_set_name, {"p_id": agent_id, "p_name": name})


def set_role(connection: Connection, agent_id: str, role: str) -> bool:
    return connection.execute(_set_role, {"p_id": agent_id, "p_role": role}).rowcount == 1


def set_disabled(connection: Connection, agent_id: str, disabled: bool) -> bool:
    done = connection.execute(_set_disabled, {"p_id": agent_id, "p_disabled": disabled})
    return done.rowcount == 1


# Sessions -------------------------------------------------------------------------------------------------

_insert_session = insert(agent_session)
_session_and_agent = select(
    agent_session,
    agent.c.state.label("agent_state"),
    agent.c.disabled.label("agent_disabled"),
    agent.c.role.label("agent_role"),
    agent.c.must_change_password.label("agent_must_change_password"),
    agent.c.totp_secret.is_not(None).label("agent_has_second_factor"),
).join(agent, agent.c.id == agent_session.c.agent_id)
_session = _session_and_agent.where(agent_session.c.token_hash == bindparam("hash"))
_is_open = (
    agent_session.c.agent_id == bindparam("agent"),
    agent_session.c.revoked_at.is_(None),
    agent_session.c.expires_at > bindparam("now"),
)
_open_sessions = (
    select(func.count())
    .select_from(agent_session)
    .where(*_is_open, agent_session.c.seen_at > bindparam("since"), agent_session.c.wants_code.is_(False))
)
_sessions_of = (
    _session_and_agent.where(*_is_open, agent_session.c.wants_code.is_(False))
    .order_by(agent_session.c.made_at.desc())
    .limit(bindparam("most"))
)
_seen = (
    update(agent_session)
    .where(agent_session.c.token_hash == bindparam("p_hash"))
    .values(seen_at=bindparam("p_now"))
)
_end_session = (
    update(agent_session)
    .where(agent_session.c.token_hash == bindparam("p_hash"), agent_session.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("p_now"))
)
_end_sessions = (
    update(agent_session)
    .where(
        agent_session.c.agent_id == bindparam("p_agent"),
        agent_session.c.revoked_at.is_(None),
        agent_session.c.token_hash != bindparam("p_but"),
    )
    .values(revoked_at=bindparam("p_now"))
)
_forget_sessions = delete(agent_session).where(agent_session.c.expires_at < bindparam("p_before"))


def add_session(connection: Connection, row: NewSession) -> None:
    connection.execute(_insert_session, {**asdict(row), "seen_at": row.made_at})


def session(connection: Connection, token_hash: str) -> SessionRow | None:
    found = connection.execute(_session, {"hash": token_hash}).first()
    return SessionRow(**found._mapping) if found else None


def open_sessions(connection: Connection, agent_id: str, now: float, seen_since: float) -> int:
    """How many browsers of this agent are signed in and were used since then."""
    return (
        connection.execute(_open_sessions, {"agent": agent_id, "now": now, "since": seen_since}).scalar() or 0
    )


def sessions_of(connection: Connection, agent_id: str, now: float, most: int = 50) -> list[SessionRow]:
    """The sessions of an agent that were not ended, newest first; some may have been idle for too long."""
    rows = connection.execute(_sessions_of, {"agent": agent_id, "now": now, "most": most})
    return [SessionRow(**row._mapping) for row in rows]


def session_seen(connection: Connection, token_hash: str, now: float) -> None:
    connection.execute(_seen, {"p_hash": token_hash, "p_now": now})


def end_session(connection: Connection, token_hash: str, now: float) -> None:
    connection.execute(_end_session, {"p_hash": token_hash, "p_now": now})


def end_sessions(connection: Connection, agent_id: str, now: float, but: str = "") -> int:
    """End all of an agent's sessions, `but` the one with this hash; returns how many there were."""
    return connection.execute(_end_sessions, {"p_agent": agent_id, "p_now": now, "p_but": but}).rowcount


def forget_sessions(connection: Connection, expired_before: float) -> None:
    connection.execute(_forget_sessions, {"p_before": expired_before})


# Failed attempts ------------------------------------------------------------------------------------------

_recent_attempts = (
    select(sign_in_attempt.c.who, sign_in_attempt.c.at)
    .where(sign_in_attempt.c.at > bindparam("since"))
    .order_by(sign_in_attempt.c.at.desc(), sign_in_attempt.c.id.desc())
    .limit(bindparam("most"))
)
_insert_attempt = insert(sign_in_attempt)
_clear_attempts = delete(sign_in_attempt).where(sign_in_attempt.c.who.in_(bindparam("p_who", expanding=True)))
_forget_attempts = delete(sign_in_attempt).where(sign_in_attempt.c.at < bindparam("p_before"))


def recent_attempts(connection: Connection, since: float, most: int) -> list[tuple[str, float]]:
    """(what it is counted under, when), oldest first; at most the newest so many."""
    rows = connection.execute(_recent_attempts, {"since": since, "most": most}).all()
    return [(row.who, row.at) for row in reversed(rows)]


def add_attempts(connection: Connection, attempts: Iterable[tuple[str, float]]) -> None:
    rows = [{"who": who, "at": at} for who, at in attempts]
    if rows:
        connection.execute(_insert_attempt, rows)


def clear_attempts(connection: Connection, who: Iterable[str]) -> None:
    connection.execute(_clear_attempts, {"p_who": list(who)})


def forget_attempts(connection: Connection, before: float) -> None:
    connection.execute(_forget_attempts, {"p_before": before})


# The second factor ----------------------------------------------------------------------------------------

_begin_totp = update(agent).where(agent.c.id == bindparam("p_id")).values(totp_begun=bindparam("p_sealed"))
_set_totp = (
    update(agent)
    .where(agent.c.id == bindparam("p_id"))
    .values(
        totp_secret=bindparam("p_secret"),
        totp_sealed=bindparam("p_sealed"),
        totp_step=bindparam("p_step"),
        totp_begun=None,
    )
)
_readable_totps = select(agent.c.id, agent.c.totp_secret).where(
    agent.c.totp_secret.is_not(None), agent.c.totp_secret != SEALED
)
_seal_totp = (
    update(agent)
    .where(agent.c.id == bindparam("p_id"), agent.c.totp_secret == bindparam("p_readable"))
    .values(totp_secret=SEALED, totp_sealed=bindparam("p_sealed"))
)
_use_step = (
    update(agent)
    .where(
        agent.c.id == bindparam("p_id"),
        or_(agent.c.totp_step.is_(None), agent.c.totp_step < bindparam("p_step")),
    )
    .values(totp_step=bindparam("p_step"))
)
_insert_recovery = insert(recovery_code)
_delete_recovery = delete(recovery_code).where(recovery_code.c.agent_id == bindparam("p_agent"))
_use_recovery = delete(recovery_code).where(
    recovery_code.c.agent_id == bindparam("p_agent"), recovery_code.c.code_hash == bindparam("p_hash")
)
_count_recovery = (
    select(func.count()).select_from(recovery_code).where(recovery_code.c.agent_id == bindparam("agent"))
)


def begin_totp(connection: Connection, agent_id: str, sealed: str) -> None:
    """Keep a secret until a code has shown that the agent's app has it."""
    connection.execute(_begin_totp, {"p_id": agent_id, "p_sealed": sealed})


def set_totp(connection: Connection, agent_id: str, sealed: str | None, step: int | None = None) -> None:
    """Ask for codes of this secret from now on, or for none. `step` is that of a code that was used."""
    secret = SEALED if sealed is not None else None
    values = {"p_id": agent_id, "p_secret": secret, "p_sealed": sealed, "p_step": step}
    connection.execute(_set_totp, values)


def readable_totps(connection: Connection) -> dict[str, str]:
    """By agent, the secrets that an older version wrote."""
    return {row.id: row.totp_secret for row in connection.execute(_readable_totps)}


def seal_totp(connection: Connection, agent_id: str, readable: str, sealed: str) -> None:
    """Put the sealed one in place of this readable one, unless it was replaced meanwhile."""
    values = {"p_id": agent_id, "p_readable": readable, "p_sealed": sealed}
    connection.execute(_seal_totp, values)


def use_totp_step(connection: Connection, agent_id: str, step: int) -> bool:
    """Use up the code of this step; False when it or a later one was used before."""
    return connection.execute(_use_step, {"p_id": agent_id, "p_step": step}).rowcount == 1


def set_recovery_codes(connection: Connection, agent_id: str, hashes: Iterable[str]) -> None:
    """These instead of the codes there were."""
    connection.execute(_delete_recovery, {"p_agent": agent_id})
    rows = [{"agent_id": agent_id, "code_hash": one} for one in hashes]
    if rows:
        connection.execute(_insert_recovery, rows)


def use_recovery_code(connection: Connection, agent_id: str, code_hash: str) -> bool:
    return connection.execute(_use_recovery, {"p_agent": agent_id, "p_hash": code_hash}).rowcount == 1


def recovery_codes_left(connection: Connection, agent_id: str) -> int:
    return connection.execute(_count_recovery, {"agent": agent_id}).scalar() or 0
