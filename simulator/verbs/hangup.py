"""<Hangup>: ends the call. Even as the first verb it answers first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script import Steps
from simulator.verbs.base import Ending, Verb

if TYPE_CHECKING:
    from simulator.execution import Execution


class Hangup(Verb):
    def run(self, execution: Execution) -> Steps:
        return Ending()
        yield
