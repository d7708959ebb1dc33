"""Webhooks over HTTP under gunicorn, against the bare route served the same way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Figure, compared
from benchmarks.lines import ROOT, house
from benchmarks.servers import Server, gunicorn

WANTED = 0.6
CONNECTIONS = 12


def run(folder: Path, quick: bool) -> list[Figure]:
    (folder / "bare").mkdir()
    config = house(folder / "house")
    rounds, seconds = (3, 1.0) if quick else (9, 3.0)
    with (
        gunicorn("benchmarks.bare:app", folder / "bare") as bare,
        # Nobody is signed in, so nobody is rung and Twilio is never asked.
        gunicorn("server:app", folder / "house", IVR_CONFIG=str(config)) as line,
    ):
        for server in (bare, line):
            _load(server, 1.0)
        reports: list[dict[str, Any]] = []

        def ours() -> float:
            reports.append(_load(line, seconds))
            return reports[-1]["per_second"]

        found = compared(lambda: _load(bare, seconds)["per_second"], ours, rounds)
    tails = median(report["p99_ms"] for report in reports)
    middle = median(report["p50_ms"] for report in reports)
    return [
        Figure(
            "webhooks over HTTP",
            found.ratio,
            "× bare",
            f">= {WANTED}",
            found.ratio >= WANTED,
            f"{found.ours:.0f}/s, bare {found.baseline:.0f}/s, {CONNECTIONS} connections;"
            f" p50 {middle:.0f} ms, p99 {tails:.0f} ms",
        )
    ]


def _load(server: Server, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.load", str(server.port)]
    command += [f"--connections={CONNECTIONS}", f"--seconds={seconds}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    report = json.loads(done.stdout)
    if report["failed"] or not report["requests"]:
        raise RuntimeError(f"load on port {server.port}: {report['failed']}")
    return report
