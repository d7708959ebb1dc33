"""The tables of waits: what was promised, which queues keep silent, what was learnt."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text, text

from ivr.store.metadata import metadata

# Each announced number and what came of it; `line_id` is the journal line that tells of it. With `spoken`
# false it would have been said, had the queue not kept silent. `withdrawn_due` is the promised moment, where
# the caller was told later that it takes longer; of one caller's numbers the last that was said carries it.
wait_promise = Table(
    "wait_promise",
    metadata,
    Column("line_id", Integer, primary_key=True, autoincrement=False),
    Column("call_sid", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("said_at", Float, nullable=False),
    Column("waited_s", Float),
    Column("position", Integer),
    Column("low_s", Float, nullable=False),
    Column("high_s", Float),
    Column("point_s", Float),
    Column("spoken", Boolean, nullable=False, server_default=text("true")),
    Column("outcome", String(20)),
    Column("ended_at", Float),
    Column("withdrawn_due", Float),
    Index("ix_wait_promise_call", "call_sid"),
    Index("ix_wait_promise_queue_said", "queue", "said_at"),
    Index("ix_wait_promise_queue_ended", "queue", "ended_at"),
)

wait_cursor = Table(
    "wait_cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("journal_id", Integer, nullable=False),
)

wait_silence = Table(
    "wait_silence",
    metadata,
    Column("queue", String(64), primary_key=True),
    Column("silent", Boolean, nullable=False),
    Column("since", Float, nullable=False),
    Column("why", String(300), nullable=False, server_default=""),
)

# What the estimator has learnt from the journal up to `journal_id`, as JSON text of the given form.
wait_learnt = Table(
    "wait_learnt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("form", Integer, nullable=False),
    Column("journal_id", Integer, nullable=False),
    Column("saved_at", Float, nullable=False),
    Column("state", Text, nullable=False),
)
