"""The carrier refuses calls or texts for reasons of our account: a wrong token, a limit, a country without
permission. Nobody who was to be called is to blame. What is refused is asked again after growing pauses, by
one at a time; people are told once, with the carrier's sentence.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from phonenumbers import NumberParseException, parse, region_code_for_number

from ivr.acd.journal import JournalKind
from ivr.carrier.base import ACCOUNT, GONE, PERMANENT, Carrier, CarrierError
from ivr.floor.agent_states import ask_dispatch
from ivr.floor.alerting import ask_for_alert
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction, Transactions
from ivr.settings import Settings
from ivr.store import refusals as store
from ivr.store.database import DatabaseUnavailable
from ivr.store.refusals import RefusalRow

log = logging.getLogger(__name__)

CALLS, TEXTS, REQUESTS = "calls", "texts", "requests"
TOPIC = "carrier"
FIRST_S, LONGEST_S = 5.0, 300.0
COUNTRY_FIRST_S, COUNTRY_LONGEST_S = 300.0, 3600.0  # a permission for a country takes somebody to ask for it
PROBE_S = 20.0  # until then it is known what the one who asks again was told
WORKED_S = 3600.0  # a country that took calls or texts so lately is permitted: it was about one number
BELIEVED_S = 20.0  # a refusal that lasts: callers are told that nobody can be reached
AGAIN_S = 1.0


class CarrierRefusals:
    """The present refusals of the carrier; the table is authoritative for all processes."""

    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._settings, self.clock = transactions, settings, transactions.clock
        self._guard = threading.Lock()
        self._standing: Mapping[str, RefusalRow] = {}
        self._worked: dict[str, float] = {}
        self._news = transactions.bus.subscribe(TOPIC)
        self._news.wake()

    def pause(self, what: str, number: str = "") -> float:
        """Seconds until `what` may be asked for this number; 0.0 is now, for whoever is told so."""
        standing = self.standing()
        if not standing:
            return 0.0
        rows = [standing[scope] for scope in _scopes(what, number) if scope in standing]
        return max((self._wait(row) for row in rows), default=0.0)

    def left(self, what: str, number: str = "") -> float:
        """Seconds until it may be asked for, by whomever."""
        standing, now = self.standing(), self.clock()
        return max((standing[s].until - now for s in _scopes(what, number) if s in standing), default=0.0)

    def _wait(self, row: RefusalRow) -> float:
        now = self._transactions.clock()
        if row.until > now:
            return row.until - now
        with self._transactions.begin() as tx:
            first = store.probe(tx.connection, row.scope, now, now + PROBE_S)
            tx.tell(TOPIC)
        return 0.0 if first else AGAIN_S

    def refusal(self, what: str, number: str = "") -> CarrierError | None:
        """Return the carrier's sentence of the last request, while the refusal stands."""
        standing = self.standing()
        rows = [standing[scope] for scope in _scopes(what, number) if scope in standing]
        return CarrierError(ACCOUNT, rows[0].said, rows[0].code) if rows else None

    def calls_pause(self) -> float:
        """Seconds for which no phone at all is rung."""
        row = self.standing().get(CALLS)
        return max(0.0, row.until - self._transactions.clock()) if row else 0.0

    @property
    def calls_doubtful(self) -> bool:
        """The last call was refused: one is tried before all are."""
        return CALLS in self.standing()

    def nobody_can_be_rung(self, now: float) -> bool:
        """For so long that callers are to know."""
        row = self.standing().get(CALLS)
        return row is not None and now - row.since >= BELIEVED_S

    def trouble(self) -> str:
        """A sentence for everybody at work; "" when there is none."""
        rows = [row for _, row in sorted(self.standing().items())]
        return " ".join(_sentence(row) for row in rows)

    def standing(self) -> Mapping[str, RefusalRow]:
        """By scope. Read again when somebody has told of a change, and not before."""
        if self._news.wait(0):
            with self._guard:
                try:
                    with self._transactions.database.read() as connection:
                        self._standing = store.standing(connection)
                except DatabaseUnavailable:
                    self._news.wake()
        return self._standing

    # Told by the carrier ------------------------------------------------------------------------------------

    def refused(self, what: str, number: str, error: CarrierError, asked_at: float) -> None:
        """The carrier has just refused `what`. Of several that were asked for at one time, one counts: also
        where another process writes down the first one in this very moment."""
        scope = _scopes(what, number)[-1 if error.only_country else 0]
        said = (error.said.replace(number, "…") if number else error.said)[:500]
        with self._transactions.begin() as tx:
            now = tx.now
            first = RefusalRow(scope, said, error.code, now, now, now + _pause(scope, 0), 1)
            row = store.find(tx.connection, scope)
            if row is None and store.add(tx.connection, first):
                self._tell(tx, JournalKind.CARRIER_REFUSES, first)
            elif row is not None and asked_at > row.at:
                until = now + _pause(scope, row.times)
                store.refused_again(tx.connection, scope, said, error.code, tx.now, until)
            tx.tell(TOPIC)
            tx.tell("floor")

    def is_permitted(self, what: str, number: str) -> bool:
        """Whether the carrier has lately done it for another number of the same country."""
        return self.clock() - self._worked.get(_scopes(what, number)[-1], -WORKED_S) < WORKED_S

    def accepted(self, what: str, number: str, done: bool = False) -> None:
        """The carrier refuses it no more; it was `done`, or is impossible for this number."""
        standing = self.standing()
        if done:
            self._worked[_scopes(what, number)[-1]] = self.clock()
        for scope in _scopes(what, number):
            if scope not in standing:
                continue
            with self._transactions.begin() as tx:
                if store.drop(tx.connection, scope):
                    self._tell(tx, JournalKind.CARRIER_ACCEPTS, standing[scope])
                    ask_dispatch(tx)
                tx.tell(TOPIC)
                tx.tell("floor")

    def _tell(self, tx: Transaction, event: JournalKind, row: RefusalRow) -> None:
        over = event == JournalKind.CARRIER_ACCEPTS
        again = f"The phone company accepts our {row.scope} again."
        subject = again if over else f"The phone company refuses our {row.scope}"
        subject = f"{self._settings.company}: {subject[0].lower()}{subject[1:].rstrip('.')}"
        text = again if over else _sentence(row)
        once = f"{row.scope}:{int(row.since)}"
        context = {"scope": row.scope, "said": row.said, "code": row.code}
        ask_for_alert(tx, self._settings, event, once, subject, text, **context)


def _scopes(what: str, number: str) -> tuple[str, ...]:
    """The whole, then the country of the number. Countries that share a code are permitted one by one."""
    try:
        read = parse(number) if number.startswith("+") else None
    except NumberParseException:
        read = None
    if read is None:
        return (what,)
    region = region_code_for_number(read)
    return (what, f"{what} to +{read.country_code}" + (f" ({region})" if region else ""))


def _pause(scope: str, times: int) -> float:
    first, longest = (COUNTRY_FIRST_S, COUNTRY_LONGEST_S) if " " in scope else (FIRST_S, LONGEST_S)
    return min(longest, first * float(2 ** min(times, 20)))


def _sentence(row: RefusalRow) -> str:
    code = f" (code {row.code})" if row.code else ""
    happens = {CALLS: "No phone is rung", TEXTS: "Texts wait"}.get(row.scope, "Some things do not work")
    return (
        f"The phone company refuses our {row.scope}: “{row.said}”{code}. {happens} until it accepts them"
        " again; we keep trying. It is for whoever runs the account there."
    )


class WatchedCarrier:
    """`carrier`, each of whose answers tells whether it refuses us. It is used as the carrier itself."""

    _WHAT: Mapping[str, str] = {"ring": CALLS, JobKind.SEND_TEXT: TEXTS}

    def __init__(self, carrier: Carrier, refusals: CarrierRefusals) -> None:
        self._carrier, self._refusals = carrier, refusals

    def __getattr__(self, name: str) -> Any:
        method, what = getattr(self._carrier, name), self._WHAT.get(name, REQUESTS)

        def asked(*args: Any, **more: Any) -> Any:
            number = str(args[0]) if what != REQUESTS and args else ""
            asked_at = self._refusals.clock()
            try:
                answer = method(*args, **more)
            except CarrierError as error:
                if error.only_country and self._refusals.is_permitted(what, number):
                    raise CarrierError(PERMANENT, error.said, error.code) from error
                self._note(what, number, error, asked_at)
                raise
            self._note(what, number, None, asked_at)
            return answer

        return asked

    def _note(self, what: str, number: str, error: CarrierError | None, asked_at: float) -> None:
        try:
            if error is not None and error.kind == ACCOUNT:
                self._refusals.refused(what, number, error, asked_at)
            elif error is None or error.kind in (GONE, PERMANENT):
                self._refusals.accepted(what, number, done=error is None)
        except DatabaseUnavailable as away:
            log.warning("what the phone company answered could not be noted: %s", away)
