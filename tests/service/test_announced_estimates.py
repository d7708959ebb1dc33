"""A day on the line whose report can be computed by hand; silence by record; lines that cannot be."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.report import report as report_command
from ivr.jobs.announced_estimates import AnnouncementRecords, ask_for_wait_jobs
from ivr.jobs.wait_learning_job import LearntKeeper
from ivr.store import announced_estimates, journal
from ivr.store.announced_estimates import AnnouncedEstimateRow
from ivr.store.journal import JournalRow
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up

ROOT = Path(__file__).parents[2]


def lines_of(line, *kinds: str) -> list:
    with line.database.read() as connection:
        return [row for row in journal.after(connection, 0, 100_000) if row.kind in kinds]


def write(line, *written: JournalRow) -> None:
    with line.database.write() as unit:
        journal.write(unit.connection, written)


def record_of(line) -> AnnouncementRecords:
    return AnnouncementRecords(line.line.transactions, line.settings.queues)


def reported(line, queue: str = "support") -> dict:
    """The report, once everything is settled on either database."""
    line.run(12)
    record_of(line).sum_up()
    return record_of(line).report(line.settings.timezone, 0.0, 1e12)["queues"][queue]


def a_day(line) -> dict[str, tuple[float, bool]]:
    """Callers and one agent; (moment, answered) of the end of each wait, by caller's number."""
    phone = line.add_agent("desk-1", ["support"])
    ends = {}
    first = asks_for_person(line, "+14155550100")
    picks_up(line, phone)
    second, third, fourth = (asks_for_person(line, f"+1415555010{n}") for n in (1, 2, 3))
    line.run(100)
    third.hang_up()
    ends["+14155550102"] = (line.clock.time(), False)
    for talking, number, seconds in ((first, "+14155550101", 60), (second, "+14155550103", 800)):
        line.run(seconds)
        talking.hang_up()
        picks_up(line, phone)
        [*_, connected] = lines_of(line, "connected")
        assert 0 <= line.clock.time() - connected.at < 1
        ends[number] = (connected.at, True)
    line.run(30)
    fourth.hang_up()
    line.run(1)
    return ends


def test_a_day_reports_what_really_happened(line):
    ask_for_wait_jobs(line.line.transactions)
    ends = a_day(line)
    numbers = {row.call_sid: row.body["caller"] for row in lines_of(line, "arrived")}
    kept = late = outcomes = early = promises = 0
    for row in lines_of(line, "promised"):
        low, high = row.body["low_s"], row.body["high_s"]
        if low is None:
            continue
        end, answered = ends[numbers[row.call_sid]]
        actual, promises = end - row.at, promises + 1
        early += not answered and actual <= high
        outcomes += answered or actual > high
        kept += answered and low <= actual <= high
        late += actual > (1.25 * high if answered else high)
    found = reported(line)
    assert promises >= 8 and outcomes > kept > 0
    total = found["total"]
    assert (total["promises"], total["outcomes"], total["kept"]) == (promises, outcomes, kept)
    assert (total["gone_early"], total["open"], total["unusable"]) == (early, 0, 0)
    assert total["coverage"] == round(kept / outcomes, 4) and total["late"] == round(late / outcomes, 4)
    assert [day["day"] for day in found["by_day"]] == ["2026-03-02"]
    with line.database.read() as connection:
        rows = announced_estimates.promises(connection, "support", 0.0, 1e12, 1000)
    assert all(row.waited_s > 5 and row.position for row in rows)
    assert [row for row in rows if row.point_s is not None]


def test_read_again_from_the_beginning_it_is_the_same(line):
    a_day(line)
    before = reported(line)
    with line.database.write() as unit:
        announced_estimates.move_cursor(unit.connection, 0)
    assert reported(line) == before


def test_an_answer_that_was_none_is_taken_back(line):
    now = line.clock.time()
    write(
        line,
        JournalRow(now, "estimated", "CA1", None, "support", {"waited_s": 10.0, "point_s": 50.0}),
        JournalRow(now, "promised", "CA1", None, "", {"low_s": 0.0, "high_s": 60.0, "position": 1}),
        JournalRow(now + 5, "connected", "CA1", "desk-1", "support", {"waited_s": 15.0}),
        JournalRow(now + 7, "offer_failed", "CA1", "desk-1", "support", {}),
    )
    assert reported(line)["total"]["open"] == 1
    write(
        line,
        JournalRow(line.clock.time(), "connected", "CA1", "desk-1", "support", {"waited_s": 15.0}),
        JournalRow(line.clock.time(), "talk_ended", "CA1", "desk-1", "support", {"seconds": 9.0}),
        JournalRow(line.clock.time(), "queued", "CA1", None, "support", {}),
        JournalRow(line.clock.time(), "offer_failed", "CA1", "desk-1", "support", {}),
    )
    total = reported(line)["total"]
    assert (total["open"], total["outcomes"], total["kept"]) == (0, 1, 1)


def test_the_end_of_a_call_is_no_leaving_of_a_line(on):
    line = on("bye: {hang_up: Goodbye.}")
    caller = line.dial()
    line.run(10)
    assert caller.status == "completed"
    assert lines_of(line, "ended_here") and not lines_of(line, "left")


def test_in_an_old_journal_the_end_of_a_call_finishes_no_promise(line):
    now = line.clock.time()
    promised = {"low_s": 0.0, "high_s": 60.0}
    write(
        line,
        JournalRow(now, "promised", "CA1", None, "support", promised),
        JournalRow(now + 1, "left", "CA1", None, None, {"flow": "main", "step": "bye", "what": "left"}),
        JournalRow(now, "promised", "CA2", None, "support", promised),
        JournalRow(now + 1, "left", "CA2", None, "support", {"reason": "voicemail", "waited_s": 1.0}),
    )
    total = reported(line)["total"]
    assert (total["open"], total["gone_early"]) == (1, 1)


ABSURD = (None, -1.0, "soon", float(10**12), True, [3], {})


def test_lines_that_cannot_be_promise_nothing_and_hurt_nobody(line):
    now = line.clock.time()
    written = [
        JournalRow(now, "promised", "CA1", None, "support", {"low_s": low, "high_s": high})
        for low in (-5.0, "1", 90.0, 1e9)
        for high in (60.0, -3.0, 1e9, [])
    ]
    for kind in (
        "queued",
        "connected",
        "abandoned",
        "talk_ended",
        "agent_available",
        "estimated",
        "requeued",
    ):
        for odd in ABSURD:
            body = {"waited_s": odd, "seconds": odd, "lasted_s": odd, "entered_at": odd, "priority": odd}
            body |= {"model": odd, "was": odd, "low_s": odd, "silent": True}
            written.append(JournalRow(now, kind, "CA1", "desk-1", "support", body))
    written.append(JournalRow(now - 1e7, "connected", "CA1", None, None, None))
    written.append(JournalRow(1e18, "talk_ended", "CA1", "desk-1", "support", {"seconds": 1e300}))
    write(line, *written)
    total = reported(line)["total"]
    assert total["outcomes"] == 0 and total["coverage"] is None
    LearntKeeper(line.line.transactions, line.line.waits._learning._zone).keep()
    line.add_agent("desk-1", ["support"], available=False)
    line.line.agents.go_available("desk-1")
    caller = asks_for_person(line)
    line.run(20)
    assert caller.status == "in-progress"


def test_a_clock_put_back_leaves_no_outcome(line):
    now = line.clock.time()
    write(
        line,
        JournalRow(now, "promised", "CA1", None, "support", {"low_s": 0.0, "high_s": 60.0}),
        JournalRow(now - 3600, "connected", "CA1", "desk-1", "support", {"waited_s": 0.0}),
        JournalRow(now, "promised", "CA2", None, "support", {"low_s": 0.0, "high_s": 60.0}),
        JournalRow(now - 4e5, "abandoned", "CA2", None, "support", {"waited_s": 9e9}),
    )
    total = reported(line)["total"]
    assert (total["promises"], total["outcomes"], total["unusable"]) == (2, 0, 2)


# Withdrawn promises -----------------------------------------------------------------------------------------


def withdrawn(line, *, due_in: float, answered_in: float) -> None:
    """Promised for within 3 minutes, then within 2, then "it is taking longer than we expected"."""
    now = line.clock.time() - 1000
    write(
        line,
        JournalRow(now, "promised", "CA1", None, "support", {"low_s": 60.0, "high_s": 180.0}),
        JournalRow(now + 60, "promised", "CA1", None, "support", {"low_s": 60.0, "high_s": 120.0}),
        JournalRow(
            now + 90,
            "promised",
            "CA1",
            None,
            "support",
            {"low_s": None, "high_s": None, "spoken": "It is taking longer.", "withdrawn_due": now + due_in},
        ),
        JournalRow(now + answered_in, "connected", "CA1", "desk-1", "support", {"waited_s": answered_in}),
    )


@pytest.mark.parametrize(("answered_in", "needless"), [(100.0, 1), (180.0, 1), (181.0, 0), (400.0, 0)])
def test_a_withdrawn_promise_is_needless_when_it_would_have_been_kept(line, answered_in, needless):
    withdrawn(line, due_in=180.0, answered_in=answered_in)
    found = reported(line)
    assert (found["total"]["withdrawn"], found["total"]["needless"]) == (1, needless)
    assert [(day["withdrawn"], day["needless"]) for day in found["by_day"]] == [(1, needless)]


@pytest.mark.parametrize("end", ["abandoned", "left", "requeued"])
def test_a_withdrawal_is_not_needless_where_nobody_answered(line, end):
    now = line.clock.time() - 1000
    write(
        line,
        JournalRow(now, "promised", "CA1", None, "support", {"low_s": 60.0, "high_s": 180.0}),
        JournalRow(now + 60, "promised", "CA1", None, "support", {"withdrawn_due": now + 180}),
        JournalRow(now + 70, end, "CA1", None, "support", {}),
    )
    total = reported(line)["total"]
    assert (total["withdrawn"], total["needless"]) == (1, 0)


def test_what_callers_hear_of_a_longer_wait_is_counted(line):
    """The agent talks on past the promised moment: the caller is told, and answered after it."""
    phone = line.add_agent("desk-1", ["support"])
    talking = asks_for_person(line, "+14155550100")
    picks_up(line, phone)
    asks_for_person(line, "+14155550101")
    line.run(600)
    talking.hang_up()
    picks_up(line, phone)
    told = sum("longer than we" in row.body["spoken"] for row in lines_of(line, "promised"))
    total = reported(line)["total"]
    assert told >= 1
    assert (total["withdrawn"], total["needless"]) == (told, 0)


# Silence ----------------------------------------------------------------------------------------------------


def on_record(line, kept: int, broken: int, first: int = 1_000_000, spoken: bool = True) -> None:
    """Promises of "1 to 2 minutes", kept or late."""
    now = line.clock.time()
    with line.database.write() as unit:
        for n in range(kept + broken):
            at, actual = now - 3600 + n, 90.0 if n < kept else 300.0
            row = AnnouncedEstimateRow(
                first + n,
                f"CA{n}",
                "support",
                at,
                10.0,
                1,
                60.0,
                120.0,
                90.0,
                spoken,
                "answered",
                at + actual,
            )
            announced_estimates.add(unit.connection, row)


def hears(line, seconds: float = 60) -> str:
    """What a caller is told who waits beside an agent who talks."""
    caller = asks_for_person(line, f"+141555502{len(line.account.calls):02}")
    line.run(seconds)
    words = " ".join(caller.heard)
    caller.hang_up()
    line.run(1)
    return words


def test_a_queue_falls_silent_by_its_record_and_speaks_again(line):
    phone = line.add_agent("desk-1", ["support"])
    asks_for_person(line)
    picks_up(line, phone)
    assert "minutes" in hears(line)
    on_record(line, kept=29, broken=11)
    record_of(line).judge()
    silent = hears(line)
    assert "minute" not in silent and "next in line" in silent
    [row] = lines_of(line, "wait_numbers_silenced")
    assert row.queue == "support" and row.body["coverage"] == 0.725
    found = reported(line)
    assert found["silent"] and found["why"] == "only 29 of 40 promises of the last 7 days were kept"
    assert found["kept_back"]["promises"] >= 1
    record_of(line).judge()
    assert len(lines_of(line, "wait_numbers_silenced")) == 1
    on_record(line, kept=100, broken=10, first=2_000_000, spoken=False)  # what would have been said was true
    record_of(line).judge()
    assert len(lines_of(line, "wait_numbers_resumed")) == 1
    assert "minutes" in hears(line)


@ON_SQLITE
def test_the_command_counts_withdrawn_promises_in_every_form(line, database_url, monkeypatch):
    withdrawn(line, due_in=180.0, answered_in=100.0)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("IVR_CONFIG", str(ROOT / "config.yaml"))
    monkeypatch.setattr("time.time", line.clock.time)

    def asked(*options: str) -> str:
        return CliRunner().invoke(report_command, ["waits", "--queue", "support", *options]).output

    total = json.loads(asked("--json"))["queues"]["support"]["total"]
    assert (total["withdrawn"], total["needless"]) == (1, 1)
    [day] = csv.DictReader(asked("--csv").splitlines())
    assert (day["withdrawn"], day["needless"]) == ("1", "1")
    head, by_day, *_ = [text.split() for text in asked().splitlines() if text.startswith(("day", "2026"))]
    assert dict(zip(reversed(head), reversed(by_day), strict=False))["needless"] == "1"


@ON_SQLITE
def test_the_command_tells_why_a_queue_is_silent(line, database_url, monkeypatch):
    a_day(line)
    on_record(line, kept=10, broken=40)
    record_of(line).judge()
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("IVR_CONFIG", str(ROOT / "config.yaml"))
    monkeypatch.setattr("time.time", line.clock.time)
    plain = CliRunner().invoke(report_command, ["waits"])
    assert plain.exit_code == 0, plain.output
    assert "support: silent" in plain.output and "of the last 7 days were kept" in plain.output
    assert "2026-03-02" in plain.output and "billing: no wait was announced." in plain.output
    told = json.loads(CliRunner().invoke(report_command, ["waits", "--json", "--queue", "support"]).output)
    assert list(told["queues"]) == ["support"] and told["queues"]["support"]["total"]["promises"] >= 58
    wrong = CliRunner().invoke(report_command, ["waits", "--queue", "sales"])
    assert wrong.exit_code == 1 and "billing, support" in wrong.output
