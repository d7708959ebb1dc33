"""The caller's position during a turn, and the record of the turn: path, inputs, trace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ivr.engine.context import CallContext, for_everybody, translated
from ivr.engine.effects import Effect, SetRecording
from ivr.engine.events import (
    DigitsPressed,
    Event,
    RecordingEnded,
    RecordingPaused,
    SpeechHeard,
    read_ahead,
    read_prompts,
    store_ahead,
    store_instruction,
)
from ivr.engine.flow import Flow, FlowSet, FlowSource
from ivr.engine.instructions import HangUp, Instruction, Listen, Prompt, Say
from ivr.engine.phrases import listen, say, with_zero_announced
from ivr.engine.session import ENDED, IN_FLOW, INPUT_LIMIT, ON, PATH_LIMIT, PAUSED, FlowPosition, Session
from ivr.engine.step import Move, Step, ToPerson, Visit
from ivr.engine.turn import ENDED_HERE, ENTERED, MISSING, TraceEntry, Turn

PERSON, MESSAGE, CALLBACK, RETURNED = "@person:", "@message:", "@callback:", "@returned:"
SURE, UNSURE = "sure", "unsure"
FAILED, POUNDS, AHEAD, SECRET = "@failed", "@pounds", "@ahead", "@secret"
VALUE_LIMIT = 500
HIDDEN = "•••"


class FlowCursor:
    """The position in the flows. `before` is the session at the beginning of the turn, `ahead` what the
    caller pressed or said before the question it answers, and `secret` whether that may have been meant for a
    sensitive one. Keys of the scratch that begin with @ are the engine's."""

    def __init__(self, flow_set: FlowSet, session: Session, context: CallContext) -> None:
        self.flow_set, self.session, self.before, self.context = flow_set, session, session, context
        self.trace: list[TraceEntry] = []
        self.ahead: Event | None = read_ahead(session.scratch.get(AHEAD))
        self.secret = bool(session.scratch.get(SECRET))

    # Looking things up --------------------------------------------------------------------------------------

    def flow(self) -> Flow:
        """Return the innermost flow."""
        return self.flow_set.flows[self.session.place.flow]

    def step(self) -> Step:
        """Return the caller's current step. Raises KeyError when the flow set has no such step."""
        name = self.session.place.step
        implicit = self.flow_set.implicit
        if implicit is not None and name.startswith("@"):
            if name.startswith(PERSON):
                return implicit.queue(name.removeprefix(PERSON))
            if name.startswith(MESSAGE):
                return implicit.message(name.removeprefix(MESSAGE))
            if name.startswith(CALLBACK):
                return implicit.callback(name.removeprefix(CALLBACK))
            if name.startswith(RETURNED):
                sure, kept, queue = name.removeprefix(RETURNED).split(":", 2)
                return implicit.returned(kept, queue, sure == SURE)
        return self.flow().steps[name]

    def step_if_any(self) -> Step | None:
        """Return the same, or None."""
        try:
            return self.step()
        except Exception:  # a fault is being handled already
            return None

    def is_sensitive(self) -> bool:
        """Return whether the caller's input at the current step must be hidden from everybody."""
        step = self.step_if_any()
        return step is not None and step.is_sensitive()

    def own_memory(self) -> dict[str, Any]:
        """Return the step's own memory."""
        return {key: value for key, value in self.session.scratch.items() if not key.startswith("@")}

    def visit(self) -> Visit:
        """Return the visit that is passed to the step."""
        session = self.session.with_(scratch=self.own_memory())
        failed = self.session.scratch.get(FAILED, 0)
        return Visit(session, self.context, self.session.place.step, self.flow(), failed, self.ahead)

    # Keeping account ----------------------------------------------------------------------------------------

    def stand_at(self, name: str, scratch: dict[str, Any] | None = None) -> None:
        """Move the caller to a step of the flow they are in."""
        place = FlowPosition(self.session.place.flow, name)
        entry = {"at": self.context.now.isoformat(), "flow": place.flow, "step": name}
        self.session = self.session.with_(
            frames=(*self.session.frames[:-1], place),
            scratch=scratch or {},
            path=(*self.session.path, entry)[-PATH_LIMIT:],
        )
        self.note(ENTERED)

    def begin_again(self) -> str:
        """Return the name of the first step of the dialled flow, for a caller of whom nothing is known."""
        first = self.flow_set.flows[self.session.frames[0].flow]
        self.session = self.session.with_(
            frames=(FlowPosition(first.name, first.start),),
            language=first.languages[0],
            variables={},
            hidden=(),
            status=IN_FLOW,
            queue="",
        )
        return first.start

    def note(self, what: str, **details: Any) -> None:
        """Add an event at the current step to the trace."""
        place = self.session.place
        flow = self.flow_set.flows.get(place.flow)
        source = flow.sources.get(place.step, FlowSource("", 0)) if flow else FlowSource("", 0)
        kind = getattr(flow.steps.get(place.step), "kind", "") if flow else ""
        self.trace.append(TraceEntry(what, place.flow, place.step, kind, source.file, source.line, details))

    def note_missing(self, visit: Visit) -> None:
        """Trace the variables that a prompt used and that had no value."""
        if visit.missing:
            self.note(MISSING, names=list(dict.fromkeys(visit.missing)))

    def list_input(self, event: Event, understood: bool, at: str = "", hidden: bool = False) -> None:
        """Keep what the caller keyed or said `at` a step (by default the current one), so that nobody need
        ask again; `hidden` when it may have been meant for a sensitive step."""
        match event:
            case DigitsPressed(digits):
                kind, value = "keys", digits
            case SpeechHeard(text, _):
                kind, value = "speech", text
            case RecordingEnded(recording, _, _):
                kind, value = "recording", recording
            case _:
                return
        entry = {
            "at": self.context.now.isoformat(),
            "step": at or self.session.place.step,
            "kind": kind,
            "value": HIDDEN if hidden or self.is_sensitive() else value[:VALUE_LIMIT],
            "understood": understood,
        }
        self.session = self.session.with_(inputs=(*self.session.inputs, entry)[-INPUT_LIMIT:])


KEYS, HELD, PENDING, KEPT = "@keys", "@held", "@pending", "@kept"
KEYED, CARRIED = "@keyed", "@carried"
LAST_CHANCE = 3  # seconds to press 0 for a caller whose call ends with the first prompt


class PromptOutput(FlowCursor):
    """Turns prompts into output. `pending` are prompts not yet said, `effects` those decided so far."""

    def __init__(self, flow_set: FlowSet, session: Session, context: CallContext) -> None:
        super().__init__(flow_set, session, context)
        self.pending: tuple[Prompt, ...] = read_prompts(session.scratch.get(PENDING, ()))
        self.effects: list[Effect] = []

    def tell(self, instruction: Instruction) -> Turn:
        """Say pending prompts where keys are accepted: inside a Listen, before any instruction that accepts
        none."""
        if isinstance(instruction, Listen):
            prompts = self._greeted(self.pending + instruction.prompts)
            prompts = prompts or (
                say(self.visit(), "press_zero"),
            )  # all values were missing: never stay silent
            return self.turn(replace(instruction, prompts=prompts), self.remembered(prompts, instruction))
        if self.pending or not self.session.greeted:
            return self._hold(instruction, self.pending)
        return self.turn(instruction)

    def remembered(self, prompts: tuple[Prompt, ...], asking: Listen) -> dict[str, Any]:
        """Return what the engine must remember of this document for its answer."""
        return {KEYS: asking.digits}

    def finish(self, instruction: Instruction) -> Turn:
        """End the call. Prompts that the caller has not heard yet are said first, where 0 is accepted."""
        if self.pending:
            return self._hold(instruction, self.pending)
        if not self.session.greeted and isinstance(instruction, HangUp):
            return self._hold(HangUp(), instruction.prompts)
        return self.turn(instruction)

    def _hold(self, instruction: Instruction, prompts: tuple[Prompt, ...]) -> Turn:
        last = isinstance(instruction, HangUp) and not self.session.greeted
        seconds = LAST_CHANCE if last else 1
        first = listen(self.visit(), self._greeted(prompts), timeout=seconds)
        return self.turn(first, {KEYS: 1, HELD: store_instruction(instruction)})

    def _greeted(self, prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
        if self.session.greeted:
            return prompts
        language = self.session.language
        self.session = self.session.with_(greeted=True)
        notices = for_everybody(self.context.notices, language)
        self._note_told(notices)
        prompts = (*notices, *prompts)
        return with_zero_announced(prompts, language, self.context)

    def tell_translated(self) -> None:
        """Repeat the notices in the chosen language, if they were written in it."""
        words = translated(self.context.notices, self.session.notices, self.session.language)
        self.pending += words
        self._note_told(words)

    def _note_told(self, said: tuple[Say, ...]) -> None:
        told = {
            str(one.id): words.language
            for one in self.context.notices
            for words in said
            if one.words.get(words.language) == words.text
        }
        self.session = self.session.with_(notices={**self.session.notices, **told})

    def return_from_detour(self) -> None:
        """Return to the step where the detour began, with its memory."""
        kept = self.session.scratch[KEPT]
        self.session = self.session.with_(frames=self.session.frames[:-1], scratch=kept)

    def turn(self, instruction: Instruction | None, ours: dict[str, Any] | None = None) -> Turn:
        """Make the turn; `ours` is what the engine itself must remember of it."""
        kept = {key: value for key, value in self.session.scratch.items() if key in (FAILED, POUNDS, KEPT)}
        if self.ahead is not None:
            kept |= {AHEAD: store_ahead(self.ahead), **({SECRET: True} if self.secret else {})}
        session = self.session.with_(scratch={**self.own_memory(), **kept, **(ours or {})})
        if isinstance(instruction, HangUp):
            session = session.with_(status=ENDED)
            self.note(ENDED_HERE)
        return Turn(session, instruction, tuple(self.effects), tuple(self.trace))


class SensitiveInput(PromptOutput):
    """A turn that hides sensitive input."""

    def must_pause(self, step: Step) -> bool:
        """Return whether the recording must stop before this step; after the step it continues."""
        if step.is_sensitive():
            return self.session.recording == ON
        if self.session.recording == PAUSED:
            self.session = self.session.with_(recording=ON)
            self.effects.append(SetRecording())
        return False

    def paused(self, event: Event) -> Move:
        """Go on after the pause: only when the recording has surely stopped may the step ask."""
        if event == RecordingPaused(surely=True):
            self.session = self.session.with_(recording=PAUSED)
            return self.step().enter(self.visit())
        self.session = self.session.with_(recording="")
        self.effects.append(SetRecording())
        return Move(ToPerson("recording"))

    def hidden_with(self, remembered: Iterable[str]) -> tuple[str, ...]:
        """Return the hidden variables, with those that the current step has filled."""
        more = remembered if self.is_sensitive() else ()
        return tuple(dict.fromkeys((*self.session.hidden, *more)))
