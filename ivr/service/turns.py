"""One turn of a call: the engine walks on, its effects are carried out, and the answer is stored with it.

Some effects want an answer from outside (a look-up). The turn is then stored as asked, without an answer, and
the transaction ends; whoever asked comes back with what was said, in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ivr.acd.journal import JournalKind
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
from ivr.floor import blind_transfer_state, crm_lookups
from ivr.floor.call_completion import CallCompletion
from ivr.floor.crm_lookups import schedule_crm_lookup
from ivr.floor.customer_choice import by_values
from ivr.floor.job_kinds import JobKind
from ivr.floor.queueing import QueueService
from ivr.floor.returning_callers import KEPT
from ivr.floor.transaction import Transaction
from ivr.service.call_context import CallContexts
from ivr.service.callback_wiring import CallbackParts
from ivr.service.flow_effects import apply_effect
from ivr.service.flow_registry import FlowRegistry
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
    """Return what the call's unanswered turn waits for, if there is one."""
    asked = row.session.get("asked")
    return RequestedTurn(row.sid, asked["id"], asked["until"]) if asked else None


class Turns:
    """`contexts` knows the facts, `lines` the queues, `completion` what is written when a call ends,
    `callbacks` who is to be called back.

    `deadline` says how many seconds an enquiry takes at most.
    """

    def __init__(
        self,
        registry: FlowRegistry,
        contexts: CallContexts,
        lines: QueueService,
        completion: CallCompletion,
        render: InstructionRenderer,
        new_id: Callable[[], str],
        deadline: Callable[[Enquiry], float],
        callbacks: CallbackParts,
    ) -> None:
        self._registry, self.contexts, self._lines = registry, contexts, lines
        self._completion, self._render, self._callbacks = completion, render, callbacks
        self._new_id, self._deadline = new_id, deadline

    def begin(self, tx: Transaction, call: CallInfo, person: bool = False) -> Answer:
        """The first turn of a call, or with `person` straight to one."""
        row, turn = self._come_back(tx, call) or self._start(tx, call, person)
        tx.note(JournalKind.ARRIVED, call=call.sid, caller=call.caller, dialled=call.dialled, flow=row.flow)
        tx.job(JobKind.CALL_WATCH, f"call_watch:{call.sid}", WATCH_S, {"call": call.sid})
        schedule_crm_lookup(tx, call.sid, self.contexts.settings)
        row, instruction, enquiry = self._settle(tx, row, turn)
        if enquiry is not None:
            row, asked = self._asking(tx, replace(row, turn=UNANSWERED), enquiry, "arrived")
            calls.add(tx.connection, row)
            return asked
        if row.status == sessions.ENDED:
            row = replace(row, session={**row.session, "goodbye": True})
        answer = self._render(instruction, call.sid, 1)
        calls.add(tx.connection, row)
        calls.add_turn(tx.connection, call.sid, 0, "arrived", answer, tx.now)
        if row.status == sessions.ENDED:
            self._completion.close(tx, row, "finished", was_turn=0)
        return answer

    def _start(self, tx: Transaction, call: CallInfo, person: bool) -> tuple[CallRow, Turn]:
        flow_set = self._registry.for_new_call(tx, call.sid)
        self._registry.keep(tx, flow_set)
        row = self.new_row(tx, call, flow_set)
        turn = start(flow_set, row.flow, call, self.contexts.facts(tx, row, None))
        if person:
            turn = resume(flow_set, turn.session, DigitsPressed("0"), self.contexts.facts(tx, row, None))
        return row, turn

    def _come_back(self, tx: Transaction, call: CallInfo) -> tuple[CallRow, Turn] | None:
        """The first turn of a call from a number for which a place in line is kept from an earlier one."""
        kept = self._callbacks.returning.kept_for(tx, call.caller, call.dialled)
        if kept is None:
            return None
        flow_set = self._registry.for_new_call(tx, call.sid)
        self._registry.keep(tx, flow_set)
        row = self.new_row(tx, call, flow_set)
        row = replace(row, session={**row.session, KEPT: kept.note})
        is_sure = call.attested == "A" and row.customer_id is not None
        step = f"{RETURNED}{SURE if is_sure else UNSURE}:{kept.what}:{kept.queue}"
        return row, come_back(
            flow_set, row.flow, call, step, kept.language, self.contexts.facts(tx, row, None)
        )

    def new_row(self, tx: Transaction, call: CallInfo, flow_set: FlowSet) -> CallRow:
        """A call as it is before its first turn."""
        found = customers.with_number(tx.connection, call.caller)
        customer_id = found[0] if len(found) == 1 else None
        customer = history.customer_facts(tx.connection, customer_id) if customer_id else {}
        if len(found) > 1:  # who of them it is nobody knows yet
            customer = {"matches": len(found)}
        kept: dict[str, Any] = {"session": {}, "customer": customer, "heard": []}
        if any(step.kind == "survey" for flow in flow_set.flows.values() for step in flow.steps.values()):
            kept["surveyed_at"] = messages.last_at(tx.connection, call.caller, messages.SURVEY)
        return CallRow(
            sid=call.sid,
            caller=call.caller[:ADDRESS_LENGTH],
            dialled=call.dialled[:ADDRESS_LENGTH],
            customer_id=customer_id,
            flow=self.contexts.flow_for(call.dialled, flow_set),
            revision=flow_set.revision,
            status=sessions.IN_FLOW,
            session=kept,
            turn=0,
            queued_id=None,
            outcome=None,
            agent_id=None,
            disposition=None,
            started_at=tx.now,
            seen_at=tx.now,
            ended_at=None,
            leg_sid=None,
            direction="in",
        )

    def advance(self, tx: Transaction, row: CallRow, event: Event, cause: str) -> Answer:
        """The next turn. What an unanswered one was waiting for is forgotten."""
        row = replace(row, session={key: kept for key, kept in row.session.items() if key != "asked"})
        row = crm_lookups.lookup_answered(tx, blind_transfer_state.transfer_started(tx, row, event), event)
        moved, instruction, enquiry = self._settle(tx, row, self._resumed(tx, row, event))
        moved = blind_transfer_state.follow(tx, replace(moved, seen_at=tx.now), event)
        if enquiry is not None:
            moved, asked = self._asking(tx, moved, enquiry, cause)
            calls.save(tx.connection, moved, was_turn=row.turn)
            return asked
        moved = replace(moved, turn=row.turn + 1)
        answer = self._render(instruction, row.sid, moved.turn + 1)
        calls.add_turn(tx.connection, row.sid, moved.turn, cause, answer, tx.now)
        if moved.status == sessions.ENDED:
            self._ended(tx, moved, event, was_turn=row.turn)
        else:
            calls.save(tx.connection, moved, was_turn=row.turn)
        return answer

    def _ended(self, tx: Transaction, row: CallRow, event: Event, was_turn: int) -> None:
        """The flow has ended the call; or the caller did, while recording, and the recording's end is the
        first we hear of it."""
        hung_up = isinstance(event, RecordingEnded) and event.key == "hangup"
        wait = self._lines.call_over(tx, row, hung_up)  # whatever the flow forgot to leave
        outcome = call_outcome(row.outcome, wait, HUNG_UP if hung_up else FINISHED)
        row = replace(row, outcome=outcome, session={**row.session, "goodbye": True})
        self._completion.close(tx, row, "completed" if hung_up else FINISHED, was_turn=was_turn)

    def _resumed(self, tx: Transaction, row: CallRow, event: Event) -> Turn:
        flow_set = self._registry.flow_set(tx, row.revision)
        session = sessions.from_json(row.session["session"])
        context = self.contexts.facts(tx, row, self._wait(tx, row))
        talked = isinstance(event, TalkEnded) and row.status == sessions.TALKING
        if talked:
            self._lines.talk_over(tx, row)
            event = TalkEnded(lost=self._lines.lost_while_holding(tx, row))
        turn = resume(flow_set, session, event, context)
        if talked and event != LOST and self._lines.talk_was_lost(tx, row):
            turn = resume(flow_set, turn.session, DigitsPressed("0"), context)
        return turn

    def _asking(
        self, tx: Transaction, row: CallRow, effect: Enquiry, cause: str
    ) -> tuple[CallRow, RequestedTurn]:
        until = tx.now + self._deadline(effect) + PATIENCE_S
        enquiry_id = self._new_id()
        stored = {"id": enquiry_id, "until": until, "cause": cause}
        asked = RequestedTurn(row.sid, enquiry_id, until, effect)
        return replace(row, session={**row.session, "asked": stored}), asked

    def _settle(
        self, tx: Transaction, row: CallRow, turn: Turn
    ) -> tuple[CallRow, Instruction | None, Enquiry | None]:
        """Carry out the turn's effects, and answer those that want an answer before the line is told more;
        the last one is returned when its answer must come from outside."""
        for _ in range(MOST_REPORTS):
            self._journal(tx, row, turn)
            row = self.with_session(row, turn.session)
            report: Event | None = None
            for effect in turn.effects:
                row, report = self._effect(tx, row, effect, report)
            if turn.instruction is not None or report is None:
                break
            wait = report.wait if isinstance(report, QueueReported) else self._wait(tx, row)
            flow_set = self._registry.flow_set(tx, row.revision)
            turn = resume(flow_set, turn.session, report, self.contexts.facts(tx, row, wait))
        heard = _spoken(turn.instruction)
        if heard:
            row = replace(row, session={**row.session, "heard": heard})
        last = turn.effects[-1] if turn.effects and turn.instruction is None else None
        return row, turn.instruction, last if isinstance(last, Enquiry) else None

    def _effect(
        self, tx: Transaction, row: CallRow, effect: Any, report: Event | None
    ) -> tuple[CallRow, Event | None]:
        match effect:
            case JoinQueue():
                before = floor.queued(tx.connection, row.queued_id) if row.queued_id else None
                queued = self._lines.join(tx, row, effect, before.entered_at if before else None)
                return replace(row, queued_id=queued.id), QueueReported(self.contexts.wait(tx, queued))
            case LeaveQueue():
                self._lines.leave(tx, row, effect)
            case NotePromise():
                self._lines.promise(tx, row, effect)
            case AskCallback():
                return row, self._callbacks.bookings.terms(tx, row, effect)
            case BookCallback():
                flow_set, wait = self._registry.flow_set(tx, row.revision), self._wait(tx, row)
                return self._callbacks.bookings.book(tx, flow_set, row, effect, wait)
            case CancelCallback():
                return self._callbacks.bookings.cancel(tx, row, effect)
            case TakeUpPlace():
                flow_set = self._registry.flow_set(tx, row.revision)
                return self._callbacks.returning.take_up(tx, flow_set, row)
            case LookUp():
                most = self.contexts.settings.limits.lookups_per_call
                row, refused = crm_lookups.start_lookup(tx, row, effect, most)
                if refused is None and effect.source == CUSTOMER:
                    return by_values(tx, row, effect, self.contexts.settings)
                return row, refused
            case _:
                row = apply_effect(tx, row, effect, self.contexts.settings)
        return row, report

    def _wait(self, tx: Transaction, row: CallRow) -> WaitContext | None:
        if row.status != sessions.WAITING or row.queued_id is None:
            return None
        queued = floor.queued(tx.connection, row.queued_id)
        if queued is None or queued.state not in floor.LIVE_QUEUED_STATES:
            return None  # not in line, whatever the session says: the flow asks to be let in again
        return self.contexts.wait(tx, queued)

    def with_session(self, row: CallRow, session: Session) -> CallRow:
        """The call as the engine left it."""
        if session.status == sessions.ENDED and session.hidden:
            shown = {name: kept for name, kept in session.variables.items() if name not in session.hidden}
            session = session.with_(variables=shown)  # nothing needs them any more
        kept = {**row.session, "session": sessions.to_json(session)}
        outcome = "talked" if session.status == sessions.TALKING else row.outcome
        return replace(row, session=kept, status=session.status, flow=session.place.flow, outcome=outcome)

    def _journal(self, tx: Transaction, row: CallRow, turn: Turn) -> None:
        for entry in turn.trace:
            plain = entry.as_plain()
            tx.note(JournalKind(plain.pop("what")), call=row.sid, **plain)


def _spoken(instruction: Instruction | None) -> list[str]:
    prompts = instruction.prompts if isinstance(instruction, Listen | HangUp) else ()
    return [words for prompt in prompts if (words := words_of(prompt))]
