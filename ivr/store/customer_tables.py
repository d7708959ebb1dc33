"""The tables of customers, their numbers and contacts, beside the modules that read them."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from ivr.store.metadata import metadata

customer = Table(
    "customer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("company", String(200), nullable=False, server_default=""),
    Column("language", String(20), nullable=False, server_default=""),
    Column("email", String(200), nullable=False, server_default=""),
    Column("fields", JSON, nullable=False),
    Column("updated_at", Float, nullable=False),
)

# A number may be that of a household or an office, and a customer may have several.
customer_number = Table(
    "customer_number",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("customer_id", String(64), ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_customer_number_customer", "customer_id"),
)

contact = Table(
    "contact",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("customer_id", String(64)),
    Column("number", String(64), nullable=False, server_default=""),
    Column("channel", String(20), nullable=False),
    Column("direction", String(10), nullable=False, server_default="in"),
    Column("summary", String(1000), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("agent_name", String(100), nullable=False, server_default=""),
    Column("queue", String(64), nullable=False, server_default=""),
    Column("outcome", String(40), nullable=False, server_default=""),
    Column("disposition", String(100), nullable=False, server_default=""),
    Column("seconds", Integer, nullable=False, server_default="0"),
    Column("call_sid", String(64), unique=True),
    Column("recording_sid", String(64)),
    Column("text_sid", String(64)),
    Column("asked_leave", Boolean, nullable=False, server_default=text("false")),
    Column("used_name", Boolean, nullable=False, server_default=text("false")),
    Column("erased", Boolean, nullable=False, server_default=text("false")),
    Index("ix_contact_customer_at", "customer_id", "at"),
    Index("ix_contact_number_at", "number", "at"),
    Index("ix_contact_at", "at", "id"),
    Index("ix_contact_queue_at", "queue", "at", "id"),
    Index("ix_contact_outcome_at", "outcome", "at", "id"),
)
