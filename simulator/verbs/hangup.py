"""<Hangup>: ends the call. Even as the first verb it answers first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script import Steps
from simulator.verbs.base import LegEnding, TwimlVerb

if TYPE_CHECKING:
    from simulator.execution import Execution


class HangupVerb(TwimlVerb):
    def run(self, execution: Execution) -> Steps:
        return LegEnding()
        yield
