"""Notices: set, ended and listed by operations staff; looked up once a second for all callers together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.acd.journal import JournalKind
from ivr.customers.safe_text import plain
from ivr.engine.context import Notice
from ivr.errors import Invalid
from ivr.floor.transaction import Transactions
from ivr.settings import Settings
from ivr.store import notices
from ivr.store.database import Connection
from ivr.store.notices import NoticeRow

LOOK_EVERY_S = 1.0
LONGEST = 400  # characters: half a minute of speech
MOST_ON = 10
LONGEST_TIME = timedelta(days=31)
MOST_SHOWN = 50
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
_FORMS = "18:00, 2h, 90m or 2026-03-02 18:00"


class NoticeProblem(Invalid):
    """A notice that cannot be set, in words for the one who wanted it."""


class NoticeBoard:
    """The notices that callers hear now: one cheap look a second, not one for each call."""

    def __init__(self) -> None:
        self._seen: tuple[float, tuple[Notice, ...]] = (float("-inf"), ())

    def on(self, connection: Connection, now: float) -> tuple[Notice, ...]:
        looked, seen = self._seen
        if abs(now - looked) < LOOK_EVERY_S:
            return seen
        rows = notices.in_force(connection, now)
        seen = tuple(Notice(row.id, row.queue or "", row.words) for row in rows)
        self._seen = now, seen
        return seen


class NoticeService:
    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._settings = transactions, settings

    def set(self, words: Mapping[str, str], queue: str = "", until: str = "", author: str = "") -> NoticeRow:
        """Callers hear it within two seconds. `words` by language, "" for the first of the settings; `until`
        as people write it, "" for until it is ended. Raises NoticeProblem."""
        said = self._checked(words)
        if queue and queue not in self._settings.queues:
            known = ", ".join(sorted(self._settings.queues))
            raise NoticeProblem(f"there is no queue {queue!r} in the settings (there are: {known})")
        with self._transactions.begin() as tx:
            until_at = until_moment(until, tx.now, ZoneInfo(self._settings.timezone)) if until else None
            if len(notices.in_force(tx.connection, tx.now)) >= MOST_ON:
                raise NoticeProblem(f"{MOST_ON} notices are on already: end one first")
            author = plain(author, 100)
            made = notices.add(tx.connection, said, queue or None, author, tx.now, until_at)
            tx.note(
                JournalKind.NOTICE_SET,
                queue=queue or None,
                notice=made,
                words=said,
                author=author,
                until=until_at,
            )
            tx.tell("floor")
            return NoticeRow(made, queue or None, said, author, tx.now, tx.now, until_at, None)

    def end(self, notice_id: int, author: str = "") -> None:
        """No caller hears it from now on. Raises NoticeProblem when it is not on."""
        with self._transactions.begin() as tx:
            if not 0 < notice_id < 2**31 or not notices.end(tx.connection, notice_id, tx.now):
                raise NoticeProblem(f"there is no notice {notice_id} that is on")
            tx.note(JournalKind.NOTICE_ENDED, notice=notice_id, author=plain(author, 100))
            tx.tell("floor")

    def end_all(self, author: str = "") -> int:
        """End every notice; returns how many were on."""
        with self._transactions.database.read() as connection:
            found = notices.in_force(connection, self._transactions.clock())
        for row in found:
            self.end(row.id, author)
        return len(found)

    def listed(self) -> tuple[list[NoticeRow], list[NoticeRow]]:
        """(those that are on, those that are over, the newest first)."""
        now = self._transactions.clock()
        with self._transactions.database.read() as connection:
            found = notices.in_force(connection, now)
            latest = notices.latest(connection, MOST_SHOWN)
        are_on = {row.id for row in found}
        return found, [row for row in latest if row.id not in are_on]

    def _checked(self, words: Mapping[str, str]) -> dict[str, str]:
        languages = self._settings.languages
        said: dict[str, str] = {}
        for language, text in words.items():
            tag = language or languages[0]
            if tag not in languages:
                raise NoticeProblem(
                    f"there is no language {tag!r} in the settings (there are: {', '.join(languages)})"
                )
            said[tag] = _text(text)
        if not said:
            raise NoticeProblem("the notice has no words")
        return said


def _text(written: str) -> str:
    text = " ".join(plain(written, LONGEST * 4, lines=True).split())
    if not text:
        raise NoticeProblem("the notice has no words")
    if len(text) > LONGEST:
        raise NoticeProblem(
            f"the notice has {len(text)} characters, and {LONGEST} are as long as anybody listens"
        )
    if found := re.search(r"[<>]|\{\{|\}\}", text):
        raise NoticeProblem(f"a notice is plain words: {found[0]} cannot stand in it")
    return text


def until_moment(written: str, now: float, zone: ZoneInfo) -> float:
    """The moment that `written` means, in epoch seconds: a time of day is the next one to come."""
    here = datetime.fromtimestamp(now, zone)
    text = written.strip().lower()
    moment: datetime | None = None
    if length := re.fullmatch(r"(\d{1,5})\s*(m|min|h|d)", text):
        moment = datetime.fromtimestamp(now, UTC) + timedelta(**{_UNITS[length[2]]: int(length[1])})
    elif time := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text):
        moment = here.replace(hour=int(time[1]), minute=int(time[2]), second=0, microsecond=0, fold=0)
        if moment.timestamp() <= now:
            moment += timedelta(days=1)
    else:
        try:
            moment = datetime.strptime(text.replace("t", " "), "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        except ValueError:
            raise NoticeProblem(f"{written!r} is no time (write it like {_FORMS})") from None
    if moment.timestamp() <= now:
        raise NoticeProblem(f"{written} is over already")
    if moment.timestamp() > now + LONGEST_TIME.total_seconds():
        raise NoticeProblem(f"a notice is on for at most {LONGEST_TIME.days} days")
    return moment.timestamp()
