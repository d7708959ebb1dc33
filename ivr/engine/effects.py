"""What the service must do because of a turn, in the same transaction as the turn.

`JoinQueue` is answered with a `QueueReported` event before the webhook is answered.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JoinQueue:
    """Stand in line. A caller already in a queue moves, keeping the time of entry."""

    queue: str
    priority: int = 0


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Step out of the line for `reason`: voicemail, transfer, closed, waited_too_long."""

    reason: str


@dataclass(frozen=True, slots=True)
class KeepVoicemail:
    """A message was recorded for `queue`. `recording` is the carrier's name for it."""

    queue: str
    recording: str
    seconds: int


@dataclass(frozen=True, slots=True)
class NotePromise:
    """A wait was announced: seconds from now; None when only the position was said."""

    position: int
    low: float | None
    high: float | None
    spoken: str


Effect = JoinQueue | LeaveQueue | KeepVoicemail | NotePromise
