"""Two processes learn the same for the first time in one moment: the second finds what the first wrote."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from ivr.carrier.base import ACCOUNT, CarrierError
from ivr.jobs.carrier_refusals import CALLS
from ivr.service.recordings import RecordingService
from ivr.store import calls, refusals, tables
from ivr.store.refusals import RefusalRow
from tests.cli.serving import until
from tests.service.houses import journal
from tests.service.witness_checks import rows

SAID = "Authentication Error - invalid username"
SID, CALL = "RE" + "1" * 32, "CA" + "1" * 32
WAITING = """SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'"""


def in_one_moment(line, first, second) -> None:
    """`first` has written and has not committed when `second` has looked and writes too."""
    database = line.line.database
    with ThreadPoolExecutor(1) as pool:
        with database.write() as unit:
            first(unit.connection)
            doing = pool.submit(second)
            if not database.is_sqlite:  # one writer there: the second waits before it looks
                until(lambda: _somebody_waits(database), "the second to write")
        doing.result(30)


def _somebody_waits(database) -> bool:
    with database.read() as connection:
        return bool(connection.execute(text(WAITING)).scalar_one())


def test_two_refusals_that_arrive_at_once_are_one(rehearse):
    line = rehearse()
    now = line.clock.time()
    row = RefusalRow(CALLS, SAID, 20003, now, now, now + 5.0, 1)
    error = CarrierError(ACCOUNT, SAID, 20003)
    in_one_moment(
        line,
        lambda connection: refusals.add(connection, row),
        lambda: line.line.refusals.refused(CALLS, "", error, now),
    )
    assert line.line.refusals.standing() == {CALLS: row}
    assert journal(line.line, "carrier_refuses") == [], "told by the first alone"
    line.line.refusals.refused(CALLS, "", error, now + 1.0)
    assert line.line.refusals.standing()[CALLS].times == 2


def test_two_reports_of_a_recording_that_arrive_at_once_are_one(rehearse):
    line = rehearse()
    service = RecordingService(line.line.transactions, None)
    in_one_moment(
        line,
        lambda connection: calls.keep_recording(
            connection, SID, CALL, "call", "", 9, "expected", line.clock.time()
        ),
        lambda: service.call_recorded(SID, CALL, "stored", 9),
    )
    [row] = rows(line, tables.recording)
    assert (row.sid, row.status, row.seconds) == (SID, "stored", 9), "the better one"
    assert len(journal(line.line, "call_recorded")) == 1
