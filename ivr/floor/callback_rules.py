"""The rules of whom we may call back, and when. Asked at the booking and again before each dialling: settings
change."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.engine.calling_hours import CallingHours
from ivr.flowfiles.queue_settings import CallbackSettings as CallbackSettings
from ivr.settings import Settings

HOUR_S, DAY_S = 3600.0, 86_400.0
OLDEST_S = 7 * DAY_S
TOO_OLD = "too old"
NEVER = (0.0, 0.0)
OURS = "ours"


class CallbackRules:
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
        """Why this number (E.164) is not called back: as of `Destinations`, or OURS; "" when it may be."""
        return OURS if number in self._ours else self.settings.destinations.refusal(number)
