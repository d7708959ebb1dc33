"""The tables of reports: sums of the journal by local day, what is needed to go on summing, missed goals.

Everything but the incidents follows from the journal and can be made again from nothing.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, text

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

# Callers by the minute (since 1970) in which their wait ended, for what the goal comes to right now.
goal_minute = Table(
    "goal_minute",
    metadata,
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("queue", String(64), primary_key=True),
    Column("in_goal", Float, nullable=False, server_default="0"),
    Column("missed", Float, nullable=False, server_default="0"),
)

# A goal that was missed for long enough to tell somebody; `ended_at` is when it was met again.
goal_incident = Table(
    "goal_incident",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("queue", String(64), nullable=False),
    Column("missed_since", Float, nullable=False),
    Column("told_at", Float),
    Column("met_since", Float),
    Column("ended_at", Float),
    Column("share", Float, nullable=False),
    Index(
        "uq_goal_incident_open",
        "queue",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
