"""Contacts written by calls: what the next agent reads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from ivr.store.tables import contact, customer, note

_customer = select(
    customer.c.id, customer.c.name, customer.c.company, customer.c.language, customer.c.fields
).where(customer.c.id == bindparam("id"))
_of_call = select(contact.c.id).where(contact.c.call_sid == bindparam("sid"))
_insert = insert(contact)
_update = (
    update(contact)
    .where(contact.c.call_sid == bindparam("p_sid"))
    .values(
        {
            name: bindparam(f"p_{name}")
            for name in ("summary", "note", "agent_name", "queue", "outcome", "disposition", "seconds")
        }
    )
)
_notes = select(note.c.text).where(note.c.call_sid == bindparam("sid")).order_by(note.c.updated_at)


def customer_facts(connection: Connection, customer_id: str) -> dict[str, Any]:
    """What flows may know of a customer: the import's own fields beside id, name, company, language."""
    found = connection.execute(_customer, {"id": customer_id}).first()
    if found is None:
        return {}
    fixed = {"id": found.id, "name": found.name, "company": found.company, "language": found.language}
    return {**(found.fields or {}), **fixed}


def notes_of_call(connection: Connection, sid: str) -> str:
    """Every agent's note on this call, in one text."""
    return "\n".join(text for (text,) in connection.execute(_notes, {"sid": sid}) if text)


def write_call(connection: Connection, sid: str, fixed: dict[str, Any], changing: dict[str, Any]) -> None:
    """One contact per call. Written again (a later note, a late voicemail) it is brought up to date."""
    if connection.execute(_of_call, {"sid": sid}).first() is None:
        connection.execute(_insert, {"call_sid": sid, **fixed, **changing})
        return
    connection.execute(_update, {"p_sid": sid, **{f"p_{name}": value for name, value in changing.items()}})
