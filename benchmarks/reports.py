"""Reports over a year of 2,000,000 calls.

The sums of the year are written as the worker would have left them: all that a report reads is there. How
long the journal of such a year takes to be read again is worked out from a sample of lines. Baseline: the
calls themselves, one bare row each, grouped by one SELECT.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from benchmarks.figures import Figure, compared, progress
from benchmarks.lines import CONFIG
from benchmarks.year import LAST_DAY, fill_sums, journal_of
from ivr.acd.reports.measuring_rules import begin_of
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.settings_file import read_settings
from ivr.jobs.report_sums import ReportSums
from ivr.service.reports import ReportService
from ivr.settings import Settings
from ivr.store import journal
from ivr.store.database import Database
from ivr.store.migrate import opened

CALLS, QUEUES, AGENTS = 2_000_000, 8, 40
NOW = begin_of(LAST_DAY, "America/New_York") + 15 * 3600.0
MOST_RATIO = 0.3


def run(folder: Path, quick: bool) -> list[Figure]:
    settings = read_settings(CONFIG)
    database = opened(f"sqlite:///{folder / 'year.db'}")
    calls = CALLS // 10 if quick else CALLS
    found = [
        _year(database, settings, folder / "bare.db", calls, 3 if quick else 5),
        _journal(opened(f"sqlite:///{folder / 'journal.db'}"), settings, 400 if quick else 2000),
    ]
    database.close()
    return found


def _year(database: Database, settings: Settings, bare: Path, calls: int, rounds: int) -> Figure:
    progress(f"  a year of {calls:,} calls, {QUEUES} queues, {AGENTS} agents")
    fill_sums(database, calls, QUEUES, AGENTS)
    rows = _bare(bare, calls)
    service = ReportService(database, settings, lambda: NOW)
    period = service.period(365)

    def report() -> float:
        begun = time.perf_counter()
        service.over_time(period)
        service.by_queue(period)
        service.reasons(period)
        return time.perf_counter() - begun

    def grouped() -> float:
        begun = time.perf_counter()
        rows.execute(
            "SELECT day, queue, count(*), sum(waited <= 20), avg(waited), avg(talked) FROM call GROUP BY 1, 2"
        ).fetchall()
        return time.perf_counter() - begun

    found = compared(grouped, report, rounds)
    rows.close()
    detail = f"days, queues and reasons in {found.ours * 1000:.0f} ms; SELECT over bare rows "
    detail += f"{found.baseline * 1000:.0f} ms"
    name = f"report over a year of {calls:,} calls"
    return Figure(name, found.ratio, "× SELECT", f"<= {MOST_RATIO}", found.ratio <= MOST_RATIO, detail)


def _bare(path: Path, calls: int) -> sqlite3.Connection:
    """As many finished calls as the year has, with nothing but what a report needs."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE call (day INTEGER, queue INTEGER, waited INTEGER, talked INTEGER)")
    connection.executemany(
        "INSERT INTO call VALUES (?, ?, ?, ?)",
        ((number % 365, number % QUEUES, number % 90, 100 + number % 300) for number in range(calls)),
    )
    connection.commit()
    return connection


def _journal(database: Database, settings: Settings, calls: int) -> Figure:
    progress(f"  {calls:,} calls of the journal summed up")
    with database.write() as unit:
        lines = list(journal_of(calls, NOW - 300_000))
        journal.write(unit.connection, lines)
    sums = ReportSums(Transactions(database, lambda: NOW, NotificationBus()), settings)
    begun = time.perf_counter()
    sums.rebuild()
    seconds = time.perf_counter() - begun
    database.close()
    speed = calls / seconds
    whole = CALLS / speed / 60
    detail = f"{len(lines):,} lines in {seconds:.1f} s; {CALLS:,} calls would take {whole:.0f} minutes"
    return Figure("journal summed up for reports", speed, "calls/s", "> 20", speed > 20, detail)
