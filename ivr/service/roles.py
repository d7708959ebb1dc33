"""Permissions, and the roles that have them. One table, and nothing else decides."""

from __future__ import annotations

AGENT, SUPERVISOR, EDITOR, ADMINISTRATOR = "agent", "supervisor", "editor", "administrator"
ROLES = (AGENT, SUPERVISOR, EDITOR, ADMINISTRATOR)

WORK, READ_FLOWS, EDIT_FLOWS, SET_NOTICES = "work", "read_flows", "edit_flows", "set_notices"
SEE_REPORTS, SUPERVISE, SEE_WALLBOARD = "see_reports", "supervise", "see_wallboard"
SET_WARNINGS = "set_warnings"

_TABLE: dict[str, frozenset[str]] = {
    WORK: frozenset(ROLES),
    READ_FLOWS: frozenset(ROLES),
    EDIT_FLOWS: frozenset({EDITOR, ADMINISTRATOR}),
    SET_NOTICES: frozenset({SUPERVISOR, EDITOR, ADMINISTRATOR}),
    SEE_REPORTS: frozenset({SUPERVISOR, ADMINISTRATOR}),
    SUPERVISE: frozenset({SUPERVISOR, ADMINISTRATOR}),
    SEE_WALLBOARD: frozenset(ROLES),
    SET_WARNINGS: frozenset({SUPERVISOR, ADMINISTRATOR}),
}
PERMISSIONS = tuple(_TABLE)


def may(role: str, permission: str) -> bool:
    """False also for a role or permission that there is not."""
    return role in _TABLE.get(permission, frozenset())
