"""How far it is established who calls, and what stays covered on the card until it is.

A number says who may be calling. Only a flow that asked for something only they know may say more: it sets
the variable that `customers: verified:` of config.yaml names to yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.floor.returning_callers import CAME_BACK
from ivr.settings import Settings
from ivr.store.calls import CallRow

VERIFIED, ATTESTED, NUMBER, NOBODY = "verified", "attested", "number", "nobody"
_YES = ("yes", "true", True)


def identity_of(row: CallRow, settings: Settings) -> str:
    """verified · attested (the phone company vouches for the number) · number · nobody. What was proved in an
    earlier call does not count: where we ring, or they ring back, somebody else may be speaking."""
    session = row.session.get("session") or {}
    name = settings.customers.verified
    proved = (session.get("variables") or {}).get(name) in _YES if name else False
    if proved and row.direction == "in" and not row.session.get(CAME_BACK):
        return VERIFIED
    if not row.caller.startswith("+"):
        return NOBODY
    return ATTESTED if (session.get("call") or {}).get("attested") == "A" else NUMBER


@dataclass(frozen=True, slots=True)
class FieldMask:
    """Covers the fields that the settings name, unless `lifted`."""

    names: frozenset[str]
    lifted: bool

    @classmethod
    def of(cls, settings: Settings, lifted: bool) -> FieldMask:
        return cls(frozenset(map(_same, settings.customers.hidden)), lifted)

    def over(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields, with None for what is covered."""
        return {name: None if self.covers(name) else value for name, value in fields.items()}

    def covers(self, name: str) -> bool:
        return not self.lifted and _same(name) in self.names

    def covered(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in names if self.covers(name)))


def _same(name: str) -> str:
    """account_number, Account number and ACCOUNT NUMBER are one name."""
    return name.replace("_", " ").strip().lower()
