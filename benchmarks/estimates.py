"""The wait estimator's cost; its accuracy is measured by `python -m benchmarks.waits`."""

from __future__ import annotations

from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.waits import cost


def run(_folder: Path, quick: bool) -> list[Figure]:
    rounds = 50 if quick else 200
    sizes = ((0, 3), (10, 10), (30, 30), (1000, 200))
    took = {size: cost(*size, rounds=rounds) for size in sizes}
    detail = ", ".join(
        f"{ahead} in line, {agents} agents: {took[ahead, agents]:.2f} ms" for ahead, agents in sizes
    )
    usual = took[30, 30]
    return [Figure("estimate of a wait, 30 in line, one queue", usual, "ms", "< 0.3", usual < 0.3, detail)]
