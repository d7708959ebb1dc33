"""What editing flows costs: a check of 2,000 steps, playing scenarios, and reading 100 flows again."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import yaml

from benchmarks.bare import make_app
from benchmarks.calls import PaperCall
from benchmarks.figures import Figure, compared, progress
from benchmarks.growth import flow_of
from benchmarks.lines import ROOT, house, timed
from ivr.flowfiles.loader import live_book
from ivr.flowfiles.reader import LOADER
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.runner import run as played
from ivr.scenarios.scenario_file import FOLDER, read_scenarios, scenario_files
from ivr.service.flow_registry import FlowFolder
from ivr.store.database import Database

STEPS = 2000
CHECK_S = 0.5
FLOWS, STEPS_EACH = 100, 20
SCENARIOS, SCENARIOS_S = 200, 5.0
LOAD = "import sys, yaml; yaml.load(open(sys.argv[1]), Loader=yaml.CSafeLoader)"
CHECK = "from ivr.cli import main; main()"


def run(folder: Path, quick: bool) -> list[Figure]:
    return [_check(folder, quick), _scenarios(folder, quick), _reload(folder, quick)]


def _check(folder: Path, quick: bool) -> Figure:
    """The command from start to exit, against PyYAML's C loader on the same file."""
    config = house(folder / "house", flow_of(STEPS))
    flow = config.parent / "flows" / "main.yaml"
    found = compared(
        lambda: _seconds("-c", LOAD, str(flow)),
        lambda: _seconds("-c", CHECK, "check", f"--config={config}"),
        3 if quick else 9,
    )
    detail = (
        f"{found.ours:.2f} s for {STEPS:,} steps, the C loader {found.baseline:.2f} s, both with start-up"
    )
    good = found.ours < CHECK_S
    return Figure("ivr check", found.ratio, "× C loader", f"< {CHECK_S} s", good, detail)


def _seconds(*arguments: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, timeout=120)
    return time.perf_counter() - begun


def _scenarios(folder: Path, quick: bool) -> Figure:
    """The shipped scenarios over and over, on as many processes as `ivr test` takes."""
    progress("  scenarios")
    logging.disable(logging.CRITICAL)  # some take the database away
    settings = load_settings(ROOT / "config.yaml", {})
    shipped, _ = read_scenarios(scenario_files([settings.flows_path / FOLDER]), settings)
    count = SCENARIOS // 4 if quick else SCENARIOS
    begun = time.perf_counter()
    results = played(settings, list(islice(cycle(shipped), count)))
    took = time.perf_counter() - begun
    busy = time.process_time()
    played(settings, shipped, processes=1)
    webhooks = (time.process_time() - busy) / len(shipped) / _bare(folder)
    logging.disable(logging.NOTSET)
    failed = sum(not result.passed for result in results)
    detail = f"{count} in {took:.1f} s on {os.cpu_count()} cores; one costs {webhooks:.0f} bare webhooks"
    detail += f"; {failed} FAILED" if failed else ""
    wanted = SCENARIOS / SCENARIOS_S
    return Figure("scenarios", count / took, "a second", f">= {wanted:g}", count / took >= wanted, detail)


def _bare(folder: Path) -> float:
    """Processor seconds of a webhook that does nothing but be signed and commit a row."""
    database = Database.open(f"sqlite:///{folder / 'bare.db'}")
    app = make_app(database)
    timed(app, [PaperCall(number) for number in range(5)])
    took = median(timed(app, [PaperCall(number) for number in range(5, 45)], time.process_time))
    database.close()
    return took


def _reload(folder: Path, quick: bool) -> Figure:
    """What a saved file costs: all flows are read, checked and compiled again."""
    progress(f"  {FLOWS} flows of {STEPS_EACH} steps")
    config = house(folder / "many", flow_of(STEPS_EACH))
    flows = config.parent / "flows"
    text = flow_of(STEPS_EACH)
    for number in range(1, FLOWS):
        (flows / f"flow_{number}.yaml").write_text(text.replace("flow: main", f"flow: flow_{number}"))
    files, settings = sorted(flows.glob("*.yaml")), load_settings(config, {})
    live_book(settings)
    saved, turn = FlowFolder(settings), iter(range(1, 10**9))

    def load() -> float:
        begun = time.perf_counter()
        for file in files:
            yaml.load(file.read_text(), Loader=LOADER)
        return time.perf_counter() - begun

    def ours() -> float:
        (flows / "main.yaml").write_text(text + "#\n" * next(turn))
        begun = time.perf_counter()
        if saved.changed() is None:
            raise RuntimeError("the saved flow was not read")
        return time.perf_counter() - begun

    found = compared(load, ours, 3 if quick else 9)
    detail = f"{found.ours * 1000:.0f} ms, the C loader {found.baseline * 1000:.0f} ms"
    return Figure(f"reload of {FLOWS} flows", found.ratio, "× C loader", "", None, detail)
