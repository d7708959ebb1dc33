"""`customers:` of config.yaml: the source that the card asks, and the fields that stay hidden on it."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ivr.flowfiles.fields import Name, filled, why_not_filled, without_holes
from ivr.flowfiles.problems import quoted

MOST_FIELDS = 30
_WAY = re.compile(r"[^.\s{}][^.{}]*(\.[^.\s{}][^.{}]*)*")
_NO_PAGE = "{} is not a page to open (write it like https://crm.example.com/find?phone={{{{ caller }}}})"
_LABEL = re.compile(r"[^<>{}\x00-\x1f]{1,60}")


def _with_holes(value: str) -> str:
    if wrong := why_not_filled(value):
        raise ValueError(wrong)
    return value


def _way(value: str) -> str:
    if not _WAY.fullmatch(value):
        raise ValueError(f"{quoted(value)} is not a way into the answer (write it like account.owner)")
    return value


def _label(value: str) -> str:
    if not _LABEL.fullmatch(value):
        raise ValueError(f"{quoted(value)} cannot be a label (write a few words, such as Account owner)")
    return value


def _pop_url(value: str) -> str:
    """Check the address: only https, and no value from a caller may decide the host."""
    _with_holes(value)
    start = value.partition("{{")[0]
    try:
        parts, fixed = urlsplit(without_holes(value)), urlsplit(start)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError(_NO_PAGE.format(quoted(value))) from None
    odd = "\\" in value or not value.isascii() or parts.username is not None or not port_is_number
    if parts.scheme != "https" or not parts.hostname or odd or re.search(r"\s", without_holes(value)):
        raise ValueError(_NO_PAGE.format(quoted(value)))
    if fixed.netloc != parts.netloc or not (fixed.path or fixed.query or start == value):
        raise ValueError("the host is fixed here (put {{ caller }} behind the host and a /)")
    return value


Template = Annotated[str, Field(max_length=500), AfterValidator(_with_holes)]
Way = Annotated[str, Field(max_length=200), AfterValidator(_way)]
Label = Annotated[str, AfterValidator(_label)]


class CustomerSettings(BaseModel):
    """The fields of the card besides the imported ones.

    `source` is asked with the values of `with` when a call arrives; `fields` maps labels of the card to paths
    in its answer. `pop_url` is the caller's page in another system. A call whose variable `verified` is yes
    has a verified caller; until then the fields named in `hidden` are covered, wherever they come from.
    `sensitive` names are never shown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    source: Name | None = None
    title: Annotated[str, Field(min_length=1, max_length=40)] = "From the CRM"
    values: Annotated[dict[Name, Template], Field(alias="with")] = {"phone": "{{ caller }}"}
    fields_shown: Annotated[dict[Label, Way], Field(alias="fields", max_length=MOST_FIELDS)] = {}
    pop_url: Annotated[str, Field(max_length=1000), AfterValidator(_pop_url)] | None = None
    verified: Name | None = None
    hidden: list[Label] = []
    sensitive: list[Annotated[str, Field(max_length=100)]] = []

    @model_validator(mode="after")
    def _hidden_can_be_shown(self) -> CustomerSettings:
        if self.fields_shown and self.source is None:
            raise ValueError("fields of no source (name one of 'sources' as source:)")
        return self

    def pop_address(self, values: dict[str, object], written) -> str | None:
        """Return the page in the other system for a call with these values; None if one of them is
        missing."""
        return filled(self.pop_url, values, written) if self.pop_url else None
