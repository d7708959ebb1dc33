"""<Redirect>, <Hangup>, <Reject> and <Pause>: where the call goes on, ends or waits."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element

from simulator.script import Steps
from simulator.verbs.base import (
    Attribute,
    DocumentRun,
    LegEnding,
    TwimlVerb,
    Warn,
    choice,
    integer,
    method,
    plain_text,
    refuse_children,
)


class RedirectVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {"method": method(code=13710)}
    answers = False

    def __init__(self, element: Element, warn: Warn) -> None:
        super().__init__(element, warn)
        refuse_children(element, warn)
        self.url = plain_text(element)

    def run(self, execution: DocumentRun) -> Steps:
        return execution.next_request(self.url or None, self.options.method)
        yield


class HangupVerb(TwimlVerb):
    def run(self, execution: DocumentRun) -> Steps:
        return LegEnding()
        yield


class RejectVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {
        "reason": choice("rejected", "rejected", "busy", code=13810)
    }
    answers = False

    def run(self, execution: DocumentRun) -> Steps:
        if execution.call.started is not None:
            return LegEnding()
        return LegEnding("busy" if self.options.reason == "busy" else "no-answer")
        yield


class PauseVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {"length": integer(1, code=13910)}
    answers = False

    def run(self, execution: DocumentRun) -> Steps:
        yield from execution.sleep(self.options.length)
