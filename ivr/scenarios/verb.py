"""The contract of a line under `then:`."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.scenarios.context import PATIENCE_S, ScenarioContext
from ivr.scenarios.given import Plain

Within = Annotated[float, Field(gt=0, le=86_400, description="seconds of patience")]


class ScenarioVerb(Plain):
    """One thing that the caller or an agent does, or that must be so by now.

    `word` is the key that names it; the field of that name holds its main value. A `bare` word may stand
    alone. `play` lets time pass as needed and raises Unmet when it does not come out as expected.
    """

    word: ClassVar[str] = ""
    bare: ClassVar[bool] = False

    def play(self, context: ScenarioContext) -> None:
        raise NotImplementedError


__all__ = ["PATIENCE_S", "ScenarioVerb", "Within"]
