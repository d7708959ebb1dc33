"""What an agent ticks of a talk: leave asked before a hold or transfer, and the caller's name used."""

from __future__ import annotations

import csv
import io
import time

import pytest
from playwright.sync_api import expect

from ivr.floor.call_completion import CallCompletion
from ivr.jobs.report_sums import ReportSums
from ivr.service.agents import TooLate
from ivr.service.contacts import Contacts
from ivr.service.reports import ReportService
from ivr.store import calls
from tests.desk import reporting
from tests.desk.conftest import PASSWORD, Browser, application, opened
from tests.desk.serving import Served

TICK = "/desk/calls/CA1/courtesy"
LEAVE = {"courtesy": "asked_leave", "done": "yes"}
NAME = {"courtesy": "used_name", "done": "yes"}


def ends(world) -> None:
    """The caller is gone, and the call is written down."""
    closing = CallCompletion()
    with world.transactions.begin() as tx:
        row = calls.find(tx.connection, "CA1")
        closing.close(tx, row, "completed", was_turn=row.turn)


def row_of(world) -> dict:
    contacts = Contacts(world.db, world.settings)
    return next(contacts.everything(contacts.wanted({"number": "+14155550123"})))


def figures(world) -> dict:
    ReportSums(world.transactions, world.settings).sum_up()
    service = ReportService(world.db, world.settings, world.clock)
    return next(row for row in service.by_agent(service.period(1))["rows"] if row["agent"] == "desk-1")


def test_ticks_stand_with_the_contact_and_in_the_report(world, desk):
    world.customer()
    world.talk(world.ring())
    shown = desk.post(TICK, LEAVE).json["regions"]["disposition"]
    assert shown.count('aria-pressed="true"') == 1
    desk.post(TICK, LEAVE)  # twice is once
    desk.post(TICK, NAME)
    assert desk.post(TICK, {**NAME, "done": "no"}).status_code == 200
    ends(world)
    row = row_of(world)
    assert (row["asked_leave"], row["used_name"]) == (True, False)
    assert (figures(world)["leave_asked"], figures(world)["names_used"]) == (1, 0)


def test_a_tick_in_wrap_up_brings_the_contact_up_to_date_on_the_day_of_the_talk(world, desk):
    world.customer()
    world.talk(world.ring())
    ends(world)
    desk.post("/desk/calls/CA1/hang-up")
    assert row_of(world)["used_name"] is False
    world.clock.now += 24 * 3600
    world.agents.tick("desk-1", "CA1", "used_name", True)
    assert row_of(world)["used_name"] is True
    assert figures(world)["names_used"] == 0, "the talk was yesterday"
    service = ReportService(world.db, world.settings, world.clock)
    assert service.by_agent(service.period(2))["total"]["names_used"] == 1


def test_a_tick_is_no_note_and_a_note_keeps_it(world, desk):
    world.customer()
    world.talk(world.ring())
    desk.post(TICK, NAME)
    assert world.cards.note("CA1", "desk-1") == ("", 0)
    assert desk.post("/desk/calls/CA1/note", {"text": "a refund", "version": "1"}).json == {"version": 1}
    ends(world)
    row = row_of(world)
    assert (row["note"], row["used_name"]) == ("a refund", True)


def test_one_who_has_not_talked_yet_ticks_nothing(world, desk):
    world.customer()
    world.ring()
    with pytest.raises(TooLate, match="not talked on this call yet"):
        world.agents.tick("desk-1", "CA1", "used_name", True)


def test_the_pages_of_reports_count_and_show_ticks(tmp_path):
    world = reporting.filled(tmp_path, days=30)
    try:
        with world.db.write() as unit:
            unit.connection.exec_driver_sql("UPDATE agent_day SET leave_asked = 3, names_used = 2")
            unit.connection.exec_driver_sql("UPDATE contact SET asked_leave = true WHERE id = 1")
        desk = Browser(reporting.application(world))
        desk.sign_in()
        rows = csv.DictReader(io.StringIO(desk.get("/reports/agents.csv?days=7").text))
        assert {(row["leave_asked"], row["names_used"]) for row in rows} == {("21", "14")}
        page = desk.get("/reports/agents?days=7").text
        assert "Leave asked" in page and "Name used" in page and "<td>21</td><td>14</td>" in page
        assert desk.get("/reports/contacts").text.count("Leave asked before a hold or transfer") == 1
    finally:
        world.db.close()


@pytest.mark.browser
def test_a_key_ticks_and_takes_back(tmp_path, page):
    world = opened(f"sqlite:///{tmp_path / 'ticks.db'}", time.time)
    world.agent()
    world.customer()
    world.talk(world.ring())
    served = Served(application(world), world.feed)
    try:
        page.goto(served.url + "/desk/")
        page.fill("#agent", "desk-1")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#connection[data-is=live]")
        tick = page.get_by_role("button", name="Asked leave before a hold or transfer")
        expect(tick).to_have_attribute("aria-pressed", "false")
        expect(page.get_by_role("group", name="In this talk")).to_contain_text("Used the caller’s name")
        page.keyboard.press("p")
        expect(tick).to_have_attribute("aria-pressed", "true")
        tick.focus()
        page.keyboard.press("Space")
        expect(tick).to_have_attribute("aria-pressed", "false")
        expect(tick).to_be_focused()
        page.fill("#note", "p")
        page.keyboard.type("pu")
        expect(tick).to_have_attribute("aria-pressed", "false")
        page.keyboard.press("Escape")
    finally:
        served.stop()
        world.feed.stop_streams()
        world.db.close()
