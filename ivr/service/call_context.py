"""The facts around a call: the time, opening hours, queue settings, what we know of the caller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from ivr.engine.context import Calendar, CallContext, MusicPiece, OpeningState, WaitContext
from ivr.engine.flow import FlowSet
from ivr.floor.queue_context import LinesNow, queue_facts
from ivr.floor.transaction import Transaction
from ivr.floor.wait_board import WaitBoard
from ivr.service.notices import NoticeBoard
from ivr.settings import Settings
from ivr.store.calls import CallRow
from ivr.store.floor import QueuedRow


class CalendarByMinute:
    """A calendar asked once a minute. Hours change on the minute, and one that is always open looks a year
    ahead for its next closing time, which costs more than the rest of a turn."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._known: tuple[datetime, OpeningState] | None = None

    def at(self, instant: datetime) -> OpeningState:
        minute = instant.replace(second=0, microsecond=0)
        known = self._known
        if known is None or known[0] != minute:
            self._known = known = (minute, self._calendar.at(minute))
        return known[1]


class CallContexts:
    """Everything the engine is told besides the event. `music`: the pieces that each queue plays."""

    def __init__(
        self, settings: Settings, waits: WaitBoard, music: Mapping[str, tuple[MusicPiece, ...]]
    ) -> None:
        self.settings, self._waits = settings, waits
        self._calendars = {name: CalendarByMinute(calendar) for name, calendar in settings.calendars.items()}
        self._queues = queue_facts(settings, music)
        self._notices = NoticeBoard()

    def facts(self, tx: Transaction, row: CallRow, wait: WaitContext | None) -> CallContext:
        return CallContext(
            now=datetime.fromtimestamp(tx.now, UTC),
            zone=self.settings.timezone,
            currency=self.settings.currency,
            country=self.settings.country,
            calendars=self._calendars,
            queues=self._queues,
            customer=row.session.get("customer") or {},
            wait=wait,
            last_survey_at=_moment(row.session.get("surveyed_at")),
            phrases=self.settings.phrases,
            person_words=self.settings.person_words,
            supervisor_words=self.settings.supervisor_words,
            targets=self.settings.targets,
            notices=self._notices.on(tx.connection, tx.now),
            lines=LinesNow(
                self.settings.queues,
                lambda queue: self._waits.line(tx.connection, queue, tx.now),
            ),
        )

    @property
    def country(self) -> str:
        """Where numbers without a country code are from."""
        return self.settings.country

    def wait(self, tx: Transaction, queued: QueuedRow) -> WaitContext:
        return self._waits.facts(tx.connection, queued, tx.now, tx.lines)

    def pieces(self, queue: str) -> tuple[MusicPiece, ...]:
        """The music of a queue; of the first one for a queue that is not there."""
        found = self._queues.get(queue) or next(iter(self._queues.values()))
        return found.pieces

    def flow_for(self, dialled: str, flow_set: FlowSet) -> str:
        """The flow of the number that was dialled; the first number's flow for one we do not know."""
        name = self.settings.numbers.get(dialled, "")
        return name if name in flow_set.flows else next(iter(self.settings.numbers.values()))


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
