"""Dials numbers, clients and SIP addresses: ring, let one win, whisper, bridge (facts 3.5)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Protocol

from simulator.debugger_faults import TwimlFault
from simulator.network import CallLeg
from simulator.outbound import place
from simulator.recordings import Recording, RecordingOrder
from simulator.script import TIMED_OUT, Key, Signal, Steps
from simulator.verbs.base import DocumentRun
from simulator.verbs.nouns import DialledParty

FOREVER = None


class DialOptions(Protocol):
    """The attributes of <Dial>: targets and options."""

    options: SimpleNamespace
    parties: list[DialledParty]

    def recording_order(self, execution: DocumentRun) -> RecordingOrder | None: ...


class DialExecution:
    """One Dial on one leg, from the first ring to the end of the bridge."""

    def __init__(self, execution: DocumentRun, dial: DialOptions) -> None:
        self._execution = execution
        self._account = execution.account
        self._parent = execution.call
        self._dial = dial
        self._options = dial.options
        self._whispers: dict[str, DialledParty] = {}
        self._released: CallLeg | None = None
        """A child that REST took elsewhere: no longer this Dial's to end."""

    def run(self) -> Steps:
        """Returns the parameters of the action request."""
        parties = self._dial.parties
        rounds = [[party] for party in parties] if self._options.sequential else [parties]
        results: dict[str, str] = {}
        for group in rounds:
            results = yield from self._round(group)
            if results["DialCallStatus"] == "completed":
                break
        return results

    def _round(self, group: list[DialledParty]) -> Steps:
        children = [self._child(party) for party in group]
        try:
            winner = yield from self._ring(children)
            if winner is None:
                for child in children:
                    child.end("no-answer", by="ring timeout")
                return self._unanswered(children)
            for child in children:
                if child is not winner:
                    child.end("canceled", by="dial")
            return (yield from self._talk(winner))
        finally:
            for child in children:
                if child is not self._released:
                    child.end("canceled" if child.started is None else "completed", by="dial")

    def _child(self, party: DialledParty) -> CallLeg:
        call = self._account.new_call(self._caller_id(party), party.address, "outbound-dial", self._parent)
        call.status_callback = party.status_callback(self._execution)
        self._whispers[call.sid] = party
        script = self._execution.script
        call.when_answered.append(lambda child: script.post(Signal(self, ("answered", child))))
        call.when_ended.append(lambda child: script.post(Signal(self, ("ended", child))))
        place(call, self._options.timeout + self._account.switches.dial_extra_seconds)
        return call

    def _caller_id(self, party: DialledParty) -> str:
        given = self._options.callerId
        if given is None:
            return self._parent.from_
        owned = {*self._account.numbers, self._parent.from_, self._parent.to}
        if party.kind == "Number" and given not in owned:
            raise TwimlFault(13214, f"callerId {given} is not a number of this account or of this call")
        return given

    def _ring(self, children: list[CallLeg]) -> Steps:
        """Wait for the first answer; None when all have failed."""
        tone = self._account.witness.add(
            self._account.clock.time(), self._parent.sid, "tone",
            name="ringing", start=self._account.clock.time(), end=None,
        )  # fmt: skip
        try:
            while any(child.live for child in children):
                answered = next((c for c in children if c.live and c.started is not None), None)
                if answered:
                    return answered
                yield FOREVER
            return None
        finally:
            tone.detail["end"] = self._account.clock.time()

    def _unanswered(self, children: list[CallLeg]) -> dict[str, str]:
        """Return the most telling of several results: busy, then no answer, then failed."""
        for status in ("busy", "no-answer", "failed"):
            for child in children:
                if child.status == status:
                    return {"DialCallStatus": status, "DialCallSid": child.sid, "DialBridged": "false"}
        return {"DialCallStatus": "failed", "DialBridged": "false"}

    def _talk(self, child: CallLeg) -> Steps:
        accepted = yield from self._whisper(child)
        results = {"DialCallStatus": "completed", "DialCallSid": child.sid}
        if not accepted:
            return {**results, "DialBridged": "false", "DialCallDuration": str(child.duration or 0)}
        self._parent.answer()
        left, recording = yield from self._bridge(child)
        if recording:
            results["RecordingUrl"] = recording.url
        if left == "redirected":
            self._released = child
        else:
            child.end("completed", by="dial")
            results["DialCallDuration"] = str(child.duration or 0)
        return {**results, "DialBridged": "true"}

    def _whisper(self, child: CallLeg) -> Steps:
        """Run the called party's document; False when that leg ends in it."""
        request = self._whispers[child.sid].whisper(self._execution)
        if request is None:
            return True
        script = self._execution.script

        def over(result: str | None) -> None:
            if result is None:
                script.post(Signal(self, ("accepted", child)))
            else:
                child.end("completed", by="document")

        child.run(request, "whisper", over)
        while child.live:
            event = yield FOREVER
            if isinstance(event, Signal) and event.about is self and event.value == ("accepted", child):
                return child.live
        return False

    def _bridge(self, child: CallLeg) -> Steps:
        """Parent and child hear each other until one leaves; says how it ended."""
        child.follow(lambda execution: self._wait_on_bridge(child))
        sids = (self._parent.sid, child.sid)
        self._account.hearing.arrange(self, {sids, sids[::-1]})
        recording = self._record()
        try:
            return (yield from self._until_left(child)), recording
        finally:
            self._account.hearing.arrange(self, set())
            if recording:
                self._account.recorder.finish(recording.sid)

    def _until_left(self, child: CallLeg) -> Steps:
        until = self._account.clock.time() + self._options.timeLimit
        while child.live:
            event = yield until
            if event is TIMED_OUT:
                return "time limit"
            if isinstance(event, Key) and event.key == "*" and self._options.hangupOnStar:
                return "star"
            if isinstance(event, Signal) and event.about is self and event.value[0] == "redirected":
                return "redirected"
        return "ended"

    def _wait_on_bridge(self, child: CallLeg) -> Steps:
        """The child's own script while it talks; a REST redirect closes it and so frees the parent."""
        try:
            while True:
                yield FOREVER
        finally:
            if child.live:
                self._execution.script.post(Signal(self, ("redirected", child)))

    def _record(self) -> Recording | None:
        order = self._dial.recording_order(self._execution)
        if order is None:
            return None
        return self._account.recorder.start(self._parent.sid, "DialVerb", order)
