"""record: record the call after telling the caller."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.engine.effects import SetRecording
from ivr.engine.events import DigitsPressed, Event, InputTimedOut, SpeechHeard
from ivr.engine.instructions import Prompt
from ivr.engine.phrases import listen, retry_prompt, say
from ivr.engine.prompts import PromptText
from ivr.engine.session import ON
from ivr.engine.spoken_input import NO, YES, agreement
from ivr.engine.step import MOST_TRIES, AskingStep, GoTo, Move, StepName, Visit, Wait, said_ahead


class RecordStep(AskingStep):
    """Tell the caller that the call is recorded, and record it from then on, until it ends.

    Nothing is recorded before the notice was heard to its end: a caller who interrupts it hears it once more,
    and a caller who interrupts it twice is not recorded. With `consent: true` nothing is recorded without a
    yes: the caller presses 1 to agree; 2, silence and anything else mean no, and the call goes on at
    `refused`, or at `next`. The recording stops by itself while something `sensitive` is asked and while a
    payment is taken; if it cannot be stopped, nothing is asked and the caller reaches a person.

    ```yaml example
    steps:
      notice:
        record: This call may be recorded so that we can train our staff.
        consent: true
        refused: help
        next: help
      help: {queue: support}
    ```
    """

    kind: ClassVar[str] = "record"
    record: PromptText
    consent: bool = False
    refused: StepName | None = None
    next: StepName
    tries: Annotated[int, Field(ge=1, le=MOST_TRIES)] = 2

    def passes_keys(self) -> bool:
        return not self.consent

    def enter(self, visit: Visit) -> Move:
        if visit.session.recording:
            return Move(GoTo(self.next))
        return self._notice(visit, ())

    def hear(self, visit: Visit, event: Event) -> Move:
        if self.consent:
            return self._answered(visit, event)
        if isinstance(event, InputTimedOut):
            return self._begin()
        interrupted = visit.session.scratch.get("interrupted", 0)
        if interrupted or not isinstance(event, DigitsPressed | SpeechHeard):
            return self._without(said_ahead(event))
        move = self._notice(visit, (), speech=False)
        return Move(move.to, scratch={"interrupted": interrupted + 1}, ahead=said_ahead(event))

    def _answered(self, visit: Visit, event: Event) -> Move:
        given = agreement(event, visit.session.language)
        if given == YES:
            return self._begin()
        wrong = isinstance(event, SpeechHeard | DigitsPressed) and given != NO
        if wrong and not self.is_last_try(visit):
            move = self._notice(visit, retry_prompt(visit, event, "not_understood"))
            return Move(move.to, understood=False)
        return self._without()

    def _notice(self, visit: Visit, before: tuple[Prompt, ...], speech: bool | None = None) -> Move:
        asking = (say(visit, "consent_keys"),) if self.consent else ()
        prompts = (*before, *self.record.spoken(visit), *asking)
        timeout = self.timeout if self.consent else 1
        return Move(Wait(listen(visit, prompts, timeout=timeout, speech=speech)))

    def _begin(self) -> Move:
        return Move(GoTo(self.next), effects=(SetRecording(),), recording=ON)

    def _without(self, ahead: Event | None = None) -> Move:
        return Move(GoTo(self.refused or self.next), ahead=ahead)
