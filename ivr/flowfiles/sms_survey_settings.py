"""What config.yaml says of surveys by text message, queue by queue."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ivr.engine.variables import VariableName
from ivr.flowfiles.fields import DailyHours, Language

Words = Annotated[str, Field(min_length=1, max_length=300)]


class _SurveyModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class SmsSurveyQuestion(_SurveyModel):
    """What is asked, in one language or several, and the name under which the answer stands in reports."""

    ask: Words | dict[Language, Words]
    save: VariableName

    def words(self, language: str) -> str:
        """In that language, or in the one that was written first."""
        if isinstance(self.ask, str):
            return self.ask
        return self.ask.get(language) or next(iter(self.ask.values()))


class SmsSurveySettings(_SurveyModel):
    """A survey by SMS after a call with an agent.

    Each of the `questions` is answered with a number from 1 to 5; `comment` asks for words at the end. It is
    asked `after_minutes`, within `hours`, and who was asked in any way is left alone for `every_days`.
    Answers are taken for `answer_hours`.
    """

    questions: Annotated[tuple[SmsSurveyQuestion, ...], Field(min_length=1, max_length=3)]
    comment: SmsSurveyQuestion | None = None
    every_days: Annotated[int, Field(ge=1, le=3650)] = 30
    after_minutes: Annotated[int, Field(ge=0, le=1440)] = 5
    hours: DailyHours = "09:00-20:00"
    answer_hours: Annotated[int, Field(ge=1, le=168)] = 24
