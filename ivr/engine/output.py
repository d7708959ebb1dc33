"""What the line is told: prompts where keys are heard, and in the first of a call that 0 reaches a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ivr.engine.context import CallContext
from ivr.engine.effects import Effect
from ivr.engine.flow import FlowSet
from ivr.engine.flow_cursor import AHEAD, FAILED, POUNDS, SECRET, FlowCursor
from ivr.engine.gather_prompts import listen, say
from ivr.engine.greeting import with_zero_announced
from ivr.engine.instructions import HangUp, Instruction, Listen, Prompt, Say
from ivr.engine.notices import for_everybody, translated
from ivr.engine.serialization import read_prompts, store_ahead, store_instruction
from ivr.engine.session import ENDED, Session
from ivr.engine.trace import ENDED_HERE
from ivr.engine.turn import Turn

KEYS, HELD, PENDING, KEPT = "@keys", "@held", "@pending", "@kept"
KEYED, CARRIED = "@keyed", "@carried"
LAST_CHANCE = 3  # seconds to press 0 for a caller whose call ends with the first prompt


class PromptOutput(FlowCursor):
    """`pending` are prompts not yet said, `effects` those decided so far."""

    def __init__(self, flow_set: FlowSet, session: Session, context: CallContext) -> None:
        super().__init__(flow_set, session, context)
        self.pending: tuple[Prompt, ...] = read_prompts(session.scratch.get(PENDING, ()))
        self.effects: list[Effect] = []

    def tell(self, instruction: Instruction) -> Turn:
        """Prompts are said where keys are heard: inside a Listen, before whatever cannot hear them."""
        if isinstance(instruction, Listen):
            prompts = self._greeted(self.pending + instruction.prompts)
            prompts = prompts or (say(self.visit(), "press_zero"),)  # all values were missing: never silence
            return self.turn(replace(instruction, prompts=prompts), self.remembered(prompts, instruction))
        if self.pending or not self.session.greeted:
            return self._hold(instruction, self.pending)
        return self.turn(instruction)

    def remembered(self, prompts: tuple[Prompt, ...], asking: Listen) -> dict[str, Any]:
        """What the engine must know of this document when its answer comes."""
        return {KEYS: asking.digits}

    def finish(self, instruction: Instruction) -> Turn:
        """End the call; what a caller has not heard yet is said first, where 0 is heard."""
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
        """After another language was chosen: the notices again, where they were written in it."""
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
        """Stand again where the detour began, with everything remembered there."""
        kept = self.session.scratch[KEPT]
        self.session = self.session.with_(frames=self.session.frames[:-1], scratch=kept)

    def turn(self, instruction: Instruction | None, ours: dict[str, Any] | None = None) -> Turn:
        """The turn is made; `ours` is what the engine itself must remember of it."""
        kept = {key: value for key, value in self.session.scratch.items() if key in (FAILED, POUNDS, KEPT)}
        if self.ahead is not None:
            kept |= {AHEAD: store_ahead(self.ahead), **({SECRET: True} if self.secret else {})}
        session = self.session.with_(scratch={**self.own_memory(), **kept, **(ours or {})})
        if isinstance(instruction, HangUp):
            session = session.with_(status=ENDED)
            self.note(ENDED_HERE)
        return Turn(session, instruction, tuple(self.effects), tuple(self.trace))
