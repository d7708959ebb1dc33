"""Everything of talks, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.carrier.base import Carrier
from ivr.service.call_recordings import CallRecordings
from ivr.service.change import Changes
from ivr.service.offers import Offers, TooLate
from ivr.service.ringing import Ringer
from ivr.service.talks.holding import Holding, HoldJobs
from ivr.service.talks.looking import Looking
from ivr.service.talks.recording import TalkRecording
from ivr.service.talks.talks import Talks
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
    return Talks(
        Holding(changes),
        TalkRecording(changes, CallRecordings(changes, carrier, urls.call_recording)),
        targets=_NotYet(),
        blind=_NotYet(),
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
) -> dict[str, Handler]:
    """The jobs that talks ask for. `urls` are the addresses of our own webhooks."""
    return {"hold_customer": HoldJobs(changes, carrier, urls).hold_customer}
