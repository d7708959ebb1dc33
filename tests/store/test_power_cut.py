"""A power cut loses what no program waited for. What was answered, told or shown before stays (SQLite).

The program is really killed, on a disk that loses what was not synced (`lossy_disk.c`): all of it, or any
part, sector by sector. That the disk does lose what is not waited for is tested as well.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECTOR = 512


@pytest.fixture(scope="module")
def lossy_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("gcc") is None:
        pytest.skip("C compiler: the disk that loses what was not synced is made with gcc")
    library = tmp_path_factory.mktemp("lossy") / "lossy_disk.so"
    source = str(HERE / "lossy_disk.c")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), source, "-ldl", "-lpthread"], check=True
    )
    return library


class Run:
    """A program that commits until it is killed, and what it had said by then."""

    def __init__(self, library: Path, folder: Path, threads: int, sabotage: str = "", **more: str) -> None:
        self.live, self.kept = folder / "live", folder / "kept"
        self.live.mkdir(parents=True)
        self.kept.mkdir()
        environment = {**os.environ, **more, "LD_PRELOAD": str(library)}
        environment |= {"LOSSY_FROM": str(self.live), "LOSSY_TO": str(self.kept)}
        program = f"{sabotage}\nfrom tests.store.committing import main; main(*__import__('sys').argv[1:])"
        command = [sys.executable, "-c", program, str(self.live / "line.db"), str(threads)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        self.said: dict[str, set[int]] = defaultdict(set)

    def hear(self) -> bool:
        """The next line, as soon as it is said. False when there is none any more."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        if line:
            word, number = line.split()
            self.said[word].add(int(number))
        return bool(line)

    def kill_after(self, lines: int) -> None:
        for _ in range(lines):
            self.hear()
        self.process.kill()
        while self.hear():
            continue
        self.process.wait()
        self.process.stdout.close()

    @property
    def promised(self) -> set[int]:
        return self.said["done"] | self.said["after"] | self.said["seen"]


def rows_after_power_cut(run: Run, to: Path, survives: float, seed: int) -> set[int]:
    """The numbers in the database of the disk, of whose sectors that were not synced a share `survives`."""
    to.mkdir()
    chance = random.Random(seed)
    for name in ("line.db", "line.db-wal"):
        if not (run.live / name).exists():
            continue
        synced, live = (place / name for place in (run.kept, run.live))
        before, now = synced.read_bytes() if synced.exists() else b"", live.read_bytes()
        torn = [
            (now if chance.random() < survives else before)[at : at + SECTOR]
            for at in range(0, max(len(before), len(now)), SECTOR)
        ]
        (to / name).write_bytes(b"".join(part.ljust(SECTOR, b"\0") for part in torn))
    found = sqlite3.connect(to / "line.db")
    assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows = {number for (number,) in found.execute("SELECT n FROM written")}
    found.close()
    return rows


@pytest.mark.parametrize("threads", [1, 8])
@pytest.mark.parametrize("lines", [40, 2000])
def test_what_was_answered_told_or_shown_survives(lossy_disk, tmp_path, threads, lines):
    run = Run(lossy_disk, tmp_path, threads)
    run.kill_after(lines)
    assert len(run.said["done"]) > 5 and run.said["after"]
    for number, survives in enumerate((0.0, 0.1, 0.5, 0.9)):
        rows = rows_after_power_cut(run, tmp_path / f"cut-{number}", survives, seed=number)
        assert run.promised - rows == set()


def test_a_disk_that_does_not_confirm_is_an_error_for_all_who_waited_and_loses_nothing_later(
    lossy_disk, tmp_path
):
    run = Run(lossy_disk, tmp_path, 8, LOSSY_FAIL="30")
    run.kill_after(3000)
    assert run.said["failed"] and not run.said["failed"] & run.said["done"]
    assert max(run.said["done"]) > max(run.said["failed"]) + 20
    rows = rows_after_power_cut(run, tmp_path / "cut", 0.0, seed=1)
    assert run.promised - rows == set()


STALLS = """
import os, threading
from itertools import count
from tests.store.committing import say
calls, sync = count(), os.fdatasync
def stall(log):
    if next(calls) >= 20:
        say("stalled", 0)
        threading.Event().wait()
    sync(log)
os.fdatasync = stall
"""
SABOTAGES = {
    "the sync is forgotten": "import os; os.fdatasync = lambda log: None",
    "news is told before the commit": (
        f"{STALLS}from ivr.store.database import UnitOfWork as U; U.after_commit = lambda self, do: do()"
    ),
    "what is written is not waited for": (
        f"{STALLS}from ivr.store.commit_sync import CommitSync as C; wait = C.wait; "
        "C.wait = lambda self, number, left_s: wait(self, number - 5, left_s)"
    ),
    "what is read is not waited for": (
        f"{STALLS}from ivr.store.commit_sync import CommitSync as C; C.committed = property(lambda self: 0)"
    ),
}


@pytest.mark.parametrize("sabotage", SABOTAGES.values(), ids=SABOTAGES)
def test_an_order_that_is_wrong_loses_something(lossy_disk, tmp_path, sabotage):
    """The test of the tests above. The disk stalls in the end: what is said then is not on it."""
    run = Run(lossy_disk, tmp_path, 1, sabotage)
    lost: set[int] = set()
    for number in range(1000):
        run.hear()
        if number % 20 == 0 or run.said["stalled"]:
            lost = run.promised - rows_after_power_cut(run, tmp_path / f"cut-{number}", 0.0, seed=1)
        if lost:
            break
    run.kill_after(0)
    assert lost
