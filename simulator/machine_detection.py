"""Answering machine detection: whether a human picked up, and when that is known (facts 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.call import Call
from simulator.document_requests import DocumentSource
from simulator.speech import seconds_to_say
from simulator.webhook_message import Webhook


@dataclass(frozen=True)
class Detection:
    """mode: Enable (say at once) or DetectMessageEnd (wait for the end of the greeting)."""

    mode: str
    asynchronous: bool
    callback: str | None
    method: str


def detect(call: Call, detection: Detection, source: DocumentSource) -> None:
    """Find out who answered; a synchronous detection keeps the document back until then."""
    account = call.account
    seconds = account.switches.machine_detection_seconds
    machine = getattr(call.phone, "behaviour", "") == "machine"
    if machine and detection.mode == "DetectMessageEnd":
        seconds = max(seconds, seconds_to_say(account.switches.machine_greeting))
    if detection.asynchronous:
        call.run(source)

    def known() -> None:
        if not call.live:
            return
        call.answered_by = _verdict(machine, detection.mode)
        found = {"AnsweredBy": call.answered_by, "MachineDetectionDuration": str(round(seconds * 1000))}
        if detection.asynchronous and detection.callback:
            params = {"CallSid": call.sid, "AccountSid": account.account_sid, **found}
            account.webhooks.send(
                Webhook("detection", detection.method, detection.callback, params, call.sid)
            )
        elif not detection.asynchronous:
            call.extra_params = {**call.extra_params, **found}
            call.run(source)

    account.at(account.clock.time() + seconds, known)


def _verdict(machine: bool, mode: str) -> str:
    if not machine:
        return "human"
    return "machine_start" if mode == "Enable" else "machine_end_beep"
