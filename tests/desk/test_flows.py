"""The page of flows: who may see it, what stands on it, and where its figures come from."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from desk.sessions import is_ours
from ivr.engine.hours import CalendarModel
from ivr.flowfiles.loader import live_book
from ivr.flowfiles.settings_file import load_settings
from ivr.jobs.flow_health import FlowHealth
from ivr.scenarios import simulated_line as rehearsing
from ivr.scenarios.simulated_line import SimulatedLine, scratch_database
from ivr.service.publishing import Publishing
from ivr.store import flow_health
from tests.desk.conftest import PASSWORD, Browser

ROOT = Path(__file__).parents[2]


@pytest.fixture
def line(tmp_path, monkeypatch):
    monkeypatch.setattr(rehearsing, "PUBLIC_URL", "http://localhost")
    line = SimulatedLine(load_settings(ROOT / "config.yaml", {}), scratch_database(tmp_path))
    line.line.accounts.add("desk-1", "Desk one", "+15550002001", ["support"], PASSWORD)
    yield line
    line.close()


@pytest.fixture
def signed_in(line):
    browser = Browser(line.line.app)
    browser.sign_in()
    return browser


def cells(page: str, step: str) -> list[str]:
    row = re.search(rf'<tr id="step-main-{step}".*?</tr>', page, re.DOTALL)[0]
    return re.findall(r"<td>(.*?)</td>", row)


def test_only_for_those_who_are_signed_in(line):
    answer = line.line.app.test_client().get("/flows/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/sign-in?next=/flows/")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(line):
    browser = line.line.app.test_client()
    asked = browser.get("/flows/?flow=main&period=week", headers={"Accept": "text/html"}).headers["Location"]
    page = browser.get(asked).text
    onward = html.unescape(re.search(r'name="next" value="([^"]*)"', page)[1])
    csrf = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
    form = {"agent": "desk-1", "password": PASSWORD, "csrf_token": csrf, "next": onward}
    answer = browser.post("/desk/sign-in", data=form, headers={"Referer": "http://localhost/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/flows/?flow=main&period=week")


@pytest.mark.parametrize(
    "onward",
    ["//evil.example", "/\\evil.example", "https://evil.example/desk/", "/flows//evil.example", "/flows/../x",
     "/flows/\r\nSet-Cookie: a=b", "/flows/\n", "javascript:alert(1)", "/desk/@evil.example",
     "/flows/" + "a" * 600, "/", "flows/", ""],
)  # fmt: skip
def test_no_other_page_is_led_to_after_signing_in(onward):
    assert not is_ours(onward)


def test_the_policy_allows_what_is_on_the_page_and_nothing_else(signed_in):
    answer = signed_in.get("/flows/")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|<script|\son\w+=", answer.text)
    assert signed_in.get("/flows/static/drawing.css").mimetype == "text/css"
    assert signed_in.get("/flows/static/flows.css").status_code == 200


def test_figures_are_summed_up_from_what_callers_did(line, signed_in):
    for keys in ("0", "1", "", "9"):
        caller = line.dial(f"+1415555000{len(keys)}{keys or 5}")
        line.run(14)
        if keys:
            caller.press(keys)
            line.run(3)
        caller.hang_up()
        line.run(1)
    health = FlowHealth(line.line.transactions)
    health.sum_up()
    page = signed_in.get("/flows/").text
    kind, entries, zeroed, hung_up, _no_input, wrong, _errors, _time = cells(page, "department")
    assert (kind, entries, zeroed, hung_up, wrong) == ("menu", "4", "1", "2", "1")
    assert cells(page, "order")[3] == "1"  # hung up there
    assert "4 in" in page
    health.sum_up()  # nothing new: nothing is counted twice
    assert cells(signed_in.get("/flows/").text, "department")[1] == "4"


def test_time_spent_and_calls_in_progress_survive_batches(line, monkeypatch):
    from ivr.jobs import flow_health as service

    monkeypatch.setattr(service, "BATCH", 3)
    caller = line.dial()
    line.run(5)
    service.FlowHealth(line.line.transactions).sum_up()
    line.run(20)
    caller.hang_up()
    line.run(1)
    service.FlowHealth(line.line.transactions).sum_up()
    with line.database.read() as connection:
        found = {(one.flow, one.step): one for one in flow_health.sums(connection, 0)}
        assert flow_health.standings(connection, [caller.call.sid]) == {}
    total = sum(one.seconds for one in found.values())
    assert total == pytest.approx(25, abs=2)
    assert found["main", "welcome"].visits == 1
    assert sum(one.hung_up for one in found.values()) == 1


def test_history_and_differences(line, signed_in):
    publishing, flow_set = Publishing(line.line.transactions), live_book(line.settings)
    publishing.publish(flow_set, "an <editor>", "first")
    text = flow_set.texts["main.yaml"].replace("3: complaint}", "3: billing, 4: complaint}")
    from ivr.flowfiles.loader import stored_book

    newer = stored_book({**flow_set.texts, "main.yaml": text}, line.settings)
    publishing.publish(newer, "an editor", "moves complaints")
    line.run(1.1)
    page = signed_in.get("/flows/").text
    assert "moves complaints" in page
    assert "an &lt;editor&gt;" in page
    assert f"/flows/diff?old={flow_set.revision}&amp;new={newer.revision}" in page
    diff = signed_in.get(f"/flows/diff?old={flow_set.revision}&new={newer.revision}").text
    assert "option 3 of department now leads to billing (was complaint)" in diff
    assert "is-changed" in diff
    old = signed_in.get(f"/flows/?revision={flow_set.revision}").text
    assert "not live" in old
    assert signed_in.get("/flows/?revision=nonsense").status_code == 404
    assert signed_in.get("/flows/?flow=nonsense").status_code == 404


def test_a_broken_save_is_said_on_the_page(line, signed_in, monkeypatch):
    from ivr.flowfiles.problems import Problem

    line.line.registry.folder.problems = [Problem("flows/main.yaml", 7, 1, "flow main", "a <b> is wrong")]
    page = signed_in.get("/flows/").text
    assert "the last good flows stay live" in page
    assert "flows/main.yaml:7:1: flow main: a &lt;b&gt; is wrong" in page


def steps_of(line) -> dict[str, flow_health.StepSum]:
    """Every step that somebody came to, summed up."""
    FlowHealth(line.line.transactions).sum_up()
    with line.database.read() as connection:
        return {one.step: one for one in flow_health.sums(connection, 0)}


def test_who_hangs_up_within_a_prompt_did_so_there(line):
    caller = line.dial()
    line.run(2)  # in the middle of the greeting, said with the menu behind it in one breath
    caller.hang_up()
    line.run(1)
    found = steps_of(line)
    assert sum(one.hung_up for one in found.values()) == 1
    assert sum(one.seconds for one in found.values()) == pytest.approx(2, abs=1)
    assert sum(one.no_input + one.wrong + one.zeroed for one in found.values()) == 0


def test_who_hangs_up_in_line_did_so_in_line_and_spent_the_time_there(line):
    caller = line.dial()
    line.run(8)
    caller.press("0")
    line.run(62)
    caller.hang_up()
    line.run(1)
    found = steps_of(line)
    waiting = found["@person:support"]
    assert (waiting.entries, waiting.hung_up, waiting.visits) == (1, 1, 1)
    assert waiting.seconds == pytest.approx(62, abs=3)
    assert sum(one.hung_up for one in found.values()) == 1
    assert sum(one.zeroed for one in found.values()) == 1


def test_who_hangs_up_after_a_message_has_not_given_up(tmp_path):
    settings = load_settings(ROOT / "config.yaml", {})
    closed = {**settings.calendars, "office": CalendarModel(hours={"sun": "03:00-03:05"})}
    settings = settings.model_copy(update={"calendars": closed})
    line = SimulatedLine(settings, scratch_database(tmp_path))
    caller = line.dial()
    line.run(20)
    caller.press("1")
    line.run(25)  # the words before the tone, and some of the message
    caller.press("#")
    line.run(3)
    caller.hang_up()
    line.run(5)
    found = steps_of(line)
    line.close()
    assert found["message"].entries == 1
    assert sum(one.hung_up for one in found.values()) == 0
