"""The witness: everything that really happened on the lines, in the order it happened.

Checkers read it to decide what a caller heard, whom they talked to and which requests had an effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Entry:
    """One thing that happened. Entries that last have `start`, `end` (None while they last) in `detail`.

    t: epoch seconds. leg: the call SID, or None. kind: see `Witness`.
    """

    t: float
    leg: str | None
    kind: str
    detail: dict[str, Any] = field(default_factory=dict)


class Witness:
    """A list of entries. Kinds and their details:

    leg        state: initiated, ringing, in-progress, completed, busy, …; from, to, direction; ended_by at
    the end speech     text, start, end, seconds (its full length), cut
    audio      url, start, end, seconds, offset (seconds into the file when known), cut
    key        key, heard (whether a verb was listening)
    said       text, start, end: what the person at the far end said
    hears      speaker (call SID), start, end: this leg could hear that one
    conference name, sid, event
    webhook    kind, method, url, params, token, attempt, status, answer, error, seconds, replay
    rest       method, path, params, status, applied
    fault      code, text
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, t: float, leg: str | None, kind: str, /, **detail: Any) -> Entry:
        entry = Entry(t, leg, kind, detail)
        self.entries.append(entry)
        return entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self.entries))

    def __len__(self) -> int:
        return len(self.entries)

    def of(self, kind: str, leg: str | None = None) -> list[Entry]:
        """The entries of one kind, of one leg or of all."""
        return [e for e in list(self.entries) if e.kind == kind and (leg is None or e.leg == leg)]

    def as_records(self) -> list[dict[str, Any]]:
        """Plain dictionaries, for JSON."""
        return [asdict(e) for e in self.entries]
