"""Checking flows: `ivr check` on 2,000 steps, against PyYAML's C loader on the same file."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure, compared
from benchmarks.growth import flow_of
from benchmarks.lines import house

STEPS = 2000
LOAD = "import sys, yaml; yaml.load(open(sys.argv[1]), Loader=yaml.CSafeLoader)"
CHECK = "from ivr.cli import main; main()"


def run(folder: Path, quick: bool) -> list[Figure]:
    config = house(folder / "house", flow_of(STEPS))
    flow = config.parent / "flows" / "main.yaml"
    rounds = 2 if quick else 9
    found = compared(
        lambda: _seconds("-c", LOAD, str(flow)),
        lambda: _seconds("-c", CHECK, "check", f"--config={config}"),
        rounds,
    )
    detail = (
        f"{found.ours:.2f} s for {STEPS:,} steps, the C loader {found.baseline:.2f} s, both with start-up"
    )
    return [Figure("ivr check", found.ratio, "× C loader", "", None, detail)]


def _seconds(*arguments: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, timeout=120)
    return time.perf_counter() - begun
