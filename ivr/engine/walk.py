"""One turn: from an event to the next instruction, through as many steps as it takes.

Here, and not in the steps, lies what must hold for all of them: 0 and words for a person, too many tries,
faults, endless loops, and that every prompt is heard where keys are heard. Keys of the scratch that begin
with @ are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ivr.engine.discretion import Discreet
from ivr.engine.effects import Effect, PauseRecording
from ivr.engine.events import (
    AgentAccepted,
    CallbackAnswered,
    DigitsPressed,
    Event,
    InputTimedOut,
    PlaceTakenUp,
    SpeechHeard,
    TalkEnded,
    Transferred,
)
from ivr.engine.facts import Facts
from ivr.engine.flow import FlowBook
from ivr.engine.instructions import HangUp, Join, Prompt, Say
from ivr.engine.languages import KNOWN
from ivr.engine.listening import say
from ivr.engine.person import asks_for_person
from ivr.engine.session import IN_FLOW, PAUSING, TALKING, Place, Session
from ivr.engine.standing import FAILED, MESSAGE, PERSON
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
    ToPerson,
    Visit,
    Wait,
)
from ivr.engine.stored import read_instruction, store_prompts
from ivr.engine.story import answered
from ivr.engine.telling import HELD, KEPT, KEYS, PENDING
from ivr.engine.trace import (
    ASKED_FOR_PERSON,
    FAULT,
    GAVE_UP,
    HEARD,
    JOINED,
    MISSING,
    NO_INPUT,
    NOT_UNDERSTOOD,
    PROMPT_CUT,
    TraceEntry,
)
from ivr.engine.turn import Turn

STEP_BUDGET, FLOW_DEPTH, MOST_FAULTS = 100, 10, 3
ROOM = "@room"
Outcome = Move | Turn


class EndlessWalk(Exception):
    """A flow that never listens, or sub-flows that enter each other without end."""


@dataclass(frozen=True, slots=True)
class _Skipped:
    """Where a message was passed over because a key had been pressed, and everything as it was then."""

    session: Session
    pending: tuple[Prompt, ...]
    effects: tuple[Effect, ...]
    trace: tuple[TraceEntry, ...]
    step: str


class Walk(Discreet):
    """The working state of one turn; thrown away when the turn is made."""

    def __init__(self, book: FlowBook, session: Session, facts: Facts) -> None:
        super().__init__(book, session, facts)
        self.budget, self.faults = STEP_BUDGET, 0
        self.skipped: _Skipped | None = None

    # The two ways in ----------------------------------------------------------------------------------------

    def begin(self) -> Turn:
        """Enter the first step."""
        return self._run(partial(self._enter, self.session.place.step))

    def take(self, event: Event) -> Turn:
        """Take one event where the caller stands."""
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
            return self._join(AgentAccepted(self.session.scratch[ROOM]))  # late news must not end the talk
        if self.session.recording == PAUSING:
            return self.paused(event)
        if isinstance(event, CallbackAnswered):
            self.pending += (say(self.visit(), "callback_thanks" if event.free else "callback_busy"),)
            return self._enter(self.session.place.step, answered(self.session.scratch, self.facts.now))
        if isinstance(event, PlaceTakenUp) and event.story is not None:
            self.session = event.story.with_(greeted=self.session.greeted)
            return self._enter(self.session.place.step, self.session.scratch)
        step = self.step()
        if isinstance(event, TalkEnded | Transferred) and not step.toward_person:
            self.stand_at(f"{PERSON}{self.session.queue or self.flow().human}")
            return self._hear(event)
        if asks_for_person(event, self.session.language, self.session.scratch.get(KEYS, 1)):
            self.session = self.session.with_(wanted_person=True)
            self.note(ASKED_FOR_PERSON)
            if not step.keeps_zero(self.visit()):
                self.list_input(event, True)
                return Move(ToPerson("asked"))
        elif HELD in self.session.scratch and isinstance(event, InputTimedOut | DigitsPressed | SpeechHeard):
            held = read_instruction(self.session.scratch[HELD])
            return Move(Finish(held) if isinstance(held, HangUp) else Wait(held), scratch=self.own_memory())
        return self._hear(event)

    def _hear(self, event: Event) -> Move:
        step, visit = self.step(), self.visit()
        move = step.hear(visit, event)
        self.note_missing(visit)
        self.list_input(event, move.understood)
        if isinstance(event, InputTimedOut) and isinstance(step, AskingStep):
            self.note(NO_INPUT)
        elif not move.understood:
            self.note(NOT_UNDERSTOOD)
        elif isinstance(event, DigitsPressed | SpeechHeard):
            ahead = isinstance(move.to, GoTo) and move.to.event is not None
            self.note(PROMPT_CUT if ahead else HEARD)
        return move if move.understood else self._count_failure(step, move)

    def _count_failure(self, step: Step, move: Move) -> Move:
        visit = self.visit()
        if not AskingStep.is_last_try(step, visit):
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
        if self.skipped and isinstance(move.to, Finish | AwaitAnswer):
            return self._unskip()
        self._absorb(move)
        match move.to:
            case Wait(instruction):
                return self.tell(instruction)
            case Finish(instruction):
                return self.finish(instruction)
            case AwaitAnswer():
                return self.turn(None, {PENDING: store_prompts(self.pending)} if self.pending else {})
            case GoTo(step, event):
                self.ahead = event or self.ahead
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

    def _absorb(self, move: Move) -> None:
        ours = {key: value for key, value in self.session.scratch.items() if key in (FAILED, KEPT)}
        changes: dict[str, Any] = {"scratch": {**move.scratch, **ours}}
        if move.remember:
            changes["variables"] = {**self.session.variables, **move.remember}
            changes["hidden"] = self.hidden_with(move.remember)
        for name in ("status", "queue", "language", "recording"):
            if getattr(move, name) is not None:
                changes[name] = getattr(move, name)
        self.session = self.session.with_(**changes)
        self.pending += move.prompts
        self.effects += move.effects
        if move.noted:
            self.note(MISSING, names=list(move.noted))

    def _enter(self, name: str, scratch: dict[str, Any] | None = None) -> Move:
        self.budget -= 1
        if self.budget < 0 and not name.startswith("@"):
            raise EndlessWalk(f"more than {STEP_BUDGET} steps without listening")
        here = _Skipped(self.session, self.pending, tuple(self.effects), tuple(self.trace), name)
        self.stand_at(name, scratch)
        step, visit = self.step(), self.visit()
        if self.must_pause(step):
            return Move(AwaitAnswer(), effects=(PauseRecording(),), recording=PAUSING)
        move = step.enter(visit)
        self.note_missing(visit)
        if visit.ahead is None:
            return move
        if isinstance(move.to, GoTo) and move.to.event is visit.ahead:
            self.skipped = self.skipped or here
        return self._hear_ahead(step, visit, move) if isinstance(move.to, Wait) else move

    def _hear_ahead(self, step: Step, visit: Visit, move: Move) -> Move:
        """The caller answered before the question: take it, or play what was skipped for the sake of it."""
        ahead, self.ahead = visit.ahead, None
        if step.listens and step.accepts(visit, ahead):
            self.skipped = None
            self._absorb(replace(move, prompts=()))
            self.unlist_input()
            return self._hear(ahead)
        return self._unskip() if self.skipped else move

    def _unskip(self) -> Move:
        """Nothing after the skipped message wanted the key: back to it, as if no key had been pressed."""
        past, self.skipped, self.ahead = self.skipped, None, None
        self.session, self.pending = past.session, past.pending
        self.effects, self.trace = list(past.effects), list(past.trace)
        return self._enter(past.step)

    def _enter_flow(self, flow: str, then: str) -> Move:
        frames = self.session.frames
        if len(frames) >= FLOW_DEPTH:
            raise EndlessWalk(f"sub-flows more than {FLOW_DEPTH} deep")
        inner = self.book.flows[flow]
        back = Place(frames[-1].flow, then)
        self.session = self.session.with_(frames=(*frames[:-1], back, Place(flow, inner.start)))
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
        """Towards a person; from there to a message; from there to a spoken goodbye. Never silence."""
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
