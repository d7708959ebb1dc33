"""Calling back from a message with one click, and the message that is answered by that call's end."""

from __future__ import annotations

from ivr.acd.journal import JournalKind
from ivr.floor.agent_states import move_agent
from ivr.floor.browser_phone import can_be_rung
from ivr.floor.call_completion import CallCompletion
from ivr.floor.callback_bookings import AgentBookings
from ivr.floor.offers import TooLate
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.calls import CallService
from ivr.service.flow_registry import FlowRegistry
from ivr.service.work_items import WorkService
from ivr.settings import Settings
from ivr.store import calls, floor, work_items
from ivr.store.work_items import WorkRow

NO_NUMBER = "This message has no number to call."


class WorkItemCallbacks:
    """Places the calls that agents ask for."""

    def __init__(self, by_agent: AgentBookings, registry: FlowRegistry) -> None:
        self._by_agent, self._registry = by_agent, registry

    def call(self, tx: Transaction, found: WorkRow, agent_id: str) -> None:
        """Once for each piece of work at a time. Raises TooLate or CannotCall, with words for the agent."""
        row = calls.lock(tx.connection, found.call_sid)
        if row is None or not row.caller.startswith("+") or row.caller != found.number:
            raise TooLate(NO_NUMBER)
        if row.ended_at is None:
            raise TooLate("They are still on the phone with us.")
        self._ready(tx, agent_id)
        flow_set = self._registry.flow_set
        booked = self._by_agent.call(tx, row, flow_set, found.queue, agent_id, found.made_at)
        work_items.set_callback(tx.connection, found.id, booked.id)
        tx.note(
            JournalKind.WORK_CALLED, call=found.call_sid, agent=agent_id, queue=found.queue,
            work=found.id, callback=booked.id,
        )  # fmt: skip

    def _ready(self, tx: Transaction, agent_id: str) -> None:
        """The agent who asks for a call is there to take it."""
        agent = floor.find_agent(tx.connection, agent_id, lock=True)
        if agent is None or agent.state not in ("away", "available"):
            raise TooLate("Finish your call first.")
        if not can_be_rung(tx.connection, agent):
            raise TooLate("Your phone is not connected.")
        if agent.state == "away":
            move_agent(tx, agent_id, "go_available")


def work_service(
    transactions: Transactions, calls: CallService, registry: FlowRegistry, settings: Settings
) -> WorkService:
    """Work with one-click calls."""
    return WorkService(
        transactions, CallCompletion(), settings, WorkItemCallbacks(calls.callbacks.by_agent, registry)
    )
