"""Routing: one decision and its growth, whole days through decision and estimate, a telephone's ring.

Times of decisions are of the processor, since other work on the machine is not theirs.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from benchmarks.day import Day
from benchmarks.figures import Figure, progress
from benchmarks.traffic import Place, Traffic
from ivr.acd.floor import Floor, FreeAgent, WaitingCall
from ivr.acd.matching import match
from ivr.acd.waits import AgentView, JournalReader, Snapshot, WaitEstimator, WaitingCaller
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine, scratch_database

QUEUES = tuple(f"queue-{number}" for number in range(5))
AGENTS = 500
STATES = {"available": "idle", "offered": "ring", "on_call": "talk", "wrapping_up": "wrap", "away": "pause"}
ROOT = Path(__file__).parents[1]


def run(folder: Path, quick: bool) -> list[Figure]:
    return [
        *decisions(50 if quick else 200),
        replay(2_000 if quick else 20_000),
        ring(folder, 10 if quick else 60),
    ]


# One decision ----------------------------------------------------------------------------------------------


def decisions(rounds: int) -> list[Figure]:
    """Of a floor on which everybody is free: the dearest one there is."""
    progress("  decisions for 50, 500 and 5,000 callers")
    took = {callers: decision(callers, rounds) * 1000 for callers in (50, 500, 5000)}
    baseline = sorting(5000, rounds) * 1000
    detail = ", ".join(f"{callers:,} callers: {ms:.2f} ms" for callers, ms in took.items())
    return [
        Figure(f"decision, 5,000 callers × {AGENTS} agents", took[5000], "ms", "< 5", took[5000] < 5, detail),
        Figure(
            "decision, 5,000 callers",
            took[5000] / baseline,
            "× sorting them",
            detail=f"sorting 5,000 places: {baseline:.2f} ms",
        ),
        Figure(
            "decision, 500 → 5,000 callers", took[5000] / took[500], "×", "< 10", took[5000] < 10 * took[500]
        ),
    ]


def decision(callers: int, rounds: int) -> float:
    """The least seconds of the rounds. A tenth want a skill that three quarters of the agents have."""
    free = [
        FreeAgent(f"agent-{i}", {QUEUES[i % 5]: 1, QUEUES[(i + 1) % 5]: 2}, float(i % 7), {"german": i % 4})
        for i in range(AGENTS)
    ]
    lines: dict[str, list[WaitingCall]] = {queue: [] for queue in QUEUES}
    for i in range(callers):
        wants = (("german", 1),) if i % 10 == 0 else ()
        lines[QUEUES[i % 5]].append(WaitingCall(f"call-{i}", QUEUES[i % 5], float(i), skills=wants))
    floor = Floor(1e6, lines, free)
    took = []
    for _ in range(rounds):
        begun = time.process_time()
        made = match(floor)
        took.append(time.process_time() - begun)
    assert len(made) >= min(callers, AGENTS) * 0.9
    return min(took)


def sorting(callers: int, rounds: int) -> float:
    places = [(float(i * 7919 % callers), f"call-{i}") for i in range(callers)]
    took = []
    for _ in range(rounds):
        begun = time.process_time()
        sorted(places)
        took.append(time.process_time() - begun)
    return min(took)


# Whole days ------------------------------------------------------------------------------------------------


class EstimatedDay(Day):
    """Every caller is given an estimate as they join, and the estimator learns what became of it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.estimator, self.reader, self._read = WaitEstimator(), JournalReader(), 0
        self.estimates = 0

    def joined(self, place: Place) -> None:
        for line in self.journal[self._read :]:
            for event in self.reader.events(line):
                self.estimator.observe(event)
        self._read = len(self.journal)
        lines = {queue: [self._waiting(name) for _, name in line] for queue, line in self.lines.items()}
        mine = lines[place.call.queue]
        at = next(i for i, waiting in enumerate(mine) if waiting.id == place.id)
        agents = [
            AgentView(agent.id, tuple(sorted(agent.queues)), STATES[agent.state], agent.since, agent.queue)
            for agent in self.agents.values()
        ]
        waited = self.now - place.entered_at
        said = self.estimator.estimate(Snapshot(self.now, mine[at], waited, at, mine, lines, agents))
        place.promise = None if said is None else (said.low, said.high, said.point)
        self.estimates += said is not None

    def _waiting(self, name: str) -> WaitingCaller:
        place = self.places[name]
        kind = "callback" if name.startswith("cb-") else "live"
        return WaitingCaller(
            name, place.call.queue, place.priority, place.entered_at, kind, (place.call.rank, name)
        )


def replay(calls: int) -> Figure:
    """Calls a minute of one processor to itself, each decided and estimated."""
    progress(f"  {calls:,} calls through decision and estimate")
    traffic = Traffic()
    day = EstimatedDay(1, traffic)
    begun, wall = time.process_time(), time.perf_counter()
    day.run(calls * traffic.every)
    seconds, wall = time.process_time() - begun, time.perf_counter() - wall
    pace = day.calls / seconds * 60.0
    assert day.estimates > 0.9 * day.calls
    detail = f"{day.calls:,} calls in {seconds:.1f} s ({wall:.1f} s by the clock), {traffic.agents} agents"
    return Figure(
        "calls replayed through decision and estimate", pace, "a minute", ">= 100,000", pace >= 1e5, detail
    )


# A telephone rings -----------------------------------------------------------------------------------------


def ring(folder: Path, rounds: int) -> Figure:
    """From the click on Available to the ring, over the simulated telephones: webhooks, commits, REST."""
    progress("  from available to the ring")
    line = SimulatedLine(load_settings(ROOT / "config.yaml", {}), scratch_database(folder))
    phone = line.add_agent("desk-1", ["support"], available=False)
    took = []
    for number in range(rounds):
        caller = line.dial(f"+1415555{number:04}")
        line.run(1)
        caller.press("0")
        line.run(8)
        begun, asked = time.perf_counter(), line.clock.time()
        line.line.agents.go_available("desk-1")
        assert line.account.run_until(lambda: phone.ringing, 30)
        took.append(time.perf_counter() - begun)
        told = line.clock.time() - asked
        caller.hang_up()
        line.run(3)
        line.line.agents.go_away("desk-1")
    line.close()
    detail = f"{min(took) * 1000:.1f} to {max(took) * 1000:.1f} ms of work; {told:.2f} s on the line's clock"
    return Figure("agent available → phone rings", median(took) * 1000, "ms", detail=detail)
