"""Messages to a caller or from them beside the call itself: contacts of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ivr.flowfiles.equivalents import equivalents
from ivr.store.customer_tables import contact
from ivr.store.row_access import inserted_id

SURVEY, TEXT, MAIL = "survey", "text", "email"
_insert = insert(contact)
_outcome = select(contact.c.outcome).where(contact.c.id == bindparam("id"))
_sent = select(contact.c.channel, contact.c.outcome).where(contact.c.id == bindparam("id"))
_move = (
    update(contact)
    .where(contact.c.id == bindparam("p_id"), contact.c.outcome == bindparam("p_was"))
    .values(outcome=bindparam("p_outcome"))
)
_in_queue = update(contact).where(contact.c.id == bindparam("p_id")).values(queue=bindparam("p_queue"))
_name_text = update(contact).where(contact.c.id == bindparam("p_id")).values(text_sid=bindparam("p_sid"))
_last = select(func.max(contact.c.at)).where(
    contact.c.number.in_(bindparam("numbers", expanding=True)), contact.c.channel == bindparam("channel")
)


def add(connection: Connection, values: dict[str, Any]) -> int:
    """A contact that is no call; returns its number."""
    return inserted_id(connection.execute(_insert, values))


def in_queue(connection: Connection, number: int, queue: str) -> None:
    """The contact with this number is for the people of a queue."""
    connection.execute(_in_queue, {"p_id": number, "p_queue": queue})


def outcome(connection: Connection, number: int) -> str | None:
    return connection.execute(_outcome, {"id": number}).scalar()


def sent(connection: Connection, number: int) -> tuple[str, str]:
    """(channel, outcome) of a message; empty when it is gone."""
    found = connection.execute(_sent, {"id": number}).first()
    return (found.channel, found.outcome) if found else ("", "")


def move(connection: Connection, number: int, was: str, to: str) -> bool:
    """From one outcome to the next. False when it was another one: somebody else was here."""
    done = connection.execute(_move, {"p_id": number, "p_was": was, "p_outcome": to})
    return done.rowcount == 1


def name_text(connection: Connection, number: int, sid: str) -> None:
    """Keep the carrier's name of a text, by which it can be deleted there."""
    connection.execute(_name_text, {"p_id": number, "p_sid": sid})


def last_at(connection: Connection, number: str, channel: str) -> float | None:
    """When this telephone number last had such a contact."""
    asked = {"numbers": equivalents(number), "channel": channel}
    return connection.execute(_last, asked).scalar() if number else None
