"""Agents and their states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    select,
    text,
    update,
)

from ivr.store.metadata import metadata
from ivr.store.row_access import select_rows

agent = Table(
    "agent",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("phone", String(200), nullable=False),
    Column("role", String(20), nullable=False, server_default="agent"),
    Column("password_hash", String(200)),
    Column("state", String(20), nullable=False),
    Column("reason", String(100), nullable=False, server_default=""),
    Column("wish", String(20), nullable=False, server_default=""),
    Column("since", Float, nullable=False),
    Column("due_at", Float),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("must_change_password", Boolean, nullable=False, server_default=text("false")),
    Column("totp_secret", String(64)),  # that there is one; readable where an older version wrote it
    Column("totp_wanted", String(64)),  # of older versions; empty
    Column("totp_step", Integer),
    Column("desk_seen_at", Float),
    Column("totp_sealed", String(200)),
    Column("totp_begun", String(200)),
    Index("ix_agent_state", "state"),
)

agent_queue = Table(
    "agent_queue",
    metadata,
    Column("agent_id", String(64), ForeignKey("agent.id", ondelete="CASCADE"), primary_key=True),
    Column("queue", String(64), primary_key=True),
    Column("level", Integer, nullable=False, server_default="1"),
    Index("ix_agent_queue_queue", "queue"),
)

agent_skill = Table(
    "agent_skill",
    metadata,
    Column(
        "agent_id",
        String(64),
        ForeignKey("agent.id", ondelete="CASCADE", name="fk_agent_skill_agent_id_agent"),
        primary_key=True,
    ),
    Column("skill", String(64), primary_key=True),
    Column("level", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class AgentRow:
    id: str
    name: str
    phone: str
    role: str
    state: str
    reason: str
    wish: str
    since: float
    due_at: float | None
    disabled: bool


_agent = select_rows(agent, AgentRow).where(agent.c.id == bindparam("id"))
_agent_locked = _agent.with_for_update()
_any_available = select(agent.c.id).where(agent.c.state == "available", agent.c.disabled.is_(False)).limit(1)
_serving = (
    select(agent.c.id, agent.c.state, agent.c.since, agent_queue.c.queue)
    .join(agent_queue, agent_queue.c.agent_id == agent.c.id)
    .where(agent.c.state != "signed_out", agent.c.disabled.is_(False))
)
_signed_in_skills = (
    select(agent_skill.c.agent_id, agent_skill.c.skill, agent_skill.c.level)
    .join(agent, agent.c.id == agent_skill.c.agent_id)
    .where(agent.c.state != "signed_out", agent.c.disabled.is_(False))
)
_move_agent = (
    update(agent)
    .where(agent.c.id == bindparam("p_id"), agent.c.state == bindparam("p_was"))
    .values(
        state=bindparam("p_state"),
        reason=bindparam("p_reason"),
        since=bindparam("p_now"),
        due_at=bindparam("p_due"),
        wish=bindparam("p_wish"),
    )
)
_set_wish = update(agent).where(agent.c.id == bindparam("p_id")).values(wish=bindparam("p_wish"))
_set_due = update(agent).where(agent.c.id == bindparam("p_id")).values(due_at=bindparam("p_due"))


def find_agent(connection: Connection, agent_id: str, lock: bool = False) -> AgentRow | None:
    found = connection.execute(_agent_locked if lock else _agent, {"id": agent_id}).first()
    return AgentRow(*found) if found else None


_DISPATCH_LOCK = 7_200_000_002  # any fixed number: it only has to be ours
_one_at_a_time = text("SELECT pg_advisory_xact_lock(:key)")


def one_at_a_time(connection: Connection) -> None:
    """Two that match callers with agents at once would take the same rows in different orders."""
    if connection.dialect.name == "postgresql":
        connection.execute(_one_at_a_time, {"key": _DISPATCH_LOCK})


def anybody_available(connection: Connection) -> bool:
    return connection.execute(_any_available).first() is not None


def signed_in_agents(connection: Connection) -> list[Any]:
    """Rows (id, state, since, queue), one for each queue an agent who is signed in serves."""
    return list(connection.execute(_serving))


def skills_of_signed_in(connection: Connection) -> dict[str, dict[str, int]]:
    """Agent → skill → level, for everybody who is signed in and has any."""
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(_signed_in_skills):
        found.setdefault(row.agent_id, {})[row.skill] = row.level
    return found


def move_agent(
    connection: Connection,
    agent_id: str,
    was: str,
    state: str,
    now: float,
    *,
    reason: str = "",
    due_at: float | None = None,
    wish: str = "",
) -> bool:
    done = connection.execute(
        _move_agent,
        {
            "p_id": agent_id,
            "p_was": was,
            "p_state": state,
            "p_reason": reason,
            "p_now": now,
            "p_due": due_at,
            "p_wish": wish,
        },
    )
    return done.rowcount == 1


def set_wish(connection: Connection, agent_id: str, wish: str) -> None:
    connection.execute(_set_wish, {"p_id": agent_id, "p_wish": wish})


def set_agent_due(connection: Connection, agent_id: str, due_at: float | None) -> None:
    connection.execute(_set_due, {"p_id": agent_id, "p_due": due_at})


_need_desk = update(agent).where(agent.c.id == bindparam("p_id")).values(desk_seen_at=bindparam("p_at"))
_with_desk = update(agent).where(agent.c.desk_seen_at.is_not(None)).values(desk_seen_at=bindparam("p_at"))
_saw_desk = _with_desk.where(agent.c.id == bindparam("p_id"))
_without_desk = (
    select(agent.c.id, agent.c.desk_seen_at)
    .where(agent.c.state == "available", agent.c.desk_seen_at < bindparam("before"))
    .order_by(agent.c.id)
)


def need_desk(connection: Connection, agent_id: str, seen_at: float | None) -> None:
    """From now on this agent is available at a desk that was open at `seen_at`; None: they need none."""
    connection.execute(_need_desk, {"p_id": agent_id, "p_at": seen_at})


def saw_desk(connection: Connection, agent_id: str, now: float) -> None:
    """A desk of theirs is open. Nothing is written of who needs none."""
    connection.execute(_saw_desk, {"p_id": agent_id, "p_at": now})


def count_desks_anew(connection: Connection, now: float) -> None:
    """We could not see who had a desk open until now."""
    connection.execute(_with_desk, {"p_at": now})


def available_without_desk(connection: Connection, seen_before: float) -> list[tuple[str, float]]:
    """(agent, when their desk was last open) of those who are available and had none open since then."""
    return [tuple(row) for row in connection.execute(_without_desk, {"before": seen_before})]


_queues_of = (
    select(agent_queue.c.queue)
    .where(agent_queue.c.agent_id == bindparam("agent"))
    .order_by(agent_queue.c.queue)
)


def queues_of(connection: Connection, agent_id: str) -> list[str]:
    return [queue for (queue,) in connection.execute(_queues_of, {"agent": agent_id})]
