"""Recordings as far as they are known: expected, stored, absent, or dropped by the caller."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    select,
    update,
)

from ivr.store.metadata import metadata

recording = Table(
    "recording",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("call_sid", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("queue", String(64), nullable=False, server_default=""),
    Column("seconds", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("transcript", Text),
    Index("ix_recording_call", "call_sid"),
)


EXPECTED, STORED, ABSENT, DROPPED = "expected", "stored", "absent", "dropped"


@dataclass(frozen=True, slots=True)
class RecordingRow:
    sid: str
    call_sid: str
    kind: str
    queue: str
    seconds: int
    status: str
    made_at: float
    transcript: str | None


_by_sid = select(*[recording.c[name] for name in RecordingRow.__slots__]).where(
    recording.c.sid == bindparam("sid")
)
_message_since = (
    select(recording.c.sid)
    .where(
        recording.c.call_sid == bindparam("call"),
        recording.c.kind == "voicemail",
        recording.c.status.in_((EXPECTED, STORED)),
        recording.c.made_at >= bindparam("since"),
    )
    .limit(1)
)
_set_transcript = (
    update(recording)
    .where(recording.c.sid == bindparam("p_sid"), recording.c.status != DROPPED)
    .values(transcript=bindparam("p_transcript"))
)


def find(connection: Connection, sid: str) -> RecordingRow | None:
    found = connection.execute(_by_sid, {"sid": sid}).first()
    return RecordingRow(*found) if found else None


def message_since(connection: Connection, call_sid: str, since: float) -> bool:
    """Return whether the caller has left a message in this call since then, and not dropped it."""
    return connection.execute(_message_since, {"call": call_sid, "since": since}).first() is not None


def set_transcript(connection: Connection, sid: str, transcript: str) -> bool:
    """Keep what the carrier has written down. False when there is no such recording (any more)."""
    done = connection.execute(_set_transcript, {"p_sid": sid, "p_transcript": transcript})
    return done.rowcount == 1
