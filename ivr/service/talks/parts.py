"""Everything of talks, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.carrier.base import Carrier
from ivr.service.call_recordings import CallRecordings
from ivr.service.change import Changes
from ivr.service.offers import Offers
from ivr.service.ringing import Ringer
from ivr.service.talks.blind import Blind
from ivr.service.talks.choosing_one import ChoosingOne
from ivr.service.talks.consulting import Consulting
from ivr.service.talks.holding import Holding, HoldJobs
from ivr.service.talks.looking import Looking
from ivr.service.talks.moves import Moves
from ivr.service.talks.outside import Outside
from ivr.service.talks.outside_lines import OutsideLines
from ivr.service.talks.recording import TalkRecording
from ivr.service.talks.rooms import Rooms
from ivr.service.talks.talks import Talks
from ivr.service.talks.targets import Targets
from ivr.service.waits import WaitBoard
from ivr.service.worker import Handler
from ivr.settings import Settings


def talk_parts(
    settings: Settings,
    changes: Changes,
    offers: Offers,
    waits: WaitBoard,
    carrier: Carrier,
    urls: Any,
    new_id: Callable[[], str],
) -> Talks:
    """`urls` are the addresses of our own webhooks."""
    targets = Targets(changes, settings, waits)
    return Talks(
        Holding(changes),
        TalkRecording(changes, CallRecordings(changes, carrier, urls.call_recording)),
        targets=targets,
        blind=Blind(changes, offers, targets, settings, new_id),
        consulting=Consulting(changes, ChoosingOne(targets, settings), settings, new_id),
        looking=Looking(changes, settings),
    )


def talk_jobs(
    settings: Settings,
    changes: Changes,
    offers: Offers,
    carrier: Carrier,
    ringer: Ringer,
    urls: Any,
    new_id: Callable[[], str],
    hung_up: Callable[[str, str], object],
) -> dict[str, Handler]:
    """The jobs that talks ask for. `urls` are the addresses of our own webhooks; `hung_up(sid, status)` ends
    a call."""
    return {
        "hold_customer": HoldJobs(changes, carrier, urls).hold_customer,
        **Rooms(changes, carrier).jobs(),
        **OutsideLines(changes, Outside(changes), carrier, ringer, urls, str(settings.caller_id)).jobs(),
        **Moves(changes, carrier, urls, hung_up).jobs(),
    }
