"""Past contacts, searched and exported: who called when, about what, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ivr.acd.reports.measuring_rules import begin_of
from ivr.customers.numbers import to_e164
from ivr.customers.safe_text import plain
from ivr.errors import Invalid
from ivr.flowfiles.equivalents import equivalents
from ivr.settings import Settings
from ivr.store import contact_search
from ivr.store.contact_search import FoundContact, Wanted
from ivr.store.database import Database
from ivr.store.deadlines import REPORT_S

PAGE = 50
EXPORT_PAGE = 2000
LONGEST = 100
ERASED = "Erased"
COLUMNS = (
    "at",
    "customer",
    "customer_name",
    "number",
    "channel",
    "direction",
    "queue",
    "outcome",
    "disposition",
    "agent",
    "seconds",
    "summary",
    "note",
    "asked_leave",
    "used_name",
)


class WrongSearch(Invalid):
    """The contacts cannot be searched for this; the message is for people."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some contacts, the newest first; `older` leads to the next page, empty on the last one."""

    contacts: list[FoundContact]
    older: str


class Contacts:
    """Searches; times and national numbers are those of the company."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self.zone = ZoneInfo(settings.timezone)

    def wanted(self, asked: Mapping[str, str]) -> Wanted:
        """From what was typed: number, customer, queue, outcome, words, since, until. Raises WrongSearch."""
        typed = {name: plain(asked.get(name, ""), LONGEST) for name in (*Wanted.__slots__,)}
        number = ""
        if typed["number"]:
            number = to_e164(typed["number"], self._settings.country) or _older_way(typed["number"])
            if not number:
                raise WrongSearch(f"{typed['number']!r} is no telephone number.")
        until = self._begin(typed["until"], 1)
        return Wanted(
            number,
            typed["customer"],
            typed["queue"],
            typed["outcome"],
            typed["words"],
            self._begin(typed["since"], 0),
            until,
        )

    def page(self, wanted: Wanted, after: str = "", most: int = PAGE) -> Page:
        """A page; `after` is the `older` of the page before. Raises WrongSearch."""
        with self._database.read(REPORT_S) as connection:
            found = contact_search.find(connection, wanted, _place(after), most + 1)
        shown = found[:most]
        last = shown[-1] if len(found) > most else None
        return Page(shown, f"{last.at!r}_{last.id}" if last else "")

    def everything(self, wanted: Wanted) -> Iterator[dict[str, Any]]:
        """All that were found as rows of a sheet. Each page is a look of its own, so nothing is held up."""
        after = ""
        while True:
            page = self.page(wanted, after, EXPORT_PAGE)
            yield from (self.row(one) for one in page.contacts)
            after = page.older
            if not after:
                return

    def row(self, one: FoundContact) -> dict[str, Any]:
        """As plain values, in the order of `COLUMNS`."""
        return {
            "at": datetime.fromtimestamp(one.at, self.zone).isoformat(timespec="seconds"),
            "customer": one.customer_id or "",
            "customer_name": one.customer_name or "",
            "number": ERASED if one.erased else one.number,
            "channel": one.channel,
            "direction": one.direction,
            "queue": one.queue,
            "outcome": one.outcome,
            "disposition": one.disposition,
            "agent": one.agent_name,
            "seconds": one.seconds,
            "summary": plain(one.summary, 1000, lines=True),
            "note": plain(one.note, 20_000, lines=True),
            "asked_leave": bool(one.asked_leave),
            "used_name": bool(one.used_name),
        }

    def _begin(self, day: str, plus: int) -> float | None:
        if not day:
            return None
        try:
            return begin_of(date.fromisoformat(day) + timedelta(days=plus), self._settings.timezone)
        except (ValueError, OverflowError):
            raise WrongSearch(f"{day!r} is no day (write it like 2026-03-02).") from None


def _older_way(typed: str) -> str:
    """A number in a way that is not dialled any more, but stands in old contacts; "" for anything else."""
    written = re.sub(r"[^\d+]", "", typed)
    return written if len(equivalents(written)) > 1 else ""


def _place(after: str) -> tuple[float, int] | None:
    if not after:
        return None
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,20})?)_(\d{1,15})", after, re.ASCII)
    if found is None:
        raise WrongSearch("There is no such page.")
    return float(found[1]), int(found[2])
