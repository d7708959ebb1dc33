"""Points on which Twilio's documentation is silent or contradictory, each with a conservative default.

docs/simulator-gaps.md explains every one of them. Set them on `TwilioAccount.switches`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Behaviours:
    """The behaviour of this account where Twilio's is not documented."""

    keep_early_keys: bool = False
    """Keys pressed outside an executing Gather are given to the next Gather; otherwise they are lost."""

    empty_digits: str = "absent"
    """With actionOnEmptyResult and no input: is `Digits` "absent" from the request, or "empty"?"""

    fallback_again: bool = True
    """When a document fails to which the fallback document leads, the fallback is asked again; otherwise the
    call ends."""

    silent_record_falls_through: bool = True
    """A Record in which nobody spoke goes on to the next verb; otherwise its action is requested."""

    dial_action_after_caller_left: bool = False
    """The Dial action is requested (its answer ignored) even if the caller hung up."""

    dial_extra_seconds: float = 5.0
    """Added to the timeout of Dial and of API participants before a ringing leg counts as not answered."""

    calls_per_second: float | None = None
    """Pace of calls created over REST (a new account: 1.0); None starts each at once."""

    list_lag: float = 0.0
    """Seconds until what was made shows in the lists of the REST API: calls, conferences, participants."""

    announcement_delay: float = 0.0
    """From the request for an announcement until its document is fetched."""

    announcements_fail: bool = False
    """Announcements to conferences fail for reasons of the exchange: nothing is heard."""

    recording_delay: float = 2.0
    """Seconds between the end of a recording and its status callback."""

    transcription_delay: float = 10.0
    """Seconds until a recording has been written down, after its own callback."""

    auto_speech_timeout: float = 1.0
    """Seconds of silence that end speech with speechTimeout="auto"."""

    setup_seconds: float = 0.0
    """From `initiated` to `ringing` of an outbound leg."""

    webhook_seconds: float = 0.0
    """Virtual seconds that each webhook takes in addition to what disturbances ask for."""

    machine_greeting: str = "You have reached the voicemail. Please leave a message after the tone."
    """What a phone with behaviour "machine" says."""

    machine_detection_seconds: float = 4.0
    """Until answering machine detection knows who answered."""

    pay_result: str = "success"
    """How a <Pay> ends that nobody interrupts: Twilio's Result."""

    pay_seconds: float = 12.0
    """How long the caller takes to key a card into a <Pay>."""

    max_call_seconds: float = 14400.0
    """Longest call of an account without the 24 h feature."""
