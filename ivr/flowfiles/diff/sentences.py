"""One thing that changed, as a sentence; texts are compared word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

ADDED, REMOVED, CHANGED, RENAMED = "added", "removed", "changed", "renamed"
CONTEXT = 3  # words kept on either side of what changed
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Sentence:
    """`step` is empty for the flow itself; `what` is added, removed, changed or renamed."""

    step: str
    what: str
    text: str


def as_text(value: object) -> str:
    """A value as one says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(item) for item in value) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {as_text(item)}" for key, item in value.items()) or "nothing"
    text = re.sub(r"\s+", " ", str(value)).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def changed_to(name: str, old: object, new: object) -> str:
    """`tries is now 2 (was 3)`."""
    if old is None:
        return f"{name} is now {as_text(new)}"
    if new is None:
        return f"{name} is no longer set (was {as_text(old)})"
    return f"{name} is now {as_text(new)} (was {as_text(old)})"


def reworded(old: str, new: str) -> str:
    """`“… press 1 for [-orders-] {+parcels+} …”`: what went in [- -], what came in {+ +}."""
    before, after = old.split(), new.split()
    parts: list[str] = []
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, (kind, a, b, c, d) in enumerate(blocks):
        if kind == "equal":
            parts.append(_middle(before[a:b], first=place == 0, last=place == len(blocks) - 1))
            continue
        if b > a:
            parts.append(f"[-{' '.join(before[a:b])}-]")
        if d > c:
            parts.append(f"{{+{' '.join(after[c:d])}+}}")
    return f"“{' '.join(part for part in parts if part)}”"


def _middle(words: list[str], *, first: bool, last: bool) -> str:
    if first and last:
        return " ".join(words)
    head = [] if first else words[:CONTEXT]
    tail = [] if last else words[-CONTEXT:]
    if len(words) <= len(head) + len(tail):
        return " ".join(words)
    return " ".join([*head, "…", *tail])
