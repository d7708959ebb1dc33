"""Sums of the journal by local day, and what is remembered to go on summing. See `ivr.acd.reports`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    case,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.acd.reports.call_sums import About
from ivr.acd.reports.journal_sums import LastTalk, Memory
from ivr.acd.reports.measuring_rules import MEASURED_BY, MeasuringRules, rules_from
from ivr.acd.reports.sums import MAXIMA, AgentSums, QueueSums, Tally
from ivr.store.calls import call
from ivr.store.goals import goal_minute
from ivr.store.journal import journal
from ivr.store.metadata import metadata

# What is counted of a queue on a day (see `ivr.acd.reports.sums`); names ending in `_s` are seconds.
QUEUE_COUNTS = (
    "calls",
    "served",
    "hung_up",
    "zeroed",
    "in_line",
    "entered",
    "moved_in",
    "moved_out",
    "answered",
    "in_goal",
    "abandoned",
    "abandoned_short",
    "abandoned_late",
    "left_callback",
    "left_voicemail",
    "left_otherwise",
    "wait_answered_s",
    "wait_gone_s",
    "talks",
    "talk_s",
    "hold_s",
    "wrap_s",
    "known_talks",
    "repeats",
    "promises",
    "promises_judged",
    "promises_kept",
    "promises_late",
    "callbacks_booked",
    "callbacks_kept",
    "callbacks_broken",
    "callbacks_withdrawn",
    "voicemails",
)

AGENT_COUNTS = (
    "offered",
    "accepted",
    "missed",
    "declined",
    "talks",
    "talk_s",
    "hold_s",
    "wrap_s",
    "on_call_s",
    "ringing_s",
    "available_s",
    "away_s",
    "leave_asked",
    "names_used",
)

# One queue on one local day ("2026-03-02"). The queue "" is the line as a whole, before any queue.
queue_day = Table(
    "queue_day",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("queue", String(64), primary_key=True),
    *(Column(name, Float, nullable=False, server_default="0") for name in QUEUE_COUNTS),
    Column("longest_wait_s", Float, nullable=False, server_default="0"),
)

agent_day = Table(
    "agent_day",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("agent_id", String(64), primary_key=True),
    *(Column(name, Float, nullable=False, server_default="0") for name in AGENT_COUNTS),
)

# What has many names: steps, dispositions, facts, questions, ratings, lengths of waits. `number` counts,
# `total` sums where there is something to sum.
day_detail = Table(
    "day_detail",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("queue", String(64), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("number", Float, nullable=False, server_default="0"),
    Column("total", Float, nullable=False, server_default="0"),
)

# How far the journal was summed up, in which form, the rules in force there (zone, goals, limits), and those
# that were written to the journal last.
report_cursor = Table(
    "report_cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("form", Integer, nullable=False),
    Column("journal_id", Integer, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("told", JSON),
)

# An agent's last talk, to which the wrap-up after it belongs.
report_wrap = Table(
    "report_wrap",
    metadata,
    Column("agent_id", String(64), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("queue", String(64), nullable=False),
)

# Whom an agent talked to lately: the number as a digest, so that a repeat is known and nobody else's number.
report_caller = Table(
    "report_caller",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("repeated", Boolean, nullable=False, server_default=text("false")),
    Index("ix_report_caller_at", "at"),
)


FORM = 1
"""Of the sums. Another one in the database means that they are made again from the journal."""
INSERTS = (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
QUEUE_NAMES = tuple(each.name for each in fields(QueueSums))
AGENT_NAMES = tuple(each.name for each in fields(AgentSums))
MOST_QUESTION = 100


# What was summed up so far ----------------------------------------------------------------------------------

_cursor = select(report_cursor.c.form, report_cursor.c.journal_id, report_cursor.c.rules).where(
    report_cursor.c.id == 1
)
_cursor_locked = _cursor.with_for_update()
_first_cursor = {
    name: insert_(report_cursor).on_conflict_do_nothing(index_elements=[report_cursor.c.id])
    for name, insert_ in INSERTS
}
_move_cursor = (
    update(report_cursor)
    .where(report_cursor.c.id == 1)
    .values(journal_id=bindparam("p_id"), rules=bindparam("p_rules"), form=bindparam("p_form"))
)
_told = select(report_cursor.c.told).where(report_cursor.c.id == 1)
_set_told = update(report_cursor).where(report_cursor.c.id == 1).values(told=bindparam("p_told"))
_first_rules = select(journal.c.body).where(journal.c.kind == MEASURED_BY).order_by(journal.c.id).limit(1)


def peek(connection: Connection) -> tuple[int, int] | None:
    """(form, last line) of the sums; None when there are none yet."""
    found = connection.execute(_cursor).first()
    return (found.form, found.journal_id) if found else None


def cursor(connection: Connection, rules: MeasuringRules) -> tuple[int, MeasuringRules]:
    """The last line that was summed up and the rules there, held until the transaction ends. `rules` are
    those to begin with when nothing was."""
    first = {"id": 1, "form": FORM, "journal_id": 0, "rules": rules.as_json()}
    connection.execute(_first_cursor[connection.dialect.name], first)
    found = connection.execute(_cursor_locked).one()
    return found.journal_id, rules_from(found.rules)


def move_cursor(connection: Connection, line_id: int, rules: MeasuringRules) -> None:
    connection.execute(_move_cursor, {"p_id": line_id, "p_rules": rules.as_json(), "p_form": FORM})


def told(connection: Connection) -> dict[str, Any] | None:
    """The rules that were written to the journal last."""
    return connection.execute(_told).scalar()


def set_told(connection: Connection, rules: MeasuringRules) -> None:
    connection.execute(_set_told, {"p_told": rules.as_json()})


def first_rules(connection: Connection) -> MeasuringRules | None:
    """The rules of the oldest line that tells of any. Reads the journal up to it."""
    found = connection.execute(_first_rules).first()
    return rules_from(found.body) if found else None


def forget_everything(connection: Connection, rules: MeasuringRules) -> None:
    """Back to the beginning of the journal."""
    cursor(connection, rules)
    for table in (queue_day, agent_day, day_detail, goal_minute, report_wrap, report_caller):
        connection.execute(delete(table))
    move_cursor(connection, 0, rules)


# The calls behind the lines ---------------------------------------------------------------------------------

_of_calls = (
    select(
        journal.c.id,
        journal.c.at,
        journal.c.kind,
        journal.c.call_sid,
        journal.c.agent_id,
        journal.c.queue,
        journal.c.body,
    )
    .where(journal.c.call_sid.in_(bindparam("sids", expanding=True)), journal.c.id <= bindparam("upto"))
    .order_by(journal.c.id)
)
_callers = select(call.c.sid, call.c.caller, call.c.revision).where(
    call.c.sid.in_(bindparam("sids", expanding=True))
)
_sessions = select(call.c.sid, call.c.session).where(call.c.sid.in_(bindparam("sids", expanding=True)))


def lines_of_calls(connection: Connection, sids: Iterable[str], upto: int) -> dict[str, list[Any]]:
    """Every line of these calls up to that one, oldest first."""
    found: dict[str, list[Any]] = {}
    for row in connection.execute(_of_calls, {"sids": sorted(sids), "upto": upto}):
        found.setdefault(row.call_sid, []).append(row)
    return found


def about_calls(connection: Connection, lines: Mapping[str, list[Any]]) -> dict[str, About]:
    """Return what the record of each call adds to its lines."""
    unclear = [sid for sid, of in lines.items() if any(each.kind == "not_understood" for each in of)]
    unanswered = {row.sid: questions(row.session) for row in _rows(connection, _sessions, unclear)}
    return {
        row.sid: About(digest_of(row.caller), row.revision, unanswered.get(row.sid, ()))
        for row in _rows(connection, _callers, list(lines))
    }


def _rows(connection: Connection, statement: Any, sids: list[str]) -> Iterable[Any]:
    return connection.execute(statement, {"sids": sids}) if sids else ()


def digest_of(number: str) -> str:
    """Tells one number from another without being it. Empty for a withheld one."""
    return hashlib.sha256(number.encode()).hexdigest() if number.startswith("+") else ""


def questions(session: str) -> tuple[str, ...]:
    """Return what the caller said that no step understood, each once."""
    inputs = (json.loads(session).get("session") or {}).get("inputs") or ()
    words = (
        " ".join(str(one.get("value", "")).lower().split())[:MOST_QUESTION]
        for one in inputs
        if one.get("kind") == "speech" and not one.get("understood")
    )
    return tuple(dict.fromkeys(each for each in words if each.strip("•*. ")))


# What is remembered -----------------------------------------------------------------------------------------

_wraps = select(report_wrap.c.agent_id, report_wrap.c.day, report_wrap.c.queue).where(
    report_wrap.c.agent_id.in_(bindparam("ids", expanding=True))
)
_talks = select(
    report_caller.c.digest,
    report_caller.c.day,
    report_caller.c.queue,
    report_caller.c.at,
    report_caller.c.repeated,
).where(report_caller.c.digest.in_(bindparam("digests", expanding=True)))
_forget_talks = delete(report_caller).where(report_caller.c.at < bindparam("before"))
_forget_minutes = delete(goal_minute).where(goal_minute.c.minute < bindparam("before"))


def _putting(table: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    made = {}
    for name, insert_ in INSERTS:
        statement = insert_(table)
        values = {each.name: statement.excluded[each.name] for each in table.c if each.name not in keys}
        made[name] = statement.on_conflict_do_update(
            index_elements=[table.c[key] for key in keys], set_=values
        )
    return made


_put_wrap = _putting(report_wrap, ("agent_id",))
_put_talk = _putting(report_caller, ("digest",))


def memory(
    connection: Connection, rules: MeasuringRules, agents: Iterable[str], digests: Iterable[str]
) -> Memory:
    """Return what earlier lines left for these agents and numbers."""
    wraps = connection.execute(_wraps, {"ids": sorted(agents)})
    talks = connection.execute(_talks, {"digests": sorted(digests)})
    return Memory(
        rules,
        {row.agent_id: (row.day, row.queue) for row in wraps},
        {row.digest: LastTalk(row.day, row.queue, row.at, row.repeated) for row in talks},
    )


def keep_memory(connection: Connection, kept: Memory) -> None:
    """For the next lines."""
    dialect = connection.dialect.name
    wraps = [
        {"agent_id": agent, "day": day, "queue": queue} for agent, (day, queue) in sorted(kept.wraps.items())
    ]
    talks = [
        {"digest": digest, "day": of.day, "queue": of.queue, "at": of.at, "repeated": of.repeated}
        for digest, of in sorted(kept.talks.items())
    ]
    if wraps:
        connection.execute(_put_wrap[dialect], wraps)
    if talks:
        connection.execute(_put_talk[dialect], talks)


def forget_old(connection: Connection, talks_before: float, minutes_before: int) -> None:
    """Delete what no later line can ask for."""
    connection.execute(_forget_talks, {"before": talks_before})
    connection.execute(_forget_minutes, {"before": minutes_before})


# The sums ---------------------------------------------------------------------------------------------------


def _adding(table: Any, keys: tuple[str, ...], counts: Iterable[str]) -> dict[str, Any]:
    made = {}
    for name, insert_ in INSERTS:
        statement = insert_(table)
        new = statement.excluded
        values = {
            count: case((new[count] > table.c[count], new[count]), else_=table.c[count])
            if count in MAXIMA
            else table.c[count] + new[count]
            for count in counts
        }
        made[name] = statement.on_conflict_do_update(
            index_elements=[table.c[key] for key in keys], set_=values
        )
    return made


_add_queues = _adding(queue_day, ("day", "queue"), QUEUE_NAMES)
_add_agents = _adding(agent_day, ("day", "agent_id"), AGENT_NAMES)
_add_details = _adding(day_detail, ("kind", "day", "queue", "name"), ("number", "total"))
_add_minutes = _adding(goal_minute, ("minute", "queue"), ("in_goal", "missed"))


def add(connection: Connection, tally: Tally) -> None:
    """Add what a stretch of the journal came to."""
    queues = [
        {"day": day, "queue": queue, **dict.fromkeys(QUEUE_NAMES, 0.0), **counts}
        for (day, queue), counts in sorted(tally.queues.items())
    ]
    agents = [
        {"day": day, "agent_id": agent, **dict.fromkeys(AGENT_NAMES, 0.0), **counts}
        for (day, agent), counts in sorted(tally.agents.items())
    ]
    details = [
        {"kind": kind, "day": day, "queue": queue, "name": name, "number": number, "total": total}
        for (kind, day, queue, name), (number, total) in sorted(tally.details.items())
    ]
    minutes = [
        {"minute": minute, "queue": queue, "in_goal": good, "missed": bad}
        for (minute, queue), (good, bad) in sorted(tally.minutes.items())
    ]
    parts = ((_add_queues, queues), (_add_agents, agents), (_add_details, details), (_add_minutes, minutes))
    for statements, rows in parts:
        if rows:
            connection.execute(statements[connection.dialect.name], rows)
