"""Carries out documents on one leg, one after another, until the leg's part is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.audio import AUDIO_TYPES
from simulator.debugger_faults import TwimlFault
from simulator.document import LARGEST_DOCUMENT, TwimlDocument, looks_like_twiml, parse
from simulator.document_requests import DocumentRequest, DocumentSource, InlineDocument, resolve
from simulator.leg_audio import Listener
from simulator.network import CallLeg
from simulator.script import TIMED_OUT, Key, Script, Signal, Steps
from simulator.speech import seconds_to_say
from simulator.verbs.base import LegEnding
from simulator.verbs.play import PlayedFile
from simulator.verbs.say import SpokenText
from simulator.webhook_message import Answer, Webhook

XML_TYPES = ("text/xml", "application/xml", "text/html")

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."

MOST_DOCUMENTS_AT_ONE_INSTANT = 100
"""So many documents without any time passing are a loop that no caller could ever leave."""


class Execution:
    """One thread of control over documents.

    context: "call", "whisper" (a called party before it is bridged) or "wait" (conference wait, hold,
    announcement).
    """

    def __init__(self, call: CallLeg, context: str = "call", listener: Listener | None = None) -> None:
        self.call = call
        self.account = call.account
        self.clock = call.account.clock
        self.context = context
        self.listener: Listener = listener or call.ears
        self.extra_params: dict[str, str] = {}
        self.source: DocumentSource | None = None
        self.script: Script
        self._instant = (0.0, 0)

    @property
    def url(self) -> str | None:
        """The URL of the current document; None for inline TwiML."""
        return self.source.url if isinstance(self.source, DocumentRequest) else None

    def run(self, source: DocumentSource | None) -> Steps:
        """Carry out `source` and all that follows; returns the final status, or None at a plain end."""
        last_chance = is_fallback = False
        while source is not None:
            try:
                self.source = source
                document = yield from self._fetch(source)
                outcome = yield from self._perform(document)
            except TwimlFault as fault:
                self.account.fault(self.call.sid, fault.code, fault.text)
                source = None if last_chance else self._fallback(fault)
                last_chance = is_fallback = True
                if source is None:
                    return (yield from self._give_up(fault))
                continue
            last_chance = is_fallback and not self.account.switches.fallback_again
            is_fallback = False
            if isinstance(outcome, LegEnding):
                return outcome.status
            source = outcome
        return None

    def sleep(self, seconds: float) -> Steps:
        """Wait; keys pressed meanwhile reach no verb."""
        end = self.clock.time() + seconds
        while (event := (yield end)) is not TIMED_OUT:
            self.miss(event)

    def wait_for(self, about: object, until: float | None = None) -> Steps:
        """Wait for the Signal `about`; returns its value, or TIMED_OUT."""
        while True:
            event = yield until
            if event is TIMED_OUT:
                return TIMED_OUT
            if isinstance(event, Signal) and event.about is about:
                return event.value
            self.miss(event)

    @classmethod
    def begin(
        cls,
        call: CallLeg,
        steps: Callable[[Execution], Steps],
        when_over: Callable[[Any], None] | None = None,
        context: str = "call",
        listener: Listener | None = None,
    ) -> Execution:
        """Start a script on `call` that carries out `steps(execution)`."""
        execution = cls(call, context, listener)
        execution.script = Script(call.account, steps(execution), when_over)
        return execution

    def miss(self, event: object) -> None:
        """No document listens: a key is lost, unless the switch keeps it for the next Gather."""
        if isinstance(event, Key) and self.account.switches.keep_early_keys:
            self.call.early_keys.append(event.key)

    def next_request(self, url: str | None, method: str, **params: str) -> DocumentRequest:
        """The request for an `action`; no URL means the current document."""
        if url is None and self.url is None:
            raise TwimlFault(11100, "an action is needed: inline TwiML has no document URL to go back to")
        return DocumentRequest(resolve(self.url, url or ""), method, params)

    def _fetch(self, source: DocumentSource) -> Steps:
        self._count_documents()
        if isinstance(source, InlineDocument):
            return self._checked(parse(source.twiml.encode(), self.context))
        params = {**self.call.params(), **self.extra_params, **source.params}
        webhook = Webhook("voice", source.method, source.url, params, self.call.sid)
        answer = yield from self.ask(webhook)
        return self._checked(self._read(answer, source.url))

    def ask(self, webhook: Webhook) -> Steps:
        """Send a request and wait for its Answer; raises TwimlFault when there is none."""
        topic = object()
        self.account.webhooks.send(webhook, lambda answer: self.script.post(Signal(topic, answer)))
        answer = yield from self.wait_for(topic)
        if answer.error:
            raise TwimlFault(answer.error[0], answer.error[1], webhook.url)
        return answer

    def _read(self, answer: Answer, url: str) -> TwimlDocument:
        kind = answer.content_type.partition(";")[0].strip().lower()
        if kind in AUDIO_TYPES:
            return TwimlDocument([PlayedFile(url)])
        if len(answer.body) > LARGEST_DOCUMENT:
            raise TwimlFault(11750, f"the answer of {url} has {len(answer.body)} bytes", url)
        if kind == "text/plain" and not looks_like_twiml(answer.body):
            return TwimlDocument([SpokenText(answer.body.decode("utf-8", "replace").strip())])
        if kind not in (*XML_TYPES, "text/plain"):
            raise TwimlFault(12300, f"{url} answered with the content type {kind or '(none)'}", url)
        try:
            return parse(answer.body, self.context)
        except TwimlFault as fault:
            fault.url = fault.url or url
            raise

    def _checked(self, document: TwimlDocument) -> TwimlDocument:
        for code, text in document.warnings:
            self.account.fault(self.call.sid, code, text)
        return document

    def _perform(self, document: TwimlDocument) -> Steps:
        for verb in document.verbs:
            if verb.answers:
                self.call.answer()
            outcome: Any = yield from verb.run(self)
            if outcome is not None:
                return outcome
        return None

    def _fallback(self, fault: TwimlFault) -> DocumentSource | None:
        if self.context == "wait" or self.call.fallback is None:
            return None
        url, method = self.call.fallback
        return DocumentRequest(
            url, method, {"ErrorCode": str(fault.code), "ErrorUrl": fault.url or self.url or ""}
        )

    def _give_up(self, fault: TwimlFault) -> Steps:
        if self.context == "wait":
            raise fault
        self.call.answer()
        sound = self.listener.hear_speech(APPLICATION_ERROR, seconds_to_say(APPLICATION_ERROR))
        try:
            yield from self.sleep(seconds_to_say(APPLICATION_ERROR))
        finally:
            sound.stop()
        return "completed" if self.call.started else "failed"

    def _count_documents(self) -> None:
        now = self.clock.time()
        instant, count = self._instant
        self._instant = (now, count + 1 if instant == now else 1)
        if self._instant[1] > MOST_DOCUMENTS_AT_ONE_INSTANT:
            raise TwimlFault(12400, f"{count} documents at one instant: the documents go round in a circle")
