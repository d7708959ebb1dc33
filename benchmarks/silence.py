"""How much silence a waiting caller hears, after the first announcement: seconds in each minute of the wait.

The whole line runs against the simulated phone company on a clock that is moved, so the figure is the same on
every machine. The phone company's own time, some tenths of a second a document, comes on top of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import FAILED, Figure, progress
from benchmarks.lines import house
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine, scratch_database
from ivr.store import floor

MOST = 1.25
"""Seconds of silence a minute: a bar. The run fails above it."""

FIRST_ANNOUNCED_S = 20.0
MINUTES_QUICK = 6
QUEUE = "  support: {title"
FLOW = """flow: main
title: Bench
languages: [en-US]
human: support
start: hello
steps:
  hello: {say: Thank you for calling., next: support}
  support: {queue: support}
"""


@dataclass(frozen=True, slots=True)
class Wait:
    """One caller's wait: `settings` of the queue, callers `ahead`, one of whom leaves every `leaves_s`
    seconds (None: all stay), and whether an agent is at work; `most` minutes of it."""

    settings: str = ""
    ahead: int = 0
    leaves_s: float | None = None
    staffed: bool = True
    most: float = 12


WAITS = {
    "alone": Wait(),
    "messages": Wait("messages: [{en-US: You also find your invoices on our website.}], "),
    "a line that stands": Wait(ahead=6),
    "a line that moves": Wait(ahead=14, leaves_s=45.0),
    "nobody there": Wait(staffed=False, most=8),  # then they are led to a message
}


def run(folder: Path, quick: bool) -> list[Figure]:
    """One figure for each kind of wait."""
    figures = []
    for name, wait in WAITS.items():
        progress(f"  {name}")
        minutes = min(wait.most, MINUTES_QUICK) if quick else wait.most
        value = silence_per_minute(folder / name.replace(" ", "-"), wait, minutes)
        good = value <= MOST
        unit = "s a minute" if good else FAILED
        figures.append(Figure(f"silence while waiting: {name}", value, unit, f"≤ {MOST}", good))
    return figures


def silence_per_minute(folder: Path, wait: Wait, minutes: float) -> float:
    """Seconds of silence that the witness counts in each minute after the first announcement."""
    config = house(folder, FLOW)
    config.write_text(config.read_text().replace(QUEUE, QUEUE.replace("title", f"{wait.settings}title")))
    line = SimulatedLine(load_settings(config, {}), scratch_database(folder))
    try:
        if wait.staffed:
            _agent_at_work(line)
        before = [line.dial(f"+1415556{number:04d}") for number in range(wait.ahead)]
        line.run(1.0)
        caller = line.dial()
        line.run(FIRST_ANNOUNCED_S)
        since = line.clock.time()
        for _ in range(round(minutes * 60 / (wait.leaves_s or 60.0))):
            line.run(wait.leaves_s or 60.0)
            if wait.leaves_s and before:
                before.pop(0).hang_up()
        return line.account.witness.silence_per_minute(caller.sid, since, line.clock.time())
    finally:
        line.close()


def _agent_at_work(line: SimulatedLine) -> None:
    """Not free, so that callers wait."""
    line.add_agent("agent", ["support"])
    with line.database.write() as unit:
        floor.move_agent(unit.connection, "agent", "available", "on_call", line.clock.time())
