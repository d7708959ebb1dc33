"""Who may sign in: accounts, sessions and failed attempts. The agents' states are in `floor`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ivr.store.tables import agent, agent_queue, agent_session, agent_skill, sign_in_attempt


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An agent as administered. `password_hash` is None when nobody may sign in with a password."""

    id: str
    name: str
    phone: str
    role: str
    password_hash: str | None
    state: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in, with the state of its agent."""

    token_hash: str
    agent_id: str
    made_at: float
    seen_at: float
    expires_at: float
    revoked_at: float | None
    agent_state: str
    agent_disabled: bool
    agent_role: str


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
_set_password = update(agent).where(agent.c.id == bindparam("p_id")).values(password_hash=bindparam("p_hash"))
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


def set_password(connection: Connection, agent_id: str, password_hash: str) -> bool:
    done = connection.execute(_set_password, {"p_id": agent_id, "p_hash": password_hash})
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
_session = (
    select(
        agent_session,
        agent.c.state.label("agent_state"),
        agent.c.disabled.label("agent_disabled"),
        agent.c.role.label("agent_role"),
    )
    .join(agent, agent.c.id == agent_session.c.agent_id)
    .where(agent_session.c.token_hash == bindparam("hash"))
)
_open_sessions = (
    select(func.count())
    .select_from(agent_session)
    .where(
        agent_session.c.agent_id == bindparam("agent"),
        agent_session.c.revoked_at.is_(None),
        agent_session.c.expires_at > bindparam("now"),
        agent_session.c.seen_at > bindparam("since"),
    )
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
    .where(agent_session.c.agent_id == bindparam("p_agent"), agent_session.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("p_now"))
)
_forget_sessions = delete(agent_session).where(agent_session.c.expires_at < bindparam("p_before"))


def add_session(
    connection: Connection, token_hash: str, agent_id: str, now: float, expires_at: float
) -> None:
    connection.execute(
        _insert_session,
        {
            "token_hash": token_hash,
            "agent_id": agent_id,
            "made_at": now,
            "seen_at": now,
            "expires_at": expires_at,
        },
    )


def session(connection: Connection, token_hash: str) -> SessionRow | None:
    found = connection.execute(_session, {"hash": token_hash}).first()
    return SessionRow(**found._mapping) if found else None


def open_sessions(connection: Connection, agent_id: str, now: float, seen_since: float) -> int:
    """How many browsers of this agent are signed in and were used since then."""
    return (
        connection.execute(_open_sessions, {"agent": agent_id, "now": now, "since": seen_since}).scalar() or 0
    )


def session_seen(connection: Connection, token_hash: str, now: float) -> None:
    connection.execute(_seen, {"p_hash": token_hash, "p_now": now})


def end_session(connection: Connection, token_hash: str, now: float) -> None:
    connection.execute(_end_session, {"p_hash": token_hash, "p_now": now})


def end_sessions(connection: Connection, agent_id: str, now: float) -> int:
    """End all of an agent's sessions; returns how many there were."""
    return connection.execute(_end_sessions, {"p_agent": agent_id, "p_now": now}).rowcount


def forget_sessions(connection: Connection, expired_before: float) -> None:
    connection.execute(_forget_sessions, {"p_before": expired_before})


# Failed attempts ------------------------------------------------------------------------------------------

_attempts = (
    select(func.count())
    .select_from(sign_in_attempt)
    .where(sign_in_attempt.c.who == bindparam("who"), sign_in_attempt.c.at > bindparam("since"))
)
_oldest = select(func.min(sign_in_attempt.c.at)).where(
    sign_in_attempt.c.who == bindparam("who"), sign_in_attempt.c.at > bindparam("since")
)
_insert_attempt = insert(sign_in_attempt)
_clear_attempts = delete(sign_in_attempt).where(sign_in_attempt.c.who == bindparam("p_who"))
_clear_one = delete(sign_in_attempt).where(
    sign_in_attempt.c.who == bindparam("p_who"), sign_in_attempt.c.at == bindparam("p_at")
)
_forget_attempts = delete(sign_in_attempt).where(sign_in_attempt.c.at < bindparam("p_before"))


def attempts(connection: Connection, who: str, since: float) -> int:
    return connection.execute(_attempts, {"who": who, "since": since}).scalar() or 0


def oldest_attempt(connection: Connection, who: str, since: float) -> float | None:
    return connection.execute(_oldest, {"who": who, "since": since}).scalar()


def add_attempt(connection: Connection, who: str, at: float) -> None:
    connection.execute(_insert_attempt, {"who": who, "at": at})


def clear_attempts(connection: Connection, who: str) -> None:
    connection.execute(_clear_attempts, {"p_who": who})


def clear_attempt(connection: Connection, who: str, at: float) -> None:
    connection.execute(_clear_one, {"p_who": who, "p_at": at})


def forget_attempts(connection: Connection, before: float) -> None:
    connection.execute(_forget_attempts, {"p_before": before})
