"""Take out of every table what says who somebody is. What is only counted stays."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, null, or_, select, text, update

from ivr.store.answer_tables import article_use
from ivr.store.card_tables import card_part, support_case
from ivr.store.tables import call, contact, customer, journal, note, recording, turn
from ivr.store.work_tables import LIVE_CALLBACK, callback, keyed_number, work_item

# Words of the journal that may name a person; all others are figures, steps and states.
PERSONAL = frozenset({"caller", "to", "number", "value", "details", "text", "said", "transcript", "names"})

_id, _numbers = bindparam("p_who"), bindparam("p_numbers", expanding=True)
_sids = bindparam("p_sids", expanding=True)
_calls = select(call.c.sid, call.c.ended_at).where(
    or_(call.c.customer_id == _id, call.c.caller.in_(_numbers))
)
_booked = select(callback.c.id).where(
    or_(callback.c.customer_id == _id, callback.c.number.in_(_numbers)), text(LIVE_CALLBACK)
)
_recordings = select(recording.c.sid).where(recording.c.call_sid.in_(_sids))
_lines = select(journal.c.id, journal.c.body).where(journal.c.call_sid.in_(_sids))
_clean_line = update(journal).where(journal.c.id == bindparam("p_id")).values(body=bindparam("p_body"))


def _theirs(table):
    return or_(table.c.customer_id == _id, table.c.number.in_(_numbers))


_of_person = (
    update(contact)
    .where(or_(_theirs(contact), contact.c.call_sid.in_(_sids)))
    .values(customer_id=null(), number="", summary="", note=""),
    update(work_item).where(_theirs(work_item)).values(customer_id=null(), number=""),
    update(callback).where(_theirs(callback)).values(customer_id=null(), number=""),
    delete(support_case).where(_theirs(support_case)),
    delete(keyed_number).where(or_(keyed_number.c.number.in_(_numbers), keyed_number.c.caller.in_(_numbers))),
)
_of_calls = (
    update(call).where(call.c.sid.in_(_sids)).values(customer_id=null(), caller="", session=json.dumps({})),
    update(turn).where(turn.c.call_sid.in_(_sids)).values(answer=""),
    update(recording).where(recording.c.call_sid.in_(_sids)).values(status="dropped", transcript=null()),
    update(article_use).where(article_use.c.call_sid.in_(_sids)).values(query="", note=""),
    delete(note).where(note.c.call_sid.in_(_sids)),
    delete(card_part).where(card_part.c.call_sid.in_(_sids)),
)
_person = delete(customer).where(customer.c.id == _id)  # numbers and warnings go with it


def calls_of(connection: Connection, customer_id: str, numbers: Sequence[str]) -> tuple[list[str], bool]:
    """Their calls, and whether one of them is not over or they wait for a callback."""
    asked = {"p_who": customer_id, "p_numbers": list(numbers)}
    rows = connection.execute(_calls, asked).all()
    live = any(row.ended_at is None for row in rows) or connection.execute(_booked, asked).first() is not None
    return [row.sid for row in rows], live


def recordings_of(connection: Connection, sids: Sequence[str]) -> list[str]:
    return list(connection.execute(_recordings, {"p_sids": list(sids)}).scalars())


def erase(connection: Connection, customer_id: str, numbers: Sequence[str], sids: Sequence[str]) -> None:
    """Everything in one transaction; nothing is left half-done."""
    person = {"p_who": customer_id, "p_numbers": list(numbers), "p_sids": list(sids)}
    for statement in _of_person:
        connection.execute(statement, person)
    for statement in _of_calls:
        connection.execute(statement, {"p_sids": list(sids)})
    for line in connection.execute(_lines, {"p_sids": list(sids)}).all():
        if PERSONAL & set(line.body):
            body = {name: "" if name in PERSONAL else kept for name, kept in line.body.items()}
            connection.execute(_clean_line, {"p_id": line.id, "p_body": body})
    connection.execute(_person, {"p_who": customer_id})
