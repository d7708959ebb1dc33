"""The engine's own step that offers a kept place in line to a caller from its number. No flow can name it."""

from __future__ import annotations

from typing import Literal

from ivr.engine.effects import CancelCallback, TakeUpPlace
from ivr.engine.events import CallbackCancelled, Event, PlaceTakenUp, SpeechHeard
from ivr.engine.person_requests import asks_for_person
from ivr.engine.phrases import listen, say
from ivr.engine.session import IN_FLOW
from ivr.engine.spoken_input import key_given, said_yes
from ivr.engine.step import AwaitAnswer, Move, StartOver, Step, ToPerson, Visit, Wait

PLACE, CALLBACK = "place", "callback"
TAKE, CANCEL, OTHER = "1", "2", "3"
CANCELLED = {
    "cancelled": "callback_cancelled",
    "linked": "callback_cancel_link",
    "kept": "callback_cancel_not_here",
    "none": "callback_gone",
}


class WelcomeBack(Step):
    """Offers the kept place. A number does not prove who calls: a colleague behind the same switchboard has
    it too. So the place is taken with key 1 or a spoken yes, and nothing of the earlier call is said; a
    caller who stays on the line or says no begins anew, and the place stays kept. Only when it is `sure` who
    calls is silence enough. Key 2 cancels a callback, and no word does.
    """

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
        if isinstance(event, PlaceTakenUp):  # it was given up a moment ago
            return Move(ToPerson("asked", self.queue))
        if not self.sure and asks_for_person(event, visit.session.language, 1, visit.context):
            return Move(ToPerson("asked"))
        key = _chosen(event, visit.session.language)
        if key == CANCEL and self.kept == CALLBACK:
            return Move(AwaitAnswer(), effects=(CancelCallback(self.queue),))
        if key == TAKE or (self.sure and key != OTHER):
            return Move(AwaitAnswer(), effects=(TakeUpPlace(),))
        return Move(StartOver())


def _chosen(event: Event, language: str) -> str:
    """Return the key that was pressed or said: for yes the one that takes the place, for no the other."""
    key = key_given(event, language)[:1]
    if key or not isinstance(event, SpeechHeard):
        return key
    return {True: TAKE, False: OTHER, None: ""}[said_yes(event.text, language)]
