"""<Pause>: silence. As first verb it lets an inbound call ring on for its length."""

from __future__ import annotations

from typing import ClassVar

from simulator.script import Steps
from simulator.verbs.base import Attribute, DocumentRun, TwimlVerb, integer


class PauseVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {"length": integer(1, code=13910)}
    answers = False

    def run(self, execution: DocumentRun) -> Steps:
        yield from execution.sleep(self.options.length)
