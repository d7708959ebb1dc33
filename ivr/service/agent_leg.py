"""The agent's phone: what it is told when picked up, and what its keys mean."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ivr.engine import session as sessions
from ivr.floor.offers import Offers, TooLate, lock_offer
from ivr.floor.stray_legs import UNANSWERED, end_stray, is_stray
from ivr.floor.transaction import Transaction, Transactions
from ivr.settings import Settings
from ivr.store import calls, floor, transfers
from ivr.store.floor import OfferRow, queued_calls

ASK, JOIN, GONE = "ask", "join", "gone"
LEFT = "left"  # out of the room, and about to end


@dataclass(frozen=True, slots=True)
class LegAnswer:
    """The next document for the agent's phone: ask for a key, join the caller, or say that the call is gone.

    `waited_s` is how long the caller has waited; `name` is empty when we do not know who calls.
    `called_back`: the caller is a customer whom we ring, once the agent has accepted or already.
    `asked_by` names the colleague who asks about a call of theirs. `room` is the conference, which ends with
    this phone's stay when it `ends_room`.
    """

    what: str
    offer_id: str
    queue: str = ""
    name: str = ""
    waited_s: float = 0.0
    why: str = ""
    called_back: bool = False
    asked_by: str = ""
    room: str = ""
    ends_room: bool = True


class AgentLeg:
    """Every method is one webhook of the agent's leg, and safe to hear twice."""

    def __init__(self, transactions: Transactions, offers: Offers, settings: Settings) -> None:
        self._transactions, self._offers, self._settings = transactions, offers, settings

    def picked_up(self, offer_id: str, leg_sid: str) -> LegAnswer:
        """A person or a machine answered: say who calls and why, and ask for a key that a person presses."""
        with self._transactions.begin() as tx:
            offer = self._offers.leg_answered(tx, offer_id, leg_sid)
            if offer is not None and is_stray(offer.leg_sid, leg_sid):
                return LegAnswer(GONE, offer_id)
            return self._answer(tx, offer, offer_id)

    def pressed(self, offer_id: str, leg_sid: str, digits: str) -> LegAnswer:
        """1 accepts, 2 declines; anything else is asked again."""
        with self._transactions.begin() as tx:
            offer = self._offers.leg_answered(tx, offer_id, leg_sid)
            if offer is not None and is_stray(offer.leg_sid, leg_sid):
                return LegAnswer(GONE, offer_id)
            if offer is not None and digits == "1":
                try:
                    offer = self._offers.accept(tx, offer_id, None, by="key")
                except TooLate as error:
                    return LegAnswer(GONE, offer_id, why=str(error))
            elif offer is not None and digits == "2":
                self._offers.release(tx, offer, "declined")
                return LegAnswer(GONE, offer_id)
            return self._answer(tx, offer, offer_id)

    def status(self, offer_id: str, leg_sid: str, status: str) -> None:
        """The carrier reports the leg's state. Only the offer's own leg counts."""
        with self._transactions.begin() as tx:
            offer = lock_offer(tx, offer_id)
            if offer is None:
                return
            if is_stray(offer.leg_sid, leg_sid):
                end_stray(tx, leg_sid, status, offer.call_sid)
            elif status in UNANSWERED:
                self._rings(tx, offer, leg_sid, status)
            elif status in ("completed", "busy", "no-answer", "failed", "canceled"):
                self._offers.leg_over(tx, offer, status)

    def left(self, offer_id: str) -> None:
        """The agent's leg came out of the conference: the talk is over."""
        with self._transactions.begin() as tx:
            offer = lock_offer(tx, offer_id)
            if offer is not None:
                self._offers.end_talk(tx, replace(offer, leg_state=LEFT), "agent")

    def caller_of(self, offer_id: str) -> tuple[str, str]:
        """(our name of the caller's call, the carrier's name of its leg), or nothing twice."""
        with self._transactions.database.read() as connection:
            offer = floor.find_offer(connection, offer_id)
            row = calls.find(connection, offer.call_sid) if offer else None
        return (row.sid, row.leg) if row else ("", "")

    def _rings(self, tx: Transaction, offer: OfferRow, leg_sid: str, status: str) -> None:
        if offer.leg_state == "over" and not offer.leg_sid:
            end_stray(tx, leg_sid, status, offer.call_sid)  # given up before anything was heard of it
        if offer.leg_state not in ("none", "ringing"):
            return
        floor.set_leg(tx.connection, offer.id, leg_sid or None, "ringing")
        self._offers.leg_rings(tx, offer)

    def _answer(self, tx: Transaction, offer: OfferRow | None, offer_id: str) -> LegAnswer:
        if offer is None or offer.state not in floor.LIVE_OFFER_STATES:
            return LegAnswer(GONE, offer_id, why=offer.state if offer else "")
        queued = floor.queued(tx.connection, offer.queued_id)
        if offer.state == "connected":
            called_back = queued is not None and queued.kind != queued_calls.LIVE
            room, owns = offer.conference, offer.kind == floor.CALL
            return LegAnswer(JOIN, offer_id, called_back=called_back, room=room, ends_room=owns)
        row = calls.find(tx.connection, offer.call_sid)
        session = sessions.from_json(row.session["session"]) if row else None
        customer = (row.session.get("customer") or {}) if row else {}
        titles = self._settings.queue(offer.queue).titles(self._settings.languages)
        return LegAnswer(
            ASK,
            offer_id,
            queue=titles.get(self._settings.languages[0]) or offer.queue,
            name=str(customer.get("name") or (session.call.name if session else "")),
            waited_s=tx.now - queued.entered_at if queued else 0.0,
            called_back=row is not None and row.direction == "out",
            asked_by=_asker(tx, offer) if offer.kind == floor.CONSULT else "",
        )


def _asker(tx: Transaction, offer: OfferRow) -> str:
    """The name of the colleague for whom this offer was made."""
    row = transfers.of_offer(tx.connection, offer.call_sid, offer.id)
    agent = floor.find_agent(tx.connection, row.from_agent) if row else None
    return agent.name if agent else ""
