"""Transfers: the person asked to take a caller over, and what came of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, String, Table, Text, text

from ivr.store.metadata import metadata

LIVE_TRANSFER = "state IN ('asked', 'ringing', 'consulting', 'together', 'moving')"

# Kind: warm or blind. `target` is an agent, a queue or a number (E.164) as `target_kind` says. An agent who
# is asked has an offer of their own (`offer_id`); the phone connection to a number outside is kept here.
transfer = Table(
    "transfer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("call_sid", String(64), nullable=False),
    Column("from_agent", String(64), nullable=False),
    Column("from_offer", String(64), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("target_kind", String(10), nullable=False),
    Column("target", String(64), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("state", String(12), nullable=False),
    Column("offer_id", String(64)),
    Column("leg_sid", String(64)),
    Column("leg_asked_at", Float),
    Column("leg_over", Boolean, nullable=False, server_default=text("false")),
    Column("made_at", Float, nullable=False),
    Column("joined_at", Float),
    Column("ended_at", Float),
    Column("end_reason", String(60)),
    Index("ix_transfer_call", "call_sid", "made_at"),
    Index(
        "uq_transfer_live",
        "call_sid",
        unique=True,
        sqlite_where=text(LIVE_TRANSFER),
        postgresql_where=text(LIVE_TRANSFER),
    ),
)
