"""callback: book a callback for the caller's turn."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ivr.engine.announcement_policy import NONE, speak
from ivr.engine.effects import AskCallback, BookCallback, CancelCallback
from ivr.engine.events import (
    POUND,
    CallbackBooked,
    CallbackCancelled,
    CallbackTerms,
    DigitsPressed,
    Event,
)
from ivr.engine.instructions import HangUp, Prompt
from ivr.engine.phrases import listen, retry_prompt, say
from ivr.engine.prompts import PromptText
from ivr.engine.session import IN_FLOW
from ivr.engine.spoken_input import agreement, key_given
from ivr.engine.step import (
    AskingStep,
    AwaitAnswer,
    Back,
    Finish,
    GoTo,
    Move,
    QueueName,
    StepName,
    ToPerson,
    Visit,
    Wait,
)
from ivr.engine.welcome_back import CANCELLED

YES, OTHER = "1", "2"
ASKING, NUMBER, CONFIRM, CHOOSE, BOOKED = "asking", "number", "confirm", "choose", "booked"


class CallbackStep(AskingStep):
    """Offer to call the caller back, so that they need not wait on the phone.

    The step says what will happen (`say`, or the engine's own words), reads the number back digit by digit,
    and books when the caller presses 1; with 2 they enter another number. Only ordinary telephones of the
    company's own country are called; anything else is refused politely. A caller with a withheld number has
    to enter one. A caller in line keeps the place until the booking is confirmed, and afterwards through the
    callback. While the queue is open the callback comes with the caller's turn; outside its hours for
    callbacks, from the next allowed time on. With `at: choose` the caller confirms the number first, and then
    chooses between that and a few later times.
    One callback is kept for a number and queue: a caller who books again is told of it, and may cancel it. A
    number does not prove who calls: unless the phone company vouches for it, the address that cancels is sent
    there as a text message instead.

    The queue's settings under `callbacks` in config.yaml say how it calls back. Without them, or when nobody
    may be called, the caller goes to `not_possible`, or to a person. After the booking the call goes on at
    `next`, or ends with a goodbye. A 0 alone leads to a person, or back to the line for a caller from there.

    ```yaml example
    steps:
      closed:
        menu: We are closed. To be called back, press 1.
        keys: {1: book}
      book:
        callback: support
        say: We can call you back.
        at: choose
        not_possible: message
        next: bye
      message: {voicemail: support}
      bye: {hang_up: Goodbye.}
    ```
    """

    kind: ClassVar[str] = "callback"
    callback: QueueName
    say: PromptText | None = None
    at: Literal["turn", "choose"] = "turn"
    not_possible: StepName | None = None
    next: StepName | None = None
    timeout: Annotated[int, Field(ge=1, le=30)] = 6

    def hears_ahead(self, visit: Visit) -> bool:
        """Return whether keys may come early: only for the number. An early key never confirms a booking."""
        return visit.session.scratch.get("state") == NUMBER

    def accepts(self, visit: Visit, event: Event) -> bool:
        return isinstance(event, DigitsPressed) and event.digits.isdecimal()

    def takes_entry(self) -> bool:
        return True

    def keeps_zero(self, visit: Visit) -> bool:
        return _in_line(visit)

    def enter(self, visit: Visit) -> Move:
        call = visit.session.call
        if not call.caller:
            cannot = "callback_not_this_number" if call.caller_kind == "unreadable" else "callback_no_number"
            return self._ask_number(visit, {}, say(visit, cannot))
        return self._ask_terms("")

    def hear(self, visit: Visit, event: Event) -> Move:
        memory = visit.session.scratch
        if isinstance(event, CallbackTerms):
            return self._terms(visit, event)
        if isinstance(event, CallbackBooked):
            return self._booked(visit, event)
        if isinstance(event, CallbackCancelled):
            return self._over(visit, (say(visit, CANCELLED[event.status]),))
        if _in_line(visit) and isinstance(event, DigitsPressed) and event.digits == "0":
            return Move(Back())
        language = visit.session.language
        key = key_given(event, language)
        match memory.get("state"):
            case "number" if isinstance(event, DigitsPressed) and event.digits != POUND:
                return self._ask_terms(event.digits)
            case "confirm" if agreement(event, language) == YES:
                return self._confirmed(visit, memory)
            case "confirm" if agreement(event, language) == OTHER:
                return self._ask_number(visit, memory, understood=False)
            case "choose" if key in _keys(memory):
                return self._book(memory, memory["times"][int(key) - 1])
            case "booked" if key == YES:
                return self._over(visit, (say(visit, "callback_kept"),))
            case "booked" if key == OTHER and not memory["number"]:
                return Move(AwaitAnswer(), effects=(CancelCallback(self.callback),), scratch=memory)
        return self._again(visit, event, memory)

    # What is possible ---------------------------------------------------------------------------------------

    def _ask_terms(self, keyed: str) -> Move:
        asked = AskCallback(self.callback, keyed)
        return Move(AwaitAnswer(), effects=(asked,), scratch={"state": ASKING, "number": keyed})

    def _terms(self, visit: Visit, terms: CallbackTerms) -> Move:
        keyed = visit.session.scratch.get("number", "")
        if terms.refused == "queue":
            return self._not_possible(visit)
        if terms.refused:
            if not keyed:
                return self._ask_number(visit, {}, say(visit, "callback_not_this_number"))
            return self._ask_number(visit, {}, say(visit, "callback_refused"), understood=False)
        memory = {"number": keyed, "e164": terms.number, "times": list(terms.times), "now": terms.now}
        if terms.booked:
            return self._tell_booked(visit, {**memory, "at": terms.booked_at})
        first = self.say.spoken(visit) if self.say and not visit.failed else ()
        return self._ask_confirmation(visit, memory, first or (say(visit, "callback_offer"),))

    def _not_possible(self, visit: Visit) -> Move:
        words = (say(visit, "callback_unavailable"),)
        if _in_line(visit):
            return Move(Back(), prompts=words)
        to = GoTo(self.not_possible) if self.not_possible else ToPerson("callback", self.callback)
        return Move(to, prompts=words)

    # Questions ----------------------------------------------------------------------------------------------

    def _ask_number(
        self, visit: Visit, memory: dict[str, Any], *before: Prompt, understood: bool = True
    ) -> Move:
        if not understood and self._gives_up(visit):
            return Move(Back(), prompts=before)
        asking = listen(
            visit, (*before, say(visit, "callback_enter")), digits=None, timeout=self.timeout, speech=False
        )
        return Move(Wait(asking), scratch={**memory, "state": NUMBER}, understood=understood)

    def _ask_confirmation(
        self, visit: Visit, memory: dict[str, Any], before: tuple[Prompt, ...], understood: bool = True
    ) -> Move:
        when = say(visit, "callback_when_turn")
        if self._may_choose(memory):
            when = say(visit, "callback_when_chosen")
        elif not _is_now(visit, memory):
            when = say(visit, "callback_when_at", at=memory["times"][0])
        keys = "callback_keys_in_line" if _in_line(visit) else "callback_keys"
        words = (*before, when, say(visit, "callback_number", number=memory["e164"]), say(visit, keys))
        asking = listen(visit, words, timeout=self.timeout)
        return Move(Wait(asking), scratch={**memory, "state": CONFIRM}, understood=understood)

    def _ask_time(
        self, visit: Visit, memory: dict[str, Any], before: tuple[Prompt, ...] = (), understood: bool = True
    ) -> Move:
        words = list(before)
        for key, at in enumerate(memory["times"], 1):
            turn = key == 1 and _is_now(visit, memory)
            words.append(say(visit, "callback_choice_turn" if turn else "callback_choice", at=at, key=key))
        asking = listen(visit, words, timeout=self.timeout)
        return Move(Wait(asking), scratch={**memory, "state": CHOOSE}, understood=understood)

    def _tell_booked(
        self, visit: Visit, memory: dict[str, Any], before: tuple[Prompt, ...] = (), understood: bool = True
    ) -> Move:
        """Only at the number they call from may they cancel: anybody may key any number."""
        told = say(visit, "callback_exists_at" if memory["at"] else "callback_exists", at=memory["at"])
        keys = say(visit, "callback_keep_keys" if memory["number"] else "callback_cancel_keys")
        asking = listen(visit, (*before, told, keys), timeout=self.timeout)
        return Move(Wait(asking), scratch={**memory, "state": BOOKED}, understood=understood)

    def _again(self, visit: Visit, event: Event, memory: dict[str, Any]) -> Move:
        if self._gives_up(visit):
            return Move(Back())
        told = retry_prompt(visit, event)
        match memory.get("state"):
            case "confirm":
                return self._ask_confirmation(visit, memory, told, understood=False)
            case "choose":
                return self._ask_time(visit, memory, told, understood=False)
            case "booked":
                return self._tell_booked(visit, memory, told, understood=False)
        return self._ask_number(visit, {}, *told, understood=False)

    def _gives_up(self, visit: Visit) -> bool:
        """Return whether the step gives up: a caller in line goes back to it; others go to a person, as from
        every question."""
        return _in_line(visit) and self.is_last_try(visit)

    # The booking --------------------------------------------------------------------------------------------

    def _may_choose(self, memory: dict[str, Any]) -> bool:
        return self.at == "choose" and len(memory["times"]) > 1

    def _confirmed(self, visit: Visit, memory: dict[str, Any]) -> Move:
        if self._may_choose(memory):
            return self._ask_time(visit, memory)
        return self._book(memory, memory["times"][0])

    def _book(self, memory: dict[str, Any], at: str) -> Move:
        chosen = "" if memory["now"] and at == memory["times"][0] else at
        booking = BookCallback(self.callback, memory["e164"], chosen)
        return Move(AwaitAnswer(), effects=(booking,), scratch=memory)

    def _booked(self, visit: Visit, booked: CallbackBooked) -> Move:
        if booked.status == "refused":
            return self._not_possible(visit)
        if booked.status == "ringing":
            return Move(Back(), prompts=(say(visit, "callback_ringing"),))
        if booked.status == "exists":
            memory = {**visit.session.scratch, "at": booked.at}
            return self._tell_booked(visit, memory)
        return self._over(visit, (self._promise(visit, booked),), left=True)

    def _promise(self, visit: Visit, booked: CallbackBooked) -> Prompt:
        if booked.at:
            return say(visit, "callback_booked_at", at=booked.at)
        spoken = speak(0.0, booked.high) if booked.high is not None else speak(None, None)
        if spoken.kind == NONE or spoken.high is None:
            return say(visit, "callback_booked_turn")
        return say(visit, "callback_booked_within", **spoken.minutes)

    def _over(self, visit: Visit, words: tuple[Prompt, ...], left: bool = False) -> Move:
        if _in_line(visit) and not left:
            return Move(Back(), prompts=words)
        if self.next:
            return Move(GoTo(self.next), prompts=words, status=IN_FLOW, queue="")
        goodbye = Finish(HangUp((say(visit, "goodbye"),)))
        return Move(goodbye, prompts=words, status=IN_FLOW, queue="")


def _in_line(visit: Visit) -> bool:
    return bool(visit.session.queue)


def _is_now(visit: Visit, memory: dict[str, Any]) -> bool:
    """Whether the first time is the caller's turn: it may have come while they were listening."""
    return memory["now"] or datetime.fromisoformat(memory["times"][0]) <= visit.context.now


def _keys(memory: dict[str, Any]) -> set[str]:
    return {str(key) for key in range(1, len(memory["times"]) + 1)}
