"""Who may see reports. The one place that says so."""

from __future__ import annotations

from ivr.store import accounts
from ivr.store.database import Database

ROLES = frozenset({"agent", "supervisor", "flow_editor", "administrator"})


def may_see_reports(role: str) -> bool:
    """Every account for now, whatever its role: agents look up contacts here."""
    return role in ROLES


def role_of(database: Database, agent_id: str) -> str:
    with database.read() as connection:
        found = accounts.find(connection, agent_id)
    return found.role if found else ""
