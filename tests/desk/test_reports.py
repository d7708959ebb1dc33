"""The pages of reports: who may see them, what stands on them, hostile words, CSV, and a browser's look."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from tests.desk import reporting
from tests.desk.conftest import Browser

PAGES = ("", "queues", "agents", "reasons", "satisfaction", "contacts")
SHEETS = ("over-time", "queues", "agents", "reasons", "steps", "satisfaction", "contacts")


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    world = reporting.filled(tmp_path_factory.mktemp("year"))
    yield world
    world.db.close()


@pytest.fixture
def desk(year):
    desk = Browser(reporting.application(year))
    desk.sign_in()
    return desk


def rows_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))


@pytest.mark.parametrize("path", [*PAGES, *(f"{name}.csv" for name in SHEETS)])
def test_only_for_those_who_are_signed_in(year, path):
    answer = reporting.application(year).test_client().get(f"/reports/{path}")
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["", "contacts", "contacts.csv", "over-time.csv"])
def test_agents_see_no_reports(year, path):
    agent = Browser(reporting.application(year))
    agent.sign_in("desk-2")
    assert agent.get(f"/reports/{path}").status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_allows_what_is_on_a_page_and_nothing_else(desk, path):
    answer = desk.get(f"/reports/{path}")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    inline = re.sub(
        r'<script type="application/json".*?</script>|<script src=[^>]*></script>', "", answer.text
    )
    assert not re.search(r"<style|\sstyle=|<script|\son\w+=", inline)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("?days=365", 200),
        ("?days=8", 400),
        ("?queue=sales", 400),
        ("?since=2026-11-01&until=2026-11-07", 200),
        ("?since=2026-11-08&until=2026-11-07", 400),
        ("?since=1900-01-01", 400),
        ("?since=<script>", 400),
        ("?by=hour", 200),
    ],
)
def test_what_may_be_asked_for(desk, asked, status):
    assert desk.get(f"/reports/{asked}").status_code == status
    assert desk.get(f"/reports/over-time.csv{asked}").status_code == status


def test_a_year_is_there(desk):
    page = desk.get("/reports/?days=365&by=day").text
    assert page.count('<th scope="row">2026-') > 300


def test_a_week_is_never_a_piece_of_one_at_its_beginning(desk):
    weeks = rows_of(desk.get("/reports/over-time.csv?days=365"))
    assert (len(weeks), weeks[0]["week"]) == (53, "2025-11-17")
    assert all(float(week["in_line"]) > 500 for week in weeks)


def test_the_sheet_has_the_figures_of_the_page(desk):
    page = desk.get("/reports/?queue=support&days=7").text
    rows = rows_of(desk.get("/reports/over-time.csv?queue=support&days=7"))
    assert [row["day"] for row in rows] == [f"2026-11-{day}" for day in range(16, 23)]
    for row in rows:
        assert f"{100 * float(row['service_level']):.1f} %" in page
        assert row["goal"] == "0.8" and row["goal_met"] in ("yes", "no")


def test_reasons_of_all_queues_are_one_name_each(desk):
    page = desk.get("/reports/reasons?days=7").text
    assert page.count('<th scope="row">solved</th>') == 1
    assert (
        len([row for row in rows_of(desk.get("/reports/reasons.csv?days=7")) if row["name"] == "solved"]) == 3
    )


def test_contacts_are_found_and_nothing_they_say_is_markup(desk):
    page = desk.get("/reports/contacts?words=calc&outcome=talked").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert page.count('<th scope="row">') == 18
    wrong = desk.get('/reports/contacts?number="><script>').text
    assert "is no telephone number" in wrong and '"><script>' not in wrong


def test_older_contacts_follow_on_the_next_page(desk):
    seen: list[str] = []
    address = "/reports/contacts?queue=support"
    while address:
        page = desk.get(address).text
        seen += re.findall(r"\+1 415-555-\d{4}", page)
        older = re.search(r'href="([^"]*)" rel="next"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 120


def test_the_sheet_of_contacts_runs_nothing(desk):
    rows = rows_of(desk.get("/reports/contacts.csv?customer=alfreds"))
    assert len(rows) == 40
    assert all(row["number"].startswith("'+1415555") for row in rows)


def test_a_page_that_does_not_exist_and_a_next_page_that_is_none(desk):
    assert desk.get("/reports/nothing").status_code == 404
    assert "There is no such page." in desk.get("/reports/contacts?after=1;2").text


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_plots_are_drawn_and_their_figures_are_in_a_table(page, year, scheme):
    faults: list[str] = []
    with reporting.served(year) as address:
        page.emulate_media(color_scheme=scheme)
        reporting.sign_in(page, address)
        page.goto("about:blank")
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{address}/reports/?queue=support&days=365")
        page.wait_for_selector("#plot-callers canvas")
        assert page.locator(".plot canvas").count() == 6
        drawn = "() => [...document.querySelectorAll('canvas')].every(c => c.getContext('2d')"
        drawn += ".getImageData(0, 0, c.width, c.height).data.some(value => value))"
        assert page.evaluate(drawn)
        page.hover("#plot-level .u-over")
        expect(page.locator("#plot-level .u-legend")).to_contain_text("%")
        assert page.locator("#figures tbody tr").count() == 53
        for figure in page.locator("figure").all():
            assert "table below" in figure.get_attribute("aria-label")
        page.set_viewport_size({"width": 700, "height": 900})
        page.wait_for_function("document.documentElement.scrollWidth <= 700")
    assert faults == []


@pytest.mark.browser
def test_the_reports_by_keyboard_alone(page, year):
    with reporting.served(year) as address:
        reporting.sign_in(page, address)
        page.goto(f"{address}/reports/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "To the figures"
        page.get_by_role("link", name="Contacts").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Words").fill("calc")
        page.keyboard.press("Enter")
        page.wait_for_url("**words=calc**")
        assert page.locator(".contacts tbody tr").count() == 24
