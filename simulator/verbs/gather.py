"""<Gather>: collects keys and speech. The only verb that hears keys.

Timers (facts 3.1): the first key stops the prompts; the time-out runs from the end of the prompts, and again
after each key.
"""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element

from simulator.debugger_faults import TwimlFault
from simulator.document_requests import resolve
from simulator.script import TIMED_OUT, CallerSpeech, Key, Steps
from simulator.verbs.base import Attribute, DocumentRun, TwimlVerb, Warn, boolean, integer, method, text
from simulator.verbs.play import PlayVerb
from simulator.verbs.redirect import PauseVerb
from simulator.verbs.say import SayVerb
from simulator.webhook_message import Webhook

PROMPTS = {"Say": SayVerb, "Play": PlayVerb, "Pause": PauseVerb}

LONGEST_SPEECH = 60.0
"""Seconds after which speech is cut off."""


def _finish_key(value: str) -> str:
    if value not in ("", *"0123456789#*"):
        raise ValueError("one of 0-9, # and *, or empty")
    return value


def _speech_timeout(value: str) -> str | int:
    return value if value == "auto" else integer(None).read(value)


def _kinds(value: str) -> frozenset[str]:
    given = value.split()
    if not given or not set(given) <= {"dtmf", "speech"}:
        raise ValueError("dtmf, speech, or both")
    return frozenset(given)


def _hints(value: str) -> str:
    entries = value.split(",")
    if len(entries) > 500 or any(len(e.strip()) > 100 for e in entries):
        raise ValueError("at most 500 hints of at most 100 characters")
    return value


class GatherVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {
        "input": Attribute(frozenset({"dtmf"}), _kinds, 13331),
        "action": text(),
        "method": method(code=13312),
        "timeout": integer(5, code=13313),
        "numDigits": integer(None, code=13314),
        "finishOnKey": Attribute("#", _finish_key, 13310),
        "actionOnEmptyResult": boolean(False),
        "speechTimeout": Attribute(None, _speech_timeout, 13335),
        "speechModel": text("default"),
        "language": text("en-US"),
        "hints": Attribute("", _hints, 13334),
        "partialResultCallback": text(),
        "partialResultCallbackMethod": method(),
        "profanityFilter": boolean(True),
        "enhanced": boolean(False),
        "bargeIn": boolean(True, code=13332),
        "maxSpeechTime": integer(60, code=13328),
        "debug": boolean(False),
        "speechEndThreshold": text(),
    }

    def __init__(self, element: Element, warn: Warn) -> None:
        super().__init__(element, warn)
        self.prompts = [self._prompt(child, warn) for child in element]
        if self.options.speechTimeout == "auto" and self.options.speechModel not in ("default", "phone_call"):
            raise TwimlFault(13335, 'speechTimeout="auto" does not go with this speechModel')

    @staticmethod
    def _prompt(element: Element, warn: Warn) -> TwimlVerb:
        if element.tag not in PROMPTS:
            raise TwimlFault(13320, f"<{element.tag}> is not allowed inside <Gather>")
        if element.tag == "Play" and "digits" in element.attrib:
            raise TwimlFault(13325, "<Play digits> is not allowed inside <Gather>")
        return PROMPTS[element.tag](element, warn)

    def run(self, execution: DocumentRun) -> Steps:
        for prompt in self.prompts:
            yield from prompt.prepare(execution)
        execution.call.gathering = self.options.input
        try:
            return (yield from self._collect(execution))
        finally:
            execution.call.gathering = frozenset()

    def _collect(self, execution: DocumentRun) -> Steps:
        first = self._early_key(execution) or (yield from self._play_prompts(execution))
        if isinstance(first, CallerSpeech):
            return (yield from self._speech(execution, first))
        outcome = yield from self._keys(execution, first)
        if isinstance(outcome, CallerSpeech):
            return (yield from self._speech(execution, outcome))
        digits, finished_on = outcome
        if not digits:
            return self._nothing(execution, finished_on)
        return self._action(execution, Digits=digits, FinishedOnKey=finished_on)

    def _listens(self, event: object) -> bool:
        if isinstance(event, Key):
            return "dtmf" in self.options.input
        return isinstance(event, CallerSpeech) and "speech" in self.options.input

    def _early_key(self, execution: DocumentRun) -> Key | None:
        early = execution.call.early_keys
        return Key(early.pop(0)) if early and "dtmf" in self.options.input else None

    def _play_prompts(self, execution: DocumentRun) -> Steps:
        """Returns the key or speech that came while prompts were playing, or None."""
        for prompt in self.prompts:
            steps = prompt.run(execution)
            event = None
            while True:
                try:
                    deadline = steps.send(event)
                except StopIteration:
                    break
                try:
                    event = yield deadline
                except GeneratorExit:
                    steps.close()
                    raise
                if self._listens(event) and (isinstance(event, Key) or self.options.bargeIn):
                    steps.close()
                    return event
        return None

    def _keys(self, execution: DocumentRun, first: Key | None) -> Steps:
        """Collect until complete; returns (digits, key that finished) or the Speech that came first."""
        digits, event = "", first
        while True:
            if event is None:
                event = yield from self._next_input(execution, speech=not digits)
            if not isinstance(event, Key):
                return event if isinstance(event, CallerSpeech) else (digits, "")
            if event.key == self.options.finishOnKey:
                return digits, event.key
            digits += event.key
            if len(digits) == self.options.numDigits:
                return digits, ""
            event = self._early_key(execution)

    def _next_input(self, execution: DocumentRun, speech: bool) -> Steps:
        end = execution.clock.time() + self.options.timeout
        while True:
            event = yield end
            if event is TIMED_OUT or (self._listens(event) and (speech or isinstance(event, Key))):
                return event

    def _speech(self, execution: DocumentRun, speech: CallerSpeech) -> Steps:
        """Speech came first: from here on keys mean nothing, and silence ends it."""
        began, parts, confidence = execution.clock.time(), [], speech.confidence
        event: object = speech
        while isinstance(event, CallerSpeech):
            parts.append(event.text)
            self._partial(execution, " ".join(parts))
            latest = began + min(LONGEST_SPEECH, self.options.maxSpeechTime)
            end = min(execution.clock.time() + event.seconds + self._silence(execution), latest)
            event = yield end
            while not isinstance(event, CallerSpeech) and event is not TIMED_OUT:
                event = yield end
        return self._action(execution, SpeechResult=" ".join(parts), Confidence=f"{confidence:.8f}")

    def _silence(self, execution: DocumentRun) -> float:
        if self.options.speechTimeout == "auto":
            return execution.account.switches.auto_speech_timeout
        return self.options.timeout if self.options.speechTimeout is None else self.options.speechTimeout

    def _partial(self, execution: DocumentRun, so_far: str) -> None:
        if not self.options.partialResultCallback:
            return
        url = resolve(execution.url, self.options.partialResultCallback)
        params = {**execution.call.params(), "UnstableSpeechResult": so_far, "Stability": "0.5"}
        call_sid = execution.call.sid
        execution.account.webhooks.send(
            Webhook("partial", self.options.partialResultCallbackMethod, url, params, call_sid)
        )

    def _nothing(self, execution: DocumentRun, finished_on: str) -> object:
        if not self.options.actionOnEmptyResult:
            return None
        told = {"FinishedOnKey": finished_on} if finished_on else {}
        if execution.account.switches.empty_digits == "empty":
            return self._action(execution, Digits="", **told)
        return self._action(execution, **told)

    def _action(self, execution: DocumentRun, **params: str) -> object:
        return execution.next_request(self.options.action, self.options.method, **params)
