"""The state of the wait estimator, read from the journal and stored in the database.

Every process learns from all lines of the one journal, including the estimates of other processes, so that
all have the same state and nothing has to be added up. The state is stored with the number of the last line
read: a process that starts, or that has not been asked for a long time, continues from there.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ivr.acd.waits import JournalReader, StatedEstimate, WaitEstimator
from ivr.acd.waits.journal_events import ESTIMATED, KINDS, number
from ivr.floor.floor_snapshot import QueueSkills, groups
from ivr.store import announced_estimates
from ivr.store.database import Connection

log = logging.getLogger(__name__)

FORM = 2  # of what is kept; another form is not read, and the journal's last lines are learnt instead
LEARNT_KINDS = (*KINDS, ESTIMATED)
AT_ONCE = 500  # lines: what a caller's turn may pay for
FAR_BEHIND = 5_000  # lines, of all kinds: it is quicker to take what another process has kept
FIRST_LINES = 20_000  # of the journal's end, where nothing was kept


class WaitLearning:
    """An estimator that has read the journal up to `cursor`; None before the first look."""

    def __init__(self, zone: ZoneInfo, estimator: WaitEstimator | None = None) -> None:
        self._zone = zone
        self.estimator = estimator or WaitEstimator()
        self._reader = JournalReader(self.local)
        self.cursor: int | None = None

    def local(self, instant: float) -> float:
        """Seconds whose remainder by a day is the local time of day, as the estimator wants them."""
        try:
            offset = datetime.fromtimestamp(instant, self._zone).utcoffset()
        except (ValueError, OverflowError, OSError):  # no such instant: a clock from another world
            return instant
        return instant + (offset.total_seconds() if offset else 0.0)

    def catch_up(self, connection: Connection, now: float, most: int = AT_ONCE) -> bool:
        """Learn from at most so many lines; True when there are more."""
        if self.cursor is None:
            top = announced_estimates.settled(connection, 0, now)
            if not self._take_over(connection):
                self.cursor = max(0, top - FIRST_LINES)
        top = announced_estimates.settled(connection, self.cursor or 0, now)
        if top - (self.cursor or 0) > FAR_BEHIND:
            self._take_over(connection)
        rows = announced_estimates.lines(connection, self.cursor or 0, top, LEARNT_KINDS, most)
        for row in rows:
            self._learn(row)
        more = len(rows) == most
        self.cursor = rows[-1].id if more else max(top, self.cursor or 0)
        return more

    def state(self) -> dict[str, Any]:
        """Everything learnt so far, as plain JSON values."""
        return {"estimator": self.estimator.dump(), "reader": self._reader.dump()}

    def notice(self, connection: Connection, queue_skills: QueueSkills, now: float) -> None:
        """Note the agents who are signed in, for the profile of the day's staffing."""
        self.estimator.notice(groups(connection, queue_skills), self.local(now))

    def _take_over(self, connection: Connection) -> bool:
        """Go on from what was kept, if that is further than we are."""
        upto = announced_estimates.learnt_upto(connection, FORM)
        if upto is None or (self.cursor is not None and upto <= self.cursor):
            return False
        found = announced_estimates.learnt(connection, FORM)
        estimator, reader = WaitEstimator(), JournalReader(self.local)
        try:
            upto, state = found or (upto, {})
            estimator.load(state["estimator"])
            reader.load(state["reader"])
        except (KeyError, TypeError, ValueError, AttributeError):
            log.exception("what was learnt about waits cannot be read: learning it from the journal again")
            return False
        self.estimator, self._reader, self.cursor = estimator, reader, upto
        return True

    def _learn(self, row: Any) -> None:
        try:
            if row.kind == ESTIMATED:
                said = said_in(row.body or {})
                if said is not None and row.call_sid:
                    self.estimator.said(row.call_sid, said)
                return
            for event in self._reader.events(row):
                self.estimator.observe(event)
        except Exception:  # one line from nowhere must not leave every caller without a turn
            log.exception("journal line %s teaches nothing", row.id)


def said_in(body: Mapping[str, Any]) -> StatedEstimate | None:
    """Return the model's prediction from a line `estimated`."""
    model = body.get("model")
    if not isinstance(model, list) or len(model) != len(StatedEstimate._fields) - 1:
        return None
    return StatedEstimate(number(body.get("waited_s")), *map(number, model))
