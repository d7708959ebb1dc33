"""Settings of a queue: who may serve it, what its callers hear, and where a wait may lead."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ivr.engine.values import VariableName
from ivr.flowfiles.fields import DailyHours, Language, Name
from ivr.flowfiles.problems import quoted

Words = Annotated[str, Field(min_length=1, max_length=300)]


class _SurveyModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class SmsSurveyQuestion(_SurveyModel):
    """A question in one language or several, and the name of its answer in reports."""

    ask: Words | dict[Language, Words]
    save: VariableName

    def words(self, language: str) -> str:
        """Return the words in that language, or in the one that was written first."""
        if isinstance(self.ask, str):
            return self.ask
        return self.ask.get(language) or next(iter(self.ask.values()))


class SmsSurveySettings(_SurveyModel):
    """A survey by SMS after a call with an agent.

    Each of the `questions` is answered with a number from 1 to 5; `comment` asks for words at the end. It is
    sent `after_minutes`, within `hours`; a caller who was asked in any way is not asked again for
    `every_days`. Answers are taken for `answer_hours`.
    """

    questions: Annotated[tuple[SmsSurveyQuestion, ...], Field(min_length=1, max_length=3)]
    comment: SmsSurveyQuestion | None = None
    every_days: Annotated[int, Field(ge=1, le=3650)] = 30
    after_minutes: Annotated[int, Field(ge=0, le=1440)] = 5
    hours: DailyHours = "09:00-20:00"
    answer_hours: Annotated[int, Field(ge=1, le=168)] = 24


Text = Annotated[str, Field(min_length=1, max_length=200)]
Seconds = Annotated[int, Field(ge=1, le=86_400)]
Minutes = Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)]


def _music(value: str) -> str:
    """Return the path below audio/ without its suffix, which is .wav for every piece."""
    if not re.fullmatch(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_/.-]*", value):
        raise ValueError(
            f"{quoted(value)} cannot be a piece of music (write its path below audio/, such as music/waiting)"
        )
    return re.sub(r"\.wav$", "", value, flags=re.IGNORECASE)


Music = Annotated[str, AfterValidator(_music)]
Level = Annotated[int, Field(ge=1, le=9)]


STRICT = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class _QueueModel(BaseModel):
    model_config = STRICT


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Goal(_QueueModel):
    """The service level goal: this share of callers answered within so many seconds.

    With `alert_after_minutes` an alert is sent (`reports: alerts:`) when the callers of the last
    `over_minutes`, at least `least_calls` of them, have fallen short of it for that long.
    """

    answered_within: Seconds = 20
    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.8
    alert_after_minutes: Minutes | None = None
    over_minutes: Annotated[int, Field(ge=5, le=1440)] = 30
    least_calls: Annotated[int, Field(ge=1, le=1000)] = 5


class CallbackSettings(_QueueModel):
    """How callers of a queue are called back.

    A caller whose expected wait is longer than `offered_after_minutes` is offered a callback. `first` says
    who is rung first: the customer, who is then put through as the next one, or the agent. Nobody is called
    outside `calendar` (the queue's own by default) or outside `hours`. A customer who does not answer is
    dialled again after `retry_minutes`, `attempts` times in all. A callback for which there was no time in
    `give_up_after_hours` of the hours for calls is given up. Of callers who key another number than they call
    from, at most `keyed_per_hour` are served: customers, those who waited, and others are counted separately.
    A callback whose place was taken up by a call is booked again if the call ends with one of the
    dispositions `booked_again_after`.
    """

    offered_after_minutes: Minutes = 5
    first: Literal["customer", "agent"] = "customer"
    calendar: str | None = None
    hours: DailyHours = "08:00-21:00"
    attempts: Annotated[int, Field(ge=1, le=5)] = 3
    retry_minutes: Annotated[int, Field(ge=10, le=1440)] = 15
    give_up_after_hours: Annotated[int, Field(ge=1, le=100)] = 12
    ring_seconds: Annotated[int, Field(ge=10, le=60)] = 25
    leave_message: bool = True
    text: bool = True
    keyed_per_hour: Annotated[int, Field(ge=0, le=10_000)] = 20
    booked_again_after: Annotated[list[Text], BeforeValidator(_listed)] = []


class OverflowSettings(_QueueModel):
    """An overflow rule: one condition or more, and one action.

    The caller has waited `after_minutes`, more than `line_over` callers are in line, or the estimate is over
    `estimate_over_minutes`. Then the caller moves to another `queue` (keeping the rank), to a `transfer`
    target, or to a `voicemail`.
    """

    after_minutes: Minutes | None = None
    line_over: Annotated[int, Field(ge=1, le=10_000)] | None = None
    estimate_over_minutes: Minutes | None = None
    queue: Name | None = None
    transfer: Name | None = None
    voicemail: bool = False

    @model_validator(mode="after")
    def _whole(self) -> OverflowSettings:
        conditions = (self.after_minutes, self.line_over, self.estimate_over_minutes)
        if all(condition is None for condition in conditions):
            raise ValueError("says when: after_minutes, line_over or estimate_over_minutes is missing")
        if (self.queue is not None) + (self.transfer is not None) + self.voicemail != 1:
            raise ValueError("says where in one way: queue, transfer or voicemail")
        return self


class QueueSettings(_QueueModel):
    """A line in which callers wait. Times are in seconds, the longest wait in minutes.

    `expected_handle_seconds` is the guess from which wait estimates start before there is a record. An agent
    must have `skills` (name → lowest level) to serve the queue. An agent who talked to the caller within
    `same_agent_days` is waited for up to `same_agent_wait_seconds`. More callers than `most_waiting` are not
    let in. Wrap-up lasts at least `wrap_up_typing_seconds` after the note was last changed, but for that no
    longer than `wrap_up_limit_seconds` in all. `at_closing`: those in line are still served (finish) or asked
    for a message (message). `music` is a playlist. `messages` are said while callers wait, one after the
    other, by language. Waits are announced in all languages, in none (false) or in those listed; with
    `announce_positions` false no places in line are announced either.
    """

    title: Text | dict[Language, Text] = ""
    calendar: str | None = None
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    skills: dict[Name, Level] = {}
    same_agent_days: Annotated[int, Field(ge=0, le=365)] = 0
    same_agent_wait_seconds: Annotated[int, Field(ge=0, le=600)] = 60
    ring_seconds: Annotated[int, Field(ge=5, le=120)] = 20
    wrap_up_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    wrap_up_typing_seconds: Annotated[int, Field(ge=0, le=300)] = 20
    wrap_up_limit_seconds: Annotated[int, Field(ge=0, le=3600)] = 600
    max_wait_minutes: Annotated[int, Field(ge=1, le=480)] = 30
    most_waiting: Annotated[int, Field(ge=1, le=10_000)] | None = None
    overflow: list[OverflowSettings] = []
    at_closing: Literal["finish", "message"] = "finish"
    keep_place_minutes: Annotated[int, Field(ge=0, le=120)] = 10
    music: Annotated[list[Music], BeforeValidator(_listed), Field(min_length=1)] = ["music/waiting"]
    announce_every: Annotated[int, Field(ge=10, le=600)] = 30
    announce_waits: bool | list[Language] = True
    announce_positions: bool = True
    messages: list[Text | dict[Language, Text]] = []
    voicemail: bool = True
    callbacks: CallbackSettings | None = None
    survey: SmsSurveySettings | None = None
    expected_handle_seconds: Annotated[int, Field(ge=5, le=36_000)] = 240
    goal: Goal = Goal()

    @property
    def announced_in(self) -> frozenset[str] | None:
        """Return the languages in which waits are announced; None for all."""
        if isinstance(self.announce_waits, bool):
            return None if self.announce_waits else frozenset()
        return frozenset(self.announce_waits)

    def titles(self, languages: list[str]) -> dict[str, str]:
        """Return the queue's spoken name by language; empty if it has no title."""
        if isinstance(self.title, str):
            return dict.fromkeys(languages, self.title) if self.title else {}
        return dict(self.title)
