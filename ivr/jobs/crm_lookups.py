"""Looks up a caller in another system: asked when the call arrives, ready when it is offered.

The look-up is a job of the first turn's transaction, and runs in threads of its own, so that a slow system
delays neither a webhook nor the worker. The job stays until the answer is stored: if the process dies, the
next one asks again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from math import isfinite
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.customers.safe_text import plain
from ivr.engine.effects import LookUp
from ivr.floor.crm_lookups import JOB, job_key, values_of
from ivr.floor.transaction import Retry, Transactions
from ivr.flowfiles.customer_settings import MOST_FIELDS, CustomerSettings
from ivr.flowfiles.fields import filled
from ivr.service.lookups import Lookups
from ivr.settings import Settings
from ivr.store import calls, crm_values, floor
from ivr.store.calls import TEXT, CallRow
from ivr.store.crm_values import FAILED, FOUND, MISSING, PartRow
from ivr.store.jobs import Job

MOST_AT_ONCE = 24  # below what Lookups asks at once
FULL_S = 0.2  # all threads are asking: look again soon
GRACE_S = 1.0  # beyond the source's own deadline, until whoever asked counts as dead
MOST_ASKED = 3
LONGEST_TEXT = 300

log = logging.getLogger(__name__)


class CrmLookups:
    """Asks the source of the settings. `ask` is a Lookups of its own: its breaker, cache and threads are not
    those of flows, whose callers are waiting. `run` starts work that may take its time."""

    def __init__(
        self,
        transactions: Transactions,
        customers: CustomerSettings,
        ask: Lookups,
        run: Callable[[Callable[[], None]], Any] | None = None,
    ) -> None:
        self._transactions, self._customers, self._ask = transactions, customers, ask
        self._pool: ThreadPoolExecutor | None = None
        if run is None:
            self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="card")
            run = self._pool.submit
        self._run = run
        self._free = threading.Semaphore(MOST_AT_ONCE)

    def jobs(self) -> dict[str, Callable[[Job], Retry | None]]:
        return {JOB: self.start}

    def start(self, job: Job) -> Retry | None:
        """Job handler: hand the question to a thread, and look later whether it was answered."""
        sid, asked = str(job.body["call"]), int(job.body.get("asked", 0))
        row = self._wanted(sid, bool(job.body.get("ended_too")))
        if row is None:
            return None
        effect = self._effect(row)
        due = float(job.body["due"])
        if effect is None or asked >= MOST_ASKED:
            self._keep(row, MISSING if effect is None else FAILED, {}, due)
            return None
        if not self._free.acquire(blocking=False):
            return Retry(FULL_S, timer=True)
        self._run(lambda: self._asked(row, effect, due))
        again = self._ask.deadline(effect) + GRACE_S
        return Retry(again, timer=True, body={**job.body, "asked": asked + 1})

    def _wanted(self, sid: str, ended_too: bool) -> CallRow | None:
        """The call, when nobody has answered for it and it is not over (unless `ended_too`)."""
        source = self._customers.source
        with self._transactions.database.read() as connection:
            row = calls.find(connection, sid)
            if source is None or row is None:
                return None
            if row.ended_at is not None and row.direction != TEXT and not ended_too:
                return None
            return None if crm_values.find(connection, sid, source) else row

    def _effect(self, row: CallRow) -> LookUp | None:
        """The question; None when we lack what it asks about, such as a withheld number."""
        values = values_of(row)
        parameters = {name: filled(text, values) for name, text in self._customers.values.items()}
        return LookUp(self._customers.source or "", parameters) if all(parameters.values()) else None

    def _asked(self, row: CallRow, effect: LookUp, due: float) -> None:
        """In a thread of its own. A fault is logged; the job comes again, and gives up in the end."""
        try:
            found = self._ask(effect)
            fields = picked(self._customers, found.value) if found.status == FOUND else {}
            self._keep(row, found.status if fields or found.status != FOUND else MISSING, fields, due)
        except Exception:
            log.exception("card of call %s", row.sid)
        finally:
            self._free.release()

    def _keep(self, asked: CallRow, status: str, fields: Mapping[str, Any], due: float) -> None:
        """Store the answer, unless another customer has been found to be calling since it was `asked`."""
        source, sid = self._customers.source or "", asked.sid
        with self._transactions.begin() as tx:
            calls.lock_row(tx.connection, sid)
            row = calls.find(tx.connection, sid)
            if row is None or row.customer_id != asked.customer_id:
                return
            part = PartRow(sid, source, status, dict(fields), due, tx.now)
            if not crm_values.add(tx.connection, part):
                return
            tx.cancel_job(job_key(sid))
            late = round(max(0.0, tx.now - due), 1)
            tx.note(JournalKind.CARD_PART, call=sid, source=source, status=status, late_s=late)
            offer = floor.live_offer_of_call(tx.connection, sid)
            for agent in {offer.agent_id if offer else None, row.agent_id}:
                if agent is not None:
                    tx.tell_agent(agent)

    def close(self) -> None:
        """Answers that come later are dropped: their jobs are still there."""
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)


def picked(customers: CustomerSettings, value: Any) -> dict[str, str | int | float]:
    """Return the part of an answer for the card: the fields of the settings or, without any, all plain values
    of its first level. Each is at most a line of plain text."""
    if isinstance(value, list):
        value = value[0] if value else None
    ways = customers.fields_shown
    if not ways and isinstance(value, Mapping):
        found = {plain(str(name).replace("_", " "), 60): inner for name, inner in value.items()}
    else:
        found = {label: _at(value, way) for label, way in ways.items()}
    shown = {name: _shown(inner) for name, inner in found.items() if name}
    return {name: inner for name, inner in list(shown.items())[:MOST_FIELDS] if inner != ""}


def _at(value: Any, way: str) -> Any:
    for name in way.split("."):
        if isinstance(value, list):
            value = value[int(name)] if name.isdecimal() and int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _shown(value: Any) -> str | int | float:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and value and all(isinstance(one, str | int | float) for one in value):
        value = ", ".join(str(one) for one in value)
    if isinstance(value, str):
        return plain(value, LONGEST_TEXT)
    return value if isinstance(value, int | float) and isfinite(value) else ""


def card_jobs(
    transactions: Transactions, settings: Settings, environ: Mapping[str, str], given: Lookups | None = None
) -> dict[str, Callable[[Job], Retry | None]]:
    """Return the worker's jobs for cards. `given` answers in place of the real sources, and at once."""
    customers = settings.customers
    if given is not None:
        return CrmLookups(transactions, customers, given, run=lambda work: work()).jobs()
    asked = {name: source for name, source in settings.sources.items() if name == customers.source}
    return CrmLookups(transactions, customers, Lookups(asked, environ)).jobs()
