"""A desk with every field that one can type into, and a record of each command that its page sends."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from desk import desk_blueprint, protect
from desk.answers import answers_blueprint
from ivr.flowfiles.settings_file import read_settings
from ivr.jobs.article_loader import ArticleLoader
from ivr.service.cases import CaseService
from ivr.service.inbound_sms import InboundSmsService, inbound_sms
from ivr.service.knowledge_base import ArticleService
from tests.desk.conftest import PASSWORD, SETTINGS, World, a_session, opened
from tests.desk.serving import Served
from tests.desk.supervised import parts_of
from tests.desk.talking import StagedTalks

CALLER = "+14155550123"
ARTICLE = "---\ntitle: Late parcel\nsteps: main.late\nsay: I am sorry.\ntext: We look for it.\n---\n1. Look\n"
# What a page posts of itself while somebody types: no command.
TYPED = ("/note", "/searched", "/desk/here")
# Every key that means something somewhere, in words that people write.
WORDS = (
    "have", "the", "caller", "delivery", "gave", "a", "new", "date", "for", "both", "orders", "call", "him",
    "back", "today", "or", "tomorrow", "Friday.", "His", "moving", "van", "is", "late", "/", "why?", "over",
    "mail", "gift", "left", "credit", "told", "her", "d", "v", "m", "h", "l", "t", "o", "f", "g", "b", "c",
    "r",
)  # fmt: skip


def sentence(seed: int, words: int = 14) -> str:
    """Words with each shortcut among them; the same for the same seed."""
    return " ".join(random.Random(seed).choices(WORDS, k=words))


@dataclass
class House:
    """The desk of desk-1 behind a real socket; the second agent and a supervisor are elsewhere."""

    world: World
    talks: StagedTalks
    page: Any = None
    commands: list[str] = field(default_factory=list)
    text: int = 0

    def app(self) -> Flask:
        world = self.world
        app = Flask("typing_under_test")
        app.secret_key = "only for this test"
        desk = desk_blueprint(
            world.accounts, world.agents, world.cards, world.feed, world.clock, world.settings,
            work=world.work, listening=world.listening, helping=parts_of(world).help,
            cases=CaseService(world.transactions, world.settings), talks=self.talks,
        )  # fmt: skip
        app.register_blueprint(desk)
        answers = ArticleService(world.transactions, world.cards, world.settings, mails=True)
        app.register_blueprint(answers_blueprint(world.accounts, world.agents, answers))
        protect(app, desk)
        return app

    def opens(self, page: Any, url: str) -> None:
        self.page = page
        page.goto(f"{url}/desk/")
        page.fill("#agent", "desk-1")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#connection")).to_have_attribute("data-is", "live")
        page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if request.method == "POST" and not request.url.endswith(TYPED):
            self.commands.append(request.url.split("/desk/")[1])

    # What happens on the line -----------------------------------------------------------------------------

    def mode(self, wanted: str) -> None:
        expect(self.page.locator("body")).to_have_attribute("data-mode", wanted)

    def available(self) -> None:
        self.world.agents.go_available("desk-1")
        expect(self.page.locator("h1")).to_have_text("You are available")

    def offered(self, sid: str = "CA1") -> str:
        session = a_session(sid, "billing")
        session["session"]["path"] = [{"flow": "main", "step": "late", "at": 0.0}]
        self.world.call(sid, session=session)
        offer = self.world.offer(sid=sid)
        self.mode("offer")
        return offer

    def talking(self, sid: str = "CA1") -> None:
        offer = self.offered(sid)
        self.world.talk(offer)
        self.mode("talking")

    def hung_up(self, sid: str = "CA1") -> None:
        """The caller has hung up."""
        self.world.agents.hang_up("desk-1", sid)

    def wrapping_up(self, sid: str = "CA1") -> None:
        self.talking(sid)
        self.hung_up(sid)
        self.mode("wrap_up")

    def wrapped_up(self) -> None:
        self.world.agents.wrap_up_done("desk-1")

    def writes(self) -> None:
        """A customer writes a text, and desk-1 has taken it."""
        form = {"MessageSid": "SM1", "From": CALLER, "To": "+15550001000", "Body": "Where is my invoice?"}
        texts = InboundSmsService(self.world.transactions, self.world.settings)
        assert texts.arrived(inbound_sms(form, "US"))
        with self.world.db.read() as connection:
            self.text = connection.exec_driver_sql("SELECT max(id) FROM work_item").scalar()
        self.world.work.take(self.text, "desk-1")
        self.page.wait_for_selector("#reply-text")

    def noted(self, sid: str = "CA1") -> str:
        return self.world.cards.note(sid, "desk-1")[0]

    def calm(self) -> None:
        """Keys mean something again."""
        expect(self.page.locator("body")).to_have_attribute("data-keys", "ready")


def typing_world(folder: Path) -> World:
    world = opened(f"sqlite:///{folder / 'live.db'}", time.time)
    world.settings = read_settings(f"{SETTINGS}texts: {{queue: billing}}\n")
    world.settings._folder = folder
    (folder / "articles").mkdir()
    (folder / "articles" / "late.md").write_text(ARTICLE)
    ArticleLoader(world.transactions, folder / "articles").look()
    world.agent()
    world.agent("desk-2")
    world.customer()
    return world


@pytest.fixture(name="house")
def typing_house(tmp_path: Path, page: Any) -> Iterator[House]:
    """The desk of desk-1, signed in, in a browser."""
    world = typing_world(tmp_path)
    house = House(world, StagedTalks(world))
    served = Served(house.app(), world.feed)
    house.opens(page, served.url)
    yield house
    served.stop()
    world.db.close()
