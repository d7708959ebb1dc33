"""The calls an agent had within a day: their notes of them stay open."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.customers.numbers import for_people
from ivr.store import notes
from ivr.store.database import Connection

NOTE_OPEN_S = 24 * 3600.0
MOST = 8


@dataclass(frozen=True, slots=True)
class LastCall:
    """A talk that is over: with whom, when, and the agent's own note of it."""

    call_sid: str
    who: str
    queue: str
    ended_at: float
    disposition: str
    text: str
    version: int


def last_calls(connection: Connection, agent_id: str, now: float) -> list[LastCall]:
    """The latest first, each call once."""
    return [
        LastCall(
            row.call_sid,
            row.name or (for_people(row.caller) if row.caller else "") or "Number withheld",
            row.queue,
            row.ended_at,
            row.disposition or "",
            row.text or "",
            row.version or 0,
        )
        for row in notes.last_talks(connection, agent_id, now - NOTE_OPEN_S, MOST)
    ]
