"""The board of waits with what the settings say of each queue: when it is open, how long a wait may be."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.floor.wait_board import WaitBoard
from ivr.settings import Settings


def wait_board(settings: Settings) -> WaitBoard:
    def is_open(queue: str, now: float) -> bool:
        calendar = settings.queue(queue).calendar
        return calendar is None or settings.calendars[calendar].at(datetime.fromtimestamp(now, UTC)).open

    return WaitBoard(
        settings.timezone,
        sorted(settings.queues),
        is_open,
        lambda queue: settings.queue(queue).max_wait_minutes * 60.0,
        lambda queue: settings.queue(queue).skills,
    )
