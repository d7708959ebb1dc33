"""The verbs of an agent: what the agent sees, hears and does."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from ivr.floor.offers import TooLate
from ivr.flowfiles.problems import listed, quoted
from ivr.scenarios.card_expectations import differences
from ivr.scenarios.context import PATIENCE_S, ExpectationFailed, ScenarioContext, flat
from ivr.scenarios.given import Texts
from ivr.scenarios.verb import ScenarioVerb, Within
from ivr.service.screen_pop.cards import Card, CardOfAnother, CardService
from simulator.phones import AgentPhone

WHISPER_S = 10.0
ON_CALL = "on_call"


class AgentVerb(ScenarioVerb):
    """An agent's phone rings; what the screen shows by then, and what the agent does about it.

    `sees` compares fields of the card. `answers: true` picks up and accepts with key 1; `declines` says no,
    `ignores` lets it ring until it stops, `hangs_up` ends the talk. `hears` is what the phone says who calls.
    `transfers: queue:billing` (`agent:desk-2`, `number:warehouse`) gives the caller on, with a `note`.
    `goes` makes them available, away or signed-out; `state` is what the line takes them for.
    """

    word: ClassVar[str] = "agent"
    agent: str
    sees: dict[str, Any] | None = None
    rings: bool = False
    answers: bool = False
    declines: bool = False
    ignores: bool = False
    hangs_up: bool = False
    transfers: str = ""
    note: str = ""
    hears: Texts | None = None
    goes: Literal["available", "away", "signed-out"] | None = None
    state: str | None = None
    within: Within = PATIENCE_S

    def play(self, context: ScenarioContext) -> None:
        phone = context.agents[self.agent]
        if self.goes:
            self._go(context)
        if self._is_offered or self.sees is not None:
            self._wait(context, phone)
        if self.sees is not None:
            self._compare(context)
        self._act(context, phone)
        if self.state is not None:
            self._check_state(context)

    @property
    def _is_offered(self) -> bool:
        return self.rings or self.answers or self.declines or self.ignores

    def _go(self, context: ScenarioContext) -> None:
        agents = context.simulated.line.agents
        moves = {"available": agents.go_available, "away": agents.go_away, "signed-out": agents.sign_out}
        moves[self.goes or ""](self.agent)
        if self.goes == "available" and agents.status(self.agent).state == ON_CALL:
            what = f"{self.agent} is talking, and will be available after that ('hangs_up: true' ends it)"
            raise ExpectationFailed(f"{self.agent} goes available", what)
        context.settle()

    def _wait(self, context: ScenarioContext, phone: AgentPhone) -> None:
        if phone.call is not None and not phone.ringing:
            return  # in the talk, or listening to who calls
        if not context.until(lambda: phone.ringing, self.within):
            state = context.simulated.line.agents.status(self.agent).state
            wanted = f"the phone of {self.agent} rings within {self.within:g} seconds"
            raise ExpectationFailed(wanted, f"{self.agent} is {state}")

    def _compare(self, context: ScenarioContext) -> None:
        found = differences(self.sees or {}, self._card(context))
        if found:
            field, wanted, seen = found[0]
            raise ExpectationFailed(f"{self.agent} sees {field}: {wanted}", f"{field}: {seen}")

    def _card(self, context: ScenarioContext) -> Card:
        simulated = context.simulated
        cards = CardService(simulated.database, simulated.clock.time, simulated.settings)
        try:
            return cards.card(context.call_sid, self.agent)
        except CardOfAnother:
            raise ExpectationFailed(
                f"{self.agent} sees the card of this call", "it is another agent's"
            ) from None

    def _act(self, context: ScenarioContext, phone: AgentPhone) -> None:
        if self.answers:
            if phone.ringing:
                phone.answer()
            context.until(lambda: phone.listened_to, WHISPER_S)
            self._check_whisper(phone)
            phone.press("1")
        elif self.declines:
            phone.decline()
        elif self.ignores:
            context.until(lambda: not phone.ringing, self.within)
        elif self.hangs_up:
            phone.hang_up()
        elif self.transfers:
            self._give_on(context)
        elif self.hears:
            self._check_whisper(phone)
        context.settle()

    def _give_on(self, context: ScenarioContext) -> None:
        """Transfer as with the button on the desk."""
        try:
            context.simulated.line.talks.transfer(self.agent, context.call_sid, self.transfers, self.note)
        except TooLate as refused:
            raise ExpectationFailed(f"{self.agent} transfers to {self.transfers}", str(refused)) from None
        context.did_at = context.now

    def _check_whisper(self, phone: AgentPhone) -> None:
        told = " ".join(phone.heard)
        if self.hears and not any(flat(text) in flat(told) for text in self.hears):
            raise ExpectationFailed(f"{self.agent} hears {listed(map(quoted, self.hears))}", told)

    def _check_state(self, context: ScenarioContext) -> None:
        state = context.simulated.line.agents.status(self.agent).state
        if state.replace("_", "-") != (self.state or "").replace("_", "-"):
            raise ExpectationFailed(f"{self.agent} is {self.state}", f"{self.agent} is {state}")
