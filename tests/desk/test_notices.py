"""/flows/notices: set and ended by whoever is signed in, and by nobody else."""

from __future__ import annotations

import pytest

from desk import protect
from desk.flows import flows_blueprint
from ivr.engine.flow import FlowSet
from ivr.service.flow_registry import FlowRegistry
from ivr.service.notices import NoticeService
from tests.desk.conftest import Browser, application

WORDS = "Our lines are <down> & out"
FORM = {"words-en-US": "Our lines & phones are down.", "queue": "billing", "until": "2h"}


@pytest.fixture
def notices(world):
    return NoticeService(world.transactions, world.settings)


@pytest.fixture
def browser(world, notices):
    app = application(world)
    registry = FlowRegistry(FlowSet("r1", {}, {}, None), lambda texts: None)
    flows = flows_blueprint(
        world.accounts, world.agents, world.db, registry, world.clock, world.settings, notices=notices
    )
    app.register_blueprint(flows)
    protect(app, flows)
    world.agent()
    world.accounts.set_role("desk-1", "editor")
    return Browser(app)


def test_set_seen_and_ended(browser, notices):
    browser.sign_in()
    assert browser.post("/flows/notices", FORM).status_code == 303
    [one] = notices.listed()[0]
    assert (one.words, one.queue, one.author) == ({"en-US": FORM["words-en-US"]}, "billing", "desk-1")
    page = browser.get("/flows/notices").text
    assert "Our lines &amp; phones are down." in page and "Callers of Billing" in page
    assert browser.post(f"/flows/notices/{one.id}/end").status_code == 303
    assert browser.post(f"/flows/notices/{one.id}/end").status_code == 409
    assert notices.listed()[0] == [] and "Over" in browser.get("/flows/notices").text


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"words-en-US": WORDS}, "cannot stand in it"),
        ({"words-en-US": ""}, "are missing"),
        ({"queue": "sales"}, "no queue"),
        ({"until": "soon"}, "no time"),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_stays(browser, notices, changed, why):
    browser.sign_in()
    answer = browser.post("/flows/notices", {**FORM, **changed})
    assert answer.status_code == 400 and why in answer.text and "<down>" not in answer.text
    assert notices.listed()[0] == []


def test_nobody_else(browser, notices):
    browser.read_token("/desk/sign-in")
    assert browser.post("/flows/notices", FORM).status_code == 401
    assert browser.get("/flows/notices", headers={"Accept": "text/html"}).status_code == 303
    browser.sign_in()
    browser.token = "forged"
    assert browser.post("/flows/notices", FORM).status_code == 400
    assert notices.listed() == ([], [])
