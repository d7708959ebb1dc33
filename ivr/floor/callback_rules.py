"""The rules of whom we may call back, and when. Asked at the booking and again before each dialling:
settings
change."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.engine.hours import CallingHours
from ivr.floor.spending import refusal_of_day, spend_on_call
from ivr.floor.transaction import Transaction
from ivr.flowfiles.queue_settings import CallbackSettings as CallbackSettings
from ivr.settings import Settings
from ivr.store import callbacks, customers, entered_numbers
from ivr.store.calls import CallRow
from ivr.store.entered_numbers import EnteredNumber
from ivr.store.expenses import CALLBACK

HOUR_S, DAY_S = 3600.0, 86_400.0
OLDEST_S = 7 * DAY_S
TOO_OLD = "too old"
NEVER = (0.0, 0.0)
OURS = "ours"


class CallbackRules:
    """The callback rules of config.yaml, read once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._hours: dict[str, CallingHours] = {}
        self._open: dict[str, tuple[float, float]] = {}  # the hours looked up last: many ask for the same
        self._ours = {*settings.numbers, *settings.emergency_numbers, str(settings.caller_id)}

    def offered(self, queue: str) -> bool:
        """Does this queue call back?"""
        return self.settings.queue(queue).callbacks is not None

    def of(self, queue: str) -> CallbackSettings:
        """Also for a queue that no longer calls back: what was booked is kept."""
        return self.settings.queue(queue).callbacks or CallbackSettings()

    def hours(self, queue: str) -> CallingHours:
        if queue not in self._hours:
            mine = self.of(queue)
            name = mine.calendar or self.settings.queue(queue).calendar
            calendar = self.settings.calendars.get(name) if name else None
            self._hours[queue] = CallingHours(calendar, mine.hours, self.settings.timezone)
        return self._hours[queue]

    def allow(self, queue: str, at: float) -> bool:
        """May customers of this queue be called at this moment?"""
        return self.hours(queue).allow(datetime.fromtimestamp(at, UTC))

    def next(self, queue: str, at: float) -> float | None:
        """The first moment from `at` on when they may be; None: never."""
        opens, closes = self._open.get(queue, NEVER)
        if opens <= at < closes:
            return at
        instant = datetime.fromtimestamp(at, UTC)
        found = self.hours(queue).next(instant)
        if found is None:
            return None
        first = at if found == instant else found.timestamp()  # rounded to microseconds, now would lie ahead
        end = self.hours(queue).closes(found)
        if first >= opens:
            self._open[queue] = first, end.timestamp() if end else first + DAY_S
        return first

    def too_late(self, queue: str, since: float, now: float) -> str:
        """Why a callback that was wanted from `since` on is not dialled any more; "" while it is. What counts
        is the time in which it could have been dialled, and its bare age: a backup that is restored must
        ring nobody who has long forgotten it."""
        first = self.next(queue, since)
        if first is None:
            return ""
        if now - first > OLDEST_S:
            return TOO_OLD
        mine = self.of(queue)
        most = max(mine.give_up_after_hours * HOUR_S, mine.attempts * mine.retry_minutes * 60.0)
        if now - first <= most:
            return ""
        span = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(now, UTC)
        return "nobody had time" if self.hours(queue).seconds(*span) > most else ""

    def refusal(self, number: str) -> str:
        """Why this number (E.164) is not called back: as of `Destinations`, or OURS; "" when it may be."""
        return OURS if number in self._ours else self.settings.destinations.refusal(number)


MOST_FOR_NUMBER = 3  # in a day, by who calls from it
MOST_KEYED_FOR_NUMBER = 1  # in a day, by anybody
MOST_KEYED_IN_CALL, MOST_KEYED_BY_CALLER = 2, 3  # the latter in a day; a wrong number may be put right
PATIENT_S = 120.0
KNOWN, WAITED, STRANGER = "known", "waited", "stranger"


class BookingLimits:
    def __init__(self, rules: CallbackRules) -> None:
        self._rules = rules

    def refusal(self, tx: Transaction, row: CallRow, number: str, queue: str) -> str:
        """Why no callback to this number is booked in this call; "" when it may be."""
        if spent := self.refusal_of_day(tx):
            return spent
        look, day = tx.connection, tx.now - DAY_S
        if number == row.caller:
            many = callbacks.booked_for(look, number, day) >= MOST_FOR_NUMBER
            return "too many for this number" if many else ""
        if entered_numbers.of_number(look, number, day) >= MOST_KEYED_FOR_NUMBER:
            return "this number was keyed before"
        if entered_numbers.of_call(look, row.sid) >= MOST_KEYED_IN_CALL:
            return "too many numbers keyed in this call"
        if row.caller and entered_numbers.by_caller(look, row.caller, day) >= MOST_KEYED_BY_CALLER:
            return "too many numbers keyed by this caller"
        trust = self._trust(tx, row, number)
        most = self._rules.of(queue).keyed_per_hour
        if entered_numbers.in_queue(look, queue, trust, tx.now - HOUR_S) >= most:
            return f"too many numbers keyed in an hour ({trust})"
        return ""

    def count(self, tx: Transaction, row: CallRow, number: str, queue: str) -> None:
        """A callback to this number was booked, or said to be."""
        spend_on_call(tx, self._rules.settings, CALLBACK, number, row.caller)
        if number != row.caller:
            trust = self._trust(tx, row, number)
            keyed = EnteredNumber(tx.now, row.sid, row.caller, number, queue, trust)
            entered_numbers.add(tx.connection, keyed)

    def refusal_of_day(self, tx: Transaction) -> str:
        """Why no callback at all is booked today; "" while there is money for it."""
        return refusal_of_day(tx, self._rules.settings)

    def _trust(self, tx: Transaction, row: CallRow, number: str) -> str:
        """Return how far a caller who keys a number is trusted. Each kind has an hourly limit of its own, so
        that strangers who use up theirs do not affect customers, or callers who have waited."""
        if customers.with_number(tx.connection, number):
            return KNOWN
        return WAITED if tx.now - row.started_at >= PATIENT_S else STRANGER
