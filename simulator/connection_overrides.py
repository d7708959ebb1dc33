"""Connection overrides in the fragment of a webhook URL: `https://host/path#ct=1000&rc=2` (facts 1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

_RANGES = {"ct": (100, 10000), "rt": (100, 15000), "tt": (100, 15000), "rc": (0, 5)}
_POLICIES = {"4xx", "5xx", "ct", "rt", "all"}


class BadOverride(ValueError):
    """The fragment asks for something that does not exist."""


@dataclass(frozen=True)
class ConnectionOverrides:
    """How long one webhook may take and how often it is tried. Seconds; the total includes all tries."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policies: frozenset[str] = frozenset({"ct"})

    def retries_on(self, outcome: str) -> bool:
        """`outcome` is ct, rt, 4xx or 5xx."""
        return outcome in self.policies or ("all" in self.policies and outcome != "")


def patience_for(url: str) -> ConnectionOverrides:
    """Twilio's defaults, changed by what the URL's fragment says. Raises BadOverride."""
    given = dict(parse_qsl(urlsplit(url).fragment))
    numbers = {name: _number(name, given[name]) for name in _RANGES if name in given}
    policies = frozenset(given.get("rp", "ct").split(","))
    if not policies <= _POLICIES:
        raise BadOverride(f"unknown retry policy {given['rp']}")
    return ConnectionOverrides(
        connect=numbers.get("ct", 5000) / 1000,
        read=numbers.get("rt", 15000) / 1000,
        total=numbers.get("tt", 15000) / 1000,
        retries=numbers.get("rc", 1),
        policies=policies,
    )


def _number(name: str, value: str) -> int:
    least, most = _RANGES[name]
    if not value.isdigit() or not least <= int(value) <= most:
        raise BadOverride(f"{name}={value} is not between {least} and {most}")
    return int(value)
