"""Standing in line: join, move, step out. A caller keeps the time of the first entry, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ivr.acd import states, wait_outcome
from ivr.acd.journal import JournalKind
from ivr.acd.matching import rank
from ivr.acd.wait_outcome import WaitOutcome
from ivr.engine.effects import JoinQueue, LeaveQueue, NotePromise
from ivr.floor import blind_transfer_state
from ivr.floor.agent_states import ask_dispatch
from ivr.floor.hold_state import was_lost
from ivr.floor.offers import Offers
from ivr.floor.transaction import Transaction
from ivr.flowfiles.queue_settings import QueueSettings
from ivr.settings import Settings
from ivr.store import floor, history, recordings
from ivr.store.calls import CallRow
from ivr.store.floor import QueuedRow

DAY_S = 86_400.0


class RoutingRequirements(NamedTuple):
    """`skills` (name → least level) are what the agent must have; `prefer_agent` alone may have the call
    until `prefer_until`."""

    skills: dict[str, int] | None
    prefer_agent: str | None
    prefer_until: float | None


def routing_requirements(
    tx: Transaction,
    row: CallRow,
    name: str,
    queue: QueueSettings,
    wanted: Mapping[str, int],
    entered_at: float,
) -> RoutingRequirements:
    """Return what this caller needs in the queue `name`. `wanted` are the skills its step adds to the queue's
    own.

    The preferred agent is the one to whom they are being given, or else whoever last talked to the customer,
    if that is not too long ago and they serve this queue with the skills needed. Time counts from the first
    entry, so nobody waits for it twice.
    """
    skills = both(queue.skills, wanted)
    if given := _given_to(tx, row, name, skills):
        return given
    until = entered_at + queue.same_agent_wait_seconds
    if queue.same_agent_days == 0 or until <= tx.now:
        return RoutingRequirements(skills or None, None, None)
    since = tx.now - queue.same_agent_days * DAY_S
    agent_id = history.last_agent(tx.connection, row.customer_id, row.caller, since)
    gave_on = agent_id is not None and agent_id == (row.session.get(blind_transfer_state.KEY) or {}).get(
        "from"
    )
    if agent_id is None or gave_on or not floor.may_serve(tx.connection, agent_id, name, skills):
        return RoutingRequirements(skills or None, None, None)
    return RoutingRequirements(skills or None, agent_id, until)


def _given_to(tx: Transaction, row: CallRow, name: str, skills: dict[str, int]) -> RoutingRequirements | None:
    """For a caller whom an agent gives to another one of the queue, blind."""
    given = row.session.get(blind_transfer_state.KEY) or {}
    agent_id, until = given.get("agent"), given.get("until", 0.0)
    if not agent_id or given.get("queue") != name or until <= tx.now:
        return None
    if not floor.may_serve(tx.connection, agent_id, name, skills):
        return None
    return RoutingRequirements(skills or None, agent_id, until)


def both(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Every skill of either, at the higher level."""
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in sorted({*one, *other})}


LOST_TALK_S = 4.0  # from the agent's yes to the end of the talk


class QueueService:
    """Carries out what a turn of the flow wants of the queues.

    `place_for` finds the place that was kept in a queue for who calls again, and `gave_up` is told of who
    hung up before anybody spoke to them, with the place they had.
    """

    def __init__(self, offers: Offers, settings: Settings, new_id: Callable[[], str]) -> None:
        self._offers, self._settings, self._new_id = offers, settings, new_id
        self._queue = settings.queue
        self.place_for: Callable[[Transaction, CallRow, str], QueuedRow | None] = lambda *_: None
        self.gave_up: Callable[[Transaction, CallRow, QueuedRow], None] = lambda *_: None

    def join(self, tx: Transaction, row: CallRow, effect: JoinQueue, entered_at: float | None) -> QueuedRow:
        """Put the caller in line; one who already stands in a line changes it and keeps the place.

        `entered_at` is the first entry of an earlier wait in this call, for those who come back.
        """
        standing = floor.queued(tx.connection, row.queued_id, lock=True) if row.queued_id else None
        if standing is None or standing.state not in floor.LIVE_QUEUED_STATES:
            return self._enter(tx, row, effect, entered_at)
        if standing.queue != effect.queue:
            self._change_line(tx, row, effect, standing)
        return floor.queued(tx.connection, standing.id) or standing

    def _change_line(self, tx: Transaction, row: CallRow, effect: JoinQueue, standing: QueuedRow) -> None:
        priority = self._queue(effect.queue).priority + effect.priority
        moved = replace(
            standing,
            queue=effect.queue,
            priority=priority,
            rank_at=self._rank(standing.entered_at, priority),
            **self._choice(tx, row, effect, standing.entered_at)._asdict(),
        )
        floor.change_queue(tx.connection, moved)
        tx.note(
            JournalKind.REQUEUED, call=row.sid, queue=effect.queue, was=standing.queue, rank_at=moved.rank_at
        )
        ask_dispatch(tx)

    def _enter(self, tx: Transaction, row: CallRow, effect: JoinQueue, entered_at: float | None) -> QueuedRow:
        """A new place, or the one that was kept for them."""
        priority = self._queue(effect.queue).priority + effect.priority
        kept = self.place_for(tx, row, effect.queue)
        if kept is not None:
            entered_at, priority = kept.entered_at, max(priority, kept.priority)
        queued = self._place(tx, row, effect, tx.now if entered_at is None else entered_at, priority)
        due_at = tx.now + self._queue(effect.queue).max_wait_minutes * 60.0
        floor.add_queued(tx.connection, queued, due_at)
        given_on = blind_transfer_state.KEY in row.session  # the talk before was no wait
        tx.note(
            JournalKind.QUEUED,
            call=row.sid,
            queue=effect.queue,
            priority=priority,
            entered_at=tx.now if given_on else queued.entered_at,
            rank_at=queued.rank_at,
            came_back=kept is not None,
            given_to=(row.session.get(blind_transfer_state.KEY) or {}).get("agent"),
        )
        tx.tell("line")
        ask_dispatch(tx)
        return queued

    def _place(
        self, tx: Transaction, row: CallRow, effect: JoinQueue, entered_at: float, priority: int
    ) -> QueuedRow:
        return QueuedRow(
            id=self._new_id(),
            call_sid=row.sid,
            queue=effect.queue,
            priority=priority,
            entered_at=entered_at,
            state=states.FIRST[states.QUEUED_CALL],
            since=tx.now,
            offer_id=None,
            promise=None,
            answered_at=None,
            kind="live",
            rank_at=self._rank(entered_at, priority),
            not_before=None,
            **self._choice(tx, row, effect, entered_at)._asdict(),
        )

    def _rank(self, entered_at: float, priority: int) -> float:
        return rank(entered_at, priority, self._settings.priority_minutes * 60.0)

    def _choice(
        self, tx: Transaction, row: CallRow, effect: JoinQueue, entered_at: float
    ) -> RoutingRequirements:
        return routing_requirements(
            tx, row, effect.queue, self._queue(effect.queue), effect.skills, entered_at
        )

    def leave(self, tx: Transaction, row: CallRow, effect: LeaveQueue) -> None:
        """Step out of the line by choice or by rule; an agent being rung is told."""
        self._hold_place(tx, row)
        self._offers.caller_left(tx, row.sid)
        self._end(tx, row, "left_queue", effect.reason)

    def call_over(self, tx: Transaction, row: CallRow, hung_up: bool = True) -> WaitOutcome | None:
        """The call has ended, by the caller or (`hung_up` false) by its flow. Return how the wait ended that
        was still on; None when there was none."""
        self._hold_place(tx, row)
        blind_transfer_state.transfer_over(tx, row)
        self._offers.caller_left(tx, row.sid)
        place = floor.queued(tx.connection, row.queued_id) if row.queued_id else None
        if place is None:
            return None
        end = wait_outcome.call_over(hung_up, self._left_message(tx, row, place))
        if not self._end(tx, row, end.event, end.reason):
            return None
        if end is wait_outcome.GAVE_UP:
            self.gave_up(tx, row, place)
        return end

    def _left_message(self, tx: Transaction, row: CallRow, place: QueuedRow) -> bool:
        return row.outcome == wait_outcome.VOICEMAIL and recordings.message_since(
            tx.connection, row.sid, place.entered_at
        )

    def talk_over(self, tx: Transaction, row: CallRow) -> None:
        """The caller came out of the conference: if the talk was still on, it is over now."""
        offer = floor.live_offer_of_call(tx.connection, row.sid)
        if offer is not None:
            self._offers.end_talk(tx, offer, "agent", caller_is_out=True)

    def lost_while_holding(self, tx: Transaction, row: CallRow) -> bool:
        """Was the agent's phone gone while the caller held? Nobody meant the talk to end."""
        queued = floor.queued(tx.connection, row.queued_id) if row.queued_id else None
        offer = floor.find_offer(tx.connection, queued.offer_id) if queued and queued.offer_id else None
        return offer is not None and was_lost(offer)

    def talk_was_lost(self, tx: Transaction, row: CallRow) -> bool:
        """Was the agent gone before the two could have met? Then the caller still waits for somebody."""
        queued = floor.queued(tx.connection, row.queued_id) if row.queued_id else None
        answered_at = queued.answered_at if queued is not None else None
        return answered_at is not None and tx.now - answered_at < LOST_TALK_S

    def _hold_place(self, tx: Transaction, row: CallRow) -> None:
        """First of all: an offer may be on its way to being made, and is seen once the place is ours."""
        if row.queued_id:
            floor.queued(tx.connection, row.queued_id, lock=True)

    def _end(self, tx: Transaction, row: CallRow, event: str, reason: str) -> bool:
        queued = floor.queued(tx.connection, row.queued_id, lock=True) if row.queued_id else None
        if queued is None or queued.state not in ("waiting", "offered"):
            return False
        state = states.move(states.QUEUED_CALL, queued.id, queued.state, event)
        floor.end_queued(tx.connection, queued.id, queued.state, state, tx.now, reason)
        tx.note(
            JournalKind(state),
            call=row.sid,
            queue=queued.queue,
            reason=reason,
            waited_s=round(tx.now - queued.entered_at, 3),
            promise=queued.promise,
        )
        tx.tell("line")
        return True

    def promise(self, tx: Transaction, row: CallRow, effect: NotePromise) -> None:
        """Remember what was announced, to be held against what happens."""
        if row.queued_id is None:
            return
        said: dict[str, Any] = {
            "position": effect.position,
            "low_s": effect.low,
            "high_s": effect.high,
            "spoken": effect.spoken,
            "at": tx.now,
        }
        if effect.withdrawn_due is not None:
            said["withdrawn_due"] = effect.withdrawn_due
        floor.note_promise(tx.connection, row.queued_id, said)
        tx.note(
            JournalKind.PROMISED, call=row.sid, queue=str(row.session["session"].get("queue") or ""), **said
        )
