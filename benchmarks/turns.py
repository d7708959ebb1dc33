"""One webhook in process, against a bare route that checks the same signature and commits one row."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import mean, median

from flask import Flask

from benchmarks.bare import make_app
from benchmarks.calls import PaperCall
from benchmarks.figures import Compared, Figure, compared
from benchmarks.lines import house, opened, timed
from ivr.store.database import Database

WANTED = 0.6


def run(folder: Path, quick: bool) -> list[Figure]:
    line = opened(house(folder / "house"))
    database = Database.open(f"sqlite:///{folder / 'bare.db'}")
    apps = (make_app(database), line.app)
    rounds, calls = (6, 5) if quick else (30, 12)
    wall = _compared(apps, rounds, calls, lambda app, some: median(timed(app, some)))
    busy = _compared(apps, rounds, calls, _processor_time)
    line.stop()
    database.close()
    return [
        Figure(
            "turn in process, time",
            1 / wall.ratio,
            "× bare",
            f">= {WANTED}",
            1 / wall.ratio >= WANTED,
            f"{wall.ours * 1000:.2f} ms a webhook, bare {wall.baseline * 1000:.2f} ms, disk included",
        ),
        Figure(
            "turn in process, processor",
            1 / busy.ratio,
            "× bare",
            "",
            None,
            f"{busy.ours * 1000:.2f} ms a webhook, bare {busy.baseline * 1000:.2f} ms, of one core",
        ),
    ]


def _compared(
    apps: tuple[Flask, Flask], rounds: int, calls: int, cost: Callable[[Flask, list[PaperCall]], float]
) -> Compared:
    numbers = count(time.time_ns() % 10**12)

    def once(app: Flask) -> float:
        return cost(app, [PaperCall(next(numbers)) for _ in range(calls)])

    for app in apps:
        once(app)
    return compared(lambda: once(apps[0]), lambda: once(apps[1]), rounds)


def _processor_time(app: Flask, calls: list[PaperCall]) -> float:
    return mean(timed(app, calls, time.process_time))
