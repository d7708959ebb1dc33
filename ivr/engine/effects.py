"""Effects: what the service must do because of a turn, in the same transaction as the turn.

Some are answered with an event before the webhook is answered: `JoinQueue` at once with `QueueReported`,
`AskCallback` with `CallbackTerms`, `BookCallback` with `CallbackBooked`, `CancelCallback` with
`CallbackCancelled` and `TakeUpPlace` with `PlaceTakenUp`; `LookUp` with `LookedUp`, `PauseRecording` with
`RecordingPaused`, `FetchRecording` with `RecordingFetched`, for which no transaction is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class JoinQueue:
    """Join the line. A caller already in a queue moves, keeping the time of entry. The agent must have
    `skills` (name → lowest level) besides those of the queue."""

    queue: str
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Leave the line for `reason`: voicemail, callback, closed, overflow."""

    reason: str


@dataclass(frozen=True, slots=True)
class KeepVoicemail:
    """Keep a message that was recorded for `queue`: from now on it is not lost, though the caller may replace
    it. `recording` is the carrier's name for it."""

    queue: str
    recording: str
    seconds: int


@dataclass(frozen=True, slots=True)
class SendVoicemail:
    """Send a message that was kept: it becomes work for the agents of its queue."""

    recording: str


@dataclass(frozen=True, slots=True)
class DropVoicemail:
    """Drop this take: it is deleted here and at the carrier."""

    recording: str


@dataclass(frozen=True, slots=True)
class FetchRecording:
    """Ask for the address that plays this recording. Answered with `RecordingFetched`."""

    recording: str


@dataclass(frozen=True, slots=True)
class NotePromise:
    """Record that a wait was announced: seconds from now; None when only the position was said.
    `withdrawn_due` is the promised moment (epoch seconds) of a promise that was withdrawn with these words.
    """

    position: int
    low: float | None
    high: float | None
    spoken: str
    withdrawn_due: float | None = None


@dataclass(frozen=True, slots=True)
class NoteOverflow:
    """Record that an overflow rule of `queue` moves the caller `to` another queue, a transfer target or
    "voicemail".

    `rule` names it as queue and number, `why` says which conditions held.
    """

    queue: str
    rule: str
    why: str
    to: str


@dataclass(frozen=True, slots=True)
class AskCallback:
    """Ask whether and when this number can be called back for `queue`. "" is the number they call from.
    Answered at once with `CallbackTerms`."""

    queue: str
    number: str


@dataclass(frozen=True, slots=True)
class BookCallback:
    """Call this number (E.164) back for `queue`: `at` is one of the times in the terms, or "" for the
    caller's turn. A caller in line leaves it, and the place is kept. Answered at once with `CallbackBooked`.
    """

    queue: str
    number: str
    at: str


@dataclass(frozen=True, slots=True)
class CancelCallback:
    """Cancel the callback for `queue` to the number they call from. Answered at once with
    `CallbackCancelled`."""

    queue: str


@dataclass(frozen=True, slots=True)
class TakeUpPlace:
    """Take the place that was kept for the caller's number. Answered at once with `PlaceTakenUp`."""


CUSTOMER = "customer"
"""The source that every line has: the customers who have the caller's number. The one found is the caller."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the data source of that name in the settings, or `CUSTOMER`. Answered with `LookedUp`. `limit` maps
    an account to the number of unsuccessful look-ups that are made for it in a day, whichever number calls.
    """

    source: str
    parameters: Mapping[str, Any]
    limit: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Stop the recording of this call for a while, before something is asked that must not be in it. Answered
    with `RecordingPaused`; nothing is asked before."""


@dataclass(frozen=True, slots=True)
class SetRecording:
    """Set the recording of this call as the session says: on, or stopped for good."""


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a text message. `to` is as the caller gave it; "" for the number they call from."""

    to: str
    body: str


@dataclass(frozen=True, slots=True)
class NoteRating:
    """Record an answer to a question of a survey: 1 to 5 by key, or in words."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class KeepComment:
    """Keep a comment that the caller spoke at the end of a survey. `recording` is the carrier's name
    for it."""

    recording: str
    seconds: int


Enquiry = LookUp | PauseRecording | FetchRecording
"""Effects whose answer comes from outside and may take a while."""

Effect = (
    JoinQueue
    | LeaveQueue
    | KeepVoicemail
    | SendVoicemail
    | DropVoicemail
    | NotePromise
    | NoteOverflow
    | AskCallback
    | BookCallback
    | CancelCallback
    | TakeUpPlace
    | Enquiry
    | SetRecording
    | SendText
    | NoteRating
    | KeepComment
)
