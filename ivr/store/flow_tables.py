"""The tables of flows: revisions, what is live, and how each step is doing."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, text

from ivr.store.metadata import metadata

flow_revision = Table(
    "flow_revision",
    metadata,
    Column("revision", String(64), primary_key=True),
    Column("texts", JSON, nullable=False),
    Column("stored_at", Float, nullable=False),
)

# What was published when, by whom and why: append-only.
flow_publication = Table(
    "flow_publication",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("what", String(20), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("share", Integer, nullable=False, server_default="100"),
    Column("author", String(100), nullable=False, server_default=""),
    Column("message", String(1000), nullable=False, server_default=""),
    Column("checks", JSON, nullable=False),
    sqlite_autoincrement=True,
)

# One row: what new calls begin on. `version` grows with every change.
live_flow = Table(
    "live_flow",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("revision", String(64), nullable=False),
    Column("trial", String(64)),
    Column("share", Integer, nullable=False, server_default="0"),
    Column("since", Float, nullable=False),
    Column("why", String(300), nullable=False, server_default=""),
)

# Calls that began and ended during the present trial, by revision.
trial_tally = Table(
    "trial_tally",
    metadata,
    Column("revision", String(64), primary_key=True),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("errors", Integer, nullable=False, server_default="0"),
    Column("hung_up", Integer, nullable=False, server_default="0"),
    Column("zeroed", Integer, nullable=False, server_default="0"),
)

# How each step is doing, summed by the hour from the journal.
step_health = Table(
    "step_health",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("revision", String(64), primary_key=True),
    Column("flow", String(100), primary_key=True),
    Column("step", String(140), primary_key=True),
    Column("entries", Integer, nullable=False, server_default="0"),
    Column("zeroed", Integer, nullable=False, server_default="0"),
    Column("hung_up", Integer, nullable=False, server_default="0"),
    Column("no_input", Integer, nullable=False, server_default="0"),
    Column("wrong", Integer, nullable=False, server_default="0"),
    Column("errors", Integer, nullable=False, server_default="0"),
    Column("visits", Integer, nullable=False, server_default="0"),
    Column("seconds", Float, nullable=False, server_default="0"),
)

# Where each call in progress stands, as far as the journal has been summed up.
health_standing = Table(
    "health_standing",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("revision", String(64), nullable=False),
    Column("began_at", Float, nullable=False),
    Column("flow", String(100), nullable=False, server_default=""),
    Column("step", String(140), nullable=False, server_default=""),
    Column("since", Float, nullable=False),
    Column("zeroed", Boolean, nullable=False, server_default=text("false")),
    Column("erred", Boolean, nullable=False, server_default=text("false")),
    Index("ix_health_standing_since", "since"),
)

health_cursor = Table(
    "health_cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("journal_id", Integer, nullable=False),
)
