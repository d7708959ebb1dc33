"""pay: take a card payment without receiving the card's digits."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ivr.engine.events import Event, PaymentEnded
from ivr.engine.expressions import number_of
from ivr.engine.instructions import Pay
from ivr.engine.phrases import say
from ivr.engine.prompts import PromptText, ValueText
from ivr.engine.step import GoTo, Move, QueueName, Step, StepName, ToPerson, Visit, Wait
from ivr.engine.values import VariableName

CENT = Decimal("0.01")
MOST = Decimal(1_000_000)
TAKEN, STAR = "success", "caller-interrupted-with-star"


def _connector(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_. -]{1,64}", value):
        raise PydanticCustomError(
            "pay", "'{name}' cannot be a Pay connector (write its name as in the console)", {"name": value}
        )
    return value


class PayStep(Step):
    """Let the phone company take a card payment. It asks for the card itself; no digit of it reaches us.

    The main value is the name of the payment connector in the phone company's console. `amount` is the amount
    charged, a number or a value such as `{{ order.total }}`; without it nothing is charged and the card
    only becomes a token for later (`reusable: true` for more than one use). `description` appears on the
    customer's statement. The caller hears `say` first, or the engine's own notice, and there 0 leads to a
    person as everywhere; a card digit pressed before the card is asked for is refused in words, since it
    cannot be passed on. While the card is keyed, 0 is part of its number, so the star key leads to a person
    then. The recording of the call stops meanwhile. After a successful payment, `save` holds its `amount`,
    `confirmation` and `token`, and the call goes on at `paid`; otherwise at `failed`, or with a person.

    ```yaml example
    steps:
      take_payment:
        pay: Default
        amount: "{{ invoice.total }}"
        description: Invoice
        say: I will take your card now. Press 0 for a person instead, or later the star key.
        save: payment
        paid: thanks
        failed: help
      thanks: {hang_up: "Thank you. Your payment was taken. Goodbye."}
      help: {queue: billing}
    ```
    """

    kind: ClassVar[str] = "pay"
    pay: Annotated[str, AfterValidator(_connector)]
    amount: ValueText | None = None
    reusable: bool = False
    description: Annotated[str, Field(max_length=100)] = ""
    say: PromptText | None = None
    save: VariableName | None = None
    paid: StepName
    failed: StepName | None = None
    human: QueueName | None = None

    @model_validator(mode="after")
    def _one_purpose(self) -> PayStep:
        if self.amount is not None and self.reusable:
            raise PydanticCustomError(
                "pay", "a payment is not a token for later (take out amount or reusable)"
            )
        return self

    def is_sensitive(self) -> bool:
        return True

    def enter(self, visit: Visit) -> Move:
        amount = ""
        if self.amount is not None:
            number = number_of(self.amount.value(visit))
            if number is None or not 0 < number < MOST:
                return self._payment_failed()  # never charge nothing, nor a guess
            amount = str(number.quantize(CENT))
        taking = Pay(
            connector=self.pay,
            amount=amount,
            currency=visit.context.currency.lower(),
            description=self.description,
            reusable=self.reusable,
            language=visit.session.language,
        )
        words = (self.say.spoken(visit) if self.say else ()) or (say(visit, "pay_notice"),)
        return Move(Wait(taking), prompts=words, scratch={"amount": amount})

    def hear(self, visit: Visit, event: Event) -> Move:
        if not isinstance(event, PaymentEnded):
            return self._payment_failed()  # the outcome is unknown: never charge a second time
        kept = event.confirmation if self.amount is not None else event.token
        if event.result == TAKEN and kept:
            amount = visit.session.scratch.get("amount", "")
            payment = {"amount": amount, "confirmation": event.confirmation, "token": event.token}
            return Move(GoTo(self.paid), remember={self.save: payment} if self.save else {})
        return Move(ToPerson("asked")) if event.result == STAR else self._payment_failed()

    def _payment_failed(self) -> Move:
        return Move(GoTo(self.failed) if self.failed else ToPerson("payment"))
