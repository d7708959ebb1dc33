"""An agent whose desk is closed does not stay available for ever; who needs no desk does."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from desk.supervisor.view import SupervisorView
from ivr.flowfiles.settings_file import read_settings
from ivr.jobs.desk_watch import DeskWatch, ask_for_desk_watch
from ivr.service.explanations import ExplanationService
from ivr.store.jobs import Job
from tests.desk.conftest import SETTINGS, World
from tests.desk.softphone import eventually
from tests.desk.supervised import parts_of

MINUTE = 60.0


@pytest.fixture
def agent(world) -> World:
    world.agent()
    world.agent("desk-2")
    return world


def looks(world: World, settings: str = SETTINGS, late_s: float = 0.0) -> object:
    """The job runs, so late after its time."""
    watch = DeskWatch(world.transactions, read_settings(settings))
    return watch.job(Job(1, "desk_watch", "desk_watch", 0, 0, {}, world.clock() - late_s))


def state(world: World, agent: str = "desk-1") -> tuple[str, str]:
    status = world.agents.status(agent)
    return status.state, status.reason


def explained(world: World) -> str:
    return " ".join(ExplanationService(world.db, world.clock, world.settings).agent("desk-1")["sentences"])


def floor_page(world: World) -> str:
    look = SupervisorView(parts_of(world).board, world.settings).look("boss", fresh=True)
    return look.regions["agents"]


def test_after_ten_minutes_without_a_desk_they_are_away(agent):
    agent.agents.go_available("desk-1", at_desk=True)
    agent.clock.now += 9 * MINUTE
    assert looks(agent).after == 30
    assert state(agent)[0] == "available"
    assert "No desk of theirs has been open since" in explained(agent)
    assert "they are set away at" in explained(agent)
    agent.clock.now += 1.1 * MINUTE
    looks(agent)
    assert state(agent) == ("away", "desk closed")
    assert "so they were set away" in explained(agent)


def test_a_desk_that_is_open_counts(agent):
    agent.agents.go_available("desk-1", at_desk=True)
    for _ in range(20):
        agent.clock.now += MINUTE
        agent.agents.saw_desk("desk-1")
        looks(agent)
    assert state(agent)[0] == "available" and "No desk" not in explained(agent)


def test_who_needs_no_desk_stays(agent):
    """Set available by a command, or by a supervisor; a desk that was open once does not matter."""
    agent.agents.go_available("desk-1", at_desk=True)
    agent.agents.go_available("desk-1")
    agent.agents.saw_desk("desk-1")
    agent.agents.go_available("desk-2", at_desk=True)
    parts_of(agent).changing.set_state("desk-2", "available", "boss")
    agent.clock.now += 600 * MINUTE
    looks(agent)
    assert state(agent)[0] == state(agent, "desk-2")[0] == "available"
    assert "no desk open" not in floor_page(agent)


def test_a_mark_on_the_floor_first(agent):
    agent.agents.go_available("desk-1", at_desk=True)
    agent.clock.now += 2 * MINUTE
    assert "no desk open" not in floor_page(agent)
    agent.clock.now += 2 * MINUTE
    assert floor_page(agent).count("no desk open") == 1


def test_zero_is_never(agent):
    agent.agents.go_available("desk-1", at_desk=True)
    agent.clock.now += 600 * MINUTE
    assert looks(agent, SETTINGS + "desk_closed: {away_after_minutes: 0}\n") is None
    assert state(agent)[0] == "available"


def test_the_server_was_down_and_saw_nobody(agent):
    agent.agents.go_available("desk-1", at_desk=True)
    agent.clock.now += 60 * MINUTE
    looks(agent, late_s=59 * MINUTE)
    assert state(agent)[0] == "available"
    agent.clock.now += 60 * MINUTE
    ask_for_desk_watch(agent.transactions)
    looks(agent)
    assert state(agent)[0] == "available"
    agent.clock.now += 11 * MINUTE
    looks(agent)
    assert state(agent) == ("away", "desk closed")


def test_an_offer_and_a_talk_are_left_alone(agent):
    agent.agents.go_available("desk-1", at_desk=True)
    agent.customer()
    agent.call("CA1")
    offer = agent.offer(sid="CA1")
    agent.clock.now += 20 * MINUTE
    looks(agent)
    assert state(agent)[0] == "offered"
    agent.talk(offer)
    looks(agent)
    assert state(agent)[0] == "on_call"


def test_a_button_of_the_desk_needs_the_desk(agent, browser_of):
    browser = browser_of()
    browser.sign_in()
    browser.post("/desk/available")
    agent.clock.now += 11 * MINUTE
    looks(agent)
    assert state(agent) == ("away", "desk closed")


def seen_at(world: World) -> float:
    with world.db.read() as connection:
        return connection.exec_driver_sql("SELECT desk_seen_at FROM agent").scalar()


@pytest.mark.browser
def test_an_open_page_tells_of_itself_and_asks_when_it_is_closed(live, served, page):
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{served.url}/desk/")
    page.fill("#agent", "desk-1")
    page.fill("#password", "correct horse 1")
    page.keyboard.press("Enter")
    expect(page.locator("#connection")).to_have_attribute("data-is", "live")
    page.click("#go-available")
    expect(page.locator("h1")).to_have_text("You are available")
    with live.db.write() as unit:
        unit.connection.exec_driver_sql("UPDATE agent SET desk_seen_at = 1")
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.locator("#connection")).to_have_attribute("data-is", "live")
    assert eventually(lambda: seen_at(live) > 1)
    page.click("#sign-out")
    expect(page.locator("#password")).to_be_visible()
    assert asked == ["beforeunload"], "who signs out is not asked"
