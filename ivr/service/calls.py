"""A call: it arrives, takes its turns, ends. One transaction a webhook; the answer is stored with the state.

A turn that was answered is answered again byte for byte; a stale one gets the instructions of the present
wait, since an empty document would hang up a live call; a call that is over gets an empty document.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, Protocol

from ivr.engine import session as sessions
from ivr.engine.effects import JoinQueue, KeepVoicemail, LeaveQueue, NotePromise
from ivr.engine.events import (
    AgentAccepted,
    CallerHungUp,
    DigitsPressed,
    Event,
    QueueReported,
    TalkEnded,
)
from ivr.engine.facts import WaitFacts
from ivr.engine.flow import FlowBook
from ivr.engine.instructions import HangUp, Instruction, Listen, words_of
from ivr.engine.interpreter import resume, start
from ivr.engine.session import CallInfo, Session
from ivr.engine.turn import Turn
from ivr.service.bookshelf import Bookshelf
from ivr.service.change import Change, Changes
from ivr.service.closing import Closing
from ivr.service.lines import Lines
from ivr.service.surroundings import Surroundings
from ivr.store import calls, floor, history
from ivr.store.calls import CallRow

WATCH_S = 60.0
MOVE_PATIENCE_S = 4.0  # the carrier was asked to bring the caller; after this the next turn does it
MOST_REPORTS = 5
SAME_REQUEST_S = 15.0  # the carrier's patience: a repeat within it is the same request
ADDRESS_LENGTH = 64  # a SIP address may be longer than any number

log = logging.getLogger(__name__)


class Renderer(Protocol):
    """Turns an instruction into the document handed to the carrier; `turn` is the next turn's number."""

    def __call__(self, instruction: Instruction | None, call_sid: str, turn: int) -> str: ...


class CallService:
    """`surroundings` knows the facts, `lines` the queues, `closing` what is written when a call ends."""

    def __init__(
        self,
        changes: Changes,
        shelf: Bookshelf,
        surroundings: Surroundings,
        lines: Lines,
        closing: Closing,
        render: Renderer,
    ) -> None:
        self._changes, self._shelf, self._around = changes, shelf, surroundings
        self._lines, self._closing, self._render = lines, closing, render

    # Ways in ----------------------------------------------------------------------------------------------

    def arrived(self, call: CallInfo) -> str:
        """The first webhook of a call; asked again, the same answer."""
        with self._changes.begin() as change:
            row = calls.lock(change.connection, call.sid)
            if row is not None:
                return self._first_again(change, row)
            return self._begin(change, call)

    def turn(self, sid: str, number: int, event: Event, call: CallInfo) -> str:
        """Turn `number` of a call: `event` happened. `call` is for a call we never saw begin."""
        with self._changes.begin() as change:
            row = calls.lock(change.connection, sid)
            if row is None:
                return self._adopt(change, call)
            if row.ended_at is not None:
                self._closing.late(change, row, event)
                return self._over(change, row)
            if number != row.turn + 1:
                return self._present(change, row, number)
            return self._advance(change, row, self._overtaken(change, row, event), f"turn:{number}")

    def join(self, sid: str, offer_id: str) -> str:
        """The carrier brings the caller to the agent of this offer."""
        with self._changes.begin() as change:
            row = calls.lock(change.connection, sid)
            if row is None or row.ended_at is not None:
                return self._render(None, sid, 0)
            offer = floor.find_offer(change.connection, offer_id)
            done = calls.turn_with_cause(change.connection, sid, f"join:{offer_id}")
            if done is not None or offer is None or offer.state != "connected":
                return self._present(change, row, row.turn)
            return self._advance(change, row, AgentAccepted(room=offer_id), f"join:{offer_id}")

    def present(self, sid: str, call: CallInfo) -> str:
        """The instructions of the present wait, for a caller whom a failure brought to the fallback."""
        with self._changes.begin() as change:
            row = calls.lock(change.connection, sid)
            if row is None:
                return self._adopt(change, call)
            if row.ended_at is not None:
                return self._over(change, row)
            offer = floor.live_offer_of_call(change.connection, sid)
            if row.status == sessions.WAITING and offer is not None and offer.state == "connected":
                return self._advance(change, row, AgentAccepted(room=offer.id), f"join:{offer.id}")
            if row.status == sessions.TALKING and offer is None:  # the agent left while the caller was lost
                return self._advance(change, row, TalkEnded(), f"turn:{row.turn + 1}")
            return self._present(change, row, row.turn)

    def to_person(self, sid: str, call: CallInfo) -> str:
        """The present wait could not be given (a document failed twice): straight to a person."""
        with self._changes.begin() as change:
            row = calls.lock(change.connection, sid)
            if row is None:
                return self._adopt(change, call)
            if row.ended_at is not None:
                return self._render(None, sid, 0)
            cause, at = calls.cause_of(change.connection, sid, row.turn)
            if cause.startswith("rescue:") and change.now - at < SAME_REQUEST_S:
                return self._present(change, row, row.turn)
            return self._advance(change, row, DigitsPressed("0"), f"rescue:{row.turn + 1}")

    def hung_up(self, sid: str, status: str, call: CallInfo | None = None) -> None:
        """The caller's leg is over, says the carrier. Safe to say often, and (with `call`) before the call
        was seen: this report may overtake its first request."""
        with self._changes.begin() as change:
            row = calls.lock(change.connection, sid)
            if row is None and call is not None:
                book = self._shelf.live
                self._shelf.keep(change, book)
                self._closing.unseen(change, self._new_row(change, call, book), status)
            if row is None or row.ended_at is not None:
                return
            abandoned = self._lines.abandon(change, row)
            ended = self._left(change, row)
            ended = replace(ended, outcome=row.outcome or ("abandoned" if abandoned else "hung_up"))
            self._closing.close(change, ended, status, was_turn=row.turn)

    def _left(self, change: Change, row: CallRow) -> CallRow:
        """The call as its flow leaves it. A fault here must not keep a call alive that is over."""
        try:
            book = self._shelf.book(change, row.revision)
            session = sessions.from_json(row.session["session"])
            turn = resume(book, session, CallerHungUp(), self._around.facts(change, row, None))
        except Exception:
            log.exception("call %s: the end could not be told to its flow", row.sid)
            return row
        return self._with_session(row, turn.session)

    # The turn itself --------------------------------------------------------------------------------------

    def _begin(self, change: Change, call: CallInfo, person: bool = False) -> str:
        book = self._shelf.live
        self._shelf.keep(change, book)
        row = self._new_row(change, call, book)
        change.note("arrived", call=call.sid, caller=call.caller, dialled=call.dialled, flow=row.flow)
        turn = start(book, row.flow, call, self._around.facts(change, row, None))
        if person:
            turn = resume(book, turn.session, DigitsPressed("0"), self._around.facts(change, row, None))
        row, instruction = self._settle(change, row, turn)
        if row.status == sessions.ENDED:
            row = replace(row, session={**row.session, "goodbye": True})
        answer = self._render(instruction, call.sid, 1)
        calls.add(change.connection, row)
        calls.add_turn(change.connection, call.sid, 0, "arrived", answer, change.now)
        change.job("call_watch", f"call_watch:{call.sid}", WATCH_S, {"call": call.sid})
        if row.status == sessions.ENDED:
            self._closing.close(change, row, "finished", was_turn=0)
        return answer

    def _new_row(self, change: Change, call: CallInfo, book: FlowBook) -> CallRow:
        customer_id = calls.customer_of(change.connection, call.caller)
        customer = history.customer_facts(change.connection, customer_id) if customer_id else {}
        return CallRow(
            sid=call.sid,
            caller=call.caller[:ADDRESS_LENGTH],
            dialled=call.dialled[:ADDRESS_LENGTH],
            customer_id=customer_id,
            flow=self._around.flow_for(call.dialled, book),
            revision=book.revision,
            status=sessions.IN_FLOW,
            session={"session": {}, "customer": customer, "heard": []},
            turn=0,
            queued_id=None,
            outcome=None,
            agent_id=None,
            disposition=None,
            started_at=change.now,
            seen_at=change.now,
            ended_at=None,
        )

    def _advance(self, change: Change, row: CallRow, event: Event, cause: str) -> str:
        book = self._shelf.book(change, row.revision)
        session = sessions.from_json(row.session["session"])
        facts = self._around.facts(change, row, self._wait(change, row))
        turn = resume(book, session, event, facts)
        if isinstance(event, TalkEnded) and row.status == sessions.TALKING:
            self._lines.talk_over(change, row)
            if self._lines.talk_was_lost(change, row):
                turn = resume(book, turn.session, DigitsPressed("0"), facts)
        moved, instruction = self._settle(change, row, turn)
        moved = replace(moved, turn=row.turn + 1, seen_at=change.now)
        answer = self._render(instruction, row.sid, moved.turn + 1)
        calls.add_turn(change.connection, row.sid, moved.turn, cause, answer, change.now)
        if moved.status == sessions.ENDED:
            self._lines.abandon(change, moved)  # whatever the flow forgot to leave
            moved = replace(moved, session={**moved.session, "goodbye": True})
            self._closing.close(change, moved, "finished", was_turn=row.turn)
        else:
            calls.save(change.connection, moved, was_turn=row.turn)
        return answer

    def _settle(self, change: Change, row: CallRow, turn: Turn) -> tuple[CallRow, Instruction | None]:
        """Carry out the turn's effects, and answer those that want an answer before the line is told more."""
        for _ in range(MOST_REPORTS):
            self._journal(change, row, turn)
            row = self._with_session(row, turn.session)
            report: WaitFacts | None = None
            for effect in turn.effects:
                row, report = self._effect(change, row, effect, report)
            if turn.instruction is not None or report is None:
                break
            book = self._shelf.book(change, row.revision)
            facts = self._around.facts(change, row, report)
            turn = resume(book, turn.session, QueueReported(report), facts)
        heard = _spoken(turn.instruction)
        if heard:
            row = replace(row, session={**row.session, "heard": heard})
        return row, turn.instruction

    def _effect(
        self, change: Change, row: CallRow, effect: Any, report: WaitFacts | None
    ) -> tuple[CallRow, WaitFacts | None]:
        match effect:
            case JoinQueue():
                before = floor.queued(change.connection, row.queued_id) if row.queued_id else None
                queued = self._lines.join(change, row, effect, before.entered_at if before else None)
                return replace(row, queued_id=queued.id), self._around.wait(change, queued)
            case LeaveQueue():
                self._lines.leave(change, row, effect)
            case KeepVoicemail():
                self._lines.keep_voicemail(change, row, effect)
                row = replace(row, outcome="voicemail")
            case NotePromise():
                self._lines.promise(change, row, effect)
        return row, report

    def _wait(self, change: Change, row: CallRow) -> WaitFacts | None:
        if row.status != sessions.WAITING or row.queued_id is None:
            return None
        queued = floor.queued(change.connection, row.queued_id)
        if queued is None or queued.state not in floor.LIVE_QUEUED_STATES:
            return None  # not in line, whatever the session says: the flow asks to be let in again
        return self._around.wait(change, queued)

    def _overtaken(self, change: Change, row: CallRow, event: Event) -> Event:
        """An agent accepted, but the carrier did not bring the caller: this turn does."""
        if row.status != sessions.WAITING:
            return event
        offer = floor.live_offer_of_call(change.connection, row.sid)
        if offer is None or offer.state != "connected":
            return event
        waited = change.now - (offer.connected_at or change.now)
        return AgentAccepted(room=offer.id) if waited >= MOVE_PATIENCE_S else event

    def _present(self, change: Change, row: CallRow, number: int) -> str:
        """A repeat gets its own answer again, anything else the answer of the latest turn."""
        answer = calls.answer_of(change.connection, row.sid, number) if number == row.turn else None
        answer = answer or calls.answer_of(change.connection, row.sid, row.turn)
        if answer is None:
            raise LookupError(f"call {row.sid}: turn {row.turn} has no answer stored")
        return answer

    def _first_again(self, change: Change, row: CallRow) -> str:
        return self._present(change, row, row.turn) if row.ended_at is None else self._over(change, row)

    def _over(self, change: Change, row: CallRow) -> str:
        """An empty document; but the goodbye again, when it was on its way and may have been lost."""
        if row.session.get("goodbye") and change.now - (row.ended_at or 0.0) < SAME_REQUEST_S:
            return self._present(change, row, row.turn)
        return self._render(None, row.sid, 0)

    def _adopt(self, change: Change, call: CallInfo) -> str:
        """A call whose beginning we never saw (a lost request, a restored backup): to a person."""
        change.note("adopted", call=call.sid)
        return self._begin(change, call, person=True)

    def _with_session(self, row: CallRow, session: Session) -> CallRow:
        kept = {**row.session, "session": sessions.to_json(session)}
        outcome = "talked" if session.status == sessions.TALKING else row.outcome
        return replace(row, session=kept, status=session.status, flow=session.place.flow, outcome=outcome)

    def _journal(self, change: Change, row: CallRow, turn: Turn) -> None:
        for entry in turn.trace:
            plain = entry.as_plain()
            change.note(plain.pop("what"), call=row.sid, **plain)


def _spoken(instruction: Instruction | None) -> list[str]:
    prompts = instruction.prompts if isinstance(instruction, Listen | HangUp) else ()
    return [words for prompt in prompts if (words := words_of(prompt))]
