"""Answers for agents: searched and proposed among 100,000 articles, against the same among 1,000."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import insert, text

from benchmarks.figures import Figure, compared, progress
from ivr.flowfiles.articles.ranking import tokens
from ivr.store import articles
from ivr.store.database import Database
from ivr.store.migrate import migrate
from ivr.store.tables import article, article_place

FEW = 1_000
MOST_MS = 100.0
MOST_RATIO = 30.0  # a hundred times as many
VOCABULARY = 20_000
BATCH = 2_000
TEXT = text(
    "INSERT INTO article_text(rowid, title, keywords, words) VALUES (:number, :title, :keywords, :words)"
)
SOURCE = "---\ntitle: {title}\nsteps: main.step{step}\nsay: {words}\n---\n{words}\n"


def run(folder: Path, quick: bool) -> list[Figure]:
    many = 10_000 if quick else 100_000
    small, large = _filled(folder / "few.db", FEW), _filled(folder / "many.db", many)
    rounds = 100 if quick else 400
    try:
        return [
            *_figures(f"search in {many:,} articles", rounds, lambda db: _search(db), small, large),
            *_figures(
                f"candidates among {many:,} articles", rounds, lambda db: _candidates(db), small, large
            ),
        ]
    finally:
        small.close()
        large.close()


def _figures(
    name: str, rounds: int, look: Callable[[Database], None], small: Database, large: Database
) -> list[Figure]:
    took = [_timed(lambda: look(large)) for _ in range(rounds)]
    p95 = quantiles(took, n=20)[-1] * 1000
    found = compared(lambda: _timed(lambda: look(small)), lambda: _timed(lambda: look(large)), rounds)
    return [
        Figure(
            f"{name}, p95",
            p95,
            "ms",
            f"< {MOST_MS:.0f} ms",
            p95 < MOST_MS,
            f"p50 {median(took) * 1000:.1f} ms, most {max(took) * 1000:.0f} ms",
        ),
        Figure(
            f"{name} ÷ {FEW:,}",
            found.ratio,
            "×",
            f"< {MOST_RATIO:.0f}",
            found.ratio < MOST_RATIO,
            f"{found.ours * 1000:.2f} ms against {found.baseline * 1000:.2f} ms",
        ),
    ]


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


_chance = random.Random(7)
_VOCABULARY = [
    "".join(_chance.choices("etaoinshrdlcumwfgypbvk", k=_chance.randint(3, 9))) for _ in range(VOCABULARY)
]


def _word() -> str:
    """Few words are frequent and many are rare, as in any language."""
    return _VOCABULARY[min(int(_chance.paretovariate(0.6)), VOCABULARY) - 1]


def _words(count: int) -> str:
    return " ".join(_word() for _ in range(count))


def _search(database: Database) -> None:
    """As an agent types: one to three words, the last one perhaps not finished."""
    terms = tokens(_words(_chance.randint(1, 3)))
    with database.read() as connection:
        articles.search(connection, terms, 10)


def _candidates(database: Database) -> None:
    with database.read() as connection:
        places = [f"main.step{_chance.randrange(1000)}" for _ in range(8)]
        articles.at_places(connection, [*places, "main", "queue:support", ""], 300)


def _filled(path: Path, count: int) -> Database:
    progress(f"  {count:,} articles …")
    database = Database.open(f"sqlite:///{path}")
    migrate(database)
    for start in range(1, count + 1, BATCH):
        rows = [_row(number) for number in range(start, min(count + 1, start + BATCH))]
        with database.write() as unit:
            unit.connection.execute(insert(article), [row for row, _, _ in rows])
            unit.connection.execute(insert(article_place), [place for _, place, _ in rows])
            unit.connection.execute(TEXT, [words for _, _, words in rows])
    return database


def _row(number: int) -> tuple[dict, dict, dict]:
    """An article as three tables have it; one by one through the store it would take minutes."""
    title, words, step = _words(5), _words(60), number % 1000
    source = SOURCE.format(title=title, words=words, step=step)
    row = {"number": number, "name": f"a{number}", "title": title, "languages": [], "source": source}
    folded = {"title": " ".join(tokens(title)), "keywords": _words(4), "words": " ".join(tokens(words))}
    return (
        {**row, "digest": f"{number:032}", "updated_at": 0.0},
        {"number": number, "place": f"main.step{step}"},
        {"number": number, **folded},
    )
