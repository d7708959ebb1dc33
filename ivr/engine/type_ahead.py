"""Type-ahead: input before the question it answers, during a message or while a source is asked.

A message is part of the document of the question after it, so that all keys reach that question as if they
had been pressed there. Where that is impossible (a source must be asked first, a recording must stop), the
message has a document of its own, and its keys are kept for the question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ivr.engine.context import CallContext
from ivr.engine.effects import Effect
from ivr.engine.events import (
    POUND,
    CutOff,
    DigitsPressed,
    Event,
    InputTimedOut,
    SpeechHeard,
    read_prompts,
    store_prompts,
)
from ivr.engine.flow import FlowSet
from ivr.engine.flow_cursor import CARRIED, KEYED, KEYS, SensitiveInput
from ivr.engine.instructions import (
    LETTERS_PER_SECOND,
    Instruction,
    Listen,
    Pause,
    Prompt,
    spoken_seconds,
    words_of,
)
from ivr.engine.person_requests import asks_for_person
from ivr.engine.phrases import listen
from ivr.engine.session import FlowPosition, Session
from ivr.engine.step import EnterFlow, GoTo, LeaveFlow, Move, Step, Tell, ToPerson, Wait, references
from ivr.engine.turn import ASKED_FOR_PERSON, TraceEntry, Turn

RECOGNISING = 2  # seconds until the carrier knows that somebody has finished, and what they said
FAILING = 15  # seconds for which a carrier may try to deliver an answer
LONGEST_CARRIED = 4000  # letters of messages in one document; Twilio takes 64 kB
MOST_LOOKED_AT = 200  # steps


@dataclass(frozen=True, slots=True)
class _Message:
    """A pending message: the caller's position while it is said, its last prompt, and the length of the trace
    by then."""

    frames: tuple[FlowPosition, ...]
    path: int
    last: Prompt
    traced: int


@dataclass(frozen=True, slots=True)
class _Moment:
    """The state when a step had decided, to return to; `move` is what is done then."""

    session: Session
    pending: tuple[Prompt, ...]
    effects: tuple[Effect, ...]
    trace: tuple[TraceEntry, ...]
    messages: tuple[_Message, ...]
    zero: str
    move: Move


@dataclass(frozen=True, slots=True)
class Collected:
    """The keys as a Gather would collect them: its digits, the keys after them, and whether it would have
    ended."""

    digits: str
    rest: str
    complete: bool


def begins_with_messages(scratch: Mapping[str, Any]) -> bool:
    """Return whether the last document begins with messages; `scratch` is that of the session."""
    return CARRIED in scratch


def collected(asking: Listen, keys: str) -> Collected:
    """Return the keys as the carrier would collect them for this question."""
    digits = ""
    for number, key in enumerate(keys, 1):
        if key == asking.finish_on:
            return Collected(digits, keys[number:], True)
        digits += key
        if len(digits) == asking.digits:
            return Collected(digits, keys[number:], True)
    return Collected(digits, "", False)


class TypeAhead(SensitiveInput):
    """Carries messages to the question after them. `messages` are those pending, and `message` the state at
    which the last of them would be said alone; `skipped` is the first message that was skipped because a key
    had been pressed."""

    def __init__(self, flow_set: FlowSet, session: Session, context: CallContext) -> None:
        super().__init__(flow_set, session, context)
        self.messages: tuple[_Message, ...] = ()
        self.message: _Moment | None = None
        self.skipped: _Moment | None = None
        self.passed: set[tuple[FlowPosition, ...]] = set()
        self.pressed_at = session.place.step

    def _moment(self, move: Move, pending: tuple[Prompt, ...]) -> _Moment:
        effects, trace = tuple(self.effects), tuple(self.trace)
        return _Moment(self.session, pending, effects, trace, self.messages, self._zero_leads_to(), move)

    def _back_to(self, moment: _Moment | None) -> Move:
        if moment is None:
            raise LookupError("there is no message to go back to")
        self.session, self.pending = moment.session, moment.pending
        self.effects, self.trace = list(moment.effects), list(moment.trace)
        self.messages = moment.messages
        return moment.move

    def _zero_leads_to(self) -> str:
        return getattr(self.step_if_any(), "human", None) or self.flow().human

    # Messages -----------------------------------------------------------------------------------------------

    def tell_on(self, told: Tell) -> Move:
        """Carry a message to the next step; skip it if the caller has already answered."""
        if self.session.frames in self.passed:  # a loop of messages
            return self.tell_alone() if self.message else self.unskip()
        self.passed.add(self.session.frames)
        if self.ahead is not None:
            self.skipped = self.skipped or self._moment(Move(told), self.pending)
            return Move(GoTo(told.then))
        letters = sum(len(words_of(prompt)) for prompt in (*self.pending, *told.prompts))
        if self.message and letters > LONGEST_CARRIED:
            return self.tell_alone()
        self.pending += told.prompts
        path, traced = len(self.session.path), len(self.trace)
        self.messages += (_Message(self.session.frames, path, told.prompts[-1], traced),)
        alone = listen(self.visit(), (), timeout=1)
        self.message = self._moment(Move(Wait(alone)), self.pending)
        return Move(GoTo(told.then))

    def tell_alone(self) -> Move:
        """Return to the last message: the step after it must wait until it was heard."""
        message, self.message = self.message, None
        return self._back_to(message)

    def must_stand_alone(self, to: Any) -> bool:
        """Return whether the carried message cannot share a document with a step's decision."""
        if self.message is None:
            return False
        if len(self.effects) > len(self.message.effects):
            return True
        if isinstance(to, Wait) and isinstance(to.instruction, Listen):
            step = self.step()
            hears = step.hears_ahead(self.visit()) or step.passes_keys()
            return not hears or self._zero_leads_to() != self.message.zero
        return not isinstance(to, GoTo | Tell | EnterFlow | LeaveFlow)

    def is_noise(self, step: Step, event: Event) -> bool:
        """Return whether input during a message is no answer to the next question, and so no try of it."""
        if CARRIED not in self.session.scratch or step.passes_keys():
            return False
        if not isinstance(event, DigitsPressed | SpeechHeard) or step.accepts(self.visit(), event):
            return False
        return self._said_until(event) < spoken_seconds(self._carried())

    def repeat(self, event: Event) -> Move:
        """Repeat the unheard part and the question; after a cough all of it, with keys only. Neither noise
        nor an unused key may make the caller miss a message."""
        self.pending = self._unheard(event)
        step, visit = self.step(), self.visit()
        again = Move(Wait(listen(visit, (), timeout=1))) if step.passes_keys() else step.enter(visit)
        to = again.to
        if isinstance(event, SpeechHeard) and isinstance(to, Wait) and isinstance(to.instruction, Listen):
            return replace(again, to=Wait(replace(to.instruction, speech=False, hints=())))
        return again

    def remembered(self, prompts: tuple[Prompt, ...], asking: Listen) -> dict[str, Any]:
        """Return what to remember: the messages before the question, and until which second the caller is at
        which step."""
        ours = super().remembered(prompts, asking)
        if not self.messages:
            return ours
        said = prompts[: len(prompts) - len(asking.prompts)]
        ends = {id(prompt): spoken_seconds(said[: number + 1]) for number, prompt in enumerate(said)}
        path = len(self.session.path)
        for one in self.messages:
            for entry in self.trace[one.traced :]:
                entry.details["after"] = round(ends[id(one.last)], 1)
        steps = [
            {
                "frames": [[place.flow, place.step] for place in one.frames],
                "behind": path - one.path,
                "until": ends[id(one.last)],
            }
            for one in self.messages
        ]
        at = self.context.now.isoformat()
        return {**ours, CARRIED: {"at": at, "prompts": store_prompts(said), "steps": steps}}

    def stand_where_heard(self, event: Event) -> None:
        """Go back to the message during which the event happened: the caller has heard no further."""
        carried = self.session.scratch.get(CARRIED)
        if carried is None:
            return
        heard = self._said_until(event)
        step = next((one for one in carried["steps"] if heard < one["until"]), None)
        if step is not None:
            frames = tuple(FlowPosition(*place) for place in step["frames"])
            path = self.session.path[: len(self.session.path) - step["behind"]]
            self.session = self.session.with_(frames=frames, path=path)

    def _carried(self) -> tuple[Prompt, ...]:
        return read_prompts(self.session.scratch.get(CARRIED, {}).get("prompts", ()))

    def _said_until(self, event: Event) -> float:
        """Return about how many seconds of the document had been said when the caller's input began."""
        told = datetime.fromisoformat(self.session.scratch[CARRIED]["at"])
        since = (self.context.now - told).total_seconds()
        if isinstance(event, SpeechHeard):
            return since - RECOGNISING - len(event.text) / LETTERS_PER_SECOND
        return since - FAILING if isinstance(event, CutOff) else since

    def _unheard(self, event: Event) -> tuple[Prompt, ...]:
        """Return the messages that had not begun when a key cut them off; all of them after words."""
        carried = self._carried()
        if isinstance(event, SpeechHeard):
            return carried
        heard = self._said_until(event)
        begins = [spoken_seconds(carried[:number]) for number in range(len(carried))]
        return tuple(prompt for prompt, at in zip(carried, begins, strict=True) if at > heard)

    # Questions ----------------------------------------------------------------------------------------------

    def wait(self, instruction: Instruction) -> Turn | Move:
        """Give the line an instruction, unless the caller has already answered it."""
        step = self.step()
        passes = isinstance(instruction, Listen) and step.passes_keys()
        if self.ahead is not None and isinstance(instruction, Listen) and step.hears_ahead(self.visit()):
            return self._hear_ahead(step, instruction, self.ahead)
        if self.ahead is not None and not passes:
            if self.skipped:
                return self.unskip()
            self._drop_ahead()
        if isinstance(instruction, Listen) and passes and any(one.takes_entry() for one in self._behind()):
            # An entry has many keys: they are collected until a second of silence, the pound key among them.
            instruction = replace(instruction, digits=None, finish_on="")
        return self.tell(instruction)

    def _hear_ahead(self, step: Step, asking: Listen, ahead: Event) -> Turn | Move:
        """Handle input before the question: accept it, or play what was skipped because of it."""
        keys = None
        if isinstance(ahead, DigitsPressed):
            keys = collected(asking, ahead.digits)
            ahead = DigitsPressed(keys.digits)
            if keys.complete and asks_for_person(ahead, self.session.language, asking.digits, self.context):
                return self._ask_for_person(ahead)
        if not step.accepts(self.visit(), ahead):
            if self.skipped:
                return self.unskip()
            self._drop_ahead()
            return self.tell(asking)
        self.skipped, self.ahead = None, None
        if keys and not keys.complete:
            return self._collect_on(asking, keys.digits)
        if keys and keys.rest:
            self.ahead = DigitsPressed(keys.rest)
        return self.hear(ahead)

    def _collect_on(self, asking: Listen, digits: str) -> Turn:
        """Collect the rest of a partial answer, as after the first keys of any entry."""
        left = None if asking.digits is None else asking.digits - len(digits)
        prompts = self.pending or (Pause(1),)
        self.pending = ()
        return self.turn(
            replace(asking, prompts=prompts, digits=left, speech=False, hints=()),
            {KEYS: asking.digits, KEYED: digits},
        )

    def joined(self, event: Event) -> Event:
        """Return the event with the keys before it. A 0 alone after a pause is not a last digit, unless one
        is due."""
        digits = self.session.scratch.get(KEYED)
        if digits is None or not isinstance(event, DigitsPressed | InputTimedOut | SpeechHeard):
            return event
        if event == DigitsPressed(POUND):
            return DigitsPressed(digits)
        if isinstance(event, DigitsPressed):
            whole = DigitsPressed(digits + event.digits)
            due = len(whole.digits) == self.session.scratch.get(KEYS)
            return event if event.digits == "0" and not due else whole
        if isinstance(event, SpeechHeard) and asks_for_person(
            event, self.session.language, context=self.context
        ):
            return event
        return DigitsPressed(digits)

    def _ask_for_person(self, event: Event) -> Move:
        self.session = self.session.with_(wanted_person=True)
        self.list_input(event, True)
        self.note(ASKED_FOR_PERSON)
        return Move(ToPerson("asked"))

    def hear(self, event: Event) -> Move:
        """Return what the step makes of an event. The executor implements it."""
        raise NotImplementedError

    # Keys that nobody wanted --------------------------------------------------------------------------------

    def keep_ahead(self, event: Event) -> None:
        """Keep input for the next question, which lists it in its own terms: it was pressed once."""
        self.pressed_at = self.session.place.step
        self.secret = self.secret or self.leads_to_secret()
        before, self.ahead = self.ahead, event
        if isinstance(before, DigitsPressed) and isinstance(event, DigitsPressed):
            self.ahead = DigitsPressed(before.digits + event.digits)
        if CARRIED in self.session.scratch and self._unheard(event):
            back = self.repeat(event)
            self.skipped, self.pending = self._moment(back, self.pending), ()

    def unskip(self) -> Move:
        """Return to the skipped message when no later step accepts the key, as if no key had been pressed."""
        past, self.skipped = self.skipped, None
        move = self._back_to(past)
        self.passed.discard(self.session.frames)
        self._drop_ahead()
        return move

    def _drop_ahead(self) -> None:
        dropped, self.ahead = self.ahead, None
        if dropped is not None:
            self.list_input(dropped, True, self.pressed_at, self.secret)

    def is_wanted_behind(self) -> bool:
        """Return whether a question that may come next accepts the early input."""
        ahead = self.ahead
        if isinstance(ahead, DigitsPressed):
            return any(step.hears_ahead(self._at_first()) for step in self._behind())
        return ahead is not None and any(
            step.hears_ahead(self._at_first()) and step.accepts(self._at_first(), ahead)
            for step in self._behind()
        )

    def _at_first(self) -> Any:
        visit = self.visit()
        return replace(visit, session=visit.session.with_(scratch={}))

    def leads_to_secret(self, through: bool = True) -> bool:
        """Return whether any step after the current one is sensitive and may have been meant; if not
        `through` questions, only the steps that may come next."""
        return any(step.is_sensitive() for step in self._behind(through))

    def _behind(self, through: bool = False) -> Iterator[Step]:
        """Yield the steps after the current one that stop callers, on any path; with `through` also those
        further on."""
        todo = self._onward(self.session.frames)
        seen: set[tuple[FlowPosition, ...]] = set()
        while todo and len(seen) < MOST_LOOKED_AT:
            frames = todo.pop()
            step = self._step_at(frames)
            if frames in seen or step is None:
                continue
            seen.add(frames)
            if through or step.passes_keys():
                todo += self._onward(frames)
            if not step.passes_keys():
                yield step

    def _step_at(self, frames: tuple[FlowPosition, ...]) -> Step | None:
        flow = self.flow_set.flows.get(frames[-1].flow)
        return flow.steps.get(frames[-1].step) if flow else None

    def _onward(self, frames: tuple[FlowPosition, ...]) -> list[tuple[FlowPosition, ...]]:
        step = self._step_at(frames)
        if step is None:
            return []
        exits = [(*frames[:-1], FlowPosition(frames[-1].flow, name)) for name in step.exits().values()]
        inner = [
            self.flow_set.flows[name] for _, name in references(step, "flow") if name in self.flow_set.flows
        ]
        if inner:
            return [(*onward, FlowPosition(flow.name, flow.start)) for onward in exits for flow in inner]
        return exits or ([frames[:-1]] if len(frames) > 1 else [])
