"""One turn of a call: the engine walks on, its effects are carried out, and the answer is stored with it.

Some effects want an answer from outside (a look-up). The turn is then stored as asked, without an answer, and
the transaction ends; whoever asked comes back with what was said, in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ivr.acd.wait_outcome import FINISHED, HUNG_UP, call_outcome
from ivr.engine import session as sessions
from ivr.engine.context import WaitContext
from ivr.engine.effects import (
    CUSTOMER,
    AskCallback,
    BookCallback,
    CancelCallback,
    Enquiry,
    JoinQueue,
    LeaveQueue,
    LookUp,
    NotePromise,
    TakeUpPlace,
)
from ivr.engine.events import DigitsPressed, Event, QueueReported, RecordingEnded, TalkEnded
from ivr.engine.flow import FlowSet
from ivr.engine.flow_cursor import RETURNED, SURE, UNSURE
from ivr.engine.instructions import HangUp, Instruction, Listen, words_of
from ivr.engine.interpreter import come_back, resume, start
from ivr.engine.session import CallInfo, Session
from ivr.engine.turn import Turn
from ivr.service import look_up_limits
from ivr.service.call_completion import CallCompletion
from ivr.service.call_context import CallContexts
from ivr.service.callbacks.returning_callers import KEPT
from ivr.service.callbacks.wiring import CallbackParts
from ivr.service.conversations import blind_transfer_state
from ivr.service.customer_choice import by_values
from ivr.service.flow_effects import apply_effect
from ivr.service.flow_registry import FlowRegistry
from ivr.service.queueing import QueueService
from ivr.service.screen_pop.crm import schedule_crm_lookup
from ivr.service.transaction import Transaction
from ivr.store import calls, customers, floor, history, messages
from ivr.store.calls import CallRow

WATCH_S = 60.0
MOST_REPORTS = 5
ADDRESS_LENGTH = 64  # a SIP address may be longer than any number
UNANSWERED = -1  # the turn of a call whose first document waits for an answer from outside
LOST = TalkEnded(lost=True)
PATIENCE_S = 1.0  # beyond an enquiry's deadline, until it counts as lost


class InstructionRenderer(Protocol):
    """Turns an instruction into the document handed to the carrier; `turn` is the next turn's number."""

    def __call__(self, instruction: Instruction | None, call_sid: str, turn: int) -> str: ...


@dataclass(frozen=True, slots=True)
class RequestedTurn:
    """A turn that waits for an answer from outside until the epoch second `until`. Without an `effect`,
    another request is asking."""

    sid: str
    id: str
    until: float
    effect: Enquiry | None = None


Answer = str | RequestedTurn
"""The document, or what must be asked before there is one."""


def in_hand(row: CallRow) -> RequestedTurn | None:
    """What the call's unanswered turn waits for, if there is one."""
    asked = row.session.get("asked")
    return RequestedTurn(row.sid, asked["id"], asked["until"]) if asked else None


class Turns:
    """`surroundings` knows the facts, `lines` the queues, `closing` what is written when a call ends,
    `callbacks` who is to be called back.

    `deadline` says how many seconds an enquiry takes at most.
    """

    def __init__(
        self,
        shelf: FlowRegistry,
        surroundings: CallContexts,
        lines: QueueService,
        closing: CallCompletion,
        render: InstructionRenderer,
        new_id: Callable[[], str],
        deadline: Callable[[Enquiry], float],
        callbacks: CallbackParts,
    ) -> None:
        self._shelf, self.around, self._lines = shelf, surroundings, lines
        self._closing, self._render, self._callbacks = closing, render, callbacks
        self._new_id, self._deadline = new_id, deadline

    def begin(self, change: Transaction, call: CallInfo, person: bool = False) -> Answer:
        """The first turn of a call, or with `person` straight to one."""
        row, turn = self._come_back(change, call) or self._start(change, call, person)
        change.note("arrived", call=call.sid, caller=call.caller, dialled=call.dialled, flow=row.flow)
        change.job("call_watch", f"call_watch:{call.sid}", WATCH_S, {"call": call.sid})
        schedule_crm_lookup(change, call.sid, self.around.settings)
        row, instruction, enquiry = self._settle(change, row, turn)
        if enquiry is not None:
            row, asked = self._asking(change, replace(row, turn=UNANSWERED), enquiry, "arrived")
            calls.add(change.connection, row)
            return asked
        if row.status == sessions.ENDED:
            row = replace(row, session={**row.session, "goodbye": True})
        answer = self._render(instruction, call.sid, 1)
        calls.add(change.connection, row)
        calls.add_turn(change.connection, call.sid, 0, "arrived", answer, change.now)
        if row.status == sessions.ENDED:
            self._closing.close(change, row, "finished", was_turn=0)
        return answer

    def _start(self, change: Transaction, call: CallInfo, person: bool) -> tuple[CallRow, Turn]:
        book = self._shelf.for_new_call(change, call.sid)
        self._shelf.keep(change, book)
        row = self.new_row(change, call, book)
        turn = start(book, row.flow, call, self.around.facts(change, row, None))
        if person:
            turn = resume(book, turn.session, DigitsPressed("0"), self.around.facts(change, row, None))
        return row, turn

    def _come_back(self, change: Transaction, call: CallInfo) -> tuple[CallRow, Turn] | None:
        """The first turn of a call from a number for which a place in line is kept from an earlier one."""
        kept = self._callbacks.returning.kept_for(change, call.caller, call.dialled)
        if kept is None:
            return None
        book = self._shelf.for_new_call(change, call.sid)
        self._shelf.keep(change, book)
        row = self.new_row(change, call, book)
        row = replace(row, session={**row.session, KEPT: kept.note})
        is_sure = call.attested == "A" and row.customer_id is not None
        step = f"{RETURNED}{SURE if is_sure else UNSURE}:{kept.what}:{kept.queue}"
        return row, come_back(book, row.flow, call, step, kept.language, self.around.facts(change, row, None))

    def new_row(self, change: Transaction, call: CallInfo, book: FlowSet) -> CallRow:
        """A call as it is before its first turn."""
        found = customers.with_number(change.connection, call.caller)
        customer_id = found[0] if len(found) == 1 else None
        customer = history.customer_facts(change.connection, customer_id) if customer_id else {}
        if len(found) > 1:  # who of them it is nobody knows yet
            customer = {"matches": len(found)}
        kept: dict[str, Any] = {"session": {}, "customer": customer, "heard": []}
        if any(step.kind == "survey" for flow in book.flows.values() for step in flow.steps.values()):
            kept["surveyed_at"] = messages.last_at(change.connection, call.caller, messages.SURVEY)
        return CallRow(
            sid=call.sid,
            caller=call.caller[:ADDRESS_LENGTH],
            dialled=call.dialled[:ADDRESS_LENGTH],
            customer_id=customer_id,
            flow=self.around.flow_for(call.dialled, book),
            revision=book.revision,
            status=sessions.IN_FLOW,
            session=kept,
            turn=0,
            queued_id=None,
            outcome=None,
            agent_id=None,
            disposition=None,
            started_at=change.now,
            seen_at=change.now,
            ended_at=None,
            leg_sid=None,
            direction="in",
        )

    def advance(self, change: Transaction, row: CallRow, event: Event, cause: str) -> Answer:
        """The next turn. What an unanswered one was waiting for is forgotten."""
        row = replace(row, session={key: kept for key, kept in row.session.items() if key != "asked"})
        row = look_up_limits.answered(change, blind_transfer_state.begun(change, row, event), event)
        moved, instruction, enquiry = self._settle(change, row, self._resumed(change, row, event))
        moved = blind_transfer_state.follow(change, replace(moved, seen_at=change.now), event)
        if enquiry is not None:
            moved, asked = self._asking(change, moved, enquiry, cause)
            calls.save(change.connection, moved, was_turn=row.turn)
            return asked
        moved = replace(moved, turn=row.turn + 1)
        answer = self._render(instruction, row.sid, moved.turn + 1)
        calls.add_turn(change.connection, row.sid, moved.turn, cause, answer, change.now)
        if moved.status == sessions.ENDED:
            self._ended(change, moved, event, was_turn=row.turn)
        else:
            calls.save(change.connection, moved, was_turn=row.turn)
        return answer

    def _ended(self, change: Transaction, row: CallRow, event: Event, was_turn: int) -> None:
        """The flow has ended the call; or the caller did, while recording, and the recording's end is the
        first we hear of it."""
        hung_up = isinstance(event, RecordingEnded) and event.key == "hangup"
        wait = self._lines.call_over(change, row, hung_up)  # whatever the flow forgot to leave
        outcome = call_outcome(row.outcome, wait, HUNG_UP if hung_up else FINISHED)
        row = replace(row, outcome=outcome, session={**row.session, "goodbye": True})
        self._closing.close(change, row, "completed" if hung_up else FINISHED, was_turn=was_turn)

    def _resumed(self, change: Transaction, row: CallRow, event: Event) -> Turn:
        book = self._shelf.book(change, row.revision)
        session = sessions.from_json(row.session["session"])
        facts = self.around.facts(change, row, self._wait(change, row))
        talked = isinstance(event, TalkEnded) and row.status == sessions.TALKING
        if talked:
            self._lines.talk_over(change, row)
            event = TalkEnded(lost=self._lines.lost_while_holding(change, row))
        turn = resume(book, session, event, facts)
        if talked and event != LOST and self._lines.talk_was_lost(change, row):
            turn = resume(book, turn.session, DigitsPressed("0"), facts)
        return turn

    def _asking(
        self, change: Transaction, row: CallRow, effect: Enquiry, cause: str
    ) -> tuple[CallRow, RequestedTurn]:
        until = change.now + self._deadline(effect) + PATIENCE_S
        stored = {"id": self._new_id(), "until": until, "cause": cause}
        asked = RequestedTurn(row.sid, stored["id"], until, effect)
        return replace(row, session={**row.session, "asked": stored}), asked

    def _settle(
        self, change: Transaction, row: CallRow, turn: Turn
    ) -> tuple[CallRow, Instruction | None, Enquiry | None]:
        """Carry out the turn's effects, and answer those that want an answer before the line is told more;
        the last one is returned when its answer must come from outside."""
        for _ in range(MOST_REPORTS):
            self._journal(change, row, turn)
            row = self.with_session(row, turn.session)
            report: Event | None = None
            for effect in turn.effects:
                row, report = self._effect(change, row, effect, report)
            if turn.instruction is not None or report is None:
                break
            wait = report.wait if isinstance(report, QueueReported) else self._wait(change, row)
            book = self._shelf.book(change, row.revision)
            turn = resume(book, turn.session, report, self.around.facts(change, row, wait))
        heard = _spoken(turn.instruction)
        if heard:
            row = replace(row, session={**row.session, "heard": heard})
        last = turn.effects[-1] if turn.effects and turn.instruction is None else None
        return row, turn.instruction, last if isinstance(last, Enquiry) else None

    def _effect(
        self, change: Transaction, row: CallRow, effect: Any, report: Event | None
    ) -> tuple[CallRow, Event | None]:
        match effect:
            case JoinQueue():
                before = floor.queued(change.connection, row.queued_id) if row.queued_id else None
                queued = self._lines.join(change, row, effect, before.entered_at if before else None)
                return replace(row, queued_id=queued.id), QueueReported(self.around.wait(change, queued))
            case LeaveQueue():
                self._lines.leave(change, row, effect)
            case NotePromise():
                self._lines.promise(change, row, effect)
            case AskCallback():
                return row, self._callbacks.bookings.terms(change, row, effect)
            case BookCallback():
                book, wait = self._shelf.book(change, row.revision), self._wait(change, row)
                return self._callbacks.bookings.book(change, book, row, effect, wait)
            case CancelCallback():
                return self._callbacks.bookings.cancel(change, row, effect)
            case TakeUpPlace():
                book = self._shelf.book(change, row.revision)
                return self._callbacks.returning.take_up(change, book, row)
            case LookUp():
                most = self.around.settings.limits.lookups_per_call
                row, refused = look_up_limits.begun(change, row, effect, most)
                if refused is None and effect.source == CUSTOMER:
                    return by_values(change, row, effect, self.around.settings)
                return row, refused
            case _:
                row = apply_effect(change, row, effect, self.around.settings)
        return row, report

    def _wait(self, change: Transaction, row: CallRow) -> WaitContext | None:
        if row.status != sessions.WAITING or row.queued_id is None:
            return None
        queued = floor.queued(change.connection, row.queued_id)
        if queued is None or queued.state not in floor.LIVE_QUEUED_STATES:
            return None  # not in line, whatever the session says: the flow asks to be let in again
        return self.around.wait(change, queued)

    def with_session(self, row: CallRow, session: Session) -> CallRow:
        """The call as the engine left it."""
        if session.status == sessions.ENDED and session.hidden:
            shown = {name: kept for name, kept in session.variables.items() if name not in session.hidden}
            session = session.with_(variables=shown)  # nothing needs them any more
        kept = {**row.session, "session": sessions.to_json(session)}
        outcome = "talked" if session.status == sessions.TALKING else row.outcome
        return replace(row, session=kept, status=session.status, flow=session.place.flow, outcome=outcome)

    def _journal(self, change: Transaction, row: CallRow, turn: Turn) -> None:
        for entry in turn.trace:
            plain = entry.as_plain()
            change.note(plain.pop("what"), call=row.sid, **plain)


def _spoken(instruction: Instruction | None) -> list[str]:
    prompts = instruction.prompts if isinstance(instruction, Listen | HangUp) else ()
    return [words for prompt in prompts if (words := words_of(prompt))]
