"""Surveys by text message, one for a call at most. State: asked · done · refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.customer_tables import contact
from ivr.store.messages import SURVEY
from ivr.store.metadata import metadata

# What is asked by text after a call, and answered so far. One for a call.
text_survey = Table(
    "text_survey",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("number", String(64), nullable=False),
    Column("customer_id", String(64)),
    Column("dialled", String(64), nullable=False),
    Column("contact_id", Integer, nullable=False),
    Column("words", JSON, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("until_at", Float, nullable=False),
    Index("ix_text_survey_number", "number", "state"),
)


ASKED, DONE, REFUSED = "asked", "done", "refused"


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """`words` is all that is said in it: `questions` and `comment` as (name, words), `keys`, `thanks`.
    `answers` are those given so far, as (name, answer); `contact_id` is the survey in the history."""

    call_sid: str
    number: str
    customer_id: str | None
    dialled: str
    contact_id: int
    words: dict[str, Any]
    answers: list[Sequence[str]]
    state: str
    asked_at: float
    until_at: float


_all = select(*[text_survey.c[name] for name in SurveyRow.__slots__])
_add = {
    name: insert(text_survey).on_conflict_do_nothing().returning(text_survey.c.call_sid)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_of_call = select(text_survey.c.call_sid).where(text_survey.c.call_sid == bindparam("sid"))
_open = (
    _all.where(
        text_survey.c.number == bindparam("number"),
        text_survey.c.state == ASKED,
        text_survey.c.until_at > bindparam("now"),
    )
    .order_by(text_survey.c.asked_at.desc())
    .limit(1)
    .with_for_update()
)
_move = (
    update(text_survey)
    .where(text_survey.c.call_sid == bindparam("p_sid"), text_survey.c.state == ASKED)
    .values(answers=bindparam("p_answers"), state=bindparam("p_state"))
)
_last = select(func.max(contact.c.at)).where(
    contact.c.channel == SURVEY,
    or_(contact.c.number == bindparam("number"), contact.c.customer_id == bindparam("customer")),
)
_show = update(contact).where(contact.c.id == bindparam("p_id")).values(summary=bindparam("p_summary"))


def is_known(connection: Connection, call_sid: str) -> bool:
    """Whether this call's caller was asked."""
    return connection.execute(_of_call, {"sid": call_sid}).first() is not None


def add(connection: Connection, row: SurveyRow) -> bool:
    """False when the caller of this call was asked before."""
    values = {name: getattr(row, name) for name in SurveyRow.__slots__}
    return connection.execute(_add[connection.dialect.name], values).first() is not None


def open_of(connection: Connection, number: str, now: float) -> SurveyRow | None:
    """The survey that this number is answering, held until the end of the transaction."""
    found = connection.execute(_open, {"number": number, "now": now}).first()
    return SurveyRow(*found) if found else None


def move(connection: Connection, row: SurveyRow, answers: list[Sequence[str]], state: str) -> bool:
    """Store what is answered by now. False when it had ended."""
    values = {"p_sid": row.call_sid, "p_answers": answers, "p_state": state}
    return connection.execute(_move, values).rowcount == 1


def last_at(connection: Connection, number: str, customer_id: str | None) -> float | None:
    """When this customer was last asked in any way, by key or by text, on any number."""
    return connection.execute(_last, {"number": number, "customer": customer_id}).scalar()


def show(connection: Connection, contact_id: int, summary: str) -> None:
    """Write a survey into the history."""
    connection.execute(_show, {"p_id": contact_id, "p_summary": summary[:1000]})
