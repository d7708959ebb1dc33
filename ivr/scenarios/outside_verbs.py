"""The verbs of effects outside the call: texts, payments, the recording of the call."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from ivr.flowfiles.problems import listed, quoted
from ivr.scenarios.caller_verbs import now_heard
from ivr.scenarios.context import PATIENCE_S, ExpectationFailed, ScenarioContext, flat
from ivr.scenarios.given import Texts
from ivr.scenarios.verb import ScenarioVerb, Within
from simulator.verbs.pay import ASKS

SENT_S = 10.0
BEGINS_S = 5.0
RESULTS = {
    "taken": "success",
    "refused": "payment-connector-error",
    "mistyped": "too-many-failed-attempts",
    "star": "caller-interrupted-with-star",
}


def _amount(value: str) -> str:
    if not re.fullmatch(r"\d+(\.\d{1,2})?", value):
        raise ValueError(f"{quoted(value)} is not an amount (write it like 20.45)")
    return value


class TextVerb(ScenarioVerb):
    """The caller is sent a text message with these words, or one of several; with `to`, at another number.
    The call may be over by then."""

    word: ClassVar[str] = "text"
    text: Texts
    to: str = ""
    within: Within = SENT_S

    def play(self, context: ScenarioContext) -> None:
        account, to = context.simulated.account, self.to or context.given.caller

        def sent() -> list[str]:
            return [str(one["body"]) for one in account.messages if one["to"] == to]

        def is_there() -> bool:
            return any(flat(text) in flat(body) for text in self.text for body in sent())

        if not account.run_until(is_there, self.within):
            elsewhere = [f"{one['body']} (to {one['to']})" for one in account.messages]
            wanted = f"{to} is sent the text {listed([quoted(text) for text in self.text])}"
            raise ExpectationFailed(wanted, (sent() or elsewhere or ["no text was sent"])[-1])


class Pays(ScenarioVerb):
    """The line takes a card and the caller enters one. The payment is `taken`, also when nothing is said of
    it, or `refused`, or the card is `mistyped` until that is enough, or the caller presses the `star` key.
    No scenario has the digits of a card: the line never hears them. `amount` is what is to be charged."""

    word: ClassVar[str] = "pays"
    bare: ClassVar[bool] = True
    pays: Literal["", "taken", "refused", "mistyped", "star"] | None = None
    amount: Annotated[str, AfterValidator(_amount)] = ""
    within: Within = PATIENCE_S

    def play(self, context: ScenarioContext) -> None:
        if not context.until(lambda: context.caller.speaking == ASKS, self.within):
            raise ExpectationFailed("the line takes a card", now_heard(context))
        if self.amount and float(context.charged or 0) != float(self.amount):
            raise ExpectationFailed(
                f"{self.amount} is to be paid", f"{context.charged or 'nothing'} is to be paid"
            )
        context.did_at = context.now
        how = self.pays or "taken"
        if how == "star":
            context.caller.press("*")
            context.settle()
            return
        switches = context.simulated.account.switches
        switches.pay_result = RESULTS[how]
        context.run(switches.pay_seconds)


class RecordedVerb(ScenarioVerb):
    """Whether the call is being recorded at this moment: `on`, `paused` (while something sensitive is asked)
    or `off`. Messages that the caller leaves do not count."""

    word: ClassVar[str] = "recorded"
    recorded: Literal["on", "paused", "off"]
    within: Within = BEGINS_S

    def play(self, context: ScenarioContext) -> None:
        if not context.until(lambda: context.call_recording == self.recorded, self.within):
            raise ExpectationFailed(
                f"the recording of the call is {self.recorded}", f"it is {context.call_recording}"
            )
