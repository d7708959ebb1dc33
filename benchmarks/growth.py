"""What must not cost more when there is more of it: steps, history, callers in line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.calls import PaperCall
from benchmarks.figures import Compared, Figure, compared, progress
from benchmarks.lines import house, opened, ticked, timed
from benchmarks.past import fill
from ivr.application import Application
from ivr.store import floor

ABOUT_ONE = 1.3
STEPS_AT_MOST = 1.1
WALK: tuple[str | None, ...] = ("1", "1", "9", "1", None, "1")
TICK_EVERY_S = 30.0  # how often one caller in line is heard of: an announcement and a piece of music
AGENTS = 20


def run(folder: Path, quick: bool) -> list[Figure]:
    rounds = 4 if quick else 20
    rows = 50_000 if quick else 1_000_000
    waiting = 200 if quick else 1000
    return [
        _figure("flow of 10 → 2,000 steps", _steps(folder, rounds), STEPS_AT_MOST),
        _figure(f"journal of 10 → {rows:,} rows", _history(folder, rounds, rows)),
        _figure(f"1 → {waiting:,} callers in line", _in_line(folder, rounds, waiting)),
    ]


def _figure(name: str, found: Compared, most: float = ABOUT_ONE) -> Figure:
    detail = f"{found.baseline * 1000:.2f} → {found.ours * 1000:.2f} ms a webhook (processor)"
    return Figure(name, found.ratio, "× small", f"<= {most}", found.ratio <= most, detail)


def flow_of(steps: int) -> str:
    """A flow of menus, one after the other; 1 goes on."""
    last = steps - 1
    menus = "".join(
        f'  step_{number}:\n    menu: "You are at {number}. Press 1 to go on."\n'
        f"    keys: {{1: step_{number + 1}}}\n    tries: 3\n"
        for number in range(last)
    )
    head = "flow: main\nlanguages: [en-US]\nhuman: support\nstart: step_0\nsteps:\n"
    return f"{head}{menus}  step_{last}:\n    queue: support\n"


def _steps(folder: Path, rounds: int) -> Compared:
    progress("  flows of 10 and 2,000 steps")
    lines = [opened(house(folder / f"steps-{steps}", flow_of(steps))) for steps in (10, 2000)]
    return _walked(lines, rounds)


def _history(folder: Path, rounds: int, rows: int) -> Compared:
    progress(f"  {rows:,} journal rows and {rows // 10:,} calls")
    lines = [opened(house(folder / f"history-{size}")) for size in ("small", "large")]
    fill(lines[1].database, rows)
    return _walked(lines, rounds, None)


def _walked(lines: list[Application], rounds: int, script: tuple[str | None, ...] | None = WALK) -> Compared:
    """The same calls on both lines."""
    numbers = iter(range(10**9))

    def once(line: Application) -> float:
        calls = [PaperCall(next(numbers), *([script] if script else [])) for _ in range(6)]
        return median(timed(line.app, calls, time.process_time))

    for line in lines:
        once(line)
    found = compared(lambda: once(lines[0]), lambda: once(lines[1]), rounds)
    for line in lines:
        line.stop()
    return found


class _Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def _in_line(folder: Path, rounds: int, waiting: int) -> Compared:
    """Ticks of the hold loop, at the pace that `waiting` callers make together, also where only one waits:
    what is done once a second is shared by the same number of ticks."""
    progress(f"  {waiting:,} callers in line")
    once = [_hold_loop(folder / f"line-{size}", size, waiting) for size in (1, waiting)]
    for tick in once:
        tick()
    return compared(once[0], once[1], rounds)


def _hold_loop(folder: Path, size: int, pace: int) -> Callable[[], float]:
    clock = _Clock()
    line = opened(house(folder), clock)
    _agents_on_calls(line, clock())
    calls = [PaperCall(number, ("0",), hangs_up=False) for number in range(size)]
    for call in calls:
        timed(line.app, [call])
        clock.now += 0.05
    turn = iter(range(10**9))

    def ticks() -> float:
        took = []
        for _ in range(60):
            clock.now += TICK_EVERY_S / pace
            took.append(ticked(line.app, calls[next(turn) % size], time.process_time))
        return sum(took) / len(took)

    return ticks


def _agents_on_calls(line: Application, now: float) -> None:
    """Agents at work, so that there is a wait to estimate and nobody to ring."""
    for number in range(AGENTS):
        line.accounts.add(f"agent-{number}", f"Agent {number}", f"+1555100{number:04d}", ["support"])
        with line.database.write() as unit:
            floor.move_agent(unit.connection, f"agent-{number}", "signed_out", "on_call", now - 60)
