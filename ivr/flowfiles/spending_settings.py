"""What the settings say of money that a day may cost."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from ivr.flowfiles.queue_settings import STRICT

Amount = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class SpendingSettings(BaseModel):
    """What texts and calls that others can make us pay for may cost, in the company's currency.

    `text` and `call_minute` are estimates of the carrier's prices, `minutes_of_a_call` of a callback or a
    transfer. Once a day has cost `per_day`, no more texts are sent, no callbacks are booked and no typed
    numbers are called until the next; everybody still reaches a person. `texts_per_hour` is for what flows
    send, all lines together.
    """

    model_config = STRICT

    per_day: Amount = 500.0
    text: Amount = 0.05
    call_minute: Amount = 0.05
    minutes_of_a_call: Annotated[float, Field(gt=0, le=240, allow_inf_nan=False)] = 5.0
    texts_per_hour: Annotated[int, Field(ge=0, le=100_000)] = 300

    @property
    def call(self) -> float:
        """What one call is taken to cost."""
        return self.call_minute * self.minutes_of_a_call
