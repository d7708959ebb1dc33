"""Contacts written by calls: what the next agent reads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from ivr.flowfiles.equivalents import equivalents
from ivr.store.calls import call, note
from ivr.store.customer_tables import contact, customer
from ivr.store.floor.agents import agent
from ivr.store.floor.offers import offer
from ivr.store.notes import COURTESIES
from ivr.store.transfers import transfer

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
            for name in (
                *("summary", "note", "agent_name", "queue", "outcome", "disposition", "seconds"),
                *COURTESIES,
            )
        }
    )
)
_notes = select(note.c.text).where(note.c.call_sid == bindparam("sid")).order_by(note.c.updated_at)

_given_on = (
    select(agent.c.name, transfer.c.note)
    .join(agent, agent.c.id == transfer.c.from_agent)
    .where(transfer.c.call_sid == bindparam("sid"), transfer.c.note != "", transfer.c.state == "completed")
    .order_by(transfer.c.made_at)
)
_talks = (
    select(agent.c.name)
    .join(offer, offer.c.agent_id == agent.c.id)
    .where(
        offer.c.call_sid == bindparam("sid"),
        offer.c.kind == "call",
        offer.c.state.in_(("connected", "ended")),
    )
    .order_by(offer.c.connected_at)
)


def customer_facts(connection: Connection, customer_id: str) -> dict[str, Any]:
    """Return what flows may know of a customer: the import's own fields beside id, name, company,
    language."""
    found = connection.execute(_customer, {"id": customer_id}).first()
    if found is None:
        return {}
    fixed = {"id": found.id, "name": found.name, "company": found.company, "language": found.language}
    return {**(found.fields or {}), **fixed}


def notes_of_call(connection: Connection, sid: str) -> str:
    """Every agent's note on this call, and those with which it was given on, in one text."""
    own = [text for (text,) in connection.execute(_notes, {"sid": sid}) if text]
    given = [(name, text) for name, text in connection.execute(_given_on, {"sid": sid}) if text not in own]
    return "\n".join([*own, *(f"{name}, on giving the call on: {text}" for name, text in given)])


def who_had_call(connection: Connection, sid: str) -> str:
    """The names of everybody who talked with the caller, in that order; not of those who were only asked."""
    return ", ".join(dict.fromkeys(connection.execute(_talks, {"sid": sid}).scalars()))


def write_call(connection: Connection, sid: str, fixed: dict[str, Any], changing: dict[str, Any]) -> None:
    """One contact per call. Written again (a later note, a late voicemail) it is brought up to date."""
    if connection.execute(_of_call, {"sid": sid}).first() is None:
        connection.execute(_insert, {"call_sid": sid, **fixed, **changing})
        return
    connection.execute(_update, {"p_sid": sid, **{f"p_{name}": value for name, value in changing.items()}})


_agents_before = (
    select(call.c.agent_id)
    .join(contact, contact.c.call_sid == call.c.sid)
    .where(contact.c.at > bindparam("since"), call.c.agent_id.is_not(None))
    .order_by(contact.c.at.desc())
    .limit(1)
)
_agent_of_customer = _agents_before.where(contact.c.customer_id == bindparam("customer"))
_agent_of_number = _agents_before.where(
    contact.c.number.in_(bindparam("numbers", expanding=True)), contact.c.customer_id.is_(None)
)


def last_agent(connection: Connection, customer_id: str | None, number: str, since: float) -> str | None:
    """Return the agent who last talked to this customer after `since`, by number where the customer is not
    known."""
    if customer_id is not None:
        return connection.execute(_agent_of_customer, {"customer": customer_id, "since": since}).scalar()
    if not number.startswith("+"):
        return None  # withheld: the last caller without a number was somebody else
    asked = {"numbers": equivalents(number), "since": since}
    return connection.execute(_agent_of_number, asked).scalar()
