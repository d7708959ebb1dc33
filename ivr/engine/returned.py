"""Tells who calls from a number for which a place in line is kept. The engine's own step: no flow can name
it."""

from __future__ import annotations

from typing import Literal

from ivr.engine.effects import CancelCallback, TakeUpPlace
from ivr.engine.events import CallbackCancelled, DigitsPressed, Event, PlaceTakenUp
from ivr.engine.listening import listen, say
from ivr.engine.person import asks_for_person
from ivr.engine.session import IN_FLOW
from ivr.engine.step import AwaitAnswer, Move, StartOver, Step, ToPerson, Visit, Wait

PLACE, CALLBACK = "place", "callback"
TAKE, CANCEL, OTHER = "1", "2", "3"
CANCELLED = {
    "cancelled": "callback_cancelled",
    "linked": "callback_cancel_link",
    "kept": "callback_cancel_not_here",
    "none": "callback_gone",
}


class Returned(Step):
    """A number is no proof of who calls: the colleague behind the same switchboard has it too. So the place
    is taken up by key 1 and nothing of the earlier call is said; whoever stays on the line begins anew, and
    what was kept stays kept. Only where it is `sure` who calls is silence enough. 2 cancels a callback."""

    toward_person = True
    queue: str
    kept: Literal["place", "callback"]
    sure: bool = False

    def enter(self, visit: Visit) -> Move:
        words = say(visit, f"welcome_back_{self.kept}" if self.sure else f"kept_{self.kept}")
        return Move(Wait(listen(visit, (words,), timeout=3)), status=IN_FLOW, queue="")

    def hear(self, visit: Visit, event: Event) -> Move:
        if isinstance(event, CallbackCancelled):
            return Move(StartOver(), prompts=(say(visit, CANCELLED[event.status]),))
        if isinstance(event, PlaceTakenUp):  # gone a moment ago
            return Move(ToPerson("asked", self.queue))
        key = event.digits[0] if isinstance(event, DigitsPressed) else ""
        if key == CANCEL and self.kept == CALLBACK:
            return Move(AwaitAnswer(), effects=(CancelCallback(self.queue),))
        if key == TAKE or (self.sure and key != OTHER):
            return Move(AwaitAnswer(), effects=(TakeUpPlace(),))
        if asks_for_person(event, visit.session.language, 1):
            return Move(ToPerson("asked"))
        return Move(StartOver())
