"""The tables of supervising: who is on whose talk, who asks for help, which wallboards have a link."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, text

from ivr.store.metadata import metadata

LIVE_SUPERVISION = "state IN ('ringing', 'told', 'joined')"
OPEN_REQUEST = "closed_at IS NULL"

# A supervisor's phone on an agent's talk. Mode: listen, whisper, barge or take_over. State: ringing · told
# (the supervisor pressed 1, and who must know is being told) · joined · over. One at a time for a supervisor.
supervision = Table(
    "supervision",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("supervisor_id", String(64), nullable=False),
    Column("offer_id", String(64), nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("leg_sid", String(64)),
    Column("leg_asked_at", Float),
    Column("leg_over", Boolean, nullable=False, server_default=text("false")),
    Column("made_at", Float, nullable=False),
    Column("joined_at", Float),
    Column("ended_at", Float),
    Column("end_reason", String(60)),
    Column("tells", Integer, nullable=False, server_default="0"),
    Column("told_at", Float),
    Index("ix_supervision_call", "call_sid"),
    Index(
        "uq_supervision_live",
        "supervisor_id",
        unique=True,
        sqlite_where=text(LIVE_SUPERVISION),
        postgresql_where=text(LIVE_SUPERVISION),
    ),
)

# An agent who asks for help; one open request each.
help_request = Table(
    "help_request",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agent_id", String(64), nullable=False),
    Column("call_sid", String(64)),
    Column("asked_at", Float, nullable=False),
    Column("answered_by", String(64)),
    Column("answered_at", Float),
    Column("closed_at", Float),
    Index(
        "uq_help_request_open",
        "agent_id",
        unique=True,
        sqlite_where=text(OPEN_REQUEST),
        postgresql_where=text(OPEN_REQUEST),
    ),
    sqlite_autoincrement=True,
)

# The address of a screen on a wall: only the hash of its secret is kept.
display_link = Table(
    "display_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("queues", JSON, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("revoked_at", Float),
)
