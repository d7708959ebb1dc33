"""Cases and warnings as agents set them, from a call that is in their hands.

Whoever has the call may open a case and warn the next agent; a case is changed by its owner, by whoever has a
call of its customer, and by supervisors. Warnings that only supervisors read are made and ended by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ivr.acd.journal import JournalKind
from ivr.customers.numbers import ERASED
from ivr.customers.safe_text import plain
from ivr.engine.context import CallContext
from ivr.engine.phrases import phrase
from ivr.errors import Conflict
from ivr.floor.alerting import note_file_read
from ivr.floor.outgoing_messages import SmsRefused, text_from_agent
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.roles import SET_WARNINGS, may
from ivr.service.screen_pop.cards import CardOfAnother, number_of
from ivr.settings import Settings
from ivr.store import call_ownership, calls, cases, customer_warnings, customers, floor
from ivr.store.calls import CallRow
from ivr.store.cases import CaseRow
from ivr.store.customer_warnings import WarningInForce
from ivr.store.database import Connection

KINDS = ("difficult", "legal", "vulnerable", "note")
ALL, RESTRICTED = "agent", "supervisor"
DAY_S = 86400.0
LONGEST_DAYS = 3650
PAGE = 20


class CaseRefused(Conflict):
    """Not done; in words for an agent."""


class NotAccepted(Conflict):
    """The call is only being offered to this agent."""

    said = "The caller's whole file opens once you have accepted the call."


@dataclass(frozen=True, slots=True)
class File:
    """All that is on record of one caller. `before` leads to the older contacts, None when there are none."""

    call: CallRow
    name: str
    contacts: tuple[Any, ...]
    before: tuple[float, int] | None
    warnings: tuple[WarningInForce, ...]
    cases: tuple[CaseRow, ...]
    reads_all: bool


class CaseService:
    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._settings = transactions, settings

    # To read ----------------------------------------------------------------------------------------------

    def file(self, sid: str, agent_id: str, before: tuple[float, int] | None = None) -> File:
        """The file of the caller of this call, contacts before a given one; that it was read stands in the
        journal. Raises CardOfAnother, and NotAccepted while the call is only being offered to an agent."""
        with self._transactions.database.read() as connection:
            row = _held(connection, sid, agent_id)
            reads_all = _reads_all(connection, agent_id)
            live = floor.live_offer_of_agent(connection, agent_id)
            offered = live is not None and live.call_sid == sid and live.state == "pending"
            if offered and not (reads_all or call_ownership.has_work(connection, agent_id, sid)):
                raise NotAccepted(sid)
            found = customers.find(connection, row.customer_id) if row.customer_id else None
            rows = customers.page_of_contacts(connection, row.customer_id, row.caller, before, PAGE + 1)
            now = self._transactions.clock()
            standing = customer_warnings.in_force(connection, found.id, now) if found else []
            theirs = cases.of_caller(connection, row.customer_id, row.caller)
        with self._transactions.begin() as tx:
            note_file_read(tx, self._settings, sid, agent_id, before is not None)
        older = (rows[PAGE - 1].at, rows[PAGE - 1].id) if len(rows) > PAGE else None
        seen = tuple(one for one in standing if reads_all or one.seen_by == ALL)
        number = number_of(row)
        name = (
            found.name if found else number["number"] or ("Erased" if number["number_kind"] == ERASED else "")
        )
        return File(row, name, tuple(rows[:PAGE]), older, seen, tuple(theirs), reads_all)

    def mine(self, agent_id: str) -> list[CaseRow]:
        """Cases that this agent owns and nobody has closed, the next one due first."""
        with self._transactions.database.read() as connection:
            return cases.of_owner(connection, agent_id)

    def people(self) -> dict[str, str]:
        """Return the people who may own a case: names by id."""
        with self._transactions.database.read() as connection:
            return cases.people(connection)

    # Warnings ---------------------------------------------------------------------------------------------

    def warn(self, sid: str, agent_id: str, kind: str, text: str, days: int, restricted: bool) -> None:
        """Warn the next agent about the caller of this call, for `days` (0: until it is ended)."""
        text = plain(text, 500)
        if kind not in KINDS or not text or not 0 <= days <= LONGEST_DAYS:
            raise CaseRefused("A warning has a kind, a reason, and at most ten years.")
        with self._transactions.begin() as tx:
            row = _held(tx.connection, sid, agent_id)
            if not row.customer_id:
                raise CaseRefused("Only a known customer can have a warning: a number may be anybody's.")
            if restricted and not _reads_all(tx.connection, agent_id):
                raise CaseRefused("Only supervisors set warnings that agents do not see.")
            until = tx.now + days * DAY_S if days else None
            seen_by = RESTRICTED if restricted else ALL
            made = WarningInForce(0, row.customer_id, kind, text, agent_id, tx.now, until, seen_by)
            number = customer_warnings.add(tx.connection, made)
            tx.note(JournalKind.WARNING_SET, call=sid, agent=agent_id, warning=number, warning_kind=kind)
            tx.tell("floor")

    def end_warning(self, sid: str, agent_id: str, warning_id: int) -> None:
        """End one of this caller's: one's own, or any as a supervisor. Twice is once."""
        with self._transactions.begin() as tx:
            row = _held(tx.connection, sid, agent_id)
            found = customer_warnings.find(tx.connection, warning_id)
            reads_all = _reads_all(tx.connection, agent_id)
            if found is None or found.customer_id != row.customer_id:
                return
            if found.author == customers.IMPORTED:
                raise CaseRefused("This warning came with the list of customers: it is ended there.")
            if not (reads_all or found.author == agent_id):
                raise CaseRefused("Only who wrote this warning, or a supervisor, can end it.")
            if customer_warnings.end(tx.connection, warning_id, agent_id, tx.now):
                tx.note(JournalKind.WARNING_ENDED, call=sid, agent=agent_id, warning=warning_id)
                tx.tell("floor")

    # Cases ------------------------------------------------------------------------------------------------

    def open(
        self, sid: str, agent_id: str, once: str, title: str, note: str, due_on: str, tell: bool
    ) -> tuple[int, str]:
        """A case out of this call, owned by this agent; `once` is its form. Returns its number, and why the
        caller was not told it by SMS ("" when all is well)."""
        title, now = plain(title, 200), self._transactions.clock()
        if not title:
            raise CaseRefused("A case has a title.")
        with self._transactions.begin() as tx:
            row = _held(tx.connection, sid, agent_id)
            made = CaseRow(
                0, row.customer_id, row.caller if row.caller.startswith("+") else "", title,
                plain(note, 5000, lines=True), cases.OPEN, agent_id, _day(due_on), sid, once[:64], 1,
                now, now, None,
            )  # fmt: skip
            number, is_new = cases.add(tx.connection, made)
            if not is_new:
                return number, ""
            tx.note(JournalKind.CASE_OPENED, call=sid, agent=agent_id, case=number, due_on=made.due_on)
            why_not = self._told(tx, row, agent_id, number) if tell else ""
            tx.tell_agent(agent_id)
        return number, why_not

    def _told(self, tx: Transaction, row: CallRow, agent_id: str, number: int) -> str:
        language = (row.session.get("session") or {}).get("language") or self._settings.languages[0]
        context = CallContext(now=datetime.fromtimestamp(tx.now, UTC), phrases=self._settings.phrases)
        say = phrase("case_text", language, context, company=self._settings.company, number=str(number))
        try:
            text_from_agent(tx, row, row.caller, say.text, agent_id, self._settings)
        except SmsRefused as refused:
            return str(refused)
        return ""

    def change(
        self, agent_id: str, case_id: int, version: int, form: Mapping[str, str], sid: str = ""
    ) -> None:
        """Change state, note, owner or due date. Raises Refused when somebody else was faster."""
        with self._transactions.begin() as tx:
            row = cases.find(tx.connection, case_id)
            if row is None or not self._may_change(tx.connection, row, agent_id, sid):
                raise CardOfAnother(str(case_id))
            state = form.get("state", row.state)
            if state not in cases.STATES:
                raise CaseRefused("There is no such state.")
            owner = _owner(tx.connection, row, form.get("owner", row.owner))
            new = replace(
                row,
                version=version,
                note=plain(form.get("note", row.note), 5000, lines=True),
                state=state,
                owner=owner,
                due_on=_day(form.get("due_on", row.due_on or "")),
                changed_at=tx.now,
                closed_at=(row.closed_at or tx.now) if state == cases.CLOSED else None,
            )
            if not cases.change(tx.connection, new):
                raise CaseRefused("Somebody else has changed this case. Its text and yours are both shown.")
            tx.note(JournalKind.CASE_CHANGED, call=row.call_sid, agent=agent_id, case=case_id, state=state)
            tx.tell("floor")

    def _may_change(self, connection: Connection, row: CaseRow, agent_id: str, sid: str) -> bool:
        if row.owner == agent_id or _reads_all(connection, agent_id):
            return True
        if not sid:
            return False
        held = _held(connection, sid, agent_id)
        known = held.customer_id is not None and held.customer_id == row.customer_id
        return known or bool(row.number and row.number == held.caller)

    def now(self) -> float:
        return self._transactions.clock()

    def today(self) -> str:
        """The company's day, such as 2026-03-02."""
        zone = ZoneInfo(self._settings.timezone)
        return datetime.fromtimestamp(self._transactions.clock(), zone).date().isoformat()


def _held(connection: Connection, sid: str, agent_id: str) -> CallRow:
    if not (
        call_ownership.has_call(connection, agent_id, sid)
        or call_ownership.has_work(connection, agent_id, sid)
    ):
        raise CardOfAnother(sid)
    row = calls.find(connection, sid)
    if row is None:
        raise CardOfAnother(sid)
    return row


def _reads_all(connection: Connection, agent_id: str) -> bool:
    agent = floor.find_agent(connection, agent_id)
    return agent is not None and not agent.disabled and may(agent.role, SET_WARNINGS)


def _owner(connection: Connection, row: CaseRow, wanted: str) -> str:
    """The id of who is named, by id or by a name of one of us only. Who has left keeps what they had."""
    wanted = plain(wanted, 100)
    if wanted == row.owner:
        return wanted
    people = cases.people(connection)
    if wanted in people:
        return wanted
    named = [who for who, name in people.items() if name.casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        raise CaseRefused(f"Several of us are called {wanted}: choose one of {', '.join(named)}.")
    raise CaseRefused("Nobody here has this name: choose an owner from the list.")


def _day(text: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CaseRefused("A day is written like 2026-03-02.") from None
