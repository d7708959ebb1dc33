"""Customers, their numbers, warnings and past contacts; and the notes agents write. Statements built once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from ivr.flowfiles.equivalents import equivalents
from ivr.store.calls import TEXT, call, note
from ivr.store.customer_tables import contact, customer, customer_number
from ivr.store.customer_warnings import warning
from ivr.store.floor.agents import agent

IMPORTED = "import"


@dataclass(frozen=True, slots=True)
class CustomerRow:
    id: str
    name: str
    company: str
    language: str
    email: str
    fields: Mapping[str, Any]
    updated_at: float


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact of the past. `customer_id` is None when only the number is known."""

    at: float
    customer_id: str | None
    number: str
    channel: str
    direction: str
    summary: str
    note: str
    agent_name: str
    queue: str
    outcome: str
    disposition: str
    seconds: int


@dataclass(frozen=True, slots=True)
class WarningRow:
    customer_id: str
    kind: str
    text: str
    author: str
    made_at: float
    expires_at: float | None


@dataclass(frozen=True, slots=True)
class NoteRow:
    call_sid: str
    agent_id: str
    text: str
    version: int
    updated_at: float
    asked_leave: bool
    used_name: bool
    agent_name: str


# Customers ------------------------------------------------------------------------------------------------

_customers = select(*(customer.c[name] for name in CustomerRow.__slots__)).order_by(customer.c.id)
_customer = _customers.where(customer.c.id == bindparam("id"))
_ids = select(customer.c.id)
_insert_customer = insert(customer)
_update_customer = (
    update(customer)
    .where(customer.c.id == bindparam("p_id"))
    .values({name: bindparam(f"p_{name}") for name in CustomerRow.__slots__ if name != "id"})
)
_all_numbers = select(customer_number.c.customer_id, customer_number.c.number).order_by(
    customer_number.c.number
)
_numbers = _all_numbers.where(customer_number.c.customer_id == bindparam("id"))
_insert_number = insert(customer_number)
_drop_numbers = delete(customer_number).where(customer_number.c.customer_id == bindparam("p_id"))
_with_number = (
    select(customer_number.c.customer_id)
    .where(customer_number.c.number.in_(bindparam("numbers", expanding=True)))
    .distinct()
    .order_by(customer_number.c.customer_id)
)
_named_with_number = _customers.where(
    customer.c.id.in_(
        select(customer_number.c.customer_id).where(
            customer_number.c.number.in_(bindparam("numbers", expanding=True))
        )
    )
)
_others = customer_number.alias("others")
_shared = select(customer_number.c.number).where(
    customer_number.c.customer_id == bindparam("id"),
    exists().where(
        _others.c.number == customer_number.c.number, _others.c.customer_id != customer_number.c.customer_id
    ),
)
_adopt_contacts = (
    update(contact)
    .where(contact.c.number == bindparam("p_number"), contact.c.customer_id.is_(None))
    .values(customer_id=bindparam("p_id"))
)


def find(connection: Connection, customer_id: str) -> CustomerRow | None:
    found = connection.execute(_customer, {"id": customer_id}).first()
    return CustomerRow(*found) if found else None


def everybody(connection: Connection) -> list[CustomerRow]:
    return [CustomerRow(*row) for row in connection.execute(_customers)]


def known_ids(connection: Connection) -> set[str]:
    return set(connection.execute(_ids).scalars())


def numbers_of(connection: Connection, customer_id: str) -> tuple[str, ...]:
    return tuple(row.number for row in connection.execute(_numbers, {"id": customer_id}))


def numbers_of_all(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in connection.execute(_all_numbers):
        found.setdefault(row.customer_id, []).append(row.number)
    return found


def with_number(connection: Connection, number: str) -> tuple[str, ...]:
    """The ids of all customers who have this number, however it is written. Several share that of an office
    or a household: then it does not say which of them calls."""
    if not number:
        return ()
    return tuple(connection.execute(_with_number, {"numbers": equivalents(number)}).scalars())


def sole_with_number(connection: Connection, number: str) -> str | None:
    """The one customer who has this number; None where nobody or more than one has."""
    found = with_number(connection, number)
    return found[0] if len(found) == 1 else None


def named_with_number(connection: Connection, number: str) -> list[CustomerRow]:
    """All that is known of the customers who have this number."""
    asked = {"numbers": equivalents(number)}
    return [CustomerRow(*row) for row in connection.execute(_named_with_number, asked)] if number else []


def shared_numbers(connection: Connection, customer_id: str) -> set[str]:
    """Those of a customer's numbers that other customers have too."""
    return set(connection.execute(_shared, {"id": customer_id}).scalars())


def save(connection: Connection, row: CustomerRow, numbers: Sequence[str]) -> bool:
    """Add or replace a customer; True when added. Others may have the same numbers."""
    values = {f"p_{name}": getattr(row, name) for name in CustomerRow.__slots__}
    is_new = connection.execute(_update_customer, values).rowcount == 0
    if is_new:
        connection.execute(_insert_customer, {name: getattr(row, name) for name in CustomerRow.__slots__})
    connection.execute(_drop_numbers, {"p_id": row.id})
    if numbers:
        connection.execute(_insert_number, [{"number": each, "customer_id": row.id} for each in numbers])
    return is_new


def adopt_contacts(connection: Connection, numbers: Iterable[str]) -> None:
    """Contacts of nobody become those of the one customer who has their number now; where several have it,
    nobody knows whose they were."""
    owners: dict[str, set[str]] = {}
    for row in connection.execute(_all_numbers):
        for each in equivalents(row.number):
            owners.setdefault(each, set()).add(row.customer_id)
    theirs = [
        {"p_number": each, "p_id": next(iter(owners[number]))}
        for number in dict.fromkeys(numbers)
        if len(owners.get(number, ())) == 1
        for each in equivalents(number)
    ]
    if theirs:
        connection.execute(_adopt_contacts, theirs)


# Warnings -------------------------------------------------------------------------------------------------

_all_warnings = (
    select(*(warning.c[name] for name in WarningRow.__slots__))
    .where(
        warning.c.ended_at.is_(None),
        or_(warning.c.expires_at.is_(None), warning.c.expires_at > bindparam("now")),
    )
    .order_by(warning.c.made_at.desc(), warning.c.id.desc())
)
_warnings = _all_warnings.where(warning.c.customer_id == bindparam("id"))
_imported_warnings = select(*(warning.c[name] for name in WarningRow.__slots__)).where(
    warning.c.author == bindparam("author")
)
_insert_warning = insert(warning)
_drop_imported = delete(warning).where(
    warning.c.customer_id == bindparam("p_id"), warning.c.author == bindparam("p_author")
)


def warnings_of(connection: Connection, customer_id: str, now: float) -> list[WarningRow]:
    """Those still in force, the newest first."""
    return [WarningRow(*row) for row in connection.execute(_warnings, {"id": customer_id, "now": now})]


def imported_warnings(connection: Connection) -> dict[str, WarningRow]:
    """The warning that came with each customer's row."""
    rows = connection.execute(_imported_warnings, {"author": IMPORTED})
    return {row.customer_id: WarningRow(*row) for row in rows}


def add_warning(connection: Connection, row: WarningRow) -> None:
    connection.execute(_insert_warning, {name: getattr(row, name) for name in WarningRow.__slots__})


def drop_imported_warnings(connection: Connection, customer_id: str) -> None:
    connection.execute(_drop_imported, {"p_id": customer_id, "p_author": IMPORTED})


# Contacts -------------------------------------------------------------------------------------------------

_contact_columns = [contact.c[name] for name in ContactRow.__slots__]
_latest_first = (
    select(*_contact_columns).order_by(contact.c.at.desc(), contact.c.id.desc()).limit(bindparam("most"))
)
_elsewhere = or_(contact.c.call_sid.is_(None), contact.c.call_sid != bindparam("but"))
_of_customer = _latest_first.where(contact.c.customer_id == bindparam("id"), _elsewhere)
_nobodys = and_(contact.c.number.in_(bindparam("numbers", expanding=True)), contact.c.customer_id.is_(None))
_of_number = _latest_first.where(_nobodys, _elsewhere)
_insert_contact = insert(contact)
_same_contact = select(contact.c.id).where(
    contact.c.at == bindparam("at"),
    contact.c.channel == bindparam("channel"),
    contact.c.direction == bindparam("direction"),
    contact.c.call_sid.is_(None),
)
_same_of_customer = _same_contact.where(contact.c.customer_id == bindparam("who"))
_same_of_number = _same_contact.where(contact.c.number == bindparam("who"))
_update_contact = (
    update(contact)
    .where(contact.c.id == bindparam("p_row"))
    .values({name: bindparam(f"p_{name}") for name in ContactRow.__slots__})
)
_calls_in = and_(call.c.caller.in_(bindparam("numbers", expanding=True)), call.c.direction != TEXT)
_calls_before = or_(
    contact.c.number.in_(bindparam("numbers", expanding=True)), contact.c.customer_id == bindparam("id")
)
# Calls that were imported have no row in `call`, and those of ours have one in both: neither counts twice.
_calls_since = select(
    select(func.count())
    .select_from(call)
    .where(_calls_in, call.c.started_at >= bindparam("since"))
    .scalar_subquery()
    + select(func.count())
    .select_from(contact)
    .where(
        _calls_before,
        contact.c.at >= bindparam("since"),
        and_(contact.c.call_sid.is_(None), contact.c.direction == "in"),
        contact.c.channel.in_(("phone", "call", "voice")),
    )
    .scalar_subquery()
)


def contacts_of(
    connection: Connection, customer_id: str | None, number: str, but_call: str = "", most: int = 10
) -> list[ContactRow]:
    """The latest contacts on every channel with that customer or, if unknown, those from that number of which
    nobody knows whose they were."""
    if customer_id:
        rows = connection.execute(_of_customer, {"id": customer_id, "but": but_call, "most": most})
    elif number:
        asked = {"numbers": equivalents(number), "but": but_call, "most": most}
        rows = connection.execute(_of_number, asked)
    else:
        return []
    return [ContactRow(*row) for row in rows]


_older = or_(
    contact.c.at < bindparam("at"), and_(contact.c.at == bindparam("at"), contact.c.id < bindparam("row"))
)
_pages = (
    select(contact.c.id, *_contact_columns)
    .where(contact.c.at <= bindparam("at"), _older)
    .order_by(contact.c.at.desc(), contact.c.id.desc())
    .limit(bindparam("most"))
)
_page_of_customer = _pages.where(contact.c.customer_id == bindparam("who"))
_page_of_number = _pages.where(
    contact.c.number.in_(bindparam("who", expanding=True)), contact.c.customer_id.is_(None)
)


def page_of_contacts(
    connection: Connection,
    customer_id: str | None,
    number: str,
    before: tuple[float, int] | None,
    most: int,
) -> list[Any]:
    """Contacts before that one (at, id), the latest first; each with its `id` and what a ContactRow has."""
    at, row = before or (1e12, 0)
    if not (customer_id or number):
        return []
    statement, who = (
        (_page_of_customer, customer_id) if customer_id else (_page_of_number, equivalents(number))
    )
    return list(connection.execute(statement, {"who": who, "at": at, "row": row, "most": most}))


def keep_contacts(connection: Connection, rows: Iterable[ContactRow]) -> tuple[int, int]:
    """Add contacts or bring them up to date; returns (added, already there)."""
    added = known = 0
    for row in rows:
        key = {"at": row.at, "channel": row.channel, "direction": row.direction}
        same = _same_of_customer if row.customer_id else _same_of_number
        found = connection.execute(same, {**key, "who": row.customer_id or row.number}).scalar()
        values = {name: getattr(row, name) for name in ContactRow.__slots__}
        if found is None:
            connection.execute(_insert_contact, values)
            added += 1
        else:
            connection.execute(
                _update_contact, {"p_row": found, **{f"p_{name}": values[name] for name in values}}
            )
            known += 1
    return added, known


def calls_since(connection: Connection, customer_id: str | None, numbers: Sequence[str], since: float) -> int:
    """How often they called since then, on any of their numbers."""
    written = [each for number in numbers for each in equivalents(number)]
    return (
        connection.execute(_calls_since, {"id": customer_id, "numbers": written, "since": since}).scalar()
        or 0
    )


# Notes ----------------------------------------------------------------------------------------------------

_notes = (
    select(note, func.coalesce(agent.c.name, note.c.agent_id).label("agent_name"))
    .outerjoin(agent, agent.c.id == note.c.agent_id)
    .where(note.c.call_sid == bindparam("sid"))
    .order_by(note.c.updated_at)
)


def notes_of_call(connection: Connection, call_sid: str) -> list[NoteRow]:
    found = connection.execute(_notes, {"sid": call_sid})
    return [NoteRow(**{name: row[name] for name in NoteRow.__slots__}) for row in found.mappings()]
