"""The wallboard with 50 queues, 500 agents and 200 callers: what a look costs, and what 200 screens cost.

The baseline is the same floor with 5 queues, 50 agents and 20 callers: a tenth. A look may cost no more than
ten times as much, and 200 screens ask the database what one asks.
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

from sqlalchemy import event, insert

from benchmarks.figures import Figure, compared
from desk.wallboard.view import WallboardView
from ivr.floor.wait_board import wait_board
from ivr.flowfiles.settings_file import read_settings
from ivr.service.supervision.floor_board import FloorBoard, QueueFigures
from ivr.settings import Settings
from ivr.store.database import Database
from ivr.store.migrate import migrate
from ivr.store.tables import agent, agent_queue, call, queued_call

QUEUES, AGENTS, CALLERS, SCREENS = 50, 500, 200, 200
TIMES = 10  # the baseline is so much smaller
MOST_RATIO = 12.0
MOST_SHARE = 0.25  # of each second, on one core, for all viewers together


def run(folder: Path, quick: bool) -> list[Figure]:
    small, large = Wall(folder / "small.db", 1 / TIMES), Wall(folder / "large.db", 1.0)
    found = compared(small.look, large.look, 5 if quick else 20)
    one, many = large.statements(1), large.statements(SCREENS)
    seconds = large.screens(SCREENS)
    detail = f"{found.baseline * 1000:.1f} ms with a tenth, {found.ours * 1000:.1f} ms with all"
    return [
        Figure(
            "wallboard: a look, 50 queues and 500 agents ÷ a tenth of them",
            found.ratio,
            "×",
            f"≤ {MOST_RATIO:.0f} ×",
            found.ratio <= MOST_RATIO,
            detail,
        ),
        Figure(
            "wallboard: statements of 200 screens in a second ÷ of one",
            many / one,
            "×",
            "1 ×",
            many == one,
            f"{one} statements a second",
        ),
        Figure(
            "wallboard: share of each second that 200 screens take",
            seconds,
            "s",
            f"≤ {MOST_SHARE} s",
            seconds <= MOST_SHARE,
            "one core; the look, the drawing, and 200 viewers",
        ),
    ]


class Wall:
    """A floor of a size, its clock in our hand."""

    def __init__(self, path: Path, size: float) -> None:
        self.now = time.time()
        settings = _settings(round(QUEUES * size))
        self.database = Database.open(f"sqlite:///{path}")
        migrate(self.database)
        _fill(self.database, list(settings.queues), round(AGENTS * size), round(CALLERS * size), self.now)
        clock = lambda: self.now  # noqa: E731
        board = FloorBoard(self.database, clock, settings, wait_board(settings))
        self.view = WallboardView(board, QueueFigures(self.database, clock, settings), settings)
        self.look()

    def look(self) -> float:
        """Seconds of one look and its drawing."""
        self.now += 1.01
        begun = time.perf_counter()
        self.view.look()
        return time.perf_counter() - begun

    def screens(self, number: int) -> float:
        """Seconds that so many screens take in a second."""
        begun = time.perf_counter()
        self.look()
        for _ in range(number - 1):
            self.view.look()
        return time.perf_counter() - begun

    def statements(self, screens: int) -> int:
        asked: list[str] = []
        listen = lambda *given: asked.append(given[2])  # noqa: E731
        event.listen(self.database.engine, "before_cursor_execute", listen)
        self.screens(screens)
        event.remove(self.database.engine, "before_cursor_execute", listen)
        return len(asked)


def _settings(queues: int) -> Settings:
    names = "".join(f"  queue_{number:02}: {{title: Queue {number}}}\n" for number in range(queues))
    return read_settings(f'company: N\nnumbers: {{"+15550001000": main}}\nqueues:\n{names}')


def _fill(database: Database, queues: list[str], agents: int, callers: int, now: float) -> None:
    chance = random.Random(1)
    with database.write() as unit:
        unit.connection.execute(insert(agent), [_agent(number, now) for number in range(agents)])
        served = [
            {"agent_id": f"agent-{number}", "queue": queue, "level": 1}
            for number in range(agents)
            for queue in chance.sample(queues, min(3, len(queues)))
        ]
        unit.connection.execute(insert(agent_queue), served)
        unit.connection.execute(insert(call), [_call(number, now) for number in range(callers)])
        places = [_place(number, chance.choice(queues), now) for number in range(callers)]
        unit.connection.execute(insert(queued_call), places)


def _agent(number: int, now: float) -> dict:
    state = "away" if number % 5 else "wrapping_up"
    name, phone = f"Agent {number}", f"+1555{number:07}"
    return {"id": f"agent-{number}", "name": name, "phone": phone, "state": state, "since": now}


def _call(number: int, now: float) -> dict:
    session = json.dumps({"session": {}, "customer": {}, "heard": []})
    return {
        "sid": f"CA{number}", "caller": f"+1415{number:07}", "dialled": "+15550001000", "flow": "main",
        "revision": "r", "status": "waiting", "session": session, "turn": 3, "started_at": now - number,
        "seen_at": now, "queued_id": f"q{number}",
    }  # fmt: skip


def _place(number: int, queue: str, now: float) -> dict:
    return {
        "id": f"q{number}", "call_sid": f"CA{number}", "queue": queue, "priority": 0, "kind": "live",
        "entered_at": now - number, "state": "waiting", "since": now - number, "rank_at": now - number,
    }  # fmt: skip
