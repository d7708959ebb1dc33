"""Years of history at once: calls that are over, and what the journal says of them."""

from __future__ import annotations

import json
import time

from sqlalchemy import insert

from ivr.store.database import Database
from ivr.store.tables import call, journal

AT_ONCE = 20_000
KINDS = (
    "arrived",
    "entered",
    "heard",
    "queued",
    "offered",
    "accepted",
    "connected",
    "talk_ended",
    "ended",
    "told",
)


def fill(database: Database, journal_rows: int) -> None:
    """`journal_rows` rows of the journal, and a tenth as many calls."""
    long_ago = time.time() - 300 * 86_400.0
    session = json.dumps({"session": {}, "customer": {}, "heard": []})
    for first in range(0, journal_rows, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, journal_rows))
        with database.write() as unit:
            unit.connection.execute(insert(journal), [_row(number, long_ago) for number in numbers])
            unit.connection.execute(
                insert(call),
                [_call(number // 10, long_ago, session) for number in numbers if number % 10 == 0],
            )


def _row(number: int, at: float) -> dict:
    return {
        "at": at + number,
        "kind": KINDS[number % 10],
        "call_sid": f"CAold{number // 10:08d}",
        "agent_id": f"agent-{number % 50}",
        "queue": "support",
        "body": {"waited_s": number % 300, "seconds": 60 + number % 500, "priority": 0},
    }


def _call(number: int, at: float, session: str) -> dict:
    return {
        "sid": f"CAold{number:08d}",
        "caller": f"+1415{2000000 + number % 7000000:07d}",
        "dialled": "+15550001000",
        "flow": "main",
        "revision": "old",
        "status": "ended",
        "session": session,
        "turn": 7,
        "outcome": "talked",
        "started_at": at + 10 * number,
        "seen_at": at + 10 * number,
        "ended_at": at + 10 * number + 300,
    }
