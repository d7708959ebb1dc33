"""A call: it arrives, takes its turns, ends. One transaction a webhook; the answer is stored with the state.

A turn that was answered is answered again byte for byte; a stale one gets the instructions of the present
wait, since an empty document would hang up a live call; a call that is over gets an empty document.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from ivr.acd.journal import JournalKind
from ivr.acd.wait_outcome import HUNG_UP, call_outcome
from ivr.engine import session as sessions
from ivr.engine.effects import Enquiry
from ivr.engine.events import AgentAccepted, CallerHungUp, CutOff, DigitsPressed, Event, LookedUp, TalkEnded
from ivr.engine.interpreter import resume
from ivr.engine.session import CallInfo
from ivr.engine.type_ahead import begins_with_messages
from ivr.floor import blind_transfer_state
from ivr.floor.call_completion import CallCompletion
from ivr.floor.end_conversation import watch_talk
from ivr.floor.job_kinds import JobKind
from ivr.floor.queueing import QueueService
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.call_context import CallContexts
from ivr.service.callback_wiring import CallbackParts
from ivr.service.flow_registry import FlowRegistry
from ivr.service.turns import WATCH_S, Answer, InstructionRenderer, RequestedTurn, Turns, in_hand
from ivr.store import calls, floor
from ivr.store.calls import CallRow
from ivr.store.deadlines import TURN_S, each_within

MOVE_PATIENCE_S = 4.0  # the carrier was asked to bring the caller; after this the next turn does it
SAME_REQUEST_S = 15.0  # the carrier's patience: a repeat within it is the same request
MOST_ENQUIRIES = 4  # in one webhook, each of which may take its deadline
LONGEST_ASKING_S = 6.0  # then no more is asked: with one more deadline the carrier's patience would be over
LOOK_AGAIN_S, LONGEST_LOOK_S = 0.05, 12.0

log = logging.getLogger(__name__)


class Enquiries(Protocol):
    """The service that gets answers from outside."""

    def deadline(self, effect: Enquiry) -> float:
        """Seconds that an answer takes at most."""
        ...

    def __call__(self, effect: Enquiry, sid: str, /) -> Event:
        """Ask for the call `sid`. Never raises."""
        ...


class CallService:
    """`contexts` knows the facts, `lines` the queues, `completion` what is written when a call ends, and
    `enquiries` gets answers from outside, with no transaction open."""

    def __init__(
        self,
        transactions: Transactions,
        registry: FlowRegistry,
        contexts: CallContexts,
        lines: QueueService,
        completion: CallCompletion,
        render: InstructionRenderer,
        enquiries: Enquiries,
        new_id: Callable[[], str],
        callbacks: CallbackParts,
    ) -> None:
        self._transactions, self._registry, self.callbacks = transactions, registry, callbacks
        self._lines, self._completion, self._render = lines, completion, render
        self._enquiries = enquiries
        self.turns = Turns(
            registry, contexts, lines, completion, render, new_id, enquiries.deadline, callbacks
        )

    # Ways in ----------------------------------------------------------------------------------------------

    def arrived(self, call: CallInfo) -> str:
        """The first webhook of a call; asked again, the same answer."""
        return self._answered(lambda tx: self._arrived(tx, call))

    def _arrived(self, tx: Transaction, call: CallInfo) -> Answer:
        row = calls.lock(tx.connection, call.sid)
        if row is not None:
            return self._first_again(tx, row)
        return self.turns.begin(tx, call)

    def turn(self, sid: str, number: int, event: Event, call: CallInfo) -> str:
        """Turn `number` of a call: `event` happened. `call` is for a call we never saw begin."""
        return self._answered(lambda tx: self._turn(tx, sid, number, event, call))

    def _turn(self, tx: Transaction, sid: str, number: int, event: Event, call: CallInfo) -> Answer:
        row = calls.lock(tx.connection, sid)
        if row is None or call.sid != row.leg:
            return self._strange(tx, row, sid, call)
        if row.ended_at is not None:
            self._completion.late(tx, row, event)
            return self._over(tx, row)
        if number != row.turn + 1:
            return self._again(tx, row, number)
        if asked := in_hand(row):
            return asked
        return self.turns.advance(tx, row, self._overtaken(tx, row, event), f"turn:{number}")

    def join(self, sid: str, offer_id: str, leg_sid: str) -> str:
        """The carrier brings the caller, on this leg, to the agent of this offer."""
        return self._answered(lambda tx: self._join(tx, sid, offer_id, leg_sid))

    def _join(self, tx: Transaction, sid: str, offer_id: str, leg_sid: str) -> Answer:
        row = calls.lock(tx.connection, sid)
        if row is None or row.leg != leg_sid or row.ended_at is not None:
            return self._render(None, sid, 0)
        offer = floor.find_offer(tx.connection, offer_id)
        done = calls.turn_with_cause(tx.connection, sid, f"join:{offer_id}")
        if done is not None or offer is None or offer.state != "connected":
            return self._again(tx, row, row.turn)
        return self.turns.advance(tx, row, AgentAccepted(room=offer_id), f"join:{offer_id}")

    def called_back(self, sid: str, leg_sid: str, attempt: int) -> str:
        """The customer whom we called back has pressed the key: to the agent who waits for them, or first in
        line."""
        return self._answered(lambda tx: self._called_back(tx, sid, leg_sid, attempt))

    def _called_back(self, tx: Transaction, sid: str, leg_sid: str, attempt: int) -> Answer:
        row = calls.lock(tx.connection, sid)
        if row is None or row.ended_at is not None:
            return self._render(None, sid, 0)
        if row.leg_sid == leg_sid:
            return in_hand(row) or self._again(tx, row, row.turn)  # the key was told twice
        met = self.callbacks.lifecycle.answered_by_human(tx, sid, leg_sid, attempt)
        if met is None:
            return self._render(None, sid, 0)
        tx.job(JobKind.CALL_WATCH, f"call_watch:{sid}", WATCH_S, {"call": sid})
        return self.turns.advance(tx, replace(row, leg_sid=leg_sid), met, f"called:{attempt}")

    def present(self, sid: str, call: CallInfo, lost: int | None = None) -> str:
        """The instructions of the present wait, for a caller whom a failure brought to the fallback. `lost`
        is the turn whose outcome we were not told."""
        return self._answered(lambda tx: self._present(tx, sid, call, lost))

    def _present(self, tx: Transaction, sid: str, call: CallInfo, lost: int | None) -> Answer:
        row = calls.lock(tx.connection, sid)
        if row is None or call.sid != row.leg:
            return self._strange(tx, row, sid, call)
        if row.ended_at is not None:
            return self._over(tx, row)
        offer = floor.live_offer_of_call(tx.connection, sid)
        if row.status == sessions.WAITING and offer is not None and offer.state == "connected":
            return self.turns.advance(tx, row, AgentAccepted(room=offer.id), f"join:{offer.id}")
        if row.status == sessions.TALKING and offer is None:  # the agent left while the caller was lost
            event = blind_transfer_state.wanted_targets(row, TalkEnded())
            return self.turns.advance(tx, row, event, f"turn:{row.turn + 1}")
        if lost == row.turn + 1 and row.status == sessions.IN_FLOW and _has_messages(row):
            return self.turns.advance(tx, row, CutOff(), f"turn:{row.turn + 1}")
        if (
            row.status == sessions.TALKING and offer is not None
        ):  # the agent may have hung up while nothing reached us
            watch_talk(tx, offer.id, after=0.0)
        return in_hand(row) or self._again(tx, row, row.turn)

    def to_person(self, sid: str, call: CallInfo) -> str:
        """The present wait could not be given (a document failed twice): straight to a person."""
        return self._answered(lambda tx: self._to_person(tx, sid, call))

    def _to_person(self, tx: Transaction, sid: str, call: CallInfo) -> Answer:
        row = calls.lock(tx.connection, sid)
        if row is None or call.sid != row.leg:
            return self._strange(tx, row, sid, call)
        if row.ended_at is not None:
            return self._render(None, sid, 0)
        cause, at = calls.cause_of(tx.connection, sid, row.turn)
        if cause.startswith("rescue:") and tx.now - at < SAME_REQUEST_S:
            return self._again(tx, row, row.turn)
        event = blind_transfer_state.wanted_targets(row, DigitsPressed("0"))
        return self.turns.advance(tx, row, event, f"rescue:{row.turn + 1}")

    def hung_up(self, sid: str, status: str, call: CallInfo | None = None) -> None:
        """The caller's leg is over, says the carrier. Safe to say often, and (with `call`) before the call
        was seen: this report may overtake its first request."""
        with self._transactions.begin() as tx:
            row = calls.lock(tx.connection, sid)
            if row is None and call is not None:
                flow_set = self._registry.live
                self._registry.keep(tx, flow_set)
                self._completion.unseen(tx, self.turns.new_row(tx, call, flow_set), status)
            if row is None or row.ended_at is not None:
                return
            wait = self._lines.call_over(tx, row)
            ended = replace(self._left(tx, row), outcome=call_outcome(row.outcome, wait, HUNG_UP))
            self._completion.close(tx, ended, status, was_turn=row.turn)

    def _left(self, tx: Transaction, row: CallRow) -> CallRow:
        """The call as its flow leaves it. A fault here must not keep a call alive that is over."""
        try:
            flow_set = self._registry.flow_set(tx, row.revision)
            session = sessions.from_json(row.session["session"])
            turn = resume(flow_set, session, CallerHungUp(), self.turns.contexts.facts(tx, row, None))
        except Exception:
            log.exception("call %s: the end could not be told to its flow", row.sid)
            return row
        return self.turns.with_session(row, turn.session)

    # Answers from outside ---------------------------------------------------------------------------------

    def _answered(self, work: Callable[[Transaction], Answer]) -> str:
        """The document, with everything asked that must be known before; each step in its own transaction."""
        began = time.monotonic()
        with self._transactions.begin() as tx:
            answer = work(tx)
        for left in range(MOST_ENQUIRIES, -1, -1):
            if isinstance(answer, str):
                return answer
            in_time = left and time.monotonic() - began < LONGEST_ASKING_S
            event = self._ask(answer) if in_time else DigitsPressed("0")
            with self._transactions.begin() as tx:
                answer = self._come_back(tx, answer, event)
        raise RuntimeError("a call waits for one answer after another")

    def _ask(self, asked: RequestedTurn) -> Event:
        if asked.effect is not None:
            return self._enquiries(asked.effect, asked.sid)
        latest = time.monotonic() + min(LONGEST_LOOK_S, max(0.0, asked.until - self._transactions.clock()))
        with each_within(TURN_S):  # many looks, none of which takes long
            while time.monotonic() < latest and self._is_in_hand(asked):
                time.sleep(LOOK_AGAIN_S)
        return LookedUp("failed")  # for the case that whoever was asking died

    def _is_in_hand(self, asked: RequestedTurn) -> bool:
        with self._transactions.database.read() as connection:
            row = calls.find(connection, asked.sid)
        now = in_hand(row) if row is not None else None
        return now is not None and now.id == asked.id

    def _come_back(self, tx: Transaction, asked: RequestedTurn, event: Event) -> Answer:
        """Go on with what was said, unless the call went on without it."""
        row = calls.lock(tx.connection, asked.sid)
        if row is None or row.ended_at is not None:
            return self._over(tx, row) if row else self._render(None, asked.sid, 0)
        now = in_hand(row)
        if now is None or now.id != asked.id:
            return now or self._again(tx, row, row.turn)
        if isinstance(event, LookedUp):
            source = getattr(asked.effect, "source", "")
            tx.note(JournalKind.LOOKED_UP, call=row.sid, source=source, status=event.status)
        return self.turns.advance(tx, row, event, row.session["asked"]["cause"])

    # Answers given before ---------------------------------------------------------------------------------

    def _overtaken(self, tx: Transaction, row: CallRow, event: Event) -> Event:
        """An agent accepted, or gave the caller on, but the carrier did not bring them: this turn does."""
        event = blind_transfer_state.wanted_targets(row, event)
        if row.status != sessions.WAITING:
            return event
        offer = floor.live_offer_of_call(tx.connection, row.sid)
        if offer is None or offer.state != "connected":
            return event
        waited = tx.now - (offer.connected_at or tx.now)
        return AgentAccepted(room=offer.id) if waited >= MOVE_PATIENCE_S else event

    def _again(self, tx: Transaction, row: CallRow, number: int) -> str:
        """A repeat gets its own answer again, anything else the answer of the latest turn."""
        answer = calls.answer_of(tx.connection, row.sid, number) if number == row.turn else None
        answer = answer or calls.answer_of(tx.connection, row.sid, row.turn)
        if answer is None:
            raise LookupError(f"call {row.sid}: turn {row.turn} has no answer stored")
        return answer

    def _first_again(self, tx: Transaction, row: CallRow) -> Answer:
        if row.ended_at is not None:
            return self._over(tx, row)
        return in_hand(row) or self._again(tx, row, row.turn)

    def _over(self, tx: Transaction, row: CallRow) -> str:
        """An empty document; but the goodbye again, when it was on its way and may have been lost."""
        if row.session.get("goodbye") and tx.now - (row.ended_at or 0.0) < SAME_REQUEST_S:
            return self._again(tx, row, row.turn)
        return self._render(None, row.sid, 0)

    def _strange(self, tx: Transaction, row: CallRow | None, sid: str, call: CallInfo) -> Answer:
        """A call that we never saw begin, or (where we called) the leg of an attempt that is over."""
        return self._adopt(tx, call) if row is None and call.sid == sid else self._render(None, sid, 0)

    def _adopt(self, tx: Transaction, call: CallInfo) -> Answer:
        """A call whose beginning we never saw (a lost request, a restored backup): to a person."""
        tx.note(JournalKind.ADOPTED, call=call.sid)
        return self.turns.begin(tx, call, person=True)


def _has_messages(row: CallRow) -> bool:
    """Whether the caller was told messages in the document whose outcome was lost."""
    return begins_with_messages(row.session["session"]["scratch"])
