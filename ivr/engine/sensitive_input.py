"""What must not be recorded, and what nobody may see: the recording of a call around sensitive steps."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.engine.effects import SetRecording
from ivr.engine.events import Event, RecordingPaused
from ivr.engine.output import PromptOutput
from ivr.engine.session import ON, PAUSED
from ivr.engine.step import Move, Step, ToPerson


class SensitiveInput(PromptOutput):
    """A turn that keeps what is sensitive to itself."""

    def must_pause(self, step: Step) -> bool:
        """Before a sensitive step the recording stops; after it, it goes on."""
        if step.is_sensitive():
            return self.session.recording == ON
        if self.session.recording == PAUSED:
            self.session = self.session.with_(recording=ON)
            self.effects.append(SetRecording())
        return False

    def paused(self, event: Event) -> Move:
        """Only when the recording has surely stopped may the step ask what must not be in it."""
        if event == RecordingPaused(surely=True):
            self.session = self.session.with_(recording=PAUSED)
            return self.step().enter(self.visit())
        self.session = self.session.with_(recording="")
        self.effects.append(SetRecording())
        return Move(ToPerson("recording"))

    def hidden_with(self, remembered: Iterable[str]) -> tuple[str, ...]:
        """The variables that nobody may see, with those that the step where the caller stands has filled."""
        more = remembered if self.is_sensitive() else ()
        return tuple(dict.fromkeys((*self.session.hidden, *more)))
