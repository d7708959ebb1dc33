"""One leg: its status, its document, and its end."""

from __future__ import annotations

import math
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from simulator.document_requests import DocumentSource
from simulator.execution import Execution
from simulator.leg_audio import LegAudio
from simulator.network import AttachedTelephone, PhoneNetwork
from simulator.participant_options import StatusCallback
from simulator.script import CallerSpeech, Key, Script, Steps
from simulator.webhook_message import Webhook

FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


class Call:
    """A leg between the exchange and one telephone.

    direction: inbound, outbound-api or outbound-dial. status: Twilio's call status ("initiated" appears only
    in callbacks). Times are epoch seconds; `started` is the answer.
    """

    def __init__(
        self, account: PhoneNetwork, from_: str, to: str, direction: str, parent: Call | None = None
    ) -> None:
        self.account = account
        self.sid = account.sids.new("CA")
        self.from_ = from_
        self.to = to
        self.direction = direction
        self.parent = parent
        self.status = "ringing" if direction == "inbound" else "queued"
        self.created = account.clock.time()
        self.started: float | None = None
        self.ended: float | None = None
        self.ended_by = ""
        self.extra_params: dict[str, str] = {}
        self.fallback: tuple[str, str] | None = None
        self.status_callback: StatusCallback | None = None
        self.phone: AttachedTelephone | None = None
        self.ears = LegAudio(account, self.sid)
        self.early_keys: list[str] = []
        self.gathering: frozenset[str] = frozenset()
        self.answered_by: str | None = None
        self.time_limit = account.switches.max_call_seconds
        self.queue_time = 0.0
        self.script: Script | None = None
        self.when_answered: list[Callable[[Call], None]] = []
        self.when_ended: list[Callable[[Call], None]] = []
        self._sequence = 0

    def params(self) -> dict[str, str]:
        """The parameters of every request about this call (facts 1.4)."""
        params = {
            "CallSid": self.sid,
            "AccountSid": self.account.account_sid,
            "From": self.from_,
            "To": self.to,
            "Caller": self.from_,
            "Called": self.to,
            "CallStatus": self.status,
            "ApiVersion": "2010-04-01",
            "Direction": self.direction,
        }
        if self.parent:
            params["ParentCallSid"] = self.parent.sid
        return {**params, **self.extra_params}

    def run(
        self,
        source: DocumentSource,
        context: str = "call",
        when_over: Callable[[Any], None] | None = None,
    ) -> None:
        """Carry out a document from here on, in place of whatever the leg was doing."""
        self.follow(lambda execution: execution.run(source), context, when_over)

    def follow(
        self,
        steps: Callable[[Execution], Steps],
        context: str = "call",
        when_over: Callable[[Any], None] | None = None,
    ) -> None:
        """Like `run`, for steps that are no document. Without `when_over` their end ends the call."""
        if self.script:
            self.script.close()
        if self.ended is not None:
            return
        execution = Execution.begin(self, steps, when_over or self._over, context)
        self.script = execution.script
        self.script.start()

    def set_status(self, status: str) -> None:
        self.status = status
        self._witness()

    def answer(self) -> None:
        """The leg is picked up; nothing happens if it was before."""
        if self.started is not None or self.ended is not None:
            return
        self.started = self.account.clock.time()
        self.set_status("in-progress")
        self.account.at(self.started + self.time_limit, lambda: self.end("completed", by="time limit"))
        self.report("answered")
        for hook in list(self.when_answered):
            hook(self)

    def end(self, status: str = "completed", by: str = "exchange") -> None:
        """The leg is over, with this final status; a second end changes nothing."""
        if self.ended is not None:
            return
        was_queued = self.status == "queued"
        self.ended = self.account.clock.time()
        self.ended_by = by
        self.status = status
        if self.script:
            self.script.close()
        self._witness(ended_by=by)
        if self.phone:
            self.phone.release(self)
        if not was_queued:
            self.report("completed")
        for hook in list(self.when_ended):
            hook(self)

    def hang_up(self) -> None:
        """The far end hangs up, or gives up while it is still ringing."""
        unanswered = self.started is None
        self.end("no-answer" if unanswered else "completed", by="far end")

    def press(self, key: str) -> None:
        """The far end pressed one key."""
        heard = "dtmf" in self.gathering
        self.account.witness.add(self.account.clock.time(), self.sid, "key", key=key, heard=heard)
        if self.script and self.ended is None:
            self.script.post(Key(key))

    def speak(self, speech: CallerSpeech) -> None:
        """The far end begins to say something."""
        now = self.account.clock.time()
        self.account.witness.add(now, self.sid, "said", text=speech.text, start=now, end=now + speech.seconds)
        if self.script and self.ended is None:
            self.script.post(speech)

    @property
    def duration(self) -> int | None:
        """Whole seconds from answer to end, as the REST API reports them; None while it lasts."""
        if self.ended is None:
            return None
        return 0 if self.started is None else math.ceil(self.ended - self.started)

    @property
    def live(self) -> bool:
        return self.ended is None

    def report(self, event: str) -> None:
        """Send the status callback for one event, if it was asked for (facts 4.2)."""
        callback = self.status_callback
        if callback is None or event not in callback.events:
            return
        params = self.params()
        params["Timestamp"] = formatdate(self.account.clock.time(), usegmt=False)
        params["CallbackSource"] = "call-progress-events"
        params["SequenceNumber"] = str(self._sequence)
        self._sequence += 1
        if event == "completed":
            params["CallDuration"] = str(self.duration)
            params["Duration"] = str(math.ceil((self.duration or 0) / 60))
            if self.answered_by:
                params["AnsweredBy"] = self.answered_by
        if self.status == "no-answer" and self.direction != "inbound":
            params["SipResponseCode"] = "487"
        self.account.webhooks.send(Webhook("status", callback.method, callback.url, params, self.sid))

    def _over(self, status: str | None) -> None:
        self.end(status or "completed", by="document")

    def _witness(self, **detail: str) -> None:
        self.account.witness.add(
            self.account.clock.time(), self.sid, "leg",
            state=self.status, from_=self.from_, to=self.to, direction=self.direction, **detail,
        )  # fmt: skip
        self.account.changed()
