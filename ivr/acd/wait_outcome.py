"""Decides how a wait in line ends when no agent answers it.

The place in line, the journal, the contact and the sums of the reports all follow this one decision, so that
they agree about a call.
"""

from __future__ import annotations

from dataclasses import dataclass

ABANDONED, VOICEMAIL, FINISHED, HUNG_UP = "abandoned", "voicemail", "finished", "hung_up"
MESSAGE_FOUND = "message_found"
"""The event by which an abandoned wait becomes one that was left for a message."""


@dataclass(frozen=True, slots=True)
class WaitOutcome:
    """`event` is the event of the queued call's table, `reason` is stored with the place and in the journal,
    and `outcome` is the outcome of a call that ends together with this wait."""

    event: str
    reason: str
    outcome: str


GAVE_UP = WaitOutcome("caller_left", "hung up", ABANDONED)
LEFT_MESSAGE = WaitOutcome("left_queue", "voicemail", VOICEMAIL)
LED_AWAY = WaitOutcome("left_queue", "finished", FINISHED)


def call_over(hung_up: bool, message_kept: bool) -> WaitOutcome:
    """Return how a wait ends that is still open when its call ends. A caller who left a message during the
    wait has not abandoned, whether or not they pressed the key that sends it."""
    if message_kept:
        return LEFT_MESSAGE
    return GAVE_UP if hung_up else LED_AWAY


def call_outcome(so_far: str | None, wait: WaitOutcome | None, otherwise: str) -> str:
    """Return the outcome of a call that ends now. `so_far` is what the flow reached (a conversation, a
    callback, a message), `wait` how the wait ended that was still open, `otherwise` the outcome without
    either."""
    if wait is not None and so_far in (None, VOICEMAIL):
        return wait.outcome
    return so_far or otherwise


def is_corrected_by_message(outcome: str | None, seconds: int) -> bool:
    """Return whether a message of this length, which turns up after the call has ended with `outcome`, makes
    it a call with a message."""
    return seconds >= 1 and outcome in (ABANDONED, HUNG_UP)
