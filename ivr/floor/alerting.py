"""Alerts about anything that a supervisor or an operator has to know at once, and the record of who read
callers' files."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import journal
from ivr.store.database import Database
from ivr.store.journal import JournalRow

MAIL, WEBHOOK = JobKind.ALERT_MAIL, JobKind.ALERT_WEBHOOK


def ask_for_alert(
    tx: Transaction,
    settings: Settings,
    event: JournalKind,
    once: str,
    subject: str,
    text: str,
    **context: Any,
) -> None:
    """Ask for one alert. `event` names its kind, `once` this very one: asked for again before it was sent, it
    is sent once. `subject` and `text` are for people, `facts` for programs."""
    alerts = settings.reports.alerts
    told = {
        "event": event,
        "incident": once,
        "company": settings.company,
        "subject": subject,
        "text": text,
        "at": tx.now,
        **context,
    }
    tx.note(event, incident=once, **context)
    for place, address in enumerate(alerts.mail):
        tx.job(MAIL, f"{MAIL}:{event}:{once}:{place}", 0.0, {**told, "to": address})
    if alerts.webhook:
        tx.job(WEBHOOK, f"{WEBHOOK}:{event}:{once}", 0.0, told)


HOUR_S = 3600.0
REFUSED_AGAIN_S = 600.0


class Lately:
    """The facts that this process has recorded within `span_s`, so that the same is not recorded again at
    once."""

    def __init__(self, span_s: float) -> None:
        self._span_s = span_s
        self._guard = threading.Lock()
        self._at: dict[Hashable, float] = {}

    def is_new(self, what: Hashable, now: float) -> bool:
        """Whether the caller is the one to write this down now. A clock that was put back makes all new."""
        with self._guard:
            if what in self._at and 0 <= now - self._at[what] < self._span_s:
                return False
            self._at = {one: at for one, at in self._at.items() if 0 <= now - at < self._span_s}
            self._at[what] = now
            return True

    def forget(self, what: Hashable) -> None:
        """It was not written down after all."""
        with self._guard:
            self._at.pop(what, None)


class CardsShown:
    """The record of cards that agents were shown: each at most once an hour for an agent and a call."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lately = Lately(HOUR_S)

    def note(self, call_sid: str, agent_id: str, now: float) -> None:
        """Write it down, unless it stands in the journal already. What cannot be written is to be tried again
        at the next showing."""
        if not self._lately.is_new((call_sid, agent_id), now):
            return
        try:
            with self._database.write() as unit:
                if not journal.has_done(
                    unit.connection, JournalKind.CARD_SHOWN, call_sid, agent_id, now - HOUR_S
                ):
                    journal.write(
                        unit.connection, [JournalRow(now, JournalKind.CARD_SHOWN, call_sid, agent_id)]
                    )
        except Exception:
            self._lately.forget((call_sid, agent_id))
            raise


class PagesRefused:
    """The record of pages that the role of whoever is signed in does not open: each address once in ten
    minutes for an agent, since a page may ask again by itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lately = Lately(REFUSED_AGAIN_S)

    def note(self, agent_id: str, rule: str, method: str, now: float) -> None:
        """`rule` is the address as the server knows it: what somebody typed into it may be anything."""
        if not self._lately.is_new((agent_id, rule), now):
            return
        try:
            with self._database.write() as unit:
                line = JournalRow(
                    now, JournalKind.PAGE_REFUSED, agent_id=agent_id, body={"rule": rule, "method": method}
                )
                journal.write(unit.connection, [line])
        except Exception:
            self._lately.forget((agent_id, rule))
            raise


def note_looked_up(
    database: Database,
    now: float,
    kind: JournalKind,
    agent_id: str,
    query: Mapping[str, str],
    count: int,
    **more: bool,
) -> None:
    """Write down a search or an export: what was asked for, and how many rows came."""
    body = {"query": dict(query), "count": count, **more}
    with database.write() as unit:
        journal.write(unit.connection, [JournalRow(now, kind, agent_id=agent_id, body=body)])


def note_file_read(tx: Transaction, settings: Settings, call_sid: str, agent_id: str, older: bool) -> None:
    """This agent reads the whole file of the caller of this call; `older`: a further page of it. The files of
    an hour are counted, each once however often it is opened."""
    most = settings.reports.alerts.files_per_hour
    since = tx.now - HOUR_S
    known = journal.files_read(tx.connection, agent_id, since, most + 1)
    tx.note(JournalKind.FILE_READ, call=call_sid, agent=agent_id, older=older)
    files = len(known | {call_sid})
    if files > most and not journal.was_told_of(tx.connection, agent_id, since):
        _alert(tx, settings, agent_id, most)


def _alert(tx: Transaction, settings: Settings, agent_id: str, most: int) -> None:
    subject = f"{settings.company}: {agent_id} has opened many callers' files"
    text = (
        f"{agent_id} has opened the files of more than {most} callers within an hour. That may be a busy hour"
        " or somebody who gathers what is on record: the journal says which files (file_read). No further"
        " alert about them follows for an hour. The limit is `reports: alerts: files_per_hour`."
    )
    once = f"{agent_id}:{int(tx.now // HOUR_S)}"
    ask_for_alert(
        tx, settings, JournalKind.MANY_FILES_READ, once, subject, text, agent=agent_id, files_per_hour=most
    )
