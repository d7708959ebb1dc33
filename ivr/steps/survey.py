"""survey: ask the caller for ratings and a comment."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from ivr.engine.effects import Effect, KeepComment, NoteRating
from ivr.engine.events import DigitsPressed, Event, InputTimedOut, RecordingEnded, SpeechHeard
from ivr.engine.instructions import HangUp, Prompt, Record
from ivr.engine.phrases import listen, say
from ivr.engine.prompts import PromptText
from ivr.engine.spoken_input import key_given
from ivr.engine.step import (
    MOST_TRIES,
    AskingStep,
    Finish,
    GoTo,
    Move,
    StepName,
    ToPerson,
    Visit,
    Wait,
)
from ivr.engine.values import VariableName

RATINGS = frozenset("12345")
LONGEST_COMMENT = 500
LONGEST_SPOKEN_S = 60
SHORTEST_SPOKEN_S = 1  # less is a slip, not a comment
OFFERED, RECORDING = "offered", "recording"


class Question(BaseModel):
    """A question, and the variable that keeps the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    ask: PromptText
    save: VariableName


class SurveyStep(AskingStep):
    """Ask up to five questions, each answered with a key from 1 to 5, and record the answers.

    Every answer is kept in its variable as soon as it is given, and in the journal. `comment` asks for a few
    words at the end, which are kept as text. With `comment: voice` the caller may speak for up to a minute
    after a tone; any key ends that, and agents can hear it on the caller's card from then on. When a caller
    stays silent, the survey ends and the call goes on at `next`. The same telephone number is not asked again
    for `every_days` days. 0 leads to a person, as everywhere.

    ```yaml example
    steps:
      opinion:
        survey:
          - {ask: "How content are you with our help, from 1 to 5? Press 5 for very content.", save: helped}
          - {ask: "How easy was it to reach us, from 1 to 5?", save: easy}
        comment: {ask: Please say now what we could do better., save: better}
        every_days: 60
        next: spoken
      spoken:
        survey:
          - {ask: "Would you recommend us, from 1 to 5?", save: recommend}
        comment: voice
        every_days: 0
        next: bye
      bye: {hang_up: Thank you. Goodbye.}
    ```
    """

    kind: ClassVar[str] = "survey"
    survey: Annotated[tuple[Question, ...], Field(min_length=1, max_length=5)]
    comment: Question | Literal["voice"] | None = None
    every_days: Annotated[int, Field(ge=0, le=3650)] = 30
    next: StepName
    tries: Annotated[int, Field(ge=1, le=MOST_TRIES)] = 2

    def enter(self, visit: Visit) -> Move:
        last = visit.context.last_survey_at
        if last is not None and visit.context.now - last < timedelta(days=self.every_days):
            return Move(GoTo(self.next))
        return self._ask(visit, 0, ())

    def hears_ahead(self, visit: Visit) -> bool:
        memory = visit.session.scratch
        return "comment" not in memory and self._question(visit) is not self.comment

    def accepts(self, visit: Visit, event: Event) -> bool:
        return bool(self._answer(self._question(visit), event, visit.session.language))

    def keeps_zero(self, visit: Visit) -> bool:
        """Return whether 0 is left to this step: while the caller records a comment, which is then kept."""
        return visit.session.scratch.get("comment") == RECORDING

    def hear(self, visit: Visit, event: Event) -> Move:
        if "comment" in visit.session.scratch:
            return self._hear_comment(visit, event)
        number, question = visit.session.scratch.get("number", 0), self._question(visit)
        answer = self._answer(question, event, visit.session.language)
        if answer:
            return self._keep(visit, number, question.save, answer)
        if isinstance(event, InputTimedOut) and (self.is_last_try(visit) or question is self.comment):
            return Move(GoTo(self.next))
        move = self._ask(visit, number, (say(visit, "rate_keys"),) if question is not self.comment else ())
        return Move(move.to, scratch=move.scratch, understood=False)

    def _question(self, visit: Visit) -> Question:
        number: int = visit.session.scratch.get("number", 0)
        return self._questions()[number]

    def _questions(self) -> tuple[Question, ...]:
        return (*self.survey, self.comment) if isinstance(self.comment, Question) else self.survey

    def _answer(self, question: Question, event: Event, language: str) -> str:
        if question is self.comment:
            return event.text.strip()[:LONGEST_COMMENT] if isinstance(event, SpeechHeard) else ""
        given = key_given(event, language)
        return given if given in RATINGS else ""

    def _keep(self, visit: Visit, number: int, name: str, answer: str) -> Move:
        noted, kept = (NoteRating(name, answer),), {name: answer}
        if number + 1 < len(self._questions()):
            move = self._ask(visit, number + 1, ())
        elif self.comment == "voice":
            move = self._offer(visit)
        else:
            return Move(GoTo(self.next), effects=noted, remember=kept)
        return Move(move.to, effects=noted, remember=kept, scratch=move.scratch)

    def _ask(self, visit: Visit, number: int, before: tuple[Prompt, ...]) -> Move:
        prompts = (*before, *self._questions()[number].ask.spoken(visit))
        return Move(Wait(listen(visit, prompts, timeout=self.timeout)), scratch={"number": number})

    # A comment that is spoken ------------------------------------------------------------------------------

    def _offer(self, visit: Visit) -> Move:
        asking = listen(visit, (say(visit, "survey_comment"),), timeout=1, speech=False)
        return Move(Wait(asking), scratch={"comment": OFFERED})

    def _hear_comment(self, visit: Visit, event: Event) -> Move:
        if isinstance(event, RecordingEnded):
            return self._commented(event)
        if visit.session.scratch["comment"] == RECORDING:
            return Move(GoTo(self.next))  # no recording was made
        if isinstance(event, InputTimedOut):
            order = Record(max_seconds=LONGEST_SPOKEN_S)
            return Move(Wait(order), scratch={"comment": RECORDING})
        return Move(GoTo(self.next)) if isinstance(event, DigitsPressed) else self._offer(visit)

    def _commented(self, event: RecordingEnded) -> Move:
        spoken = event.seconds >= SHORTEST_SPOKEN_S
        kept: tuple[Effect, ...] = (KeepComment(event.recording, event.seconds),) if spoken else ()
        if event.key == "hangup":
            return Move(Finish(HangUp()), effects=kept)
        if event.key == "0":
            return Move(ToPerson("asked", self.human or ""), effects=kept)
        return Move(GoTo(self.next), effects=kept)
