"""Take out of every table what says who somebody is. What is only counted stays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    null,
    or_,
    select,
    text,
    true,
    update,
)

from ivr.acd.journal import JournalKind
from ivr.acd.reports.call_sums import QUESTION
from ivr.store import texts
from ivr.store.article_uses import article_use
from ivr.store.callbacks import LIVE_CALLBACK, callback
from ivr.store.calls import call, note, turn
from ivr.store.cases import support_case
from ivr.store.crm_values import card_part
from ivr.store.customer_tables import contact, customer
from ivr.store.entered_numbers import keyed_number
from ivr.store.expenses import expense
from ivr.store.jobs import job
from ivr.store.journal import OF_CUSTOMERS, journal
from ivr.store.mentions import Person
from ivr.store.messages import TEXT
from ivr.store.recordings import recording
from ivr.store.report_sums import day_detail, digest_of, questions, report_caller
from ivr.store.row_access import AnyRow
from ivr.store.text_surveys import text_survey
from ivr.store.texts import incoming_text
from ivr.store.transfers import transfer
from ivr.store.work_item_tables import work_item

# Words of the journal that may name a person; all others are figures, steps and states.
PERSONAL = frozenset(
    {"caller", "to", "number", "value", "details", "text", "said", "transcript", "names", "note", "query"}
    | {"answer"}  # of a survey: a comment; the ratings are figures
)
RATINGS = frozenset("12345")
# Lines that belong to no call: told apart by the number in them, or by what was typed into a search.
BY_NUMBER = ("text_received", "opted_out", "opted_in")
BY_QUERY = (str(JournalKind.CONTACTS_SEARCHED), str(JournalKind.CONTACTS_EXPORTED))
TYPED = ("number", "customer", "words")
SENDING = ("send_text", "send_mail")

_id: BindParameter[str] = bindparam("p_who")
_numbers: BindParameter[list[str]] = bindparam("p_numbers", expanding=True)
_sids: BindParameter[list[str]] = bindparam("p_sids", expanding=True)
_calls = select(call.c.sid, call.c.ended_at).where(
    or_(call.c.customer_id == _id, call.c.caller.in_(_numbers))
)
_booked = select(callback.c.id).where(
    or_(callback.c.customer_id == _id, callback.c.number.in_(_numbers)), text(LIVE_CALLBACK)
)
_recordings = select(recording.c.sid).where(recording.c.call_sid.in_(_sids))
_lines = select(journal.c.id, journal.c.body).where(journal.c.call_sid.in_(_sids))
# They name the condition of the index in its own words: it holds these lines alone, however many others are.
_of_customers = select(journal.c.id, journal.c.body).where(text(OF_CUSTOMERS))
_numbered_lines = _of_customers.where(journal.c.kind.in_(BY_NUMBER))
_searches = _of_customers.where(journal.c.kind.in_(BY_QUERY))
_chosen_lines = _of_customers.where(journal.c.kind == "customer_chosen")
_known_by = select(customer.c.id, customer.c.name, customer.c.company, customer.c.email).where(
    customer.c.id == _id
)
_sessions = select(call.c.session).where(call.c.sid.in_(_sids))
_words: BindParameter[list[str]] = bindparam("p_words", expanding=True)
_asked = and_(day_detail.c.kind == QUESTION, day_detail.c.name.in_(_words))
_forget_words = (
    delete(day_detail).where(_asked, day_detail.c.number <= 1),
    update(day_detail).where(_asked).values(number=day_detail.c.number - 1),
)
_forget_talks = delete(report_caller).where(
    report_caller.c.digest.in_(bindparam("p_digests", expanding=True))
)
_to_send = select(job.c.id, job.c.body).where(job.c.kind.in_(SENDING))
_drop_job = delete(job).where(job.c.id == bindparam("p_id"))
_clean_line = update(journal).where(journal.c.id == bindparam("p_id")).values(body=bindparam("p_body"))


def _theirs(table: Table) -> ColumnElement[bool]:
    return or_(table.c.customer_id == _id, table.c.number.in_(_numbers))


_named_texts = select(contact.c.text_sid).where(
    or_(_theirs(contact), contact.c.call_sid.in_(_sids)), contact.c.text_sid.is_not(None)
)
NO_WORDS = {
    "customer_id": null(),
    "number": "",
    "summary": "",
    "note": "",
    "recording_sid": null(),
    "text_sid": null(),
    "erased": true(),
}
_texts = select(contact.c.at).where(_theirs(contact), contact.c.channel == TEXT, contact.c.direction == "in")
_of_person = (
    delete(incoming_text).where(incoming_text.c.at.in_(_texts)),  # before their contacts are nobody's
    update(contact).where(or_(_theirs(contact), contact.c.call_sid.in_(_sids))).values(**NO_WORDS),
    delete(work_item).where(_theirs(work_item), work_item.c.kind == TEXT, work_item.c.state != "done"),
    update(work_item).where(_theirs(work_item)).values(customer_id=null(), number=""),
    update(callback).where(_theirs(callback)).values(customer_id=null(), number=""),
    delete(support_case).where(_theirs(support_case)),
    delete(text_survey).where(_theirs(text_survey)),
    delete(expense).where(or_(expense.c.number.in_(_numbers), expense.c.caller.in_(_numbers))),
    delete(keyed_number).where(or_(keyed_number.c.number.in_(_numbers), keyed_number.c.caller.in_(_numbers))),
)
_of_calls = (
    update(call).where(call.c.sid.in_(_sids)).values(customer_id=null(), caller="", session=json.dumps({})),
    update(turn).where(turn.c.call_sid.in_(_sids)).values(answer=""),
    update(recording).where(recording.c.call_sid.in_(_sids)).values(status="dropped", transcript=null()),
    update(article_use).where(article_use.c.call_sid.in_(_sids)).values(query="", note=""),
    delete(note).where(note.c.call_sid.in_(_sids)),
    delete(card_part).where(card_part.c.call_sid.in_(_sids)),
    update(transfer).where(transfer.c.call_sid.in_(_sids)).values(note=""),
)
_of_calls_alone = (
    update(contact).where(contact.c.call_sid.in_(_sids)).values(**NO_WORDS),
    update(work_item).where(work_item.c.call_sid.in_(_sids)).values(customer_id=null(), number=""),
    update(callback)
    .where(or_(callback.c.call_sid.in_(_sids), callback.c.origin_sid.in_(_sids)))
    .values(customer_id=null(), number=""),
    delete(text_survey).where(text_survey.c.call_sid.in_(_sids)),
)
_person = delete(customer).where(customer.c.id == _id)  # numbers and warnings go with it


def calls_of(
    connection: Connection, customer_id: str | None, numbers: Sequence[str]
) -> tuple[list[str], bool]:
    """Their calls, and whether one of them is not over or they wait for a callback."""
    asked = {"p_who": customer_id, "p_numbers": list(numbers)}
    rows = connection.execute(_calls, asked).all()
    live = any(row.ended_at is None for row in rows) or connection.execute(_booked, asked).first() is not None
    return [row.sid for row in rows], live


def recordings_of(connection: Connection, sids: Sequence[str]) -> list[str]:
    return list(connection.execute(_recordings, {"p_sids": list(sids)}).scalars())


def texts_of(
    connection: Connection, customer_id: str | None, numbers: Sequence[str], sids: Sequence[str]
) -> list[str]:
    """Return the carrier's names of the texts that went to them or came from them."""
    person = {"p_who": customer_id, "p_numbers": list(numbers), "p_sids": list(sids)}
    return list(connection.execute(_named_texts, person).scalars())


def erase(
    connection: Connection, customer_id: str | None, numbers: Sequence[str], sids: Sequence[str]
) -> None:
    """Everything in one transaction; nothing is left half-done. Without a customer: what came from the
    numbers."""
    person = {"p_who": customer_id, "p_numbers": list(numbers), "p_sids": list(sids)}
    _forget_in_reports(connection, numbers, sids)
    texts.keep_as_digests(connection, numbers)
    _drop_what_is_to_be_sent(connection, set(numbers), set(sids))
    for statement in _of_person:
        connection.execute(statement, person)
    _forget(connection, _of_calls, sids)
    for line in connection.execute(_numbered_lines).all():
        if line.body.get("number") in numbers:
            clean(connection, line)
    _forget_searches(connection, customer_id, numbers)
    if customer_id:
        _forget_choice(connection, customer_id)
    connection.execute(_person, {"p_who": customer_id})


def forget_calls(connection: Connection, sids: Sequence[str]) -> None:
    """The same for calls whose time is over, whoever called; sums of reports stay as they are."""
    _forget(connection, (*_of_calls, *_of_calls_alone), sids)


def _forget(connection: Connection, statements: Iterable[Any], sids: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement, {"p_sids": list(sids)})
    for line in connection.execute(_lines, {"p_sids": list(sids)}).all():
        clean(connection, line)


def clean(connection: Connection, line: AnyRow) -> None:
    """A line of the journal without the words that name somebody."""
    if not PERSONAL & set(line.body):
        return
    body = {
        name: kept if name not in PERSONAL or (name == "answer" and kept in RATINGS) else ""
        for name, kept in line.body.items()
    }
    connection.execute(_clean_line, {"p_id": line.id, "p_body": body})


def _forget_searches(connection: Connection, customer_id: str | None, numbers: Sequence[str]) -> None:
    """The words that somebody looked for them with. Who looked, when, and how much came stays."""
    known = connection.execute(_known_by, {"p_who": customer_id}).first() if customer_id else None
    names, ids = ((known.name, known.company), (known.id, known.email)) if known else ((), ())
    person = Person(names, ids, tuple(numbers))
    for line in connection.execute(_searches).all():
        query = line.body.get("query") or {}
        if person.is_meant_by(str(query.get(name, "")) for name in TYPED):
            clean(connection, line)


def _forget_choice(connection: Connection, customer_id: str) -> None:
    """The caller who was taken for them stays on record, and may be another customer of the same number."""
    for line in connection.execute(_chosen_lines).all():
        if line.body.get("customer") == customer_id:
            connection.execute(_clean_line, {"p_id": line.id, "p_body": {**line.body, "customer": ""}})


def _forget_in_reports(connection: Connection, numbers: Sequence[str], sids: Sequence[str]) -> None:
    """Their words are in the sums of what was not understood; others may have said the same."""
    sessions = connection.execute(_sessions, {"p_sids": list(sids)}).scalars().all()
    for word in {word for session in sessions for word in questions(session)}:
        for statement in _forget_words:
            connection.execute(statement, {"p_words": [word]})
    connection.execute(_forget_talks, {"p_digests": [digest_of(number) for number in numbers]})


def _drop_what_is_to_be_sent(connection: Connection, numbers: set[str], sids: set[str]) -> None:
    for row in connection.execute(_to_send).all():
        if row.body.get("call") in sids or row.body.get("to") in numbers:
            connection.execute(_drop_job, {"p_id": row.id})
