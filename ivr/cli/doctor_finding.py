"""A finding of `ivr doctor`."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, BAD, DOUBTFUL = "good", "bad", "doubtful"


@dataclass(frozen=True)
class Finding:
    """`state` is good, bad (callers will suffer) or doubtful (they may, one day)."""

    state: str
    what: str
    remedy: str = ""
