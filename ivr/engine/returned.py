"""Welcomes back who has a place in line from an earlier call. The engine's own step: no flow can name it."""

from __future__ import annotations

from typing import Literal

from ivr.engine.effects import CancelCallback
from ivr.engine.events import DigitsPressed, Event
from ivr.engine.listening import listen, say
from ivr.engine.session import IN_FLOW
from ivr.engine.step import Back, Move, StartOver, Step, Visit, Wait

PLACE, CALLBACK = "place", "callback"
MENU, CANCEL = "1", "2"


class Returned(Step):
    """Who stays on the line goes back to the place; 1 leads to the flow as usual, and what was kept stays
    kept; 2 cancels a callback. A number is no proof of who calls: nothing of the earlier call is said."""

    toward_person = True
    queue: str
    kept: Literal["place", "callback"]

    def enter(self, visit: Visit) -> Move:
        words = say(visit, f"welcome_back_{self.kept}")
        return Move(Wait(listen(visit, (words,), timeout=2)), status=IN_FLOW, queue="")

    def hear(self, visit: Visit, event: Event) -> Move:
        if isinstance(event, DigitsPressed) and event.digits[0] == MENU:
            return Move(StartOver())
        if isinstance(event, DigitsPressed) and event.digits[0] == CANCEL and self.kept == CALLBACK:
            words, effects = (say(visit, "callback_cancelled"),), (CancelCallback(self.queue),)
            return Move(StartOver(), prompts=words, effects=effects)
        return Move(Back())
