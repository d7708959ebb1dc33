"""<Redirect>: goes to another document; empty means the current one again. Nothing after it is reached."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element

from simulator.script import Steps
from simulator.verbs.base import Attribute, DocumentRun, TwimlVerb, Warn, method, plain_text, refuse_children


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
