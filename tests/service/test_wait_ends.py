"""One end, one record: however a caller in line goes, in whatever order the carrier tells of it: the call,
its place in line, its contact and the sums of the reports say the same."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from ivr.acd.reports.sums import LINE
from ivr.acd.wait_outcome import GAVE_UP, LED_AWAY, LEFT_MESSAGE, call_outcome, call_over
from ivr.floor.transaction import Transactions
from ivr.jobs.flow_health import FlowHealth
from ivr.jobs.report_sums import ReportSums
from ivr.store import flow_health, report_figures, tables
from tests.service.calling_back import calling_back
from tests.service.driving import ON_SQLITE, asks_for_person, posts
from tests.service.houses import contacts, journal, row_of
from tests.service.test_report_sums import everything
from tests.service.witness_checks import rows

COUNTED = (
    "entered", "answered", "abandoned", "left_callback", "left_voicemail", "left_otherwise", "voicemails"
)  # fmt: skip
ORDERS = ("as they come", "the end of the call first", "the end of the call first, twice")
YEAR = ("2000-01-01", "2100-01-01")


@pytest.fixture
def line(rehearse, tmp_path):
    return rehearse(calling_back(tmp_path))


def being_recorded(line) -> bool:
    return any(one.end is None for one in line.account.recordings.values())


def waits(line):
    caller = asks_for_person(line)
    line.run(8)
    return caller


def records(line, seconds: float = 4.0):
    caller = waits(line)
    caller.press("2")
    assert line.account.run_until(lambda: being_recorded(line), 30)
    caller.say("Please call me back.", seconds=seconds)
    line.run(seconds + 0.5)
    return caller


def reviews(line):
    caller = records(line)
    caller.press("#")
    line.run(3)
    return caller


def hears_it_again(line):
    caller = reviews(line)
    caller.press("2")
    line.run(2)
    return caller


def sends_it(line):
    caller = reviews(line)
    caller.press("1")
    line.run(0.2)
    return caller


def begins_to_record(line):
    caller = waits(line)
    caller.press("2")
    assert line.account.run_until(lambda: being_recorded(line), 30)
    line.run(0.2)
    return caller


NOTHING = ("abandoned", "abandoned", "hung up", {"abandoned": 1})
MESSAGE = ("voicemail", "left", "voicemail", {"left_voicemail": 1, "voicemails": 1})
ENDS = {
    waits: NOTHING,
    begins_to_record: NOTHING,
    records: MESSAGE,
    reviews: MESSAGE,
    hears_it_again: MESSAGE,
    sends_it: MESSAGE,
}


def summing(line) -> ReportSums:
    return ReportSums(Transactions(line.database, line.clock.time, line.line.bus), line.settings)


def sums(line) -> dict[str, float]:
    summing(line).sum_up()
    with line.database.read() as connection:
        counted = asdict(report_figures.by_queue(connection, *YEAR)["support"])
    return {name: counted[name] for name in COUNTED if counted[name]}


def end_of(line, caller):
    [place] = rows(line, tables.queued_call)
    [(_, _, of_contact)] = contacts(line, "call")
    row = row_of(line, caller)
    assert row.outcome == of_contact
    return row.outcome, place.state, place.end_reason, {k: n for k, n in sums(line).items() if k != "entered"}


@ON_SQLITE
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("until", ENDS, ids=lambda until: until.__name__)
def test_whoever_hangs_up_is_on_record_once(line, until, order):
    caller = until(line)
    if order != "as they come":
        for _ in range(1 + order.endswith("twice")):
            posts(line, "/voice/status", CallSid=caller.sid, CallStatus="completed")
        line.run(0.2)
        summing(line).sum_up()  # which takes the caller for gone
    caller.hang_up()
    line.run(30)

    assert end_of(line, caller) == ENDS[until]
    assert sums(line)["entered"] == 1
    as_it_grew = everything(line.database)
    summing(line).rebuild()
    assert everything(line.database) == as_it_grew


@pytest.mark.parametrize(
    ("hung_up", "message", "end"),
    [
        (True, False, GAVE_UP),
        (True, True, LEFT_MESSAGE),
        (False, True, LEFT_MESSAGE),
        (False, False, LED_AWAY),
    ],
)
def test_how_a_wait_ends_that_is_on_when_the_call_ends(hung_up, message, end):
    assert call_over(hung_up, message) is end


@pytest.mark.parametrize(
    ("so_far", "wait", "otherwise", "outcome"),
    [
        (None, None, "hung_up", "hung_up"),
        (None, None, "finished", "finished"),
        (None, GAVE_UP, "hung_up", "abandoned"),
        (None, LEFT_MESSAGE, "hung_up", "voicemail"),
        ("voicemail", None, "hung_up", "voicemail"),
        ("voicemail", GAVE_UP, "hung_up", "abandoned"),  # the message was from before this wait
        ("talked", GAVE_UP, "hung_up", "talked"),
        ("callback_booked", None, "hung_up", "callback_booked"),
    ],
)
def test_what_that_makes_of_the_call(so_far, wait, otherwise, outcome):
    assert call_outcome(so_far, wait, otherwise) == outcome


@ON_SQLITE
def test_a_message_from_before_the_wait_does_not_make_a_wait_that_was_given_up(on):
    line = on("""
a: {voicemail: support, say: After the tone please., next: b}
b: {queue: support}""")
    caller = line.dial()
    assert line.account.run_until(lambda: being_recorded(line), 30)
    caller.say("Please call me back.", seconds=4)
    line.run(4.5)
    caller.press("#")
    line.run(3)
    caller.press("1")
    line.run(10)
    [place] = rows(line, tables.queued_call)
    assert place.state == "waiting"
    caller.hang_up()
    line.run(60)  # the carrier's report of the recording has come meanwhile

    assert end_of(line, caller) == ("abandoned", "abandoned", "hung up", {"abandoned": 1, "voicemails": 1})


@ON_SQLITE
def test_a_message_left_outside_a_line_is_no_hanging_up_in_the_flow(on):
    line = on("v: {voicemail: support, say: After the tone please.}")
    caller = line.dial()
    assert line.account.run_until(lambda: being_recorded(line), 20)
    caller.say("Please call me back.", seconds=4)
    line.run(4.5)
    posts(line, "/voice/status", CallSid=caller.sid, CallStatus="completed")
    line.run(1)
    health = FlowHealth(Transactions(line.database, line.clock.time, line.line.bus))
    health.sum_up()
    assert hung_up_in(line) == (1, 1)
    caller.hang_up()
    line.run(30)
    health.sum_up()

    assert row_of(line, caller).outcome == "voicemail"
    assert hung_up_in(line) == (0, 0)


def hung_up_in(line) -> tuple[float, float]:
    """Callers who hung up in the flow: by the report, by the page of the flows."""
    summing(line).sum_up()
    with line.database.read() as connection:
        whole = report_figures.by_queue(connection, *YEAR)[LINE]
        steps = flow_health.sums(connection, 0)
    return whole.hung_up, sum(step.hung_up for step in steps)


@ON_SQLITE
def test_a_recording_that_is_told_of_again_and_again_after_the_call_is_one_message(line):
    caller = records(line)
    caller.hang_up()
    line.run(30)
    [sid] = line.account.recordings
    form = {"RecordingSid": sid, "RecordingDuration": "4", "Digits": "hangup"}
    form["RecordingUrl"] = f"https://api.twilio.com/x/{sid}"
    turns = rows(line, tables.turn)
    for _ in range(4):
        path = f"/voice/calls/{caller.sid}/{turns[-1].turn}/recorded"
        assert posts(line, path, CallSid=caller.sid, **form).status_code == 200
    line.run(30)

    assert len(journal(line, "voicemail_left")) == 1
    assert end_of(line, caller) == MESSAGE
