"""The tables of the card: what other systems said of a caller, warnings, cases."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from ivr.store.metadata import metadata

# What a source said of the caller of one call: found, missing or failed.
card_part = Table(
    "card_part",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("part", String(64), primary_key=True),
    Column("status", String(10), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("answered_at", Float, nullable=False),
)

# `seen_by` is the least role that may read it. One that is ended stays, for whoever asks later who knew what.
warning = Table(
    "warning",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("customer_id", String(64), ForeignKey("customer.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("text", String(1000), nullable=False),
    Column("author", String(100), nullable=False, server_default=""),
    Column("made_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("seen_by", String(20), nullable=False, server_default="agent"),
    Column("ended_at", Float),
    Column("ended_by", String(100)),
    Index("ix_warning_customer", "customer_id"),
)

# A matter that outlives its call. State: open · waiting (for somebody outside) · closed.
support_case = Table(
    "support_case",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("customer_id", String(64)),
    Column("number", String(64), nullable=False, server_default=""),
    Column("title", String(200), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("state", String(10), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("due_on", String(10)),
    Column("call_sid", String(64), nullable=False),
    Column("once", String(64), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("closed_at", Float),
    Index("ix_support_case_customer", "customer_id", "state"),
    Index("ix_support_case_number", "number", "state"),
    Index("ix_support_case_owner", "owner", "state", "due_on"),
    sqlite_autoincrement=True,
)
