"""How long the settings let us keep what was said and done."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from ivr.flowfiles.queue_settings import STRICT


class RetentionSettings(BaseModel):
    """Days after which the clock takes away what says who somebody was; counts, times and sums stay. Without
    a number it is kept.

    `calls`: numbers, notes, what was said and keyed, contacts, and recordings of those calls. `texts`: text
    messages, here and at the phone company. `recordings`: messages and recorded calls, here and there.
    `journal`: numbers and words in it. `sign_ins`: who signed in from where.
    """

    model_config = STRICT

    calls: Annotated[int, Field(ge=30, le=3650)] | None = None
    texts: Annotated[int, Field(ge=7, le=3650)] | None = None
    recordings: Annotated[int, Field(ge=1, le=3650)] | None = None
    journal: Annotated[int, Field(ge=30, le=3650)] | None = None
    sign_ins: Annotated[int, Field(ge=7, le=3650)] | None = 365
