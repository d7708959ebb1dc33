"""Contacts found among a million, on SQLite and on PostgreSQL.

Baseline: the same searches among ten thousand.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from sqlalchemy import text

from benchmarks.figures import Figure, progress, skipped
from benchmarks.lines import CONFIG
from ivr.flowfiles.settings_file import read_settings
from ivr.service.contacts import Contacts
from ivr.store.contact_search import Wanted
from ivr.store.database import Database
from ivr.store.migrate import migrate, opened
from tests import postgres_cluster

FEW, MANY = 10_000, 1_000_000
MOST_S = 0.2
NOW = 1_800_000_000.0
ROWS = """
SELECT :now - (:number - n) * 30.0, '+1415' || substr('000000' || (n % 300000), -7), 'call',
    'welcome → department → order (entered ' || n || ')',
    'Asked about the flamingo' || (n % 20000) || ', wants it sent again.', 'Desk one',
    CASE n % 2 WHEN 0 THEN 'support' ELSE 'billing' END,
    CASE n % 9 WHEN 0 THEN 'abandoned' ELSE 'talked' END, 200
"""
INTO = "INSERT INTO contact (at, number, channel, summary, note, agent_name, queue, outcome, seconds)"
SQLITE = (
    "DROP TRIGGER contact_text_added",
    "WITH RECURSIVE one(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM one WHERE n + 1 < :number) "
    f"{INTO} {ROWS} FROM one",
    "INSERT INTO contact_text(contact_text) VALUES ('rebuild')",
)
POSTGRES = (
    f"{INTO} {ROWS} FROM generate_series(0, :number - 1) AS one(n)".replace(
        "substr('000000' || (n % 300000), -7)", "right('000000' || (n % 300000), 7)"
    ),
    "ANALYZE contact",
)
ASKED = {
    "one number": Wanted(number="+14150004711"),
    "a rare word": Wanted(words="flamingo4711"),
    "a common word": Wanted(words="order"),
    "two words and a queue": Wanted(words="order flamingo47", queue="billing"),
    "a queue and an outcome": Wanted(queue="billing", outcome="abandoned"),
    "two days": Wanted(since=NOW - 172_800, until=NOW),
}


def run(folder: Path, quick: bool) -> list[Figure]:
    many = MANY // 10 if quick else MANY
    few, large = opened(f"sqlite:///{folder / 'few.db'}"), opened(f"sqlite:///{folder / 'many.db'}")
    found = _figures("SQLite", few, large, SQLITE, many)
    programs = postgres_cluster.find_programs()
    if programs is None:
        return [*found, skipped("search over contacts on PostgreSQL", "PostgreSQL is not installed here")]
    cluster = postgres_cluster.start(programs)
    try:
        for name in ("few", "many"):
            cluster.run(f"CREATE DATABASE {name}")
        few, large = (Database.open(cluster.url(name)) for name in ("few", "many"))
        for database in (few, large):
            migrate(database)
        return [*found, *_figures("PostgreSQL", few, large, POSTGRES, many)]
    finally:
        cluster.stop()


def _figures(kind: str, few: Database, large: Database, fill: tuple[str, ...], many: int) -> list[Figure]:
    progress(f"  {many:,} contacts on {kind}")
    try:
        _fill(few, fill, FEW)
        _fill(large, fill, many)
        small, took = _searches(few), _searches(large)
    finally:
        few.close()
        large.close()
    slowest = max(took, key=took.__getitem__)
    each = ", ".join(f"{name} {seconds * 1000:.1f}" for name, seconds in took.items())
    value = took[slowest]
    return [
        Figure(
            f"search over {many:,} contacts on {kind}, slowest",
            value * 1000,
            "ms",
            f"<= {MOST_S * 1000:.0f}",
            value <= MOST_S,
            f"{each}; slowest {value / small[slowest]:.1f} × among {FEW:,}",
        )
    ]


def _fill(database: Database, statements: tuple[str, ...], number: int) -> None:
    with database.write() as unit:
        for statement in statements:
            given = {"number": number, "now": NOW} if ":number" in statement else {}
            unit.connection.execute(text(statement), given)


def _searches(database: Database) -> dict[str, float]:
    contacts = Contacts(database, read_settings(CONFIG))
    return {name: _took(lambda wanted=wanted: contacts.page(wanted)) for name, wanted in ASKED.items()}


def _took(search: Callable[[], object]) -> float:
    """Median of five; the first one also warms the cache."""
    found = []
    for _ in range(5):
        begun = time.perf_counter()
        search()
        found.append(time.perf_counter() - begun)
    return median(found)
