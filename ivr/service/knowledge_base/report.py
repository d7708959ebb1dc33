"""How articles did: what is used and helps, what nobody could answer. For whoever writes them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ivr.store import article_uses, articles
from ivr.store.database import Database
from ivr.store.deadlines import REPORT_S

MOST = 50


LATEST = 1e12
"""Seconds since 1970 that no use of an article reaches: a report up to now."""


def answers_report(
    database: Database, since: float, until: float = LATEST, most: int = MOST
) -> dict[str, Any]:
    """Articles by use with their help rate; searches after which nothing was opened; "nothing helped" with
    its notes; articles that no agent was shown; files with errors."""
    with database.read(REPORT_S) as connection:
        rows = [asdict(row) for row in article_uses.sums(connection, since, until)]
        searches = article_uses.unanswered(connection, since, until, most)
        notes = article_uses.nothing_helped(connection, since, until, most)
        unused = article_uses.unused(connection, since, until, most)
        problems = articles.load_problems(connection)
    for row in rows:
        judged = row["helped"] + row["failed"]
        row["help_rate"] = round(row["helped"] / judged, 4) if judged else None
    rows.sort(key=lambda row: (-row["opened"], -row["shown"], row["article"]))
    return {
        "rows": rows[:most],
        "unanswered": [{"words": words, "times": times, "found": found} for words, times, found in searches],
        "nothing_helped": [
            {"at": at, "article": article, "agent": agent, "searched": query, "note": note}
            for at, article, agent, query, note in notes
        ],
        "unused": [{"article": name, "title": title} for name, title in unused],
        "problems": problems,
    }
