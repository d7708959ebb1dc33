"""TwiML verbs, one file each: the attributes with Twilio's defaults, then the execution."""

from __future__ import annotations

from simulator.verbs.base import LegEnding, TwimlVerb
from simulator.verbs.dial import DialVerb
from simulator.verbs.gather import GatherVerb
from simulator.verbs.pay import PayVerb
from simulator.verbs.play import PlayVerb
from simulator.verbs.record import RecordVerb
from simulator.verbs.redirect import HangupVerb, PauseVerb, RedirectVerb, RejectVerb
from simulator.verbs.say import SayVerb

VERBS: dict[str, type[TwimlVerb]] = {
    verb.__name__.removesuffix("Verb"): verb
    for verb in (
        DialVerb,
        GatherVerb,
        HangupVerb,
        PauseVerb,
        PayVerb,
        PlayVerb,
        RecordVerb,
        RedirectVerb,
        RejectVerb,
        SayVerb,
    )
}

NOT_SIMULATED = frozenset({"Connect", "Enqueue", "Leave", "Prompt", "Queue", "Refer", "Start", "Stop"})
"""Verbs that Twilio has and this simulator does not."""

__all__ = ["NOT_SIMULATED", "VERBS", "LegEnding", "TwimlVerb"]
