"""hang_up: say goodbye and end the call."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import field_validator

from ivr.engine.instructions import HangUp as End
from ivr.engine.phrases import say
from ivr.engine.prompts import PromptText
from ivr.engine.step import Finish, Move, Step, Visit


class HangUpStep(Step):
    """Say goodbye and end the call.

    Without a text the caller hears the engine's own goodbye: a call never just stops. A caller who has not
    heard anything before also hears that 0 leads to a person, and has a moment to press it.

    ```yaml example
    steps:
      bye:
        hang_up: Thank you for calling. Goodbye.
    ```
    """

    kind: ClassVar[str] = "hang_up"
    hang_up: PromptText | None = None

    @field_validator("hang_up", mode="before")
    @classmethod
    def _empty_means_ours(cls, written: Any) -> Any:
        return None if written in ("", None, "true", True) else written

    def enter(self, visit: Visit) -> Move:
        words = (self.hang_up.spoken(visit) if self.hang_up else ()) or (say(visit, "goodbye"),)
        return Move(Finish(End(words)))
