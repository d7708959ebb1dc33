"""The life of an offer: this call for this agent, until then.

Every function runs inside one transaction and names the state it expects, so of two that race one wins and
the other finds the offer as it is. What must be asked of the carrier is left as jobs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ivr.acd import states
from ivr.acd.journal import JournalKind
from ivr.acd.states import IllegalMove
from ivr.errors import Conflict
from ivr.floor import blind_transfer_state, consult_transfer
from ivr.floor.agent_states import ask_dispatch, move_agent
from ivr.floor.browser_phone import schedule_lease_expiry
from ivr.floor.consult_transfer import LEG_ENDS_S, hand_over
from ivr.floor.end_conversation import end_agent_part, watch_talk
from ivr.floor.job_kinds import JobKind
from ivr.floor.stray_legs import is_stray
from ivr.floor.transaction import Transaction
from ivr.store import calls, floor, notes, transfers
from ivr.store.floor import AgentRow, OfferRow, QueuedRow, queued_calls

CARRIER_RING_SLACK_S = 7.0  # Twilio adds up to five seconds to any ring time-out
CONNECT_S = 30.0  # from the click on Accept until the agent has picked up the phone
KEY_S = 12.0  # from the pick-up until a key must have been pressed: the whisper twice
LATE_S = 5.0  # a phone that rings so long after it was asked for gets its whole time from now
FREE_CALLER_S = 3.0  # after the agent's end of a talk: is the caller out of the conference too?


class TooLate(Conflict):
    """The request is no longer possible. The message is for people."""


class Offers:
    """`queue_settings(name)` gives ring and wrap-up seconds; `new_id()` an unguessable name.

    `may_ring_customer` says whether the customer of a callback may be dialled at all at this moment;
    `ring_customer` has one dialled for whom an agent waits on the phone, False: not now.
    """

    def __init__(self, queue_settings: Callable[[str], Any], new_id: Callable[[], str]) -> None:
        self.queue_settings, self._new_id = queue_settings, new_id
        self.may_ring_customer: Callable[[Transaction, QueuedRow], Any] = lambda _change, _place: True
        self.ring_customer: Callable[[Transaction, QueuedRow], bool] = lambda _change, _place: False

    def make(self, tx: Transaction, waiting: QueuedRow, agent_id: str, candidates: list[str]) -> bool:
        """Offer the waiting call to the agent. False when either was taken a moment ago."""
        if waiting.kind == queued_calls.CALLBACK and not self.may_ring_customer(tx, waiting):
            return False
        agent = floor.find_agent(tx.connection, agent_id, lock=True)
        if agent is None or agent.state != "available":
            return False
        offer_id = self._new_id()
        offered = states.move(states.QUEUED_CALL, waiting.id, "waiting", "offered")
        if not floor.move_queued(tx.connection, waiting.id, "waiting", offered, tx.now, offer_id):
            return False
        ring_s = self.queue_settings(waiting.queue).ring_seconds
        move_agent(tx, agent_id, "offered", lasts_s=ring_s)
        schedule_lease_expiry(tx, agent)
        floor.add_offer(tx.connection, _new_offer(offer_id, waiting, agent_id, tx.now, ring_s), candidates)
        tx.job(JobKind.RING_AGENT, f"ring:{offer_id}", 0.0, {"offer": offer_id})
        tx.job(JobKind.OFFER_DUE, f"offer_due:{offer_id}", ring_s + CARRIER_RING_SLACK_S, {"offer": offer_id})
        tx.note(
            JournalKind.OFFERED,
            call=waiting.call_sid,
            agent=agent_id,
            queue=waiting.queue,
            offer=offer_id,
            candidates=candidates,
            waited_s=round(tx.now - waiting.entered_at, 3),
        )
        return True

    def accept(self, tx: Transaction, offer_id: str, agent_id: str | None, by: str) -> OfferRow:
        """A human said yes, by key or by click. Saying it twice is saying it once. Raises TooLate."""
        offer = self._of(tx, offer_id, agent_id)
        if offer.state in ("accepted", "connected"):
            return offer
        self._move(tx, offer, "accepted")
        move_agent(tx, offer.agent_id, "accepted", reason=consult_transfer.kept_reason(tx, offer))
        self.due(tx, offer, CONNECT_S)
        tx.note(JournalKind.ACCEPTED, call=offer.call_sid, agent=offer.agent_id, queue=offer.queue, by=by)
        if offer.leg_state == "answered":
            self.connect(tx, offer.id)
            if by == "click":
                tx.job(JobKind.JOIN_AGENT, f"join_agent:{offer.id}", 0.0, {"offer": offer.id})
        return floor.find_offer(tx.connection, offer.id) or offer

    def leg_rings(self, tx: Transaction, offer: OfferRow) -> None:
        """The leg of this offer, which is as it was before this was known, is there. Nobody is wanted for an
        offer that is over; a leg that came late rings no shorter for it."""
        if offer.state not in floor.LIVE_OFFER_STATES:
            consult_transfer.end_leg(tx, offer)
            return
        late = tx.now - (offer.leg_asked_at or tx.now) > LATE_S
        if late and offer.leg_sid is None and offer.state == "pending":
            self.due(tx, offer, self.queue_settings(offer.queue).ring_seconds + CARRIER_RING_SLACK_S)

    @staticmethod
    def due(tx: Transaction, offer: OfferRow, after: float) -> None:
        """The offer comes to its end `after` seconds from now, unless something happens before."""
        tx.job(JobKind.OFFER_DUE, f"offer_due:{offer.id}", after, {"offer": offer.id})

    def leg_answered(self, tx: Transaction, offer_id: str, leg_sid: str) -> OfferRow | None:
        """The agent's phone was picked up, by whom or what is not known yet; a voicemail box presses no key,
        and the caller does not wait for it. News of another leg, or late ones of a leg that is over, change
        nothing."""
        offer = lock_offer(tx, offer_id)
        if offer is None or offer.leg_state == "over" or is_stray(offer.leg_sid, leg_sid):
            return offer
        floor.set_leg(tx.connection, offer_id, leg_sid or None, "answered")
        if offer.state == "pending" and offer.leg_state != "answered":
            self.due(tx, offer, KEY_S)
        if offer.state == "accepted":
            self.connect(tx, offer_id)
        return floor.find_offer(tx.connection, offer_id)

    def connect(self, tx: Transaction, offer_id: str) -> None:
        """The agent is on the phone and has accepted: bring the caller."""
        offer = lock_offer(tx, offer_id)
        if offer is None or offer.state != "accepted":
            return
        self._move(tx, offer, "joined")
        tx.cancel_job(f"offer_due:{offer.id}")
        if offer.kind == floor.CONSULT:
            consult_transfer.connected(tx, floor.find_offer(tx.connection, offer.id) or offer)
            return
        floor.move_queued(tx.connection, offer.queued_id, "offered", "talking", tx.now, offer.id)
        queued = floor.queued(tx.connection, offer.queued_id)
        calls.set_agent(tx.connection, offer.call_sid, offer.agent_id)
        if queued is not None and queued.kind != queued_calls.LIVE:
            if not self.ring_customer(tx, queued):
                self.customer_not_reached(tx, floor.find_offer(tx.connection, offer.id) or offer)
                return
        else:
            floor.mark_answered(tx.connection, offer.queued_id, tx.now)
            tx.job(JobKind.MOVE_CALLER, f"move_caller:{offer.id}", 0.0, {"offer": offer.id})
        watch_talk(tx, offer.id)
        tx.tell_agent(offer.agent_id)
        tx.note(
            JournalKind.CONNECTED
            if queued is None or queued.kind == queued_calls.LIVE
            else JournalKind.AGENT_WAITS,
            call=offer.call_sid,
            agent=offer.agent_id,
            queue=offer.queue,
            waited_s=round(tx.now - queued.entered_at, 3) if queued else None,
            promise=queued.promise if queued else None,
        )

    def release(
        self, tx: Transaction, offer: OfferRow, event: str, reason: str = "", blame: bool = True
    ) -> bool:
        """End a failed offer: declined, expired, leg_failed or caller_left.

        The caller keeps the place. Without `blame` (the phone never rang) the agent stays available. Return
        False when the offer had already ended another way.
        """
        if offer.kind == floor.CONSULT:
            return consult_transfer.consult_failed(tx, offer, event, reason)
        try:
            ended = states.move(states.OFFER, offer.id, offer.state, event)
        except IllegalMove:
            return False
        if not floor.move_offer(tx.connection, offer.id, offer.state, ended, tx.now, reason):
            return False
        agent_event, agent_reason = _AGENT_AFTER[event if blame else "caller_left"]
        move_agent(tx, offer.agent_id, agent_event, reason=reason or agent_reason)
        was = "talking" if offer.state == "connected" else "offered"
        floor.move_queued(tx.connection, offer.queued_id, was, "waiting", tx.now, None)
        tx.cancel_job(f"offer_due:{offer.id}")
        consult_transfer.end_leg(tx, offer)
        tx.note(
            JournalKind(f"offer_{ended}"),
            call=offer.call_sid,
            agent=offer.agent_id,
            queue=offer.queue,
            reason=reason,
        )
        blind_transfer_state.transfer_failed(tx, offer, reason or consult_transfer.failure_reason(event))
        ask_dispatch(tx)
        return True

    def customer_not_reached(self, tx: Transaction, offer: OfferRow) -> bool:
        """The customer was not reached for this agent, who is free again and not to blame."""
        if offer.state != "connected":
            return self.release(tx, offer, "caller_left", "callback over", blame=False)
        tx.cancel_job(f"talk_watch:{offer.id}")
        calls.set_agent(tx.connection, offer.call_sid, None)
        return self.release(tx, offer, "leg_failed", "customer not reached", blame=False)

    def leg_over(self, tx: Transaction, offer: OfferRow, status: str) -> None:
        """The agent's phone connection ended with the carrier's `status`."""
        floor.set_leg(tx.connection, offer.id, None, "over")
        if offer.state == "connected":
            self.end_talk(tx, replace(offer, leg_state="over"), "agent")
        elif offer.state == "accepted":
            self.release(tx, offer, "leg_failed", f"phone: {status}")
        elif offer.state == "pending" and status != "canceled":
            event, reason = _PENDING_LEG_OVER.get(status, ("leg_failed", f"phone: {status}"))
            self.release(tx, offer, event, reason)

    def end_talk(self, tx: Transaction, offer: OfferRow, by: str, caller_is_out: bool = False) -> bool:
        """The conversation is over. Safe to say from both legs; the first one counts.

        Of an agent who leaves while they talk with somebody they asked, that one has the caller, unless
        `caller_is_out` of the room too.
        """
        if offer.state != "connected":
            return False
        if offer.kind == floor.CONSULT:
            return consult_transfer.asked_agent_left(tx, offer)
        if by == "agent" and self._still_waits(tx, offer):
            return self._never_met(tx, offer, "hung up before the caller came")
        wrap_up_s = self.queue_settings(offer.queue).wrap_up_seconds
        row = transfers.live_of_call(tx.connection, offer.call_sid)
        if (
            row is not None
            and by == "agent"
            and not caller_is_out
            and consult_transfer.is_on_the_phone(row, offer)
        ):
            return hand_over(tx, row, offer, wrap_up_s)
        if row is not None and row.kind == transfers.WARM and row.from_offer == offer.id:
            consult_transfer.cancel(
                tx, row, consult_transfer.CALLER_LEFT if by == "caller" else "the talk is over"
            )
        if not end_agent_part(tx, offer, by, wrap_up_s):
            return False
        floor.end_queued(tx.connection, offer.queued_id, "talking", "answered", tx.now, "talk_ended")
        if by == "agent":  # the end of the conference frees the caller, unless they came after it
            watch_talk(tx, offer.id, FREE_CALLER_S)
        consult_transfer.end_leg(tx, offer, LEG_ENDS_S)
        return True

    def caller_left(self, tx: Transaction, call_sid: str) -> None:
        """The caller's leg is gone: whatever was open for it ends."""
        offer = floor.live_offer_of_call(tx.connection, call_sid)
        if offer is None:
            outside = transfers.outside_of_call(tx.connection, call_sid)
            if outside is not None:
                consult_transfer.end_outside(tx, outside, LEG_ENDS_S)
            return
        locked = lock_offer(tx, offer.id) or offer
        if locked.state == "connected":
            self.end_talk(tx, locked, "caller")
        else:
            self.release(tx, locked, "caller_left")

    def _still_waits(self, tx: Transaction, offer: OfferRow) -> bool:
        row = calls.find(tx.connection, offer.call_sid)
        return row is not None and row.status == "waiting"

    def caller_never_came(self, tx: Transaction, offer: OfferRow) -> bool:
        """The agent waits in an empty room and is not to blame: free for the next caller. False when there is
        no reason to."""
        queued = floor.queued(tx.connection, offer.queued_id)
        live = offer.kind == floor.CALL and queued is not None and queued.kind == queued_calls.LIVE
        if offer.state != "connected" or not live or not self._still_waits(tx, offer):
            return False
        return self._never_met(tx, offer, "the caller did not come", blame=False)

    def _never_met(self, tx: Transaction, offer: OfferRow, reason: str, blame: bool = True) -> bool:
        """Agent and caller did not come together: back in line, at the same place."""
        tx.cancel_job(f"talk_watch:{offer.id}")
        tx.cancel_job(f"move_caller:{offer.id}")
        floor.take_back_answer(tx.connection, offer.queued_id)
        calls.set_agent(tx.connection, offer.call_sid, None)
        # A customer who is being called back goes on being called: another agent is kept free for them.
        queued_calls.change_kind(tx.connection, offer.queued_id, queued_calls.CALLBACK, queued_calls.DIALLING)
        return self.release(tx, offer, "leg_failed", reason, blame)

    def _of(self, tx: Transaction, offer_id: str, agent_id: str | None) -> OfferRow:
        offer = lock_offer(tx, offer_id)
        if offer is None or (agent_id is not None and offer.agent_id != agent_id):
            raise TooLate("This call is no longer offered to you.")
        return offer

    def _move(self, tx: Transaction, offer: OfferRow, event: str) -> None:
        try:
            state = states.move(states.OFFER, offer.id, offer.state, event)
        except IllegalMove as error:
            raise TooLate(_WHY_TOO_LATE.get(offer.state, "This offer is over.")) from error
        if not floor.move_offer(tx.connection, offer.id, offer.state, state, tx.now):
            raise TooLate("Somebody was faster.")


def lock_offer(tx: Transaction, offer_id: str) -> OfferRow | None:
    """The offer, held together with its call: always the call first, as the caller's own webhooks do."""
    found = floor.find_offer(tx.connection, offer_id)
    if found is None:
        return None
    calls.lock_row(tx.connection, found.call_sid)
    return floor.find_offer(tx.connection, offer_id, lock=True)


_AGENT_AFTER = {
    "declined": ("offer_declined", "declined a call"),
    "expired": ("offer_expired", "missed a call"),
    "leg_failed": ("offer_failed", "phone could not be reached"),
    "caller_left": ("offer_withdrawn", ""),
}
_PENDING_LEG_OVER = {
    "no-answer": ("expired", ""),
    "busy": ("leg_failed", "phone was busy"),
    "completed": ("declined", "hung up without accepting"),
}
_WHY_TOO_LATE = {
    "withdrawn": "The caller has hung up.",
    "expired": "The offer ran out; the caller is back in line.",
    "declined": "You declined this call.",
    "failed": "Your phone could not be reached.",
    "ended": "This call is over.",
}


def _new_offer(offer_id: str, waiting: QueuedRow, agent_id: str, now: float, ring_s: float) -> OfferRow:
    return OfferRow(
        id=offer_id,
        queued_id=waiting.id,
        call_sid=waiting.call_sid,
        queue=waiting.queue,
        agent_id=agent_id,
        state=states.FIRST[states.OFFER],
        created_at=now,
        due_at=now + ring_s,
    )


def wait_for_typing(tx: Transaction, offers: Offers, agent: AgentRow) -> float | None:
    """Put off the end of this agent's wrap-up while they type the note of the call; returns when it ends now.

    None for who is not wrapping up, or may take all the time they need.
    """
    if agent.state != "wrapping_up" or agent.due_at is None:
        return None
    talk = floor.last_talk_of_agent(tx.connection, agent.id)
    typed_at = notes.typed_at(tx.connection, talk.call_sid, agent.id) if talk else None
    if talk is None or typed_at is None:
        return agent.due_at
    queue = offers.queue_settings(talk.queue)
    due_at: float = min(typed_at + queue.wrap_up_typing_seconds, agent.since + queue.wrap_up_limit_seconds)
    if due_at <= max(agent.due_at, tx.now):
        return agent.due_at
    floor.set_agent_due(tx.connection, agent.id, due_at)
    return due_at
