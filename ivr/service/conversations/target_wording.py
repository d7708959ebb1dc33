"""What an agent reads of a colleague or a line to which they could give a caller."""

from __future__ import annotations

from ivr.engine.announcement_policy import OVER, RANGE, SOON, UP_TO, speak
from ivr.engine.context import QueueStatus
from ivr.store.floor import AgentStatusRow

_STATES = {
    "available": "available",
    "offered": "being rung",
    "on_call": "on a call",
    "wrapping_up": "writing up a call",
    "away": "away",
}
_WAITS = {
    SOON: "less than a minute",
    RANGE: "about {low} to {high} minutes",
    UP_TO: "up to {high} minutes",
    OVER: "more than {low} minutes",
}


def state_words(person: AgentStatusRow) -> str:
    """What they do now."""
    words = _STATES.get(person.state, person.state)
    return f"{words} ({person.reason})" if person.state == "away" and person.reason else words


def why_no_line(line: QueueStatus) -> str:
    """Why nobody should be put into this line now; "" when they may be."""
    if not line.open:
        return "This queue is closed now."
    if not line.staffed:
        return "Nobody serves this queue now."
    return "This queue is full." if line.full else ""


def waiting_words(line: QueueStatus) -> str:
    """How long the line is, and how long a newcomer waits, where that is known."""
    if not line.open:
        return "closed"
    if not line.staffed:
        return "nobody there"
    waiting = "nobody waiting" if not line.waiting else f"{line.waiting} waiting"
    wait = wait_words(line)
    return f"{waiting}, {wait}" if wait else waiting


def wait_words(line: QueueStatus) -> str:
    """The wait that a caller would be told; "" when no honest number is known."""
    spoken = speak(line.low, line.high)
    return _WAITS.get(spoken.kind, "").format(**spoken.minutes)
