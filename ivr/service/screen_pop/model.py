"""A card as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CardCustomer:
    """A covered value is None."""

    id: str
    name: str
    company: str
    language: str
    email: str | None
    numbers: tuple[str, ...]
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """A call as an agent sees it. `customers` are the names of all who have the number, where nobody has
    said which of them calls. `choices` are those customers for the agent to choose from (id, name, company),
    and `chosen` what was said: an id, "" for none of them, None for nothing yet; `chosen_by` says by whom
    (agent, flow). `number_kind` says what was sent: a number (readable), what cannot be read as one
    (unreadable), a placeholder, or nothing (withheld); erased where nothing is known any more.
    `promised` is the last wait announced, as spoken; `no_texts` is what they wrote who want no text messages.
    `callback` is set where we call them (booked_at, attempts, chosen_at) or where they came back to a place
    from an earlier call, `origin`: if it was that of a booked callback, with `asked`, what the agent says of
    it (yes, no or ""). `channel`: call or text."""

    call_sid: str
    channel: str
    customer: CardCustomer | None
    customers: tuple[str, ...]
    choices: tuple[Mapping[str, str], ...]
    chosen: str | None
    chosen_by: str
    number: str
    number_shown: str
    number_kind: str
    caller_name: str
    trust: str
    attested: str
    language: str
    waiting_for: str
    waiting_for_title: str
    waited_s: float
    waiting_since: float
    promised: Mapping[str, Any] | None
    callback: Mapping[str, Any] | None
    wanted_person: bool
    wanted_supervisor: bool
    path: tuple[str, ...]
    path_words: tuple[str, ...]
    inputs: tuple[Mapping[str, Any], ...]
    facts: Mapping[str, Any]
    history: tuple[Mapping[str, Any], ...]
    comments: tuple[Mapping[str, Any], ...]
    calls_this_week: int
    no_texts: str
    identity: str
    parts: tuple[Mapping[str, Any], ...]
    covered: tuple[str, ...]
    pop_url: str
    open_matters: tuple[Mapping[str, Any], ...]
    warnings: tuple[Mapping[str, Any], ...]
    notes: tuple[Mapping[str, Any], ...]
    disposition: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON takes them."""
        return asdict(self)
