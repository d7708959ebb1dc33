"""What a benchmark hands back, and the fair comparison they share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `good` says whether `value` meets the target, None where there is none."""

    name: str
    value: float | None
    unit: str
    target: str = ""
    good: bool | None = None
    detail: str = ""

    def as_plain(self) -> dict[str, Any]:
        return {slot: getattr(self, slot) for slot in self.__slots__}


def skipped(name: str, why: str) -> Figure:
    return Figure(name, None, "skipped", detail=why)


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Compared:
    """Medians over the rounds. `ratio` is ours ÷ baseline, taken round by round."""

    ratio: float
    baseline: float
    ours: float
    spread: tuple[float, float]


def compared(baseline: Callable[[], float], ours: Callable[[], float], rounds: int) -> Compared:
    """Measure both in turn, so that whatever else the machine does meets both alike."""
    pairs = []
    for number in range(rounds):
        # Whoever goes second finds warmer caches, so they take turns at it.
        if number % 2:
            second = ours()
            pairs.append((baseline(), second))
        else:
            pairs.append((baseline(), ours()))
    ratios = sorted(mine / theirs for theirs, mine in pairs)
    return Compared(
        median(ratios),
        median(theirs for theirs, _ in pairs),
        median(mine for _, mine in pairs),
        (ratios[len(ratios) // 4], ratios[len(ratios) * 3 // 4]),
    )
