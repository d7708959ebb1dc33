"""The order in which callers are served: by the time of entry, put back for priority.

A point of priority counts as so many seconds of waiting. So an urgent caller goes before whoever came a
little earlier, and nobody is overtaken by those who come more than that later: priority ages by itself, and
the order between two callers never changes while they wait.
"""

from __future__ import annotations


def rank(entered_at: float, priority: int, point_s: float) -> float:
    """The instant (epoch seconds) as which the place counts; the smaller is served first."""
    return entered_at - priority * point_s
