"""Whom we may call back, and when. Asked at the booking and again before each dialling: settings change."""

from __future__ import annotations

from datetime import UTC, datetime

import phonenumbers
from phonenumbers import PhoneNumberType

from ivr.engine.calling_hours import CallingHours
from ivr.flowfiles.dialling import why_not
from ivr.flowfiles.queues import Callbacks as CallbackSettings
from ivr.settings import Settings

ORDINARY = frozenset(
    {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
)
HOUR_S, DAY_S = 3600.0, 86_400.0
OLDEST_S = 7 * DAY_S
TOO_OLD = "too old"
NEVER = (0.0, 0.0)
INVALID, FORBIDDEN, FOREIGN, SPECIAL, OURS = "invalid", "forbidden", "foreign", "special", "ours"


class Rules:
    """What config.yaml says about callbacks, read once."""

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
        """Why this number (E.164) is not called back; "" when it may be. Only ordinary telephones of our own
        country: strangers choose the number, and we pay for the call."""
        if number in self._ours:
            return OURS
        if not number or why_not(number, self.settings.country):
            return FORBIDDEN if number else INVALID
        parsed = phonenumbers.parse(number, None)
        if not phonenumbers.is_valid_number(parsed):
            return INVALID
        if phonenumbers.region_code_for_number(parsed) != self.settings.country:
            return FOREIGN
        return "" if phonenumbers.number_type(parsed) in ORDINARY else SPECIAL
