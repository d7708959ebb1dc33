"""Conversations by text: what was written between us and one number, and whose it is to answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select, text, update

from ivr.store.calls import TEXT
from ivr.store.customer_tables import contact
from ivr.store.work_item_tables import work_item
from ivr.store.work_items import DONE

MOST = 50


@dataclass(frozen=True, slots=True)
class Written:
    """One message. `direction` is in or out; `outcome` is how far sending it came."""

    id: int
    at: float
    direction: str
    words: str
    agent_name: str
    outcome: str


_reserve = text("SELECT pg_advisory_xact_lock(hashtextextended('text:' || :number, 0))")
_work = (
    select(work_item.c.id, work_item.c.agent_id)
    .where(work_item.c.number == bindparam("number"), work_item.c.kind == TEXT, work_item.c.state != DONE)
    .with_for_update()
)
_texts = (contact.c.number == bindparam("number"), contact.c.channel == TEXT)
_latest = (
    select(
        contact.c.id, contact.c.at, contact.c.direction, contact.c.summary + contact.c.note,
        contact.c.agent_name, contact.c.outcome,
    )
    .where(*_texts)
    .order_by(contact.c.at.desc(), contact.c.id.desc())
    .limit(MOST)
)  # fmt: skip
_newer = select(func.count()).where(
    *_texts,
    contact.c.at >= bindparam("since"),
    contact.c.id > bindparam("seen"),
    contact.c.direction == bindparam("direction"),
)
_close = (
    update(contact)
    .where(
        contact.c.number == bindparam("p_number"),
        contact.c.channel == TEXT,
        contact.c.direction == "in",
        contact.c.at >= bindparam("p_since"),
    )
    .values(queue=bindparam("p_queue"), agent_name=bindparam("p_agent"), disposition=bindparam("p_result"))
)


def work_of(connection: Connection, number: str) -> tuple[int, str | None] | None:
    """(work, who has taken it) of this number's texts while they are to be answered, held until the
    transaction ends. Texts that come at once take turns here, so that they make one piece of work."""
    if connection.dialect.name == "postgresql":
        connection.execute(_reserve, {"number": number})
    found = connection.execute(_work, {"number": number}).first()
    return (found.id, found.agent_id) if found else None


def latest(connection: Connection, number: str) -> tuple[Written, ...]:
    """The last messages in both directions, the oldest first."""
    found = connection.execute(_latest, {"number": number}).all() if number else []
    return tuple(Written(*row) for row in reversed(found))


def has_newer(connection: Connection, number: str, direction: str, since: float, seen: int) -> bool:
    """Whether there is a message in that direction after the message `seen`, and not before `since`."""
    asked = {"number": number, "direction": direction, "since": since, "seen": seen}
    return bool(connection.execute(_newer, asked).scalar())


def close(
    connection: Connection, number: str, since: float, queue: str, agent_name: str, result: str
) -> None:
    """Write the result of the messages since then into the history."""
    values = {"p_number": number, "p_since": since, "p_queue": queue}
    connection.execute(_close, {**values, "p_agent": agent_name[:100], "p_result": result[:100]})
