"""Puts the parts of callbacks together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.service.callbacks.answers import CustomerLeg
from ivr.service.callbacks.attempts import Callbacks
from ivr.service.callbacks.bookings import Bookings
from ivr.service.callbacks.by_agent import ByAgent
from ivr.service.callbacks.notices import Notices
from ivr.service.callbacks.rebooking import Rebooking
from ivr.service.callbacks.records import Records
from ivr.service.callbacks.returning import Returning
from ivr.service.callbacks.rules import Rules
from ivr.service.callbacks.taken_up import TakenUp
from ivr.service.change import Changes
from ivr.service.closing import Closing
from ivr.service.lines import Lines
from ivr.service.offers import Offers
from ivr.service.surroundings import Surroundings
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class CallbackParts:
    """`lives` is what becomes of a booking, `bookings` makes them, `returning` is for who rings us first, and
    `leg` is the customer's phone. `by_agent` is for agents who call back themselves, `taken_up` judges who
    took a place that was kept."""

    lives: Callbacks
    bookings: Bookings
    returning: Returning
    leg: CustomerLeg
    by_agent: ByAgent
    taken_up: TakenUp


class Pages(Protocol):
    """Absolute addresses: where a customer cancels, and of the message for a machine."""

    def callback_page(self, token: str) -> str: ...
    def callback_message(self, callback_id: str, attempt: int) -> str: ...


def callback_parts(
    settings: Settings,
    changes: Changes,
    offers: Offers,
    closing: Closing,
    around: Surroundings,
    lines: Lines,
    urls: Pages,
    empty: Callable[[str], str],
    new_id: Callable[[], str],
) -> CallbackParts:
    """`empty(sid)` is the document of a call that nobody is on."""
    rules = Rules(settings)
    facts = lambda change, row: around.facts(change, row, None)  # noqa: E731
    notices = Notices(rules, facts, urls.callback_page, settings.company)
    lives = Callbacks(rules, offers, closing, notices)
    returning = Returning(lives, settings)
    offers.may_ring_customer, offers.ring_customer = lives.may_be_called, lives.agent_waits
    lines.place_for = returning.place_for
    records = Records(settings, lives, new_id, empty)
    bookings = Bookings(settings, rules, lives, lines, notices, records)
    rebooking = Rebooking(rules, lives, records, notices)
    lines.gave_up = rebooking.again
    taken_up = TakenUp(lives, rebooking)
    closing.over = taken_up.judge
    leg = CustomerLeg(changes, lives, facts, urls.callback_message, settings.company)
    by_agent = ByAgent(settings, rules, lives, records)
    return CallbackParts(lives, bookings, returning, leg, by_agent, taken_up)
