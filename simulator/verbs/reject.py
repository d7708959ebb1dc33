"""<Reject>: the only way not to answer; only as the first verb is the call not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simulator.script import Steps
from simulator.verbs.base import Attribute, LegEnding, TwimlVerb, choice

if TYPE_CHECKING:
    from simulator.execution import Execution


class RejectVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {
        "reason": choice("rejected", "rejected", "busy", code=13810)
    }
    answers = False

    def run(self, execution: Execution) -> Steps:
        if execution.call.started is not None:
            return LegEnding()
        return LegEnding("busy" if self.options.reason == "busy" else "no-answer")
        yield
