"""TwiML verbs, one file each: what the verb says (attributes with Twilio's defaults), then what it does."""

from __future__ import annotations

from simulator.verbs.base import Ending, Verb
from simulator.verbs.dial import Dial
from simulator.verbs.gather import Gather
from simulator.verbs.hangup import Hangup
from simulator.verbs.pause import Pause
from simulator.verbs.pay import Pay
from simulator.verbs.play import Play
from simulator.verbs.record import Record
from simulator.verbs.redirect import Redirect
from simulator.verbs.reject import Reject
from simulator.verbs.say import Say

VERBS: dict[str, type[Verb]] = {
    verb.__name__: verb for verb in (Dial, Gather, Hangup, Pause, Pay, Play, Record, Redirect, Reject, Say)
}

NOT_SIMULATED = frozenset({"Connect", "Enqueue", "Leave", "Prompt", "Queue", "Refer", "Start", "Stop"})
"""Verbs that Twilio has and this simulator does not."""

__all__ = ["NOT_SIMULATED", "VERBS", "Ending", "Verb"]
