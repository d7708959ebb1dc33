"""The jobs of agents' legs, of calls and of the timers between them."""

from __future__ import annotations

from collections.abc import Callable

from ivr.carrier.base import Carrier
from ivr.service.change import Changes
from ivr.service.legs import Legs, Urls
from ivr.service.offers import Offers
from ivr.service.ringing import Ringer
from ivr.service.stray_legs import ender
from ivr.service.watch import Watch
from ivr.service.worker import Handler
from ivr.settings import Settings


def leg_jobs(
    settings: Settings,
    changes: Changes,
    offers: Offers,
    carrier: Carrier,
    ringer: Ringer,
    urls: Urls,
    hung_up: Callable[[str, str], None],
) -> dict[str, Handler]:
    """`hung_up(sid, status)` ends a call."""
    caller_id = str(settings.caller_id)
    rings = lambda queue: settings.queue(queue).ring_seconds  # noqa: E731
    legs = Legs(changes, offers, carrier, urls, ringer, caller_id, rings, hung_up)
    watch = Watch(changes, offers, carrier, hung_up)
    return {
        "ring_agent": legs.ring_agent,
        "join_agent": legs.join_agent,
        "move_caller": legs.move_caller,
        "end_leg": legs.end_leg,
        "end_stray_leg": ender(carrier),
        "talk_watch": legs.talk_watch,
        "call_watch": watch.call,
        "offer_due": watch.offer_due,
        "wrap_up_over": watch.wrap_up_over,
    }
