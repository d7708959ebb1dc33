"""The sums of reports: a day computed by hand, cut anyhow, made again; lines that cannot be."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from ivr.acd import measures
from ivr.acd.reports.sums import LINE
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.settings_file import read_settings
from ivr.jobs import report_sums as service
from ivr.jobs.report_sums import ReportSums
from ivr.store import journal, report_figures, report_sums
from ivr.store.database import Database
from ivr.store.journal import JournalRow
from ivr.store.tables import agent_day, day_detail, goal_minute, queue_day
from tests.service import hand_made_day as by_hand
from tests.service.hand_made_day import DAY, TEN, hand_made_day, write

SETTINGS = """
company: N
timezone: {zone}
numbers: {{"+15550001000": main}}
queues: {{support: {{goal: {{answered_within: {target}}}}}, billing: {{}}}}
"""
LATER = TEN + 200_000.0


def settings_of(zone: str = by_hand.ZONE, target: int = 20):
    return read_settings(SETTINGS.format(zone=zone, target=target))


@pytest.fixture
def database(database_url):
    opened = Database.open(database_url)
    yield opened
    opened.close()


def sums_of(database: Database, now: float = LATER, **settings) -> ReportSums:
    return ReportSums(Transactions(database, lambda: now, NotificationBus()), settings_of(**settings))


def found(counts) -> dict[str, float]:
    return {name: count for name, count in asdict(counts).items() if count}


def everything(database: Database) -> list:
    """Every sum there is."""
    with database.read() as connection:
        return [
            sorted(tuple(row) for row in connection.execute(table.select()))
            for table in (queue_day, agent_day, day_detail, goal_minute)
        ]


def check_the_day(database: Database) -> None:
    with database.read() as connection:
        queues = report_figures.by_queue(connection, DAY, DAY)
        agents = report_figures.by_agent(connection, DAY, DAY)
        [(day, whole)] = report_figures.by_day(connection, "2026-01-01", "2026-12-31").items()
    assert (day, whole.calls, whole.answered, whole.longest_wait_s) == (DAY, 13, 5, 90)
    assert found(queues[LINE]) == by_hand.WHOLE_LINE
    assert found(queues["support"]) == by_hand.SUPPORT
    assert found(queues["billing"]) == by_hand.BILLING
    assert found(agents["desk-1"]) == by_hand.DESK_1
    assert found(agents["desk-2"]) == by_hand.DESK_2


def test_a_day_computed_by_hand(database):
    write(database, hand_made_day())
    sums_of(database).sum_up()

    check_the_day(database)


def test_the_names_of_the_day(database):
    write(database, hand_made_day())
    sums_of(database).sum_up()
    with database.read() as connection:
        kinds = ("step", "reason", "fact", "question", "disposition", "rating", "wait")
        names = {
            kind: [
                (one.queue, one.name, one.number, one.total)
                for one in report_figures.details(connection, kind, DAY, DAY)
            ]
            for kind in kinds
        }
    assert names == {
        "step": [("", "main/department", 13, 1)],
        "reason": [("support", "main/department", 11, 0)],
        "fact": [("", "orders: found", 1, 0)],
        "question": [("", "where is my flamingo", 1, 0)],
        "disposition": [("support", "refund", 1, 0), ("support", "solved", 1, 0)],
        "rating": [("support", "r1 how_was_it", 2, 8)],
        "wait": [
            ("support", "10", 2, 0),
            ("billing", "30", 1, 0),
            ("support", "20", 1, 0),
            ("support", "90", 1, 0),
        ],
    }


def test_measures_of_the_day(database):
    write(database, hand_made_day())
    sums_of(database).sum_up()
    with database.read() as connection:
        queues = report_figures.by_queue(connection, DAY, DAY)
        agents = report_figures.by_agent(connection, DAY, DAY)
    support, wanted = queues["support"], by_hand.MEASURES
    assert measures.service_level(support) == wanted["service_level"]
    assert measures.speed_of_answer(support) == wanted["speed_of_answer_s"]
    assert measures.abandonment(support) == pytest.approx(wanted["abandonment"])
    assert measures.handle_time(support) == wanted["handle_time_s"]
    assert measures.first_contact_resolution(support) == pytest.approx(wanted["first_contact_resolution"])
    assert measures.promises_kept(support) == pytest.approx(wanted["promises_kept"])
    assert measures.callbacks_kept(support) == wanted["callbacks_kept"]
    assert measures.containment(queues[LINE]) == pytest.approx(by_hand.CONTAINMENT)
    assert measures.occupancy(agents["desk-1"]) == pytest.approx(by_hand.OCCUPANCY)


@pytest.mark.parametrize("batch", [1, 7])
def test_however_the_journal_is_cut_the_sums_are_the_same(database, batch, monkeypatch):
    monkeypatch.setattr(service, "BATCH", batch)
    day = hand_made_day()
    half = len(day.lines) // 2
    rest, day.lines = day.lines[half:], day.lines[:half]
    write(database, day)
    sums_of(database).sum_up()
    with database.write() as unit:
        journal.write(unit.connection, rest)
    sums_of(database).sum_up()

    check_the_day(database)
    incremental = everything(database)
    sums_of(database).rebuild()
    assert everything(database) == incremental
    sums_of(database).sum_up()
    assert everything(database) == incremental


def test_made_again_a_day_is_measured_by_the_goal_of_that_day(database):
    """Goals that were changed since do not change the past."""
    sums = sums_of(database)
    sums.tell_rules()
    write(database, hand_made_day())
    sums.sum_up()
    new = {"target": 60, "zone": "Europe/Berlin"}
    for _ in range(2):
        sums_of(database, **new).tell_rules()
    changed = sums_of(database, LATER + 60, **new)
    changed.sum_up()
    before = everything(database)

    changed.rebuild()
    assert everything(database) == before
    check_the_day(database)
    with database.read() as connection:
        told = [row for row in journal.after(connection, 0, 1000) if row.kind == "measured_by"]
        assert report_sums.cursor(connection, changed._rules)[1] == changed._rules
    assert [row.body["targets"]["support"] for row in told] == [20, 60]


def test_sums_of_another_form_are_made_again(database, monkeypatch):
    write(database, hand_made_day())
    sums_of(database).sum_up()
    monkeypatch.setattr(report_sums, "FORM", 2)
    with database.write() as unit:
        unit.connection.execute(queue_day.delete())
    sums_of(database).sum_up()

    check_the_day(database)


def test_lines_that_cannot_be_are_passed_over(database):
    """A clock put back, a line without a call, an end told twice, numbers that are none."""
    nowhere = [
        JournalRow(-5.0, "ended", "A", None, None, {}),
        JournalRow(1e300, "abandoned", "A", None, "support", {"waited_s": 99}),
        JournalRow(TEN, "ended", None, None, None, {}),
        JournalRow(TEN, "talk_ended", None, None, None, {"seconds": -3}),
        JournalRow(TEN, "agent_away", None, "desk-1", None, {"was": "available", "lasted_s": "long"}),
        JournalRow(TEN, "agent_away", None, "desk-1", None, {"was": "no state", "lasted_s": 4}),
        JournalRow(TEN, "rated", "A", None, None, {"answer": "9"}),
    ]
    day = hand_made_day()
    day.lines += [
        JournalRow(TEN + 50_000, "ended", "A", None, None, {"outcome": "finished"}),
        JournalRow(TEN + 50_000, "rated", "A", None, None, {"question": "q", "answer": "=1+1"}),
        JournalRow(TEN + 50_000, "agent_away", None, "desk-1", None, {"was": "available", "lasted_s": 1e12}),
    ]
    with database.write() as unit:
        journal.write(unit.connection, nowhere)
    write(database, day)
    sums_of(database).sum_up()

    with database.read() as connection:
        queues = report_figures.by_queue(connection, DAY, DAY)
    assert queues["support"].answered == 4
    assert queues[LINE].calls == 13


def test_who_was_rated_badly_by_a_call_of_yesterday_counts_on_the_day_of_the_call(database):
    day = hand_made_day()
    day.line(100_000, "rated", "C", question="how_was_it", answer="1")
    write(database, day)
    sums_of(database).sum_up()
    with database.read() as connection:
        [rated] = report_figures.details(connection, "rating", DAY, DAY)
    assert (rated.number, rated.total) == (3, 9)
