"""The content of a wallboard: figures and no person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from desk.screen import ScreenRegions, environment, title_of
from desk.wallboard.formatting import minutes
from ivr.service.supervision.floor_board import FloorBoard, QueueFigures, QueueOnBoard, QueueToday
from ivr.settings import Settings

GOOD, WATCH, BAD = "good", "watch", "bad"
NEARLY = 0.9  # of the goal
STATES = {
    "available": "free",
    "on_call": "on a call",
    "offered": "ringing",
    "wrapping_up": "wrap-up",
    "away": "away",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One queue. `tone` is also expressed by a word and a shape."""

    title: str
    tone: str
    level: str
    goal: str
    waiting: int
    callbacks: int
    longest_since: float | None
    estimate: str
    abandoned: int
    agents: int
    closed: bool


class WallboardView:
    """Every tile is made once per reading; a screen shows those it was asked for."""

    def __init__(self, board: FloorBoard, today: QueueFigures, settings: Settings) -> None:
        self._board, self._today, self._settings = board, today, settings
        self._templates = environment(ZoneInfo(settings.timezone), Path(__file__).parent / "templates")
        self._rendered: dict[tuple[str, ...], tuple[float, str]] = {}

    def look(self, queues: Sequence[str] = ()) -> ScreenRegions:
        """Return the figures of these queues, or of all."""
        look, today = self._board.look(), self._today.figures()
        key = tuple(queues)
        at, html = self._rendered.get(key, (float("-inf"), ""))
        if at != look.at:
            wanted = set(queues) or set(self._settings.queues)
            tiles = [
                self._tile(queue, today.get(queue.name), look.at)
                for queue in look.queues
                if queue.name in wanted
            ]
            mine = [one for one in look.people if not queues or wanted & set(one.queues)]
            states = Counter(person.state for person in mine)
            html = self.page("board.html", tiles=tiles, states=states, names=STATES, size=_size(len(tiles)))
            self._remember(key, look.at, html)
        return ScreenRegions(look.at, "", "", "", {"board": html})

    def page(self, template: str, **values: Any) -> str:
        return self._templates.get_template(template).render(**values)

    def known(self, asked: str) -> list[str]:
        """Return those of the comma-separated names that are queues."""
        return [name for name in asked.split(",") if name in self._settings.queues]

    def _remember(self, key: tuple[str, ...], at: float, html: str) -> None:
        """Keep the HTML for a choice of queues. Any signed-in user may ask for any choice, so unused ones are
        dropped."""
        if len(self._rendered) > 50:
            self._rendered = {kept: seen for kept, seen in self._rendered.items() if seen[0] >= at - 5}
        self._rendered[key] = at, html

    def _tile(self, queue: QueueOnBoard, today: QueueToday | None, now: float) -> Tile:
        level = today.level if today else None
        longest = queue.longest_since
        over_goal = today is not None and longest is not None and now - longest > today.goal_s
        unserved = queue.line.open and not queue.line.agents
        return Tile(
            title_of(self._settings, queue.name),
            tone_of(level, today.goal if today else 0.0, over_goal or unserved),
            "–" if level is None else f"{100 * level:.0f}",
            f"goal {100 * today.goal:.0f} % in {today.goal_s:.0f} s" if today else "",
            len(queue.waiting),
            queue.callbacks,
            longest,
            minutes(queue.line.low, queue.line.high),
            today.abandoned if today else 0,
            queue.line.agents,
            not queue.line.open,
        )


def tone_of(level: float | None, goal: float, over_goal: bool) -> str:
    """Return bad below nine tenths of the goal; watch below the goal or when a caller waits too long; else
    good."""
    if level is not None and level < NEARLY * goal:
        return BAD
    return WATCH if over_goal or (level is not None and level < goal) else GOOD


_SIZES = ((1, "one"), (2, "pair"), (4, "large"), (9, "medium"), (20, "small"), (10**9, "tiny"))


def _size(tiles: int) -> str:
    """Return how large a tile may be on a screen of 1920 × 1080."""
    return next(name for most, name in _SIZES if tiles <= most)
