"""`given:` describes the situation when the caller dials."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from ivr.flowfiles.fields import Language, Name, Number
from ivr.flowfiles.problems import quoted

MONDAY = datetime(2026, 3, 2, 10, 0)
STRANGER = "+14155550199"
FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
OUTAGES = ("database", "rest", "carrier")
Outage = Literal["database", "rest", "carrier"]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


class Plain(BaseModel):
    """Base of everything in a scenario."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _moment(written: Any) -> datetime:
    if isinstance(written, datetime):
        return written
    for form in FORMATS:
        try:
            return datetime.strptime(str(written).strip(), form)
        except ValueError:
            continue
    raise ValueError(f"{quoted(written)} is not a date and time (write it like 2026-03-02 10:00)")


def _caller(value: str) -> str:
    known = value.startswith(("+", "sip:", "sips:", "tel:", "client:")) or value == "anonymous"
    if not known and not re.fullmatch(r"\d{7,15}", value):
        raise ValueError(f"{quoted(value)} is not a caller (write a number like +14155550123, or anonymous)")
    return value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _by_name(value: Any) -> Any:
    """Accept both `[database]` and `database` as lists, and a number as callers in the flow's own queue."""
    return {"": value} if isinstance(value, str | int) else value


Texts = Annotated[
    list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str]), Field(min_length=1)
]
Moment = Annotated[datetime, BeforeValidator(_moment, json_schema_input_type=str)]
Count = Annotated[int, Field(ge=0, le=50)]


def _levels(written: Any) -> Any:
    """Accept `[billing, support:2]` as `ivr agents add` does; without a number the level is 1."""
    if not isinstance(written, list | str):
        return written
    pairs = (str(one).partition(":") for one in _listed(written))
    return {name.strip(): level.strip() if colon else 1 for name, colon, level in pairs}


def _as_written(levels: dict[str, int]) -> list[str] | dict[str, int]:
    return list(levels) if set(levels.values()) <= {1} else levels


Level = Annotated[int, Field(ge=1, le=9)]
Levels = Annotated[
    dict[Name, Level],
    BeforeValidator(_levels, json_schema_input_type=str | list[str] | dict[str, Level]),
    PlainSerializer(_as_written),
]


class GivenAgent(Plain):
    """An agent who serves queues. `rings` says what they do by themselves when their phone rings. Agents of
    level 2 in a queue are asked when none of level 1 is free; of a skill, level 2 is more than 1."""

    id: Annotated[Name, Field(description="what the scenario calls them")]
    queues: Annotated[Levels, Field(min_length=1, description="the queues they serve, with their levels")]
    skills: Annotated[Levels, Field(description="what they can do, with their levels")] = {}
    name: str = ""
    phone: str = ""
    state: Literal["available", "away", "signed-out", "busy"] = "available"
    rings: Literal["manual", "answers", "ignores", "busy", "machine"] = "manual"
    after: Annotated[Seconds, Field(description="seconds until they answer by themselves")] = 4.0


class GivenCustomer(Plain):
    """A customer, besides those of customers.csv."""

    id: Annotated[str, Field(min_length=1, max_length=64, description="as in the list of customers")]
    name: Annotated[str, Field(min_length=1, max_length=200, description="their name")]
    numbers: list[Number] = []
    company: str = ""
    language: Language | Literal[""] = ""
    email: str = ""
    warning: str = ""
    fields: dict[str, str] = {}


class GivenLookup(Plain):
    """The answer of a data source: `found` with these values, `missing`, or `failed`; after `slow` seconds.
    Of several answers each is given in turn, and the last one from then on."""

    found: dict[str, Any] | list[Any] | None = None
    missing: bool = False
    failed: bool = False
    slow: Seconds = 0.0


Lookups = Annotated[
    list[GivenLookup],
    BeforeValidator(_listed, json_schema_input_type=GivenLookup | list[GivenLookup]),
    Field(min_length=1),
]


class Given(Plain):
    """The world at the moment of the call. `at` is local time of the company.

    `speech` is how sure the carrier is of what the caller says. `language` is what we know of the caller: a
    customer who prefers it; the call itself begins in the first language of its flow. `waiting` callers
    are ahead, in the queue in which 0 finds a person, or by queue.
    """

    caller: Annotated[str, AfterValidator(_caller)] = STRANGER
    caller_name: str = ""
    attested: Annotated[
        Literal["A", "B", "C", ""], Field(description="how far the phone company vouches for the number")
    ] = ""
    dialled: Number | None = None
    at: Moment = MONDAY
    language: Language | Literal[""] = ""
    speech: Annotated[float, Field(ge=0, le=1)] = 0.9
    customers: list[GivenCustomer] = []
    agents: list[GivenAgent] = []
    waiting: Annotated[
        dict[str, Count], BeforeValidator(_by_name, json_schema_input_type=Count | dict[str, Count])
    ] = {}
    hours: dict[str, Literal["open", "closed"]] = {}
    notices: Texts | None = None
    lookups: dict[str, Lookups] = {}
    outages: Annotated[
        list[Outage], BeforeValidator(_listed, json_schema_input_type=Outage | list[Outage])
    ] = []

    @property
    def told_by_network(self) -> dict[str, str]:
        """Return what the phone company says about the caller besides the number."""
        told = {"CallerName": self.caller_name} if self.caller_name else {}
        return told | ({"StirVerstat": f"TN-Validation-Passed-{self.attested}"} if self.attested else {})
