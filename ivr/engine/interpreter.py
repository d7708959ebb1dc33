"""Runs one caller's flows: `start` begins a call, `resume` takes an event. Both return a `Turn`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from ivr.engine.context import CallContext
from ivr.engine.effects import KeepComment, KeepVoicemail, PauseRecording
from ivr.engine.events import (
    POUND,
    AgentAccepted,
    CallbackAnswered,
    CallerHungUp,
    CutOff,
    DigitsPressed,
    Event,
    InputTimedOut,
    PlaceTakenUp,
    RecordingEnded,
    SpeechHeard,
    TalkEnded,
    Transferred,
    read_instruction,
    store_prompts,
)
from ivr.engine.flow import FlowSet
from ivr.engine.flow_cursor import FAILED, HELD, KEPT, KEYS, MESSAGE, PENDING, PERSON, POUNDS
from ivr.engine.instructions import HangUp, Instruction, Join, Pay, Say
from ivr.engine.languages import KNOWN
from ivr.engine.person_requests import asks_for_person, wants_service, wants_supervisor
from ivr.engine.phrases import say
from ivr.engine.session import ENDED, IN_FLOW, PAUSING, TALKING, WAITING, CallInfo, FlowPosition, Session
from ivr.engine.step import (
    AskingStep,
    AwaitAnswer,
    Back,
    Detour,
    EnterFlow,
    Finish,
    GoTo,
    LeaveFlow,
    Move,
    StartOver,
    Step,
    Tell,
    ToPerson,
    Wait,
    is_last_try,
)
from ivr.engine.turn import (
    ASKED_FOR_PERSON,
    ENDED_HERE,
    FAULT,
    GAVE_UP,
    HEARD,
    JOINED,
    MISSING,
    NO_INPUT,
    NOT_UNDERSTOOD,
    PROMPT_CUT,
    Turn,
)
from ivr.engine.type_ahead import TypeAhead

IN_LINE = {"state": "waiting"}  # the queue step's memory of a caller who is already in line


def resumed_session(
    flow_set: FlowSet, session: Session, queue: str, call: CallInfo, flow: str = ""
) -> Session:
    """Return the session with which `call` continues: in line of `queue`, with everything said and keyed.

    Earlier announcements are not promises to the new call, nothing is recorded without a new notice, and
    hidden variables are dropped. If the `flow_set` is a later one without the steps on the path, the caller
    waits in that line from the `flow` that was dialled.
    """
    frames = session.frames[:-1] if KEPT in session.scratch else session.frames
    if not all(_is_there(flow_set, place) for place in frames):
        frames = (FlowPosition(flow or next(iter(flow_set.flows)), f"{PERSON}{queue}"),)
    at = frames[-1]
    if not _waits_in(flow_set, at, queue):
        at = FlowPosition(at.flow, f"{PERSON}{queue}")
    shown = {name: kept for name, kept in session.variables.items() if name not in session.hidden}
    return session.with_(
        call=call,
        revision=flow_set.revision,
        frames=(*frames[:-1], at),
        scratch=dict(IN_LINE),
        variables=shown,
        hidden=(),
        status=WAITING,
        queue=queue,
        greeted=False,
        recording="",
        faults=0,
    )


def memory_after_callback(memory: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the queue step's memory of a customer who has just been called back: the wait on the phone
    begins now, and the hours before it cause no overflow."""
    return {**memory, "given_at": now.isoformat()}


def _is_there(flow_set: FlowSet, place: FlowPosition) -> bool:
    flow = flow_set.flows.get(place.flow)
    return flow is not None and (place.step.startswith("@") or place.step in flow.steps)


def _waits_in(flow_set: FlowSet, place: FlowPosition, queue: str) -> bool:
    """Return whether this is a queue step of that queue."""
    if place.step == f"{PERSON}{queue}":
        return True
    step = flow_set.flows[place.flow].steps.get(place.step)
    return step is not None and step.kind == "queue" and getattr(step, "queue", "") == queue


def start(flow_set: FlowSet, flow: str, call: CallInfo, context: CallContext) -> Turn:
    """Return the first turn of a call in the flow of that name. Raises KeyError when the flow set has no such
    flow."""
    first = flow_set.flows[flow]
    session = Session(
        call=call,
        revision=flow_set.revision,
        language=first.languages[0],
        frames=(FlowPosition(flow, first.start),),
    )
    return Executor(flow_set, session, context).begin()


def come_back(
    flow_set: FlowSet, flow: str, call: CallInfo, step: str, language: str, context: CallContext
) -> Turn:
    """Return the first turn of a call from a number for which a place is kept: `step` offers it in the
    `language` of the earlier call. Nothing else of that call is in the session until the caller has taken the
    place."""
    session = Session(
        call=call, revision=flow_set.revision, language=language, frames=(FlowPosition(flow, step),)
    )
    return Executor(flow_set, session, context).begin()


def resume(flow_set: FlowSet, session: Session, event: Event, context: CallContext) -> Turn:
    """Return the next turn. Never raises for anything that a flow, a caller or the carrier does."""
    walk = Executor(flow_set, session, context)
    if session.status == ENDED:
        return _afterwards(walk, event)
    if isinstance(event, CallerHungUp):
        walk.stand_where_heard(event)
        walk.note(ENDED_HERE)
        return Turn(walk.session.with_(status=ENDED), None, (), tuple(walk.trace))
    return walk.take(event)


def _afterwards(walk: Executor, event: Event) -> Turn:
    """Handle events after a hang-up: it can be reported before the recording it ended, and the message is
    kept."""
    if not isinstance(event, RecordingEnded):
        return Turn(walk.session, None)
    heard = walk.take(event)
    kept = tuple(effect for effect in heard.effects if isinstance(effect, KeepVoicemail | KeepComment))
    return Turn(heard.session.with_(status=ENDED) if kept else walk.before, None, kept)


STEP_BUDGET, FLOW_DEPTH, MOST_FAULTS = 100, 10, 3
MOST_TOLD, MOST_POUNDS = 2, 3
ROOM = "@room"
Outcome = Move | Turn


class EndlessFlow(Exception):
    """Raised for a flow that never listens, or sub-flows that enter each other without end."""


class Executor(TypeAhead):
    """The working state of one turn, discarded when the turn is made."""

    def __init__(self, flow_set: FlowSet, session: Session, context: CallContext) -> None:
        super().__init__(flow_set, session, context)
        self.budget, self.faults = STEP_BUDGET, 0

    # The two ways in ----------------------------------------------------------------------------------------

    def begin(self) -> Turn:
        """Enter the first step."""
        return self._run(partial(self._enter, self.session.place.step))

    def take(self, event: Event) -> Turn:
        """Take one event at the current step."""
        return self._run(partial(self._receive, event))

    def _run(self, decide: Callable[[], Outcome]) -> Turn:
        while True:
            try:
                outcome = decide()
            except Exception as fault:  # whatever a step does, the caller reaches a person (promise 1)
                outcome = self._rescue(fault)
            if isinstance(outcome, Turn):
                return outcome
            decide = partial(self._carry_out, outcome)

    # Events -------------------------------------------------------------------------------------------------

    def _receive(self, event: Event) -> Outcome:
        if isinstance(event, AgentAccepted):
            return self._join(event)
        if ROOM in self.session.scratch and not isinstance(event, TalkEnded | Transferred):
            return self._join(
                AgentAccepted(self.session.scratch[ROOM])
            )  # late reports must not end the conversation
        if self.session.recording == PAUSING:
            return self.paused(event)
        if isinstance(event, CallbackAnswered):
            self.pending += (say(self.visit(), "callback_thanks" if event.free else "callback_busy"),)
            return self._enter(
                self.session.place.step, memory_after_callback(self.session.scratch, self.context.now)
            )
        if isinstance(event, PlaceTakenUp) and event.story is not None:
            self.session = event.story.with_(greeted=self.session.greeted)
            return self._enter(self.session.place.step, self.session.scratch)
        if isinstance(event, CutOff):
            return self.repeat(event)
        step, event = self.step(), self.joined(event)
        if isinstance(event, TalkEnded | Transferred) and not step.toward_person:
            self.stand_at(f"{PERSON}{self.session.queue or self.flow().human}")
            return self.hear(event)
        if self.asks_for_person(event):
            secret = isinstance(event, SpeechHeard) and self.is_sensitive()
            self.stand_where_heard(event)
            step = self.step()
            self.session = self.session.with_(wanted_person=True)
            self.note(ASKED_FOR_PERSON)
            self._note_supervisor(event)
            if not step.keeps_zero(self.visit()):
                self.list_input(event, True, hidden=secret)
                return Move(ToPerson("asked"))
        elif HELD in self.session.scratch and isinstance(event, InputTimedOut | DigitsPressed | SpeechHeard):
            return self._go_on(read_instruction(self.session.scratch[HELD]), event)
        return self.hear(event)

    def _go_on(self, held: Instruction, event: Event) -> Move:
        """Continue after the words before an instruction that accepts no keys. A card digit that comes before
        the card is asked for cannot be passed on; a caller who is told so keys the card again when asked."""
        if isinstance(held, HangUp):
            return Move(Finish(held), scratch=self.own_memory())
        early = isinstance(held, Pay) and isinstance(event, DigitsPressed) and event.digits != POUND
        told = self.session.scratch.get(FAILED, 0)
        if not early or told >= MOST_TOLD:
            return Move(Wait(held), scratch=self.own_memory())
        self.session = self.session.with_(scratch={**self.session.scratch, FAILED: told + 1})
        words = (say(self.visit(), "pay_too_early"),)
        return Move(Wait(held), prompts=words, scratch=self.own_memory())

    def asks_for_person(self, event: Event) -> bool:
        """Return whether the caller asks for a person. Names of our services first mean what a menu's author
        made of them."""
        language, keys = self.session.language, self.session.scratch.get(KEYS, 1)
        if isinstance(event, SpeechHeard) and wants_service(event.text, language, self.context):
            return not self.step().lists(self.visit(), event)
        return asks_for_person(event, language, keys, self.context)

    def _note_supervisor(self, event: Event) -> None:
        if isinstance(event, SpeechHeard) and wants_supervisor(
            event.text, self.session.language, self.context
        ):
            self.session = self.session.with_(wanted_supervisor=True)

    def hear(self, event: Event) -> Move:
        """Return the current step's move, or a repetition of the messages if the event was noise."""
        step, visit = self.step(), self.visit()
        if self.is_noise(step, event):
            self.list_input(event, False, hidden=self.leads_to_secret())
            self.note(PROMPT_CUT)
            return self.repeat(event)
        move = step.hear(visit, event)
        self.note_missing(visit)
        if self._is_pound_alone(step, event, move):
            self.note(NO_INPUT)
            return replace(move, understood=True)
        if move.ahead is None:
            stray = not move.understood and isinstance(event, DigitsPressed) and not step.takes_entry()
            self.list_input(event, move.understood, hidden=stray and self.leads_to_secret(through=False))
        if isinstance(event, InputTimedOut) and isinstance(step, AskingStep):
            self.note(NO_INPUT)
        elif not move.understood:
            self.note(NOT_UNDERSTOOD)
        elif isinstance(event, DigitsPressed | SpeechHeard):
            self.note(PROMPT_CUT if move.ahead else HEARD)
        return move if move.understood else self._count_failure(step, move)

    def _is_pound_alone(self, step: Step, event: Event, move: Move) -> bool:
        """Return whether the pound key came alone, which is no wrong answer: it ended an entry that was
        already complete, or asks for the question again. Repeated without end it counts like any other key.
        """
        pounds = self.session.scratch.get(POUNDS, 0)
        alone = event == DigitsPressed(POUND) and isinstance(step, AskingStep)
        if move.understood or not alone or pounds >= MOST_POUNDS:
            return False
        self.session = self.session.with_(scratch={**self.session.scratch, POUNDS: pounds + 1})
        return True

    def _count_failure(self, step: Step, move: Move) -> Move:
        visit = self.visit()
        if not is_last_try(step, visit):
            self.session = self.session.with_(scratch={**self.session.scratch, FAILED: visit.failed + 1})
            return move
        self.note(GAVE_UP)
        return Move(ToPerson("tries"))

    def _join(self, event: AgentAccepted) -> Turn:
        if KEPT in self.session.scratch:  # an agent answered while the caller was leaving a message
            self.return_from_detour()
        self.note(JOINED)
        self.pending = ()
        self.session = self.session.with_(status=TALKING)
        return self.turn(Join(event.room), {ROOM: event.room})

    # Moves --------------------------------------------------------------------------------------------------

    def _carry_out(self, move: Move) -> Outcome:
        if move.ahead is not None:
            self.keep_ahead(move.ahead)
        self._absorb(move)
        if self.must_stand_alone(move.to):
            return self.tell_alone()
        if self.skipped and self._is_in_vain(move.to):
            return self.unskip()
        match move.to:
            case Tell():
                return self.tell_on(move.to)
            case Wait(instruction):
                return self.wait(instruction)
            case Finish(instruction):
                return self.finish(instruction)
            case AwaitAnswer():
                return self.turn(None, {PENDING: store_prompts(self.pending)} if self.pending else {})
            case GoTo(step):
                return self._enter(step)
            case ToPerson(_, queue):
                return self._to_person(queue)
            case EnterFlow(flow, then):
                return self._enter_flow(flow, then)
            case LeaveFlow():
                return self._leave_flow()
            case Detour(step):
                kept = self.own_memory()
                self.session = self.session.with_(frames=(*self.session.frames, self.session.place))
                return self._enter(step, {KEPT: kept})
            case Back():
                if KEPT not in self.session.scratch:
                    return self._to_person(self.session.queue)
                self.return_from_detour()
                return self._enter(self.session.place.step, self.session.scratch)
            case StartOver():
                return self._enter(self.begin_again())
        raise TypeError(f"{move.to!r} leads nowhere")

    def _is_in_vain(self, to: Any) -> bool:
        """Return whether a message was skipped for a key that no later step accepts."""
        return isinstance(to, Finish) or (isinstance(to, AwaitAnswer) and not self.is_wanted_behind())

    def _absorb(self, move: Move) -> None:
        ours = {key: value for key, value in self.session.scratch.items() if key in (FAILED, POUNDS, KEPT)}
        changes: dict[str, Any] = {"scratch": {**move.scratch, **ours}}
        if move.remember:
            changes["variables"] = {**self.session.variables, **move.remember}
            changes["hidden"] = self.hidden_with(move.remember)
        for name in ("status", "queue", "language", "recording"):
            if getattr(move, name) is not None:
                changes[name] = getattr(move, name)
        self.session = self.session.with_(**changes)
        if move.language is not None and self.session.greeted:
            self.tell_translated()
        self.pending += move.prompts
        self.effects += move.effects
        if move.noted:
            self.note(MISSING, names=list(move.noted))

    def _enter(self, name: str, scratch: dict[str, Any] | None = None) -> Move:
        self.budget -= 1
        if self.budget < 0 and not name.startswith("@"):
            raise EndlessFlow(f"more than {STEP_BUDGET} steps without listening")
        self.stand_at(name, scratch)
        step, visit = self.step(), self.visit()
        if self.must_pause(step):
            return Move(AwaitAnswer(), effects=(PauseRecording(),), recording=PAUSING)
        move = step.enter(visit)
        self.note_missing(visit)
        return move

    def _enter_flow(self, flow: str, then: str) -> Move:
        frames = self.session.frames
        if len(frames) >= FLOW_DEPTH:
            raise EndlessFlow(f"sub-flows more than {FLOW_DEPTH} deep")
        inner = self.flow_set.flows[flow]
        back = FlowPosition(frames[-1].flow, then)
        self.session = self.session.with_(frames=(*frames[:-1], back, FlowPosition(flow, inner.start)))
        return self._enter(inner.start)

    def _leave_flow(self) -> Move:
        if len(self.session.frames) == 1:
            return Move(Finish(HangUp((say(self.visit(), "goodbye"),))))
        self.session = self.session.with_(frames=self.session.frames[:-1])
        return self._enter(self.session.place.step)

    def _to_person(self, queue: str) -> Move:
        self.session = self.session.with_(wanted_person=True, status=IN_FLOW)
        self.ahead = None
        chosen = queue or getattr(self.step_if_any(), "human", None) or self.flow().human
        return self._enter(f"{PERSON}{chosen}")

    def _rescue(self, fault: Exception) -> Outcome:
        """Recover from a fault: to a person, or else to a message, or else to a spoken goodbye. Never
        silence."""
        if self.message:  # a fault in a step after a message is handled when the message was heard
            return self.tell_alone()
        self.faults += 1
        self.skipped = None
        self.session = self.session.with_(faults=self.session.faults + 1)
        self.ahead = None
        self.note(FAULT, error=f"{type(fault).__name__}: {fault}"[:300])
        if self.faults > MOST_FAULTS:
            return self.turn(
                HangUp(tuple(Say(KNOWN["en"].phrases[name], "en-US") for name in ("trouble", "goodbye")))
            )
        step, name = self.step_if_any(), self.session.place.step
        if name.startswith(MESSAGE) or getattr(step, "takes_message", False):
            return Move(Finish(HangUp((say(self.visit(), "trouble"), say(self.visit(), "goodbye")))))
        if name.startswith(PERSON) or getattr(step, "toward_person", False):
            queue = self.session.queue or getattr(step, "queue", "") or name.removeprefix(PERSON)
            return Move(GoTo(f"{MESSAGE}{queue}"), prompts=(say(self.visit(), "trouble"),))
        return Move(ToPerson("fault"), prompts=(say(self.visit(), "trouble"),))
