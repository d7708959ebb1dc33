"""Open items of a customer, whichever agent has them: callbacks, unanswered messages, cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, cast, func, literal, or_, select, text

from ivr.flowfiles.equivalents import equivalents
from ivr.store.callbacks import LIVE_CALLBACK, callback
from ivr.store.cases import support_case
from ivr.store.floor.agents import agent
from ivr.store.work_item_tables import work_item

MOST = 10


@dataclass(frozen=True, slots=True)
class OpenItem:
    """`kind` is callback, voicemail, another kind of work, or case. `due` is the moment (epoch seconds) or
    the day (2026-03-02) by which somebody acts; `owner` the name of the agent who has it."""

    kind: str
    id: str
    since: float
    title: str
    owner: str
    due: float | str | None
    call_sid: str


def _theirs(table: Any) -> Any:
    """Of this customer, or of nobody known with this number: others may have it too."""
    with_number = table.c.number.in_(bindparam("numbers", expanding=True))
    return or_(table.c.customer_id == bindparam("id"), table.c.customer_id.is_(None) & with_number)


def _name_of(agent_id: Any) -> ColumnElement[str]:
    """The agent's name; the id of one who is gone."""
    name = select(agent.c.name).where(agent.c.id == agent_id).scalar_subquery()
    return func.coalesce(name, agent_id)


_none = literal("")
_statements = (
    select(
        literal("callback"), callback.c.id, callback.c.booked_at, callback.c.queue, _none,
        callback.c.chosen_at, callback.c.call_sid,
    )
    .where(_theirs(callback), text(LIVE_CALLBACK))
    .order_by(callback.c.booked_at)
    .limit(MOST),
    select(
        work_item.c.kind, cast(work_item.c.id, Text), work_item.c.made_at, work_item.c.queue,
        _name_of(work_item.c.agent_id), work_item.c.due_at, work_item.c.call_sid,
    )
    .where(_theirs(work_item), work_item.c.state.in_(("open", "taken")))
    .order_by(work_item.c.made_at)
    .limit(MOST),
    select(
        literal("case"), cast(support_case.c.id, Text), support_case.c.made_at, support_case.c.title,
        _name_of(support_case.c.owner), support_case.c.due_on, support_case.c.call_sid,
    )
    .where(_theirs(support_case), support_case.c.state != "closed")
    .order_by(support_case.c.made_at)
    .limit(MOST),
)  # fmt: skip


def open_items_of(
    connection: Connection, customer_id: str | None, number: str, but_call: str
) -> list[OpenItem]:
    """The oldest first, without the callback that is this very call."""
    asked = {"id": customer_id, "numbers": equivalents(number)}
    found = [OpenItem(*row) for one in _statements for row in connection.execute(one, asked)]
    return [matter for matter in found if matter.kind != "callback" or matter.call_sid != but_call]
