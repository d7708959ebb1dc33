"""A step that went and one that came and are alike: it was given another name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

ALIKE = 0.72
MOST = 60  # of each: comparing all with all is quadratic

Bodies = Mapping[str, Mapping[str, Any]]


def renames(old: Bodies, new: Bodies) -> dict[str, str]:
    """Old name → new name, the most alike first. Each name is used once."""
    gone = [name for name in old if name not in new][:MOST]
    come = [name for name in new if name not in old][:MOST]
    pairs = []
    for before in gone:
        for after in come:
            share = _likeness(old[before], new[after])
            if share >= ALIKE:
                pairs.append((-share, before, after))
    found: dict[str, str] = {}
    for _, before, after in sorted(pairs):
        if before not in found and after not in found.values():
            found[before] = after
    return found


def _likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    if one.get("type") != other.get("type"):
        return 0.0
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, _text(one), _text(other), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _text(body: Mapping[str, Any]) -> list[str]:
    return json.dumps(body, sort_keys=True, ensure_ascii=False).replace('"', " ").split()
