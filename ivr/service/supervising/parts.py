"""Everything of supervising, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.carrier.base import Carrier
from ivr.service.change import Changes
from ivr.service.explaining import Explaining
from ivr.service.offers import Offers
from ivr.service.ringing import Ringer
from ivr.service.supervising.changing import Changing
from ivr.service.supervising.display_links import DisplayLinks
from ivr.service.supervising.floor_board import FloorBoard
from ivr.service.supervising.help import HelpService
from ivr.service.supervising.joining import Joining
from ivr.service.supervising.lines import SupervisorLines, Urls
from ivr.service.supervising.taking_over import HandingOver
from ivr.service.supervising.today import Today
from ivr.service.supervising.told import Told
from ivr.service.waits import WaitBoard
from ivr.service.worker import Handler
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class Supervising:
    """The use cases of supervisors and wallboards."""

    board: FloorBoard
    joining: Joining
    told: Told
    help: HelpService
    changing: Changing
    explaining: Explaining
    today: Today
    links: DisplayLinks


def supervising_parts(
    settings: Settings, changes: Changes, offers: Offers, waits: WaitBoard, new_id: Callable[[], str]
) -> Supervising:
    database, clock = changes.database, changes.clock
    return Supervising(
        FloorBoard(database, clock, settings, waits),
        Joining(changes, offers, settings, new_id),
        Told(changes, settings),
        HelpService(changes, settings.supervising.tell_agent),
        Changing(changes, settings),
        Explaining(database, clock, settings),
        Today(database, clock, settings),
        DisplayLinks(changes, settings),
    )


def supervising_jobs(
    settings: Settings,
    changes: Changes,
    supervising: Supervising,
    carrier: Carrier,
    ringer: Ringer,
    urls: Urls,
    new_id: Callable[[], str],
) -> dict[str, Handler]:
    handing = HandingOver(settings.queue, new_id)
    caller_id = str(settings.caller_id)
    return SupervisorLines(changes, supervising.joining, handing, carrier, ringer, urls, caller_id).jobs()
