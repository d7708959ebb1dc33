"""The contract of a line under `then:`."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.scenarios.context import PATIENCE_S, ScenarioContext
from ivr.scenarios.given import Plain

Within = Annotated[float, Field(gt=0, le=86_400, description="seconds of patience")]


class ScenarioVerb(Plain):
    """An action of the caller or of an agent, or an expectation at this point.

    `word` is the key that names it; the field of that name holds its main value. A `bare` word may stand
    alone. `play` lets time pass as needed and raises ExpectationFailed when the expectation is not met.
    """

    word: ClassVar[str] = ""
    bare: ClassVar[bool] = False

    def play(self, context: ScenarioContext) -> None:
        raise NotImplementedError


__all__ = ["PATIENCE_S", "ScenarioVerb", "Within"]
