"""The witness: everything that really happened on the lines, in order.

Tests read it to decide what a caller heard, to which leg they talked and which requests had an effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

SOUNDS = ("speech", "audio", "hears", "tone")
"""The kinds of entries that are something to hear."""

Span = tuple[float, float | None]
"""Beginning and end; None while it lasts."""


@dataclass
class WitnessEntry:
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
               the end
    speech     text, start, end, seconds (its full length), cut
    audio      url, start, end, seconds, offset (seconds into the file when known), cut
    key        key, heard (whether a verb was listening)
    said       text, start, end: what the person at the far end said
    tone       start, end: the ringing tone of a number that is being dialled
    hears      speaker (call SID), start, end: this leg could hear that one
    conference name, sid, event
    webhook    kind, method, url, params, token, attempt, status, answer, error, seconds, replay
    rest       method, path, params, status, applied
    fault      code, text
    """

    def __init__(self) -> None:
        self.entries: list[WitnessEntry] = []

    def add(self, t: float, leg: str | None, kind: str, /, **detail: Any) -> WitnessEntry:
        entry = WitnessEntry(t, leg, kind, detail)
        self.entries.append(entry)
        return entry

    def __iter__(self) -> Iterator[WitnessEntry]:
        return iter(list(self.entries))

    def __len__(self) -> int:
        return len(self.entries)

    def of(self, kind: str, leg: str | None = None) -> list[WitnessEntry]:
        """The entries of one kind, of one leg or of all."""
        return [e for e in list(self.entries) if e.kind == kind and (leg is None or e.leg == leg)]

    def silences(
        self, leg: str, since: float, until: float, besides: Iterable[Span] = ()
    ) -> list[tuple[float, float]]:
        """The times between these two in which the leg heard nothing: (beginning, end). `besides` are spans
        that are no silence either. What lasts still lasts `until` the end."""
        sounds = [(e.detail["start"], e.detail["end"]) for kind in SOUNDS for e in self.of(kind, leg)]
        found, heard_until = [], since
        for start, end in sorted((*sounds, *besides, (until, until)), key=lambda span: span[0]):
            if heard_until < min(start, until):
                found.append((heard_until, min(start, until)))
            heard_until = max(heard_until, until if end is None else end)
        return found

    def longest_silence(self, leg: str, since: float, until: float, besides: Iterable[Span] = ()) -> float:
        """Seconds."""
        return max((end - start for start, end in self.silences(leg, since, until, besides)), default=0.0)

    def silence_per_minute(self, leg: str, since: float, until: float) -> float:
        """Seconds of silence in each minute between these two, on average."""
        silent = sum(end - start for start, end in self.silences(leg, since, until))
        return silent * 60.0 / (until - since)

    def as_records(self) -> list[dict[str, Any]]:
        """Plain dictionaries, for JSON."""
        return [asdict(e) for e in self.entries]
