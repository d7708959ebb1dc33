"""What the service must do because of a turn, in the same transaction as the turn.

Some are answered with an event before the webhook is answered: `JoinQueue` at once with `QueueReported`;
`LookUp` with `LookedUp`, asked with no transaction open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the data source of that name in the settings. Answered with `LookedUp`."""

    source: str
    parameters: Mapping[str, Any]


Enquiry = LookUp
"""Effects whose answer comes from outside and may take a while."""

Effect = JoinQueue | LeaveQueue | KeepVoicemail | NotePromise | LookUp
