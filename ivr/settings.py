"""The settings of config.yaml: company, numbers, queues, calendars, limits. Secrets are in the environment.

The file is read by `ivr/flowfiles/settings_file.py`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PrivateAttr,
    model_validator,
)

from ivr.engine.hours import CalendarModel, wrong_zone
from ivr.environment import Environment, EnvironmentProblem
from ivr.flowfiles.customer_settings import CustomerSettings
from ivr.flowfiles.destinations import Destinations, country_meant
from ivr.flowfiles.fields import Language, Name, Number
from ivr.flowfiles.policy_settings import ReportSettings, RetentionSettings, SignInSettings, SpendingSettings
from ivr.flowfiles.problems import SettingsProblems, quoted
from ivr.flowfiles.queue_settings import STRICT, Goal, Minutes, QueueSettings, Text
from ivr.flowfiles.reader import YamlDocument
from ivr.flowfiles.source_settings import SourceSettings

__all__ = [
    "Environment",
    "EnvironmentProblem",
    "Goal",
    "LimitSettings",
    "QueueSettings",
    "Settings",
    "SettingsProblems",
]


def _country(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        meant = country_meant(value)
        remedy = f"did you mean {quoted(meant)}?" if meant else "write two letters, such as US"
        raise ValueError(f"{quoted(value)} is not a country ({remedy})")
    return value


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        upper = value.strip().upper()
        letters = re.fullmatch(r"[A-Z]{3}", upper)
        remedy = f"did you mean {quoted(upper)}?" if letters else "write three letters, such as USD"
        raise ValueError(f"{quoted(value)} is not a currency ({remedy})")
    return value


def _timezone(value: str) -> str:
    if wrong := wrong_zone(value):
        raise ValueError(f"{wrong[0]} ({wrong[1]})")
    return value


class _SettingsModel(BaseModel):
    model_config = STRICT


class LimitSettings(_SettingsModel):
    """Limits on requests and look-ups."""

    rest_calls_per_second: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1
    webhook_body_kb: Annotated[int, Field(ge=4, le=1024)] = 64
    lookups_per_call: Annotated[int, Field(ge=1, le=1000)] = 10


class SupervisionSettings(_SettingsModel):
    """The parties told of a supervisor on a conversation: the agent, on the desk; the caller, in words,
    before the supervisor hears anything."""

    tell_agent: bool = True
    tell_caller: bool = False


class ClosedDeskSettings(_SettingsModel):
    """The treatment of an agent who became available at a desk that is no longer open: a mark on the floor,
    then away. Each after so many minutes; 0 is never."""

    mark_after_minutes: Annotated[int, Field(ge=0, le=240)] = 3
    away_after_minutes: Annotated[int, Field(ge=0, le=240)] = 10


class TransferSettings(_SettingsModel):
    """Which outside numbers agents may transfer callers to: those `named` under targets, or `any` ordinary
    number of our country as well. After so many seconds an agent is reminded of a caller on hold."""

    numbers: Literal["named", "any"] = "named"
    hold_reminder_seconds: Annotated[int, Field(ge=10, le=900)] = 60


class SmsSettings(_SettingsModel):
    """Incoming text messages: work for this `queue`, unless an agent is talking to their sender. Without one
    they only join the history."""

    queue: Name | None = None


class Settings(_SettingsModel):
    """The settings. `caller_id` is shown to agents' phones and to transfer targets.

    Only telephones of our `country` and of its `neighbours` are called and texted. `person_words` and
    `supervisor_words` ask for a person, besides the built-in words. `targets` names outside numbers that
    flows transfer to; `sources` are asked by look-ups; `emergency_numbers` ring when everything else fails. A
    point of priority counts as `priority_minutes` of waiting.
    """

    company: Annotated[Text, Field(description="its name")]
    country: Annotated[str, AfterValidator(_country)] = "US"
    neighbours: list[Annotated[str, AfterValidator(_country)]] = []
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    currency: Annotated[str, AfterValidator(_currency)] = "USD"
    languages: Annotated[list[Language], Field(min_length=1)] = ["en-US"]
    numbers: Annotated[
        dict[Number, str], Field(min_length=1, description="each number that callers dial, and its flow")
    ]
    caller_id: Number | None = None
    calendars: dict[Name, CalendarModel] = {}
    queues: Annotated[
        dict[Name, QueueSettings], Field(min_length=1, description="each line in which callers wait")
    ]
    priority_minutes: Minutes = 5
    voices: dict[Language, Text] = {}
    phrases: dict[Language, dict[str, str]] = {}
    person_words: dict[Language, list[Text]] = {}
    supervisor_words: dict[Language, list[Text]] = {}
    targets: dict[Name, Number] = {}
    sources: dict[Name, SourceSettings] = {}
    emergency_numbers: list[Number] = []
    dispositions: list[Text] = ["solved", "follow-up needed", "wrong department", "no answer needed"]
    away_reasons: list[Text] = ["break", "lunch", "meeting", "training"]
    limits: LimitSettings = LimitSettings()
    reports: ReportSettings = ReportSettings()
    supervising: SupervisionSettings = SupervisionSettings()
    desk_closed: ClosedDeskSettings = ClosedDeskSettings()
    transfers: TransferSettings = TransferSettings()
    texts: SmsSettings = SmsSettings()
    sign_in: SignInSettings = SignInSettings()
    spending: SpendingSettings = SpendingSettings()
    retention: RetentionSettings = RetentionSettings()
    flows_folder: Annotated[str, Field(min_length=1)] = "flows"
    articles_folder: Annotated[str, Field(min_length=1)] = "articles"
    customers: CustomerSettings = CustomerSettings()

    _document: YamlDocument = PrivateAttr(default_factory=lambda: YamlDocument("config.yaml"))
    _folder: Path = PrivateAttr(default_factory=Path)

    @model_validator(mode="before")
    @classmethod
    def _defaults_from_others(cls, data: Any) -> Any:
        """Fill in defaults: the first number is shown to those we call; calendars use the company's time
        zone."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        numbers, calendars, zone = data.get("numbers"), data.get("calendars"), data.get("timezone")
        if isinstance(numbers, dict) and numbers and data.get("caller_id") is None:
            data["caller_id"] = next(iter(numbers))
        if isinstance(calendars, dict) and isinstance(zone, str) and zone in available_timezones():
            data["calendars"] = {
                name: {"zone": zone, **calendar} if isinstance(calendar, dict) else calendar
                for name, calendar in calendars.items()
            }
        return data

    def queue(self, name: str) -> QueueSettings:
        """Return the settings of a queue; the defaults for one that config.yaml no longer has, since callers
        may still wait in it."""
        return self.queues.get(name) or QueueSettings()

    @property
    def destinations(self) -> Destinations:
        """Return the numbers that may cost money."""
        return Destinations.of(self.country, self.neighbours)

    @property
    def document(self) -> YamlDocument:
        """Return the text these settings were read from, with the position of every value."""
        return self._document

    @property
    def folder(self) -> Path:
        """Return the folder of config.yaml, to which paths in it are relative."""
        return self._folder

    @property
    def flows_path(self) -> Path:
        return self._folder / self.flows_folder

    @property
    def articles_path(self) -> Path:
        """Return the folder of answers for agents; without it there are none."""
        return self._folder / self.articles_folder
