"""One leg in a conference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.participant_options import ParticipantOptions
from simulator.script import Script

if TYPE_CHECKING:
    from simulator.call import Call


class Participant:
    """One leg in a conference."""

    def __init__(self, call: Call, terms: ParticipantOptions, joined: float) -> None:
        self.call = call
        self.label = terms.label
        self.muted = terms.muted
        self.hold = False
        self.coaching = terms.coach is not None
        self.call_sid_to_coach = terms.coach
        self.start_on_enter = terms.start_on_enter
        self.end_on_exit = terms.end_on_exit
        self.joined = joined
        self.status = "connected"
        self.script: Script | None = None
        """Plays wait or hold audio."""

    def quiet(self) -> None:
        """Stop wait or hold audio."""
        if self.script:
            self.script.close()
            self.script = None
