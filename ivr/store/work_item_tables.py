"""The table of work for agents, beside the modules that read it."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table

from ivr.store.metadata import metadata

# Something an agent is to do that is not a ringing call: a voicemail to answer, a call to return.
work_item = Table(
    "work_item",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("recording_sid", String(64), unique=True),
    Column("customer_id", String(64)),
    Column("number", String(64), nullable=False, server_default=""),
    Column("state", String(20), nullable=False),
    Column("agent_id", String(64)),
    Column("made_at", Float, nullable=False),
    Column("since", Float, nullable=False),
    Column("due_at", Float),
    Column("done_at", Float),
    Column("result", String(200), nullable=False, server_default=""),
    Column("callback_id", String(40)),
    Index("ix_work_item_callback", "callback_id"),
    Index("ix_work_item_queue_state", "queue", "state", "made_at"),
    Index("ix_work_item_call", "call_sid"),
    Index("ix_work_item_customer", "customer_id", "state"),
    Index("ix_work_item_number", "number", "state"),
    sqlite_autoincrement=True,
)
