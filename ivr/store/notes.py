"""Agents' notes on calls: one text for each agent and call, saved as typed."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from ivr.store.tables import note

_version = select(note.c.version).where(
    note.c.call_sid == bindparam("sid"), note.c.agent_id == bindparam("agent")
)
_insert = insert(note)
_update = (
    update(note)
    .where(
        note.c.call_sid == bindparam("p_sid"),
        note.c.agent_id == bindparam("p_agent"),
        note.c.version == bindparam("p_was"),
    )
    .values(text=bindparam("p_text"), version=bindparam("p_version"), updated_at=bindparam("p_at"))
)
_of_call = (
    select(note.c.agent_id, note.c.text, note.c.version, note.c.updated_at)
    .where(note.c.call_sid == bindparam("sid"))
    .order_by(note.c.updated_at)
)


def save(connection: Connection, sid: str, agent_id: str, text: str, version: int, at: float) -> int:
    """Write the note if `version` (counted by the page, growing) is newer; returns the version now kept."""
    kept = connection.execute(_version, {"sid": sid, "agent": agent_id}).scalar()
    if kept is None:
        connection.execute(
            _insert,
            {"call_sid": sid, "agent_id": agent_id, "text": text, "version": version, "updated_at": at},
        )
        return version
    if version <= kept:
        return kept
    connection.execute(
        _update,
        {
            "p_sid": sid,
            "p_agent": agent_id,
            "p_was": kept,
            "p_text": text,
            "p_version": version,
            "p_at": at,
        },
    )
    return version


def of_call(connection: Connection, sid: str) -> list:
    """Rows (agent_id, text, version, updated_at), the oldest change first."""
    return list(connection.execute(_of_call, {"sid": sid}))
