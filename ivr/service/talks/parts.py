"""Everything of talks, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.carrier.base import Carrier
from ivr.service.call_recordings import CallRecordings
from ivr.service.change import Changes
from ivr.service.offers import Offers, TooLate
from ivr.service.ringing import Ringer
from ivr.service.talks.blind import Blind
from ivr.service.talks.holding import Holding, HoldJobs
from ivr.service.talks.looking import Looking
from ivr.service.talks.moves import Moves
from ivr.service.talks.recording import TalkRecording
from ivr.service.talks.talks import Talks
from ivr.service.talks.targets import Targets
from ivr.service.waits import WaitBoard
from ivr.service.worker import Handler
from ivr.settings import Settings


class _NotYet:
    """In the place of a part that is being built."""

    def __getattr__(self, name: str) -> Any:
        def refused(*_: str) -> None:
            raise TooLate("not possible yet")

        return refused


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
        consulting=_NotYet(),
        handing_over=_NotYet(),
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
        **Moves(changes, carrier, urls, hung_up).jobs(),
    }
