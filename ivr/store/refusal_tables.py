"""The table of what the carrier refuses."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, String, Table

from ivr.store.metadata import metadata

carrier_refusal = Table(
    "carrier_refusal",
    metadata,
    Column("scope", String(32), primary_key=True),
    Column("said", String(500), nullable=False),
    Column("code", Integer),
    Column("since", Float, nullable=False),
    Column("at", Float, nullable=False),
    Column("until", Float, nullable=False),
    Column("times", Integer, nullable=False),
)
