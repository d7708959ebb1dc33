"""The agent says who is calling: which of the customers who have the number, and whether the talk was about
the callback that was booked for it.

A number names several customers, and the agent asks. Only the agent who has the call may say so, from the
moment they have accepted it to the end of their wrap-up, and may change their mind.
"""

from __future__ import annotations

from collections.abc import Callable

from ivr.acd.journal import JournalKind
from ivr.errors import Invalid
from ivr.floor.call_completion import CallCompletion
from ivr.floor.customer_choice import BY_AGENT, CHOSEN, choose
from ivr.floor.offers import TooLate
from ivr.floor.returning_callers import CAME_BACK
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.screen_pop.cards import CardOfAnother
from ivr.settings import Settings
from ivr.store import call_ownership, calls, customers, floor
from ivr.store.calls import CallRow

Said = Callable[[Transaction, CallRow, str, bool], None]


class NoSuchChoice(Invalid):
    """This customer does not have the caller's number, or the call has taken up no callback."""


class CallerIdentification:
    """`completion` brings an ended call up to date; `said` hears whether a talk was about a booked
    callback."""

    def __init__(
        self, transactions: Transactions, completion: CallCompletion, settings: Settings, said: Said
    ) -> None:
        self._transactions, self._completion, self._settings, self._said = (
            transactions,
            completion,
            settings,
            said,
        )

    def choose(self, agent_id: str, sid: str, customer_id: str) -> None:
        """It is this customer who calls; "" for none of those who have the number. Twice is once. Raises
        CardOfAnother, TooLate and NoSuchChoice."""
        with self._transactions.begin() as tx:
            row = _held(tx, sid, agent_id)
            matches = customers.with_number(tx.connection, row.caller)
            if len(matches) < 2 or customer_id not in (*matches, ""):
                raise NoSuchChoice("This customer does not have the caller's number.")
            chosen = customer_id or None
            if row.session.get(CHOSEN) and row.customer_id == chosen:
                return
            row = choose(tx, row, chosen, len(matches), BY_AGENT, self._settings, agent_id)
            calls.save(tx.connection, row, was_turn=row.turn)
            if row.ended_at is not None:
                self._completion.write_contact(tx, row)
                self._completion.over(tx, row)
            tx.tell_agent(agent_id)

    def booked_callback(self, agent_id: str, sid: str, is_it: bool) -> None:
        """Was the talk about the callback whose place this call has taken? Raises CardOfAnother, TooLate and
        NoSuchChoice."""
        with self._transactions.begin() as tx:
            row = _held(tx, sid, agent_id)
            callback_id = (row.session.get(CAME_BACK) or {}).get("callback")
            if not callback_id:
                raise NoSuchChoice("This call has not taken the place of a callback.")
            self._said(tx, row, callback_id, is_it)
            tx.note(JournalKind.CALLBACK_ASKED, call=sid, agent=agent_id, callback=callback_id, is_it=is_it)
            tx.tell_agent(agent_id)


def _held(tx: Transaction, sid: str, agent_id: str) -> CallRow:
    """The call, held against other changes, where this agent has accepted it or writes it up."""
    row = calls.lock(tx.connection, sid)
    if row is None or not call_ownership.has_call(tx.connection, agent_id, sid):
        raise CardOfAnother(sid)
    offer = floor.live_offer_of_agent(tx.connection, agent_id)
    if offer is not None and offer.state == "pending":
        raise TooLate("Accept the call first: then ask who is calling.")
    if offer is not None and offer.is_consult:
        raise TooLate("The colleague who has the call says which customer it is.")
    return row
