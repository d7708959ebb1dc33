"""<Hangup>: ends the call. Even as the first verb it answers first."""

from __future__ import annotations

from simulator.script import Steps
from simulator.verbs.base import DocumentRun, LegEnding, TwimlVerb


class HangupVerb(TwimlVerb):
    def run(self, execution: DocumentRun) -> Steps:
        return LegEnding()
        yield
