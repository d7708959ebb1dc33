"""voicemail: take a message."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from ivr.engine.effects import DropVoicemail, Effect, FetchRecording, KeepVoicemail, LeaveQueue, SendVoicemail
from ivr.engine.events import (
    DigitsPressed,
    Event,
    InputTimedOut,
    RecordingEnded,
    RecordingFetched,
    SpeechHeard,
)
from ivr.engine.instructions import HangUp, Play, Prompt, Record
from ivr.engine.person_requests import asks_for_person
from ivr.engine.phrases import listen, say
from ivr.engine.prompts import PromptText
from ivr.engine.session import IN_FLOW
from ivr.engine.spoken_input import key_given
from ivr.engine.step import (
    AwaitAnswer,
    Back,
    Finish,
    GoTo,
    Move,
    QueueName,
    Step,
    StepName,
    ToPerson,
    Visit,
    Wait,
)

SHORTEST = 1  # second; anything shorter is not a message
LONGEST_TRANSCRIBED = 120  # seconds; the carrier transcribes no longer message
WRONG_KEYS = 2  # then the message is sent as it is
PROMPT, RECORDING, REVIEW, FETCHING = "prompt", "recording", "review", "fetching"


class VoicemailStep(Step):
    """Record a message for a queue; its agents find it on their pages as work.

    The caller hears `say` (or the engine's own words) and a tone. The pound key or silence ends the message;
    then 1 sends it, 2 plays it and 3 records it again, and only the last take is kept. Silence or hanging up
    sends it too: a message is never lost. With `review: false` nothing is asked. 0 leads to a person, or back
    to the old place for a caller who was waiting in line; saying nothing twice does the same. Pressed in the
    middle of a recording, 0 drops that recording; pressed afterwards, it keeps it; the caller is told
    which. After a message of less than a second the caller is asked once more. Then the call goes on at
    `next`, or ends. With `transcribe: true` the carrier transcribes the message, in English only and up to
    two minutes.

    ```yaml example
    steps:
      leave_message:
        voicemail: support
        say: Please tell us after the tone how we can help. Press 0 for a person.
        max_seconds: 90
        transcribe: true
    ```
    """

    kind: ClassVar[str] = "voicemail"
    takes_message: ClassVar[bool] = True
    voicemail: QueueName
    say: PromptText | None = None
    next: StepName | None = None
    max_seconds: Annotated[int, Field(ge=10, le=600)] = 120
    review: bool = True
    transcribe: bool = False
    human: QueueName | None = None

    @model_validator(mode="after")
    def _short_enough(self) -> Self:
        if self.transcribe and self.max_seconds > LONGEST_TRANSCRIBED:
            raise ValueError(
                f"transcribe works for messages up to {LONGEST_TRANSCRIBED} seconds (max_seconds)"
            )
        return self

    def keeps_zero(self, visit: Visit) -> bool:
        recorded = visit.session.scratch.get("state") in (RECORDING, REVIEW, FETCHING)
        return recorded or bool(visit.session.queue)

    def enter(self, visit: Visit) -> Move:
        return self._prompt(visit, (), 0)

    def hear(self, visit: Visit, event: Event) -> Move:
        state = visit.session.scratch.get("state")
        if state == RECORDING and isinstance(event, RecordingEnded):
            return self._recorded(visit, event)
        if state in (REVIEW, FETCHING):
            return self._reviewed(visit, event)
        back = isinstance(event, DigitsPressed) and event.digits.startswith("*") and visit.session.queue
        if back or asks_for_person(event, visit.session.language, context=visit.context):
            return self._to_person(visit)
        if isinstance(event, InputTimedOut | DigitsPressed | SpeechHeard):
            return self._record(visit)
        return self.enter(visit)

    # Taking the message -------------------------------------------------------------------------------------

    def _prompt(self, visit: Visit, before: tuple[Prompt, ...], attempt: int) -> Move:
        name = "voicemail_in_line" if visit.session.queue else "voicemail_prompt"
        words = (self.say.spoken(visit) if self.say else ()) or (say(visit, name),)
        asking = listen(visit, (*before, *words), timeout=1)
        memory = {**visit.session.scratch, "state": PROMPT, "attempt": attempt}
        return Move(Wait(asking), scratch=memory)

    def _record(self, visit: Visit) -> Move:
        written = self.transcribe and visit.session.language.startswith("en")
        order = Record(max_seconds=self.max_seconds, queue=self.voicemail, transcribe=written)
        memory = {**visit.session.scratch, "state": RECORDING, "queue": self.voicemail}
        return Move(Wait(order), scratch=memory)

    def _recorded(self, visit: Visit, event: RecordingEnded) -> Move:
        """Go on after a recording. It replaces the earlier take, unless it is empty."""
        attempt, take = visit.session.scratch.get("attempt", 0), visit.session.scratch.get("take")
        gone = event.key == "hangup"
        if event.key == "0":
            return self._interrupted(visit, event)
        if event.seconds >= SHORTEST:
            kept: tuple[Effect, ...] = (KeepVoicemail(self.voicemail, event.recording, event.seconds),)
            kept = (*kept, DropVoicemail(take)) if take else kept
            if gone or not self.review:
                return self._done(visit, "message_kept", gone, (*kept, SendVoicemail(event.recording)))
            memory = {"take": event.recording, "queue": self.voicemail, "attempt": attempt}
            return self._review(visit, memory, (), kept)
        if not gone and not attempt:
            return self._prompt(visit, (say(visit, "nothing_recorded"),), attempt + 1)
        if take:
            return self._done(visit, "message_kept", gone, (SendVoicemail(take),))
        return self._nothing(visit, gone)

    def _nothing(self, visit: Visit, gone: bool) -> Move:
        """Go on without a message. A caller who was in line goes back to it."""
        if not visit.session.queue:
            return self._done(visit, "nothing_recorded", gone, ())
        if gone:
            return Move(Finish(HangUp()))
        return self._to_person(visit, (say(visit, "nothing_recorded"),))

    def _interrupted(self, visit: Visit, event: RecordingEnded) -> Move:
        """Drop a message that was interrupted with 0. An earlier, complete take is kept."""
        take = visit.session.scratch.get("take")
        dropped = (DropVoicemail(event.recording),) if event.recording else ()
        if take:
            return self._to_person(visit, (say(visit, "message_kept"),), (*dropped, SendVoicemail(take)))
        return self._to_person(visit, (say(visit, "message_not_kept"),) if dropped else (), dropped)

    # Sending it, hearing it, doing it again -----------------------------------------------------------------

    def _review(
        self,
        visit: Visit,
        memory: dict[str, Any],
        before: tuple[Prompt, ...],
        effects: tuple[Effect, ...] = (),
    ) -> Move:
        asking = listen(visit, (*before, say(visit, "voicemail_review")))
        return Move(Wait(asking), effects=effects, scratch={**memory, "state": REVIEW})

    def _reviewed(self, visit: Visit, event: Event) -> Move:
        memory = visit.session.scratch
        take = memory["take"]
        if asks_for_person(event, visit.session.language, context=visit.context):
            return self._to_person(visit, (say(visit, "message_kept"),), (SendVoicemail(take),))
        if memory["state"] == FETCHING:
            ready = isinstance(event, RecordingFetched) and event.address
            return self._review(visit, memory, (Play(ready) if ready else say(visit, "message_late"),))
        key = key_given(event, visit.session.language)
        if isinstance(event, InputTimedOut) or key == "1":
            return self._done(visit, "message_kept", False, (SendVoicemail(take),))
        if key == "2":
            return Move(AwaitAnswer(), effects=(FetchRecording(take),), scratch={**memory, "state": FETCHING})
        if key == "3":
            asking = listen(visit, (say(visit, "voicemail_again"),), timeout=1)
            return Move(Wait(asking), scratch={"state": PROMPT, "attempt": 0, "take": take})
        wrong = memory.get("wrong", 0) + 1
        if wrong > WRONG_KEYS:
            return self._done(visit, "message_kept", False, (SendVoicemail(take),))
        name = "wrong_key" if isinstance(event, DigitsPressed) else "not_understood"
        return self._review(visit, {**memory, "wrong": wrong}, (say(visit, name),))

    # Ways out -----------------------------------------------------------------------------------------------

    def _to_person(
        self, visit: Visit, words: tuple[Prompt, ...] = (), effects: tuple[Effect, ...] = ()
    ) -> Move:
        """Return to the place in line, or to a person."""
        way = Back() if visit.session.queue else ToPerson("asked", self.human or "")
        return Move(way, prompts=words, effects=effects)

    def _done(self, visit: Visit, phrase: str, gone: bool, effects: tuple[Effect, ...]) -> Move:
        if visit.session.queue:
            effects = (*effects, LeaveQueue("voicemail"))
        if gone:
            return Move(Finish(HangUp()), effects=effects, status=IN_FLOW, queue="")
        words = (say(visit, phrase),)
        if self.next:
            return Move(GoTo(self.next), prompts=words, effects=effects, status=IN_FLOW, queue="")
        goodbye = HangUp((*words, say(visit, "goodbye")))
        return Move(Finish(goodbye), effects=effects, status=IN_FLOW, queue="")
