"""<Record>: records what the far end says until a key, silence, the longest length, or a hang-up."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element

from simulator.document_requests import resolve
from simulator.recordings import Recording, RecordingOrder
from simulator.script import TIMED_OUT, CallerSpeech, Key, Steps
from simulator.verbs.base import (
    Attribute,
    DocumentRun,
    TwimlVerb,
    Warn,
    boolean,
    choice,
    integer,
    method,
    refuse_children,
    text,
    words,
)
from simulator.webhook_message import Webhook

BEEP_SECONDS = 0.5

TOO_SILENT = 16102
"""Why a recording is absent in which nobody spoke."""


def _keys(value: str) -> str:
    if not set(value) <= set("0123456789*#"):
        raise ValueError("only keys of a telephone")
    return value


class RecordVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {
        "action": text(),
        "method": method(),
        "timeout": integer(5, least=0, code=13612),
        "finishOnKey": Attribute("1234567890*#", _keys, 13613),
        "maxLength": integer(3600, code=13612),
        "playBeep": boolean(True),
        "trim": choice("trim-silence", "trim-silence", "do-not-trim"),
        "recordingStatusCallback": text(),
        "recordingStatusCallbackMethod": method(),
        "recordingStatusCallbackEvent": words(("completed",), "in-progress", "completed", "absent"),
        "transcribe": boolean(False),
        "transcribeCallback": text(),
    }

    def __init__(self, element: Element, warn: Warn) -> None:
        super().__init__(element, warn)
        refuse_children(element, warn)
        if self.options.transcribe and not self.options.transcribeCallback:
            warn("nobody is told what <Record transcribe> wrote down: there is no transcribeCallback")

    def run(self, execution: DocumentRun) -> Steps:
        # An action that cannot be resolved must fail before the caller speaks, not after.
        execution.next_request(self.options.action, self.options.method)
        if self.options.playBeep:
            yield from execution.sleep(BEEP_SECONDS)
        recorder = execution.account.recorder
        recording = recorder.start(execution.call.sid, "RecordVerb", self._order(execution))
        try:
            key = yield from self._listen(execution, recording)
        except GeneratorExit:
            self._cut_off(execution, recording)
            raise
        silent = not recording.said
        recorder.finish(recording.sid, TOO_SILENT if silent else None)
        if silent and execution.account.switches.silent_record_falls_through:
            return None
        return execution.next_request(
            self.options.action, self.options.method, **self._results(recording, key)
        )

    def _listen(self, execution: DocumentRun, recording: Recording) -> Steps:
        """Returns the key that ended it, or ""."""
        clock = execution.clock
        last = recording.start + self.options.maxLength
        quiet_since = clock.time()
        while True:
            silence = quiet_since + self.options.timeout if self.options.timeout else last
            event = yield min(last, max(silence, clock.time()))
            if event is TIMED_OUT:
                return ""
            if isinstance(event, Key) and event.key in self.options.finishOnKey:
                return event.key
            if isinstance(event, CallerSpeech):
                now = clock.time()
                recording.said.append((event.text, now, now + event.seconds))
                quiet_since = now + event.seconds

    def _cut_off(self, execution: DocumentRun, recording: Recording) -> None:
        """The caller hung up (then the action is still requested), or REST took the leg elsewhere."""
        call = execution.call
        execution.account.recorder.finish(recording.sid, None if recording.said else TOO_SILENT)
        if call.ended is None:
            return
        request = execution.next_request(self.options.action, self.options.method)
        params = {**call.params(), **self._results(recording, "hangup")}
        execution.account.webhooks.send(Webhook("voice", request.method, request.url, params, call.sid))

    @staticmethod
    def _results(recording: Recording, key: str) -> dict[str, str]:
        results = {"RecordingUrl": recording.url, "RecordingSid": recording.sid}
        results["RecordingDuration"] = str(round(recording.duration))
        return {**results, "Digits": key} if key else results

    def _order(self, execution: DocumentRun) -> RecordingOrder:
        callback, written = self.options.recordingStatusCallback, self.options.transcribeCallback
        return RecordingOrder(
            trim=self.options.trim == "trim-silence",
            callback_url=resolve(execution.url, callback) if callback else None,
            callback_method=self.options.recordingStatusCallbackMethod,
            callback_events=frozenset(self.options.recordingStatusCallbackEvent),
            transcribe_url=resolve(execution.url, written) if written and self.options.transcribe else None,
        )
