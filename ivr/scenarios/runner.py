"""Runs many scenarios at once: one environment in each process, as many processes as processors."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context

from ivr.engine.flow import FlowSet
from ivr.scenarios.environment import ScenarioEnvironment
from ivr.scenarios.playback import Result, play
from ivr.scenarios.scenario_file import Scenario
from ivr.settings import Settings

WORTH_A_PROCESS = 15
"""Fewer scenarios than this are played before another process would be ready."""


@dataclass(frozen=True)
class _Work:
    settings: Settings
    flow_set: FlowSet | None
    shares: list[list[Scenario]]


_work: _Work | None = None
"""Work passed to a forked process by memory: flows are compiled, and cannot be sent to it."""


def run(
    settings: Settings, scenarios: Sequence[Scenario], flow_set: FlowSet | None = None, processes: int = 0
) -> list[Result]:
    """Play all of them, in the flows of the settings or in `flow_set`; results are in the order of
    `scenarios`."""
    processes = processes or _processes(len(scenarios))
    shares = [list(scenarios[start::processes]) for start in range(processes)]
    if processes == 1 or "fork" not in get_all_start_methods():
        return _play_all(settings, flow_set, scenarios)
    global _work
    _work = _Work(settings, flow_set, shares)
    with ProcessPoolExecutor(processes - 1, mp_context=get_context("fork")) as pool:
        others = [pool.submit(_share, number) for number in range(1, processes)]
        played = [_play_all(settings, flow_set, shares[0]), *(other.result() for other in others)]
    results: list[Result | None] = [None] * len(scenarios)
    for start, share in enumerate(played):
        results[start::processes] = share
    return [result for result in results if result is not None]


def _processes(scenarios: int) -> int:
    return max(1, min(os.cpu_count() or 1, scenarios // WORTH_A_PROCESS))


def _share(number: int) -> list[Result]:
    if _work is None:
        raise RuntimeError("this process was not forked from the one that has the work")
    return _play_all(_work.settings, _work.flow_set, _work.shares[number])


def _play_all(settings: Settings, flow_set: FlowSet | None, scenarios: Sequence[Scenario]) -> list[Result]:
    house = ScenarioEnvironment(settings, flow_set)
    # The environment lives to the end: garbage collection over it would take a fifth of the time.
    gc.freeze()
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        return [play(house, scenario) for scenario in scenarios]
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
        house.close()
