"""voicemail: take a message."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.engine.effects import Effect, KeepVoicemail, LeaveQueue
from ivr.engine.events import DigitsPressed, Event, InputTimedOut, RecordingEnded, SpeechHeard
from ivr.engine.instructions import HangUp, Prompt, Record
from ivr.engine.listening import listen, say
from ivr.engine.prompts import PromptText
from ivr.engine.session import IN_FLOW
from ivr.engine.step import Back, Finish, GoTo, Move, QueueName, Step, StepName, Visit, Wait

SHORTEST = 1  # second: less is a slip, not a message


class Voicemail(Step):
    """Record a message for a queue; its agents find it on their pages.

    The caller hears `say` (or our own words) and a tone. The pound key, silence or hanging up ends the
    message, and it is kept in each case. 0 leads to a person; for a caller who was waiting in line, back to
    the place they had. A message of less than a second is asked for once more. Then the call goes on at
    `next`, or ends.

    ```yaml example
    steps:
      leave_message:
        voicemail: support
        say: Please tell us after the tone how we can help. Press 0 for a person.
        max_seconds: 90
    ```
    """

    kind: ClassVar[str] = "voicemail"
    takes_message: ClassVar[bool] = True
    voicemail: QueueName
    say: PromptText | None = None
    next: StepName | None = None
    max_seconds: Annotated[int, Field(ge=10, le=600)] = 120
    human: QueueName | None = None

    def keeps_zero(self, visit: Visit) -> bool:
        return bool(visit.session.queue)

    def enter(self, visit: Visit) -> Move:
        return self._prompt(visit, (), 0)

    def hear(self, visit: Visit, event: Event) -> Move:
        in_line = bool(visit.session.queue)
        if isinstance(event, RecordingEnded) and visit.session.scratch.get("state") == "recording":
            return Move(Back()) if event.key == "0" and in_line else self._recorded(visit, event)
        if isinstance(event, DigitsPressed) and in_line and event.digits[0] in "0*":
            return Move(Back())
        if isinstance(event, InputTimedOut | DigitsPressed | SpeechHeard):
            memory = {**visit.session.scratch, "state": "recording"}
            return Move(Wait(Record(max_seconds=self.max_seconds)), scratch=memory)
        return self.enter(visit)

    def _prompt(self, visit: Visit, before: tuple[Prompt, ...], attempt: int) -> Move:
        name = "voicemail_in_line" if visit.session.queue else "voicemail_prompt"
        words = (self.say.spoken(visit) if self.say else ()) or (say(visit, name),)
        asking = listen(visit, (*before, *words), timeout=1)
        return Move(Wait(asking), scratch={"state": "prompt", "attempt": attempt})

    def _recorded(self, visit: Visit, event: RecordingEnded) -> Move:
        attempt = visit.session.scratch.get("attempt", 0)
        gone = event.key == "hangup"
        if event.seconds >= SHORTEST:
            kept = KeepVoicemail(self.voicemail, event.recording, event.seconds)
            return self._done(visit, "message_kept", gone, (kept,))
        if gone or attempt:
            return self._done(visit, "nothing_recorded", gone, ())
        return self._prompt(visit, (say(visit, "nothing_recorded"),), attempt + 1)

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
