"""The options of a leg or of a conference participant: where to report, and how to take part."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.recordings import RecordingOrder


@dataclass(frozen=True)
class StatusCallback:
    """Where a leg's progress is reported: events are initiated, ringing, answered, completed."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


SILENCE = ""
"""A waitUrl that plays nothing."""


@dataclass(frozen=True)
class ConferenceCallback:
    """Where a conference reports, and which groups of events: start, end, join, leave, mute, hold …"""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ParticipantOptions:
    """How one leg takes part. wait_url: None = the built-in music, "" = silence."""

    start_on_enter: bool = True
    end_on_exit: bool = False
    muted: bool = False
    label: str = ""
    wait_url: str | None = None
    wait_method: str = "POST"
    max_participants: int = 250
    coach: str | None = None
    callback: ConferenceCallback | None = None
    recording: RecordingOrder | None = None
    hangup_on_star: bool = False
    time_limit: float | None = None
