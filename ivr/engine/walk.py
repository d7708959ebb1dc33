"""One turn: from an event to the next instruction, through as many steps as it takes.

Here, and not in the steps, lies what must hold for all of them: 0 and words for a person, too many tries,
faults, endless loops, and that every prompt is heard where keys are heard. Keys of the scratch that begin
with @ are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from ivr.engine.effects import Effect
from ivr.engine.events import (
    AgentAccepted,
    DigitsPressed,
    Event,
    InputTimedOut,
    SpeechHeard,
    TalkEnded,
)
from ivr.engine.facts import Facts
from ivr.engine.flow import FlowBook
from ivr.engine.greeting import with_zero_announced
from ivr.engine.instructions import HangUp, Instruction, Join, Listen, Prompt, Say
from ivr.engine.languages import KNOWN
from ivr.engine.listening import listen, say
from ivr.engine.person import asks_for_person
from ivr.engine.session import ENDED, IN_FLOW, TALKING, Place, Session
from ivr.engine.standing import FAILED, MESSAGE, PERSON, Standing
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
    Step,
    ToPerson,
    Wait,
)
from ivr.engine.stored import read_instruction, read_prompts, store_instruction, store_prompts
from ivr.engine.trace import (
    ASKED_FOR_PERSON,
    FAULT,
    GAVE_UP,
    HEARD,
    JOINED,
    LEFT,
    MISSING,
    NO_INPUT,
    NOT_UNDERSTOOD,
    PROMPT_CUT,
)
from ivr.engine.turn import Turn

STEP_BUDGET, FLOW_DEPTH, MOST_TRIES, MOST_FAULTS = 100, 10, 3, 3
KEYS, HELD, PENDING, KEPT = "@keys", "@held", "@pending", "@kept"
Outcome = Move | Turn


class EndlessWalk(Exception):
    """A flow that never listens, or sub-flows that enter each other without end."""


class Walk(Standing):
    """The working state of one turn; thrown away when the turn is made."""

    def __init__(self, book: FlowBook, session: Session, facts: Facts) -> None:
        super().__init__(book, session, facts)
        self.pending: tuple[Prompt, ...] = read_prompts(session.scratch.get(PENDING, ()))
        self.effects: list[Effect] = []
        self.budget, self.faults = STEP_BUDGET, 0

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
        step = self.step()
        if isinstance(event, TalkEnded) and not step.toward_person:
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
        failed = self.session.scratch.get(FAILED, 0) + 1
        self.session = self.session.with_(scratch={**self.session.scratch, FAILED: failed})
        if failed < min(getattr(step, "tries", None) or self.flow().tries, MOST_TRIES):
            return move
        self.note(GAVE_UP)
        return Move(ToPerson("tries"))

    def _join(self, event: AgentAccepted) -> Turn:
        if KEPT in self.session.scratch:  # an agent answered while the caller was leaving a message
            self._return_from_detour()
        self.note(JOINED)
        self.pending = ()
        self.session = self.session.with_(status=TALKING)
        return self._turn(Join(event.room))

    # Moves --------------------------------------------------------------------------------------------------

    def _carry_out(self, move: Move) -> Outcome:
        self._absorb(move)
        match move.to:
            case Wait(instruction):
                return self._tell(instruction)
            case Finish(instruction):
                return self._finish(instruction)
            case AwaitAnswer():
                return self._turn(None, {PENDING: store_prompts(self.pending)} if self.pending else {})
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
                self._return_from_detour()
                return self._enter(self.session.place.step, self.session.scratch)
        raise TypeError(f"{move.to!r} leads nowhere")

    def _absorb(self, move: Move) -> None:
        ours = {key: value for key, value in self.session.scratch.items() if key in (FAILED, KEPT)}
        changes: dict[str, Any] = {"scratch": {**move.scratch, **ours}}
        if move.remember:
            changes["variables"] = {**self.session.variables, **move.remember}
        for name in ("status", "queue", "language"):
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
        self.stand_at(name, scratch)
        step, visit = self.step(), self.visit()
        move = step.enter(visit)
        self.note_missing(visit)
        if self.ahead is None or not isinstance(move.to, Wait):
            return move
        ahead, self.ahead = self.ahead, None
        if not (step.listens and step.accepts(visit, ahead)):
            return move
        self._absorb(replace(move, prompts=()))  # the question itself need not be asked any more
        return self._hear(ahead)

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

    def _return_from_detour(self) -> None:
        kept = self.session.scratch[KEPT]
        self.session = self.session.with_(frames=self.session.frames[:-1], scratch=kept)

    def _to_person(self, queue: str) -> Move:
        self.session = self.session.with_(wanted_person=True, status=IN_FLOW)
        self.ahead = None
        chosen = queue or getattr(self.step_if_any(), "human", None) or self.flow().human
        return self._enter(f"{PERSON}{chosen}")

    def _rescue(self, fault: Exception) -> Outcome:
        """Towards a person; from there to a message; from there to a spoken goodbye. Never silence."""
        self.faults += 1
        self.session = self.session.with_(faults=self.session.faults + 1)
        self.ahead = None
        self.note(FAULT, error=f"{type(fault).__name__}: {fault}"[:300])
        if self.faults > MOST_FAULTS:
            return self._turn(
                HangUp(tuple(Say(KNOWN["en"].phrases[name], "en-US") for name in ("trouble", "goodbye")))
            )
        step, name = self.step_if_any(), self.session.place.step
        if name.startswith(MESSAGE) or getattr(step, "takes_message", False):
            return Move(Finish(HangUp((say(self.visit(), "trouble"), say(self.visit(), "goodbye")))))
        if name.startswith(PERSON) or getattr(step, "toward_person", False):
            queue = self.session.queue or name.removeprefix(PERSON)
            return Move(GoTo(f"{MESSAGE}{queue}"), prompts=(say(self.visit(), "trouble"),))
        return Move(ToPerson("fault"), prompts=(say(self.visit(), "trouble"),))

    # The line -----------------------------------------------------------------------------------------------

    def _tell(self, instruction: Instruction) -> Turn:
        """Prompts are said where keys are heard: inside a Listen, before whatever cannot hear them."""
        if isinstance(instruction, Listen):
            prompts = self._greeted(self.pending + instruction.prompts)
            return self._turn(replace(instruction, prompts=prompts), {KEYS: instruction.digits})
        if self.pending or not self.session.greeted:
            return self._hold(instruction, self.pending)
        return self._turn(instruction)

    def _finish(self, instruction: Instruction) -> Turn:
        if self.pending:
            return self._hold(instruction, self.pending)
        if not self.session.greeted and isinstance(instruction, HangUp):
            return self._hold(HangUp(), instruction.prompts)
        return self._turn(instruction)

    def _hold(self, instruction: Instruction, prompts: tuple[Prompt, ...]) -> Turn:
        first = listen(self.visit(), self._greeted(prompts), timeout=1)
        return self._turn(first, {KEYS: 1, HELD: store_instruction(instruction)})

    def _greeted(self, prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
        if self.session.greeted:
            return prompts
        self.session = self.session.with_(greeted=True)
        return with_zero_announced(prompts, self.session.language, self.facts)

    def _turn(self, instruction: Instruction | None, ours: dict[str, Any] | None = None) -> Turn:
        kept = {key: value for key, value in self.session.scratch.items() if key in (FAILED, KEPT)}
        session = self.session.with_(scratch={**self.own_memory(), **kept, **(ours or {})})
        if isinstance(instruction, HangUp):
            session = session.with_(status=ENDED)
            self.note(LEFT)
        return Turn(session, instruction, tuple(self.effects), tuple(self.trace))
