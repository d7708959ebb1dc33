"""Deletion of what is old enough, batch after batch. A mark for each class says how far that has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    Float,
    String,
    Table,
    and_,
    bindparam,
    delete,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.callbacks import LIVE_CALLBACK, callback
from ivr.store.calls import call
from ivr.store.customer_tables import contact
from ivr.store.erasing import NO_WORDS, clean
from ivr.store.journal import journal
from ivr.store.messages import TEXT
from ivr.store.metadata import metadata
from ivr.store.recordings import DROPPED, recording
from ivr.store.row_access import AnyRow
from ivr.store.work_item_tables import work_item

# How far forgetting has come, for each class of what is kept. `key` tells apart what happened in the same
# instant: the call, the contact, the line.
retention_mark = Table(
    "retention_mark",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("at", Float, nullable=False),
    Column("key", String(64), nullable=False),
)


SIGN_INS = (
    *("sign_in", "sign_in_refused", "sign_out", "sessions_ended", "password_set", "password_changed"),
    *("second_factor_set", "second_factor_removed", "recovery_codes_made"),
)


@dataclass(frozen=True, slots=True)
class RetentionMark:
    """Everything up to here is done."""

    at: float = 0.0
    key: str = ""


_mark = select(retention_mark.c.at, retention_mark.c.key).where(retention_mark.c.name == bindparam("name"))
_upsert: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def mark(connection: Connection, name: str) -> RetentionMark:
    found = connection.execute(_mark, {"name": name}).first()
    return RetentionMark(*found) if found else RetentionMark()


def set_mark(connection: Connection, name: str, to: RetentionMark) -> None:
    values = {"at": to.at, "key": to.key}
    statement = _upsert[connection.dialect.name](retention_mark).values(name=name, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


# Calls ----------------------------------------------------------------------------------------------------

_from: BindParameter[float] = bindparam("at")
_key: BindParameter[str] = bindparam("key")
_before: BindParameter[float] = bindparam("before")
_most: BindParameter[int] = bindparam("most")
_calls = (
    select(call.c.started_at, call.c.sid)
    .where(
        or_(call.c.started_at > _from, and_(call.c.started_at == _from, call.c.sid > _key)),
        call.c.started_at < _before,
    )
    .order_by(call.c.started_at, call.c.sid)
    .limit(_most)
)
_sids: BindParameter[list[str]] = bindparam("sids", expanding=True)
_live = text(LIVE_CALLBACK)
_open = (
    select(call.c.sid).where(call.c.sid.in_(_sids), call.c.ended_at.is_(None)),
    select(work_item.c.call_sid).where(work_item.c.call_sid.in_(_sids), work_item.c.state != "done"),
    select(callback.c.call_sid).where(callback.c.call_sid.in_(_sids), _live),
    select(callback.c.origin_sid).where(callback.c.origin_sid.in_(_sids), _live),
)


def calls(
    connection: Connection, after: RetentionMark, before: float, most: int
) -> list[tuple[RetentionMark, str]]:
    """Calls that began before then, oldest first."""
    asked = {"at": after.at, "key": after.key, "before": before, "most": most}
    return [(RetentionMark(*row), row.sid) for row in connection.execute(_calls, asked)]


def with_open_matters(connection: Connection, sids: Sequence[str]) -> set[str]:
    """Those that are not over, or from which there is something left to do."""
    asked = {"sids": list(sids)}
    return {sid for statement in _open for sid in connection.execute(statement, asked).scalars()}


# Contacts of their own ------------------------------------------------------------------------------------

_contacts = (
    select(contact.c.at, contact.c.id, contact.c.text_sid)
    .where(
        or_(contact.c.at > _from, and_(contact.c.at == _from, contact.c.id > bindparam("id"))),
        contact.c.at < _before,
        contact.c.call_sid.is_(None),
    )
    .order_by(contact.c.at, contact.c.id)
    .limit(_most)
)
_contacts_of = {
    True: _contacts.where(contact.c.channel == TEXT),
    False: _contacts.where(contact.c.channel != TEXT),
}
_blank = update(contact).where(contact.c.id.in_(bindparam("p_ids", expanding=True))).values(**NO_WORDS)


def contacts(
    connection: Connection, after: RetentionMark, before: float, *, texts: bool, most: int
) -> list[tuple[RetentionMark, AnyRow]]:
    """Texts, or all others that are no calls; `text_sid` is what the carrier calls a text."""
    asked = {"at": after.at, "id": int(after.key or 0), "before": before, "most": most}
    rows = connection.execute(_contacts_of[texts], asked)
    return [(RetentionMark(row.at, str(row.id)), row) for row in rows]


def blank_contacts(connection: Connection, ids: Iterable[int]) -> None:
    connection.execute(_blank, {"p_ids": list(ids)})


# Recordings -----------------------------------------------------------------------------------------------

_recordings = (
    select(recording.c.sid)
    .where(
        recording.c.made_at < _before,
        recording.c.status != DROPPED,
        ~select(work_item.c.id)
        .where(work_item.c.recording_sid == recording.c.sid, work_item.c.state != "done")
        .exists(),
    )
    .order_by(recording.c.made_at)
    .limit(_most)
)
_of: BindParameter[list[str]] = bindparam("p_sids", expanding=True)
_drop = (
    update(recording).where(recording.c.sid.in_(_of)).values(status=DROPPED, transcript=null()),
    update(contact).where(contact.c.recording_sid.in_(_of)).values(recording_sid=null()),
)


def recordings(
    connection: Connection, _after: RetentionMark, before: float, most: int
) -> list[tuple[RetentionMark, str]]:
    """Recordings made before then, but for messages that nobody has dealt with."""
    found = connection.execute(_recordings, {"before": before, "most": most}).scalars()
    return [(RetentionMark(before), sid) for sid in found]


def drop_recordings(connection: Connection, sids: Iterable[str]) -> None:
    for statement in _drop:
        connection.execute(statement, {"p_sids": list(sids)})


# The journal ----------------------------------------------------------------------------------------------

_lines = (
    select(journal.c.id, journal.c.at, journal.c.kind, journal.c.body)
    .where(journal.c.id > bindparam("id"))
    .order_by(journal.c.id)
    .limit(_most)
)
_delete_lines = delete(journal).where(journal.c.id.in_(bindparam("p_ids", expanding=True)))


def lines(
    connection: Connection, after: RetentionMark, before: float, most: int
) -> list[tuple[RetentionMark, AnyRow]]:
    """The next lines of the journal, as far as they were written before then."""
    rows = connection.execute(_lines, {"id": int(after.key or 0), "most": most}).all()
    old = takewhile(lambda row: row.at < before, rows)
    return [(RetentionMark(row.at, str(row.id)), row) for row in old]


def clean_lines(connection: Connection, found: Iterable[AnyRow]) -> None:
    """Take the words out of them that may name a person."""
    for line in found:
        clean(connection, line)


def delete_sign_ins(connection: Connection, found: Iterable[AnyRow]) -> None:
    """Delete those that are about sign-ins."""
    connection.execute(_delete_lines, {"p_ids": [line.id for line in found if line.kind in SIGN_INS]})
