"""PURE: waits as a wallboard writes them."""

from __future__ import annotations


def minutes(low: float | None, high: float | None) -> str:
    """Return a range of seconds in minutes, as it would be announced."""
    if high is None:
        return "–"
    first, last = round((low or 0) / 60), max(1, round(high / 60))
    return f"{first}–{last} min" if first < last else f"{last} min"
