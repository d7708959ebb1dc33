"""What a picture shows besides the flow itself: how each step is doing, what changed, and its looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StepNote:
    """A line of figures under a step. `tone` is "", "warm" or "hot"."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class SvgOverlays:
    """`notes` by step; `changes` by step is added, removed or changed; `link` makes the address of a step.

    With `style` the picture brings its own colours, for a file that stands alone; a page with a strict
    content policy links the stylesheet instead.
    """

    notes: Mapping[str, StepNote] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    lost_ways: frozenset[tuple[str, str]] = frozenset()
    new_ways: frozenset[tuple[str, str]] = frozenset()
    links: bool = False
    style: bool = True


# Kind → (the colour it belongs to, what its icon looks like in a box of 16 by 16).
KINDS: dict[str, tuple[str, str]] = {
    "say": ("tells", "M3 6v4h2.5L9 13V3L5.5 6zM11.5 5.5a3.5 3.5 0 0 1 0 5"),
    "language": ("tells", "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c-4 4-4 8 0 12 4-4 4-8 0-12"),
    "menu": ("asks", "M3 3h3v3H3zM10 3h3v3h-3zM3 10h3v3H3zM10 10h3v3h-3z"),
    "ask": ("asks", "M5.5 6a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .8-1 1.7M8 12.8v.2"),
    "survey": ("asks", "M8 2l1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z"),
    "pay": ("asks", "M2 4h12v8H2zM2 7h12"),
    "hours": ("decides", "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.5V8l2.5 1.5"),
    "branch": ("decides", "M8 2v4M8 6L4 10v4M8 6l4 4v4"),
    "set": ("decides", "M3 13l1-3 7-7 2 2-7 7z"),
    "lookup": ("decides", "M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 10l4 4"),
    "queue": ("person", "M8 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM3.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4"),
    "callback": (
        "person",
        "M3 3h3l1 3-1.5 1.2a8 8 0 0 0 3.3 3.3L10 9l3 1v3c-6"
        " .5-10.5-4-10-10M14 2l-4 4m0-3v3h3",
    ),
    "transfer": ("person", "M2 8h10M9 4.5L12.5 8 9 11.5M14 3v10"),
    "voicemail": (
        "keeps",
        "M4.5 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
        "M11.5 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4.5 11h7",
    ),
    "record": ("keeps", "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"),
    "text": ("keeps", "M2.5 3.5h11v7h-6L4 13.5v-3H2.5z"),
    "flow": ("enters", "M3 2.5h6v4H3zM7 9.5h6v4H7zM5 6.5v5h2"),
    "leave": ("ends", "M13 8H4M7.5 4.5L4 8l3.5 3.5"),
    "hang_up": ("ends", "M2 9c3-3 9-3 12 0l-2 2-2-1V8.5a6 6 0 0 0-4 0V10l-2 1z"),
}  # fmt: skip
OTHER = ("decides", "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z")


@cache
def stylesheet() -> str:
    """The colours of pictures, light and dark."""
    return (Path(__file__).parent / "drawing.css").read_text(encoding="utf-8")
