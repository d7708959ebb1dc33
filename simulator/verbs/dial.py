"""<Dial>: connects the leg to another telephone, or takes it into a conference."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element

from simulator.debugger_faults import TwimlFault
from simulator.dialling import DialExecution
from simulator.document_requests import resolve
from simulator.recordings import RecordingOrder
from simulator.script import Steps
from simulator.verbs.base import (
    Attribute,
    DocumentRun,
    TwimlVerb,
    Warn,
    boolean,
    choice,
    integer,
    method,
    plain_text,
    text,
    words,
)
from simulator.verbs.nouns import ATTRIBUTES as PARTIES
from simulator.verbs.nouns import ConferenceNoun, DialledParty, number
from simulator.webhook_message import Webhook

MOST_PARTIES = 10

OUT_OF_SCOPE = frozenset({"Queue", "Application", "WhatsApp", "Sim"})

_RECORD = [f"record-from-{moment}{dual}" for moment in ("answer", "ringing") for dual in ("", "-dual")]


class DialVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {
        "action": text(),
        "method": method(),
        "timeout": integer(30, least=5, most=600),
        "timeLimit": integer(14400, code=12200),
        "callerId": text(),
        "answerOnBridge": boolean(False),
        "hangupOnStar": boolean(False),
        "record": choice("do-not-record", "do-not-record", "true", "false", *_RECORD),
        "recordingStatusCallback": text(),
        "recordingStatusCallbackMethod": method(),
        "recordingStatusCallbackEvent": words(("completed",), "in-progress", "completed", "absent"),
        "recordingTrack": choice("both", "both", "inbound", "outbound"),
        "trim": choice("do-not-trim", "trim-silence", "do-not-trim"),
        "ringTone": text(),
        "sequential": boolean(False),
        "referUrl": text(),
        "referMethod": method(),
    }
    answers = False

    def __init__(self, element: Element, warn: Warn) -> None:
        super().__init__(element, warn)
        self.parties: list[DialledParty] = []
        self.conference: ConferenceNoun | None = None
        for child in element:
            self._add(child, warn)
        if plain_text(element):
            # A bare number inside <Dial> is short for <Number>.
            noun = Element("Number")
            noun.text = number(plain_text(element))
            self.parties.append(DialledParty(noun, warn))
        if self.conference and self.parties:
            raise TwimlFault(13000, "<Dial> mixes a conference with numbers")
        if not self.conference and not 1 <= len(self.parties) <= MOST_PARTIES:
            raise TwimlFault(13000, f"<Dial> needs 1 to {MOST_PARTIES} parties, not {len(self.parties)}")

    def _add(self, child: Element, warn: Warn) -> None:
        if child.tag in OUT_OF_SCOPE:
            raise TwimlFault(12200, f"<{child.tag}> inside <Dial> is not simulated")
        if child.tag == "Conference":
            if self.conference:
                raise TwimlFault(13000, "<Dial> names two conferences")
            self.conference = ConferenceNoun(child, warn)
        elif child.tag in PARTIES:
            self.parties.append(DialledParty(child, warn))
        else:
            warn(f"<{child.tag}> is not allowed inside <Dial>")

    def run(self, execution: DocumentRun) -> Steps:
        if self.conference or not self.options.answerOnBridge:
            execution.call.answer()
        try:
            if self.conference:
                results = yield from self._join(execution, self.conference)
            else:
                results = yield from DialExecution(execution, self).run()
        except GeneratorExit:
            self._caller_left(execution)
            raise
        if self.options.action is None:
            return None
        return execution.next_request(self.options.action, self.options.method, **results)

    def _join(self, execution: DocumentRun, noun: ConferenceNoun) -> Steps:
        terms = noun.terms(execution, self.options.hangupOnStar, self.options.timeLimit)
        conference = execution.account.rooms.enter(noun.name, terms)
        status = yield from conference.stay(execution, terms)
        return {"DialCallStatus": status}

    def _caller_left(self, execution: DocumentRun) -> None:
        """Whether the action is still requested is not documented; see the switch."""
        call = execution.call
        wanted = execution.account.switches.dial_action_after_caller_left
        if call.ended is None or self.options.action is None or not wanted:
            return
        request = execution.next_request(self.options.action, self.options.method)
        params = {**call.params(), "DialCallStatus": "completed"}
        execution.account.webhooks.send(Webhook("voice", request.method, request.url, params, call.sid))

    def recording_order(self, execution: DocumentRun) -> RecordingOrder | None:
        """How the bridge is to be recorded, if at all."""
        if self.options.record in ("do-not-record", "false"):
            return None
        callback = self.options.recordingStatusCallback
        return RecordingOrder(
            trim=self.options.trim == "trim-silence",
            channels=2 if self.options.record.endswith("dual") else 1,
            callback_url=resolve(execution.url, callback) if callback else None,
            callback_method=self.options.recordingStatusCallbackMethod,
            callback_events=frozenset(self.options.recordingStatusCallbackEvent),
        )
