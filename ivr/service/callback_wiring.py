"""Puts the parts of callbacks together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.floor.call_completion import CallCompletion
from ivr.floor.callback_bookings import AgentBookings, BookingRecords, CallbackBookings
from ivr.floor.callback_lifecycle import CallbackLifecycle
from ivr.floor.callback_rebooking import CallbackRebooking
from ivr.floor.callback_rules import CallbackRules
from ivr.floor.callback_texts import CallbackTexts
from ivr.floor.offers import Offers
from ivr.floor.queueing import QueueService
from ivr.floor.returning_callers import ReclaimedPositions, ReturningCallers
from ivr.floor.transaction import Transactions
from ivr.service.call_context import CallContexts
from ivr.service.callback_leg import CallbackLeg
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class CallbackParts:
    """`lifecycle` is what becomes of a booking, `bookings` makes them, `returning` is for who rings us
    first, and `leg` is the customer's phone. `by_agent` is for agents who call back themselves, `taken_up`
    judges who took a place that was kept."""

    lifecycle: CallbackLifecycle
    bookings: CallbackBookings
    returning: ReturningCallers
    leg: CallbackLeg
    by_agent: AgentBookings
    taken_up: ReclaimedPositions


class Pages(Protocol):
    """Absolute addresses: where a customer cancels, and of the message for a machine."""

    def callback_page(self, token: str) -> str: ...
    def callback_message(self, callback_id: str, attempt: int) -> str: ...


def callback_parts(
    settings: Settings,
    transactions: Transactions,
    offers: Offers,
    completion: CallCompletion,
    contexts: CallContexts,
    lines: QueueService,
    urls: Pages,
    empty: Callable[[str], str],
    new_id: Callable[[], str],
) -> CallbackParts:
    """`empty(sid)` is the document of a call that nobody is on."""
    rules = CallbackRules(settings)
    context = lambda tx, row: contexts.facts(tx, row, None)  # noqa: E731
    notices = CallbackTexts(rules, context, urls.callback_page, settings.company)
    lifecycle = CallbackLifecycle(rules, offers, completion, notices)
    returning = ReturningCallers(lifecycle, settings)
    offers.may_ring_customer, offers.ring_customer = lifecycle.may_be_called, lifecycle.start_agent_first
    lines.place_for = returning.place_for
    records = BookingRecords(settings, lifecycle, new_id, empty)
    bookings = CallbackBookings(settings, rules, lifecycle, lines, notices, records)
    rebooking = CallbackRebooking(rules, lifecycle, records, notices)
    lines.gave_up = rebooking.again
    taken_up = ReclaimedPositions(lifecycle, rebooking)
    completion.over = taken_up.judge
    leg = CallbackLeg(transactions, lifecycle, context, urls.callback_message, settings.company)
    by_agent = AgentBookings(settings, rules, lifecycle, records)
    return CallbackParts(lifecycle, bookings, returning, leg, by_agent, taken_up)
