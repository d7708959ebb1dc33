"""lookup: ask a data source."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from ivr.engine.effects import LookUp
from ivr.engine.events import Event, LookedUp
from ivr.engine.phrases import listen
from ivr.engine.prompts import PromptText, ValueText
from ivr.engine.session import storable
from ivr.engine.step import (
    AwaitAnswer,
    GoTo,
    Move,
    QueueName,
    SourceName,
    Step,
    StepName,
    ToPerson,
    Visit,
    Wait,
    said_ahead,
)
from ivr.engine.values import VariableName

ASKED = "asked"


class LookupStep(Step):
    """Ask a data source of `config.yaml` and go on by what it says.

    `with` are the values it is asked with. When there is an answer, it is kept in the variable that `save`
    names and the call goes on at `found`; the agent sees it with the call. When the source knows nothing of
    it the call goes on at `missing`, and when it cannot be reached in time at `failed`; where one of these is
    not written, to a person. The caller hears nothing meanwhile: for a source that takes more than a second,
    let them hear `say` before it is asked.

    Where a look-up proves who calls, behind an `ask` with `sensitive: true`, `limit` names the account (such
    as `limit: "{{ account }}"`), and only `tries` that are missing are made for it in a day, whoever calls: a
    number that is shown may be anybody's. Then nothing is asked, also for an account that does not exist, and
    the call goes on at `locked`, or to a person. Let the source answer missing for an unknown account and for
    a wrong PIN alike, so that nobody learns which it was. A call that has asked more look-ups than `limits:
    lookups_per_call` goes to a person.

    `lookup: customer` chooses among the customers who have the caller's number, where several have it: found
    is the one customer whose record has all the values of `with`. From then on flows have `customer`, and the
    call, its callback and the agent's card are that customer's. See docs/card.md.

    ```yaml example
    steps:
      number:
        ask: Please enter your order number.
        save: number
        next: find
      find:
        lookup: orders
        with: {number: "{{ number }}"}
        say: One moment, I am looking for it.
        save: order
        found: tell
        missing: number
        failed: sorry
      tell: {hang_up: "Your order was sent on {{ order.sent_on | date }}. Goodbye."}
      sorry: {queue: support}
    ```
    """

    kind: ClassVar[str] = "lookup"
    passes: ClassVar[bool] = True
    lookup: SourceName
    parameters: Annotated[dict[str, ValueText], Field(default_factory=dict, alias="with")]
    limit: ValueText | None = None
    tries: Annotated[int, Field(ge=1, le=100)] = 5
    say: PromptText | None = None
    save: VariableName | None = None
    found: StepName
    missing: StepName | None = None
    failed: StepName | None = None
    locked: StepName | None = None
    human: QueueName | None = None

    def enter(self, visit: Visit) -> Move:
        prompts = self.say.spoken(visit) if self.say and visit.ahead is None else ()
        return Move(Wait(listen(visit, prompts, timeout=1))) if prompts else self._ask(visit)

    def hear(self, visit: Visit, event: Event) -> Move:
        if visit.session.scratch.get("state") != ASKED:
            return replace(self._ask(visit), ahead=said_ahead(event))
        if not isinstance(event, LookedUp):
            event = LookedUp("failed")  # whoever was asking died in between
        if event.status == "found":
            return Move(GoTo(self.found), remember={self.save: event.value} if self.save else {})
        exits = {"missing": self.missing, "locked": self.locked, "too_many": None}
        other = exits.get(event.status, self.failed)
        return Move(GoTo(other) if other else ToPerson("lookup"))

    def _ask(self, visit: Visit) -> Move:
        values = {name: storable(text.value(visit)) for name, text in self.parameters.items()}
        effect = LookUp(self.lookup, values)
        if self.limit is not None:
            account = str(storable(self.limit.value(visit)))
            effect = replace(effect, limit={account: self.tries})
        return Move(AwaitAnswer(), effects=(effect,), scratch={"state": ASKED})
