"""Accuracy and cost of the wait estimator on the shared wait-time bench, and the table for docs/waits.md.

    python -m benchmarks.waits                      two seeds, under a minute
    python -m benchmarks.waits --seed0 21 --seeds 5 the held-out paths of docs/waits.md

The bench (simulator, scenarios, reference estimators, scores) is not part of this repository: `WAIT_BENCH`
names its folder. It needs numpy; the estimator does not. Without either, only the cost is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from ivr.acd.waits import AgentView, Event, Snapshot, WaitEstimator, WaitingCaller

ROOT = Path(__file__).parents[1]
BENCH = Path(os.environ.get("WAIT_BENCH", "bench/ewt"))
NOON = 43_200.0


def main(arguments: list[str]) -> int:
    print_cost()
    if not (BENCH / "bench.py").exists():
        print(f"no wait-time bench in {BENCH} (set WAIT_BENCH): accuracy not measured")
        return 0
    command = [sys.executable, "bench.py", "--est", "ivr.acd.waits:WaitEstimator", *arguments]
    here = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=BENCH, env=os.environ | here, check=False).returncode


def print_cost() -> None:
    print("| line | agents | ms per estimate |\n|---:|---:|---:|")
    for ahead, agents in ((0, 3), (10, 10), (30, 30), (100, 100), (1000, 200)):
        print(f"| {ahead} | {agents} | {cost(ahead, agents):.3f} |")


def cost(ahead: int, agents: int, rounds: int = 200) -> float:
    """Return milliseconds of the processor per estimate, calls in progress, tables already built."""
    estimator = WaitEstimator()
    for i in range(500):
        estimator.observe(Event(NOON - 900, "talk_end", "support", i, i % agents, 100.0 + i))
    floors = [floor(ahead, agents, NOON + i) for i in range(rounds)]
    for snap in floors:
        estimator.estimate(snap)
    begun = time.process_time()
    for snap in floors:
        estimator.estimate(snap)
    return (time.process_time() - begun) / rounds * 1000


def floor(ahead: int, agents: int, t: float) -> Snapshot:
    line = [WaitingCaller(i, "support", 0, t - 5.0 * (ahead - i), "live", i) for i in range(ahead + 1)]
    views = [AgentView(i, ("support",), "talk", NOON - 7.0 * i, "support") for i in range(agents)]
    return Snapshot(t, line[ahead], 0.0, ahead, line, {"support": line}, views)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
