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
    """Ask a data source of `config.yaml` and choose the next step by its answer.

    `with` lists the values of the request. An answer is kept in the variable that `save` names, and the call
    goes on at `found`; the agent sees it with the call. When the source has no entry the call goes on at
    `missing`, and when it cannot be reached in time at `failed`; if the exit is not written, to a person.
    The caller hears nothing meanwhile: for a source that takes more than a second, let them hear `say` first.

    When a look-up verifies the caller, after an `ask` with `sensitive: true`, `limit` names the account (such
    as `limit: "{{ account }}"`), and only `tries` unsuccessful look-ups are made for it in a day, whichever
    number calls, since a caller's number may be forged. After that nothing is asked, even for an account that
    does not exist, and the call goes on at `locked`, or to a person. Let the source answer missing both for
    an unknown account and for a wrong PIN, so that callers cannot tell which it was. A call that makes more
    look-ups than `limits: lookups_per_call` goes to a person.

    `lookup: customer` chooses among the customers who have the caller's number, where several have it: found
    means that exactly one customer's record has all the values of `with`. From then on flows have `customer`,
    and the call, its callback and the agent's card are that customer's. See docs/card.md.

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
            event = LookedUp("failed")  # the process that asked died in between
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
