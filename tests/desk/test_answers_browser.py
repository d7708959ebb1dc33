"""Answers on the page, by keyboard, in a real browser."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from desk.answers import answers_blueprint
from ivr.jobs.article_loader import ArticleLoader
from ivr.service.inbound_sms import InboundSmsService, inbound_sms
from ivr.service.knowledge_base import ArticleService
from ivr.store import jobs
from ivr.store.tables import article_use
from tests.desk import conftest
from tests.desk.conftest import PASSWORD, a_session, opened, serve

pytestmark = pytest.mark.browser
CALLER = "+14155550123"
LATE = """---
title: Late parcel
steps: main.late
say: I am sorry.
text: We look for it.
---
1. **Look**
"""
OTHER = "---\ntitle: {title}\nsay: Words of {title}.\n---\n"


@pytest.fixture
def world(tmp_path):
    world = opened(f"sqlite:///{tmp_path / 'live.db'}", time.time)
    world.settings._folder = tmp_path
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "late.md").write_text(LATE)
    for title in ("Refund one", "Refund two"):
        (folder / f"{title.replace(' ', '-')}.md").write_text(OTHER.format(title=title))
    ArticleLoader(world.transactions, folder).look()
    world.agent()
    world.customer()
    yield world
    world.feed.stop_streams()
    world.db.close()


@pytest.fixture
def desk(page, world, monkeypatch):
    """The page of desk-1, talking to a caller whose parcel is late."""
    build = conftest.application

    def with_answers(*given):
        app = build(*given)
        answers = ArticleService(world.transactions, world.cards, world.settings, mails=True)
        app.register_blueprint(answers_blueprint(world.accounts, world.agents, answers))
        return app

    monkeypatch.setattr(conftest, "application", with_answers)
    served = serve(world)
    # A listener that raises ends the browser's driver, and with it the tests that follow.
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.goto(f"{served.url}/desk/")
    page.fill("#agent", "desk-1")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#connection")).to_have_attribute("data-is", "live")
    session = a_session("CA1", "support")
    session["session"]["path"] = [{"flow": "main", "step": "late", "at": 0.0}]
    world.talk(world.ring(session=session))
    page.wait_for_selector(".answer-pick")
    yield page
    told = list(said)  # before the server is gone
    served.stop()
    assert told == []


def uses(world, kind: str) -> int:
    with world.db.read() as connection:
        found = select(func.count()).where(article_use.c.kind == kind)
        return connection.execute(found).scalar()


def texts_asked(world) -> int:
    with world.db.write() as unit:
        return len([job for job in jobs.claim(unit.connection, time.time() + 60) if job.kind == "send_text"])


def test_by_keyboard_search_open_send_and_judge(world, desk):
    expect(desk.locator(".answer-pick-title")).to_have_text(["Late parcel"])
    expect(desk.locator(".answer-pick-why")).to_contain_text("the caller came through “late”")
    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.press("/")
    expect(desk.locator("#answers-query")).to_be_focused()
    desk.keyboard.type("refund")
    expect(desk.locator(".answer-pick-title")).to_have_text(["Refund one", "Refund two"])
    expect(desk.locator("#answers-count")).to_have_text("2 answers")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("#answer-title")).to_have_text("Refund two")
    desk.keyboard.press("Escape")
    expect(desk.locator("#answer")).to_be_hidden()
    desk.focus("#answers-query")
    desk.fill("#answers-query", "")
    expect(desk.locator(".answer-pick-title")).to_have_text(["Late parcel"])
    desk.keyboard.press("Enter")
    expect(desk.locator(".answer-say")).to_have_text("I am sorry.")
    desk.focus("#answer-send")
    desk.keyboard.press("Enter")
    expect(desk.locator("#answer-sent")).to_have_text("On its way")
    expect(desk.locator("#answer-send")).to_have_text("Send again")
    desk.focus("#answer-helped")
    desk.keyboard.press("Space")
    expect(desk.locator("#answer-helped")).to_have_attribute("aria-pressed", "true")
    assert texts_asked(world) == 1
    assert uses(world, "helped") == 1


def test_what_is_typed_stays_through_updates_a_reload_and_into_wrap_up(world, desk):
    desk.click("#answers-nothing")
    desk.fill("#answers-missing-note", "Nobody knows about customs")
    desk.click(".answer-pick")
    desk.click("#answer-failed")
    desk.fill("#answer-note", "He lives abroad")
    message = {"MessageSid": "SM1", "From": CALLER, "Body": "I am at the door"}
    InboundSmsService(world.transactions, world.settings).arrived(inbound_sms(message, "US"))
    expect(desk.locator(".timeline")).to_contain_text("I am at the door")
    expect(desk.locator("#answer-note")).to_have_value("He lives abroad")
    expect(desk.locator("#answer-note")).to_be_focused()
    world.agents.hang_up("desk-1", "CA1")
    desk.wait_for_selector("#done")
    expect(desk.locator("#answer-note")).to_have_value("He lives abroad")
    desk.reload()
    expect(desk.locator("#answers-missing-note")).to_have_value("Nobody knows about customs")
    desk.click("#answers-missing .button")
    expect(desk.locator("#answers-missing")).to_be_hidden()
    desk.click(".answer-pick")
    expect(desk.locator("#answer-note")).to_have_value("He lives abroad")
    desk.click("#answer-why .button")
    expect(desk.locator("#toast")).to_contain_text("Reported")
    assert uses(world, "failed") == 2
    desk.click("#done")
    expect(desk.locator("#answers")).to_be_hidden()


def test_typing_in_the_search_presses_no_button(world, desk):
    desk.focus("#answers-query")
    desk.keyboard.type("advice /")
    expect(desk.locator("#answers-query")).to_have_value("advice /")
    expect(desk.locator(".hero")).to_have_attribute("data-mode", "talking")


def test_every_control_has_a_name_and_the_region_is_a_landmark(desk):
    desk.click(".answer-pick")
    desk.wait_for_selector("#answer-title")
    nameless = desk.evaluate(
        """() => [...document.querySelectorAll("#answers :is(button, select, textarea, input)")]
            .filter((one) => one.type !== "hidden")
            .filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length))
            .map((one) => one.id)"""
    )
    assert nameless == []
    expect(desk.get_by_role("region", name="Answers")).to_be_visible()
    for width in (1280, 900, 400):
        desk.set_viewport_size({"width": width, "height": 800})
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth + 1") or width < 900


def test_an_answer_is_mailed_with_one_click_and_elsewhere_only_when_read_back(world, desk):
    desk.keyboard.press("/")
    desk.keyboard.press("Enter")
    desk.click("#answer-mail-known")
    expect(desk.locator("#answer-sent")).to_contain_text("By mail: on its way")
    desk.click("#answer-mail-other")
    expect(desk.locator("#answer-address")).to_be_focused()
    desk.keyboard.type("new@home.test")
    desk.keyboard.press("Enter")  # not to the address on record, which is the first button
    expect(desk.locator("#toast")).to_contain_text("Read the address back")
    assert uses(world, "sent") == 1
    desk.check("#answer-confirmed")
    desk.focus("#answer-address")
    desk.keyboard.press("Enter")
    expect(desk.locator("#answer-sent")).to_have_text("By mail: on its way, By mail: on its way")
    assert uses(world, "sent") == 2
