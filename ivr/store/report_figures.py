"""Sums of days read back: by day, queue, agent, name. Days are local, as 2026-03-02, both ends included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ivr.acd.reports.sums import LINE, MAXIMA, AgentSums, QueueSums
from ivr.store.floor.agents import agent, agent_queue
from ivr.store.report_sums import agent_day, day_detail, queue_day


@dataclass(frozen=True, slots=True)
class Detail:
    """One name: how often, and the sum of what it came with (ratings, zeros)."""

    queue: str
    name: str
    number: float
    total: float


def _summed(table: Any, form: type) -> list[Any]:
    columns = [table.c[each.name] for each in fields(form)]
    return [(func.max if column.name in MAXIMA else func.sum)(column) for column in columns]


def _within(statement: Any, table: Any) -> Any:
    return statement.where(table.c.day >= bindparam("since"), table.c.day <= bindparam("until"))


_by_day = _within(select(queue_day.c.day, *_summed(queue_day, QueueSums)), queue_day)
_by_day = _by_day.group_by(queue_day.c.day).order_by(queue_day.c.day)
_by_day_of = _by_day.where(queue_day.c.queue == bindparam("queue"))
_by_queue = _within(select(queue_day.c.queue, *_summed(queue_day, QueueSums)), queue_day)
_by_queue = _by_queue.group_by(queue_day.c.queue).order_by(queue_day.c.queue)
_by_agent = _within(select(agent_day.c.agent_id, *_summed(agent_day, AgentSums)), agent_day)
_by_agent = _by_agent.group_by(agent_day.c.agent_id).order_by(agent_day.c.agent_id)
_agents_by_day = _within(select(agent_day.c.day, *_summed(agent_day, AgentSums)), agent_day)
_agents_by_day = _agents_by_day.group_by(agent_day.c.day).order_by(agent_day.c.day)
_group_by_day = _agents_by_day.where(
    agent_day.c.agent_id.in_(select(agent_queue.c.agent_id).where(agent_queue.c.queue == bindparam("queue")))
)
_names = select(agent.c.id, agent.c.name)
_members = select(agent_queue.c.queue, agent_queue.c.agent_id)
_number = func.sum(day_detail.c.number)
_details = _within(
    select(day_detail.c.queue, day_detail.c.name, _number, func.sum(day_detail.c.total)), day_detail
).where(day_detail.c.kind == bindparam("kind"))
_details = (
    _details.group_by(day_detail.c.queue, day_detail.c.name)
    .having(_number > 0)
    .order_by(_number.desc(), day_detail.c.queue, day_detail.c.name)
    .limit(bindparam("most"))
)
_details_of = _details.where(day_detail.c.queue == bindparam("queue"))
_details_by_day = (
    _within(select(day_detail.c.day, day_detail.c.name, _number), day_detail)
    .where(day_detail.c.kind == bindparam("kind"))
    .group_by(day_detail.c.day, day_detail.c.name)
)
_details_by_day_of = _details_by_day.where(day_detail.c.queue == bindparam("queue"))
_first_day = select(func.min(queue_day.c.day))


def by_day(connection: Connection, since: str, until: str, queue: str = LINE) -> dict[str, QueueSums]:
    """Each day on which there was anything, of one queue or of all together."""
    asked = {"since": since, "until": until, **({"queue": queue} if queue else {})}
    rows = connection.execute(_by_day_of if queue else _by_day, asked)
    return {row[0]: QueueSums(*row[1:]) for row in rows}


def by_queue(connection: Connection, since: str, until: str) -> dict[str, QueueSums]:
    """Each queue; under `LINE` what belongs to none."""
    rows = connection.execute(_by_queue, {"since": since, "until": until})
    return {row[0]: QueueSums(*row[1:]) for row in rows}


def by_agent(connection: Connection, since: str, until: str) -> dict[str, AgentSums]:
    rows = connection.execute(_by_agent, {"since": since, "until": until})
    return {row[0]: AgentSums(*row[1:]) for row in rows}


def agents_by_day(connection: Connection, since: str, until: str, queue: str = LINE) -> dict[str, AgentSums]:
    """The agents who serve a queue now, or everybody, by day."""
    asked = {"since": since, "until": until, **({"queue": queue} if queue else {})}
    rows = connection.execute(_group_by_day if queue else _agents_by_day, asked)
    return {row[0]: AgentSums(*row[1:]) for row in rows}


def agent_names(connection: Connection) -> dict[str, str]:
    return {row.id: row.name for row in connection.execute(_names)}


def members(connection: Connection) -> dict[str, set[str]]:
    """The agents who serve each queue now."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(_members):
        found.setdefault(row.queue, set()).add(row.agent_id)
    return found


def details(
    connection: Connection, kind: str, since: str, until: str, queue: str | None = None, most: int = 1000
) -> list[Detail]:
    """The names of a kind, the most frequent first; of one queue, or with None of each."""
    asked = {"kind": kind, "since": since, "until": until, "most": most}
    if queue is not None:
        asked["queue"] = queue
    return [Detail(*row) for row in connection.execute(_details if queue is None else _details_of, asked)]


def details_by_day(
    connection: Connection, kind: str, since: str, until: str, queue: str = LINE
) -> Sequence[Any] | Iterable[Any]:
    """(day, name, number) of a kind, of one queue or of all together."""
    asked = {"kind": kind, "since": since, "until": until, **({"queue": queue} if queue else {})}
    return connection.execute(_details_by_day_of if queue else _details_by_day, asked).all()


def first_day(connection: Connection) -> str | None:
    """The oldest day there is a sum of."""
    return connection.execute(_first_day).scalar()
