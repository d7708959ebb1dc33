"""The articles of the folder into the tables that are searched: at start, and when a file changes.

A file with errors changes nothing: the last good article stays, and the desk says so. Names, times and sizes
are looked at, which is cheap; only what changed is read.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Retry, Transactions
from ivr.flowfiles.articles import article_parser
from ivr.flowfiles.articles.article import Article
from ivr.flowfiles.articles.ranking import tokens
from ivr.flowfiles.problems import errors
from ivr.jobs.message_jobs import mail_jobs
from ivr.jobs.worker import Worker
from ivr.service.knowledge_base.articles import ArticleService
from ivr.service.screen_pop.cards import CardService
from ivr.settings import Settings
from ivr.store import articles
from ivr.store.articles import ArticleRow, ArticleSearch
from ivr.store.jobs import Job

log = logging.getLogger(__name__)

EVERY_S = 5.0
BATCH_S = 2.0  # well under a job's lease; a large folder is read in several goes
BATCH_FILES = 500
MOST_PROBLEMS = 50
KIND = JobKind.LOAD_ARTICLES


class ArticleLoader:
    """`folder` may come and go: without it there are no answers, and nothing is forgotten."""

    def __init__(self, transactions: Transactions, folder: Path, shown: str = "articles") -> None:
        self._transactions, self._folder, self._shown = transactions, folder, shown
        self._seen: dict[str, tuple[int, int]] = {}
        self._problems: dict[str, str] = {}
        self._told: list[str] | None = None

    def job(self, _job: Job) -> Retry:
        """The worker's handler: it comes again by itself, sooner while there is more to read."""
        return Retry(0.05 if self.look() else EVERY_S, timer=True)

    def look(self) -> bool:
        """Bring the tables up to date; True when there is more to do."""
        if not self._folder.is_dir():
            return False
        there = self._files()
        changed = [name for name, seen in there.items() if self._seen.get(name) != seen]
        gone = self._seen.keys() - there.keys()
        first = self._told is None
        if not (changed or gone or first):
            return False
        with self._transactions.database.read() as connection:
            stored = articles.digests(connection)
        good, more = self._read(changed, there, stored)
        for name in gone:
            self._seen.pop(name, None)
            self._problems.pop(name, None)
        self._write(good, stored.keys() - there.keys())
        return more

    def _files(self) -> dict[str, tuple[int, int]]:
        found = {}
        for name in article_parser.article_files(self._folder):
            try:
                stat = (self._folder / f"{name}{article_parser.SUFFIX}").stat()
            except OSError:  # gone since the listing: the next look sees it
                continue
            found[name] = stat.st_mtime_ns, stat.st_size
        return found

    def _read(
        self, changed: list[str], there: dict[str, tuple[int, int]], stored: dict[str, str]
    ) -> tuple[list[tuple[Article, ArticleRow]], bool]:
        good: list[tuple[Article, ArticleRow]] = []
        until = time.monotonic() + BATCH_S
        for name in changed:
            if len(good) >= BATCH_FILES or time.monotonic() > until:
                return good, True
            raw = article_parser.file_bytes(self._folder, name)
            digest = article_parser.digest(raw or b"")
            self._seen[name] = there[name]
            self._problems.pop(name, None)
            if raw is not None and stored.get(name) == digest:
                continue
            read = article_parser.read_article_bytes(
                raw, name, f"{self._shown}/{name}{article_parser.SUFFIX}"
            )
            if read.article is None:
                self._problems[name] = str(errors(read.problems)[0])
                log.warning("articles: the last good form stays: %s", self._problems[name])
            else:
                good.append((read.article, ArticleRow(name, read.text, digest)))
        return good, False

    def _write(self, good: list[tuple[Article, ArticleRow]], gone: set[str]) -> None:
        problems = [self._problems[name] for name in sorted(self._problems)][:MOST_PROBLEMS]
        if not good and not gone and problems == self._told:
            return
        with self._transactions.begin() as tx:
            for article, row in good:
                words = ArticleSearch(
                    tokens(article.title), tokens(" ".join(article.head.keywords)), tokens(article.words)
                )
                told = article.title, article.head.languages, article.places, words
                articles.save(tx.connection, row, *told, tx.now)
            articles.drop(tx.connection, sorted(gone))
            articles.note_load(tx.connection, tx.now, problems)
        self._told = problems


def answer_jobs(transactions: Transactions, settings: Any) -> dict[str, Callable[[Job], Retry]]:
    """The worker's handler that keeps the tables like the files."""
    return {KIND: ArticleLoader(transactions, settings.articles_path, settings.articles_folder).job}


def ask_for_answer_jobs(transactions: Transactions) -> None:
    """It comes again by itself once it was asked for; to be asked again does no harm."""
    with transactions.begin() as tx:
        tx.job(KIND, KIND)


def answers_by_mail(
    worker: Worker,
    transactions: Transactions,
    cards: CardService,
    settings: Settings,
    smtp: Mapping[str, str],
) -> ArticleService:
    """Return the articles, sent by mail too where `smtp` names a server. Raises EnvironmentProblem."""
    worker.add(mail_jobs(transactions, smtp))
    return ArticleService(transactions, cards, settings, mails=bool(smtp.get("SMTP_HOST")))
