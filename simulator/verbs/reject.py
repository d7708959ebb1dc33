"""<Reject>: the only way not to answer; only as the first verb is the call not answered."""

from __future__ import annotations

from typing import ClassVar

from simulator.script import Steps
from simulator.verbs.base import Attribute, DocumentRun, LegEnding, TwimlVerb, choice


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
