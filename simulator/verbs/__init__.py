"""TwiML verbs, one file each: what the verb says (attributes with Twilio's defaults), then what it does."""

from __future__ import annotations

from .base import Ending, Verb
from .dial import Dial
from .gather import Gather
from .hangup import Hangup
from .pause import Pause
from .pay import Pay
from .play import Play
from .record import Record
from .redirect import Redirect
from .reject import Reject
from .say import Say

VERBS: dict[str, type[Verb]] = {
    verb.__name__: verb for verb in (Dial, Gather, Hangup, Pause, Pay, Play, Record, Redirect, Reject, Say)
}

NOT_SIMULATED = frozenset({"Connect", "Enqueue", "Leave", "Prompt", "Queue", "Refer", "Start", "Stop"})
"""Verbs that Twilio has and this simulator does not."""

__all__ = ["NOT_SIMULATED", "VERBS", "Ending", "Verb"]
