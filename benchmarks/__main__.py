"""Runs the benchmarks and prints a table; progress goes to standard error.

    python -m benchmarks                all of them, under five minutes
    python -m benchmarks --quick        all of them, under a minute, less certain
    python -m benchmarks turns web      some of them

Speeds are given as ratios to a baseline measured in the same run, since no two machines are alike.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from os import cpu_count
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import FAILED, Figure, progress

NAMES = (
    *("turns", "web", "growth", "pops", "memory", "flows", "estimates", "routing", "reports", "contacts"),
    *("answers", "cards", "wallboard", "desks", "silence"),
)

Run = Callable[[Path, bool], list[Figure]]


def main(arguments: Sequence[str]) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))} (choose from {', '.join(NAMES)})")
    begun = time.monotonic()
    figures = [figure for name in options.names or NAMES for figure in _measured(name, options.quick)]
    seconds = time.monotonic() - begun
    machine = f"{cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    if options.json:
        plain = [figure.as_plain() for figure in figures]
        print(json.dumps({"machine": machine, "seconds": round(seconds, 1), "figures": plain}, indent=2))
    else:
        _print(figures, f"{machine}, {seconds:.0f} s{', quick' if options.quick else ''}")
    return int(any(figure.unit == FAILED for figure in figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast Presszero is.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: under a minute, less certain")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _measured(name: str, quick: bool) -> list[Figure]:
    """The figures of one benchmark; one that fails must not stop the others."""
    progress(f"{name} …")
    begun = time.monotonic()
    run: Run = import_module(f"benchmarks.{name}").run
    with tempfile.TemporaryDirectory(prefix="presszero-bench-") as folder:
        try:
            found = run(Path(folder), quick)
        except Exception as error:
            found = [Figure(name, None, FAILED, detail=f"{type(error).__name__}: {error}"[:300])]
    progress(f"{name}: {time.monotonic() - begun:.0f} s")
    return found


def _print(figures: list[Figure], caption: str) -> None:
    table = Table(caption=caption)
    for heading in ("what", "figure", "target", "", "measured"):
        table.add_column(heading)
    for figure in figures:
        value = "–" if figure.value is None else f"{figure.value:.2f}"
        verdict = {None: "", True: "ok", False: "MISSED"}[figure.good]
        table.add_row(figure.name, f"{value} {figure.unit}", figure.target, verdict, figure.detail)
    Console(width=None if sys.stdout.isatty() else 150).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
