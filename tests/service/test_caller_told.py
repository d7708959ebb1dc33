"""`supervising.tell_caller`: nobody listens before the caller has been told, in words, to the end of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flowfiles.settings_file import load_settings
from ivr.service.supervision.monitoring import CallerAnnouncement
from ivr.settings import SupervisionSettings
from ivr.store import supervisions
from ivr.store.database import DatabaseUnavailable
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, posts, talks
from tests.service.houses import journal

pytestmark = ON_SQLITE
WORDS = "supervisor joins"
NOT_TOLD = "the caller could not be told"


class Supervised:
    """A talk of desk-1; boss-1 has asked to listen, and pressed 1."""

    def __init__(self, rehearse) -> None:
        settings = load_settings(Path(__file__).parents[2] / "config.yaml", {})
        settings = settings.model_copy(update={"supervising": SupervisionSettings(tell_caller=True)})
        self.line = rehearse(settings)
        self.agent = self.line.add_agent("desk-1", ["support"])
        self.boss = self.line.add_agent("boss-1", ["support"], available=False)
        self.line.line.accounts.set_role("boss-1", "supervisor")
        self.line.line.agents.sign_in("boss-1")
        self.caller = self.begins()

    def begins(self):
        return talks(self.line, self.agent)

    def asks(self) -> None:
        self.line.line.supervising.joining.start("boss-1", self.caller.sid, "listen")
        picks_up(self.line, self.boss)

    @property
    def row(self):
        with self.line.database.read() as connection:
            return supervisions.of_supervisor(connection, "boss-1")

    def listened_from(self) -> float | None:
        """When the supervisor began to hear anybody."""
        leg = next(c for c in self.line.account.calls.values() if c.to == self.boss.address)
        heard = self.line.account.witness.of("hears", leg.sid)
        return heard[0].t if heard else None

    def told(self) -> list[float]:
        """When each sentence ended that told the caller."""
        spoken = self.line.account.witness.of("speech", self.caller.sid)
        return [one.detail["end"] for one in spoken if WORDS in one.detail["text"]]

    def announcements(self) -> list:
        found = self.line.account.witness.of("webhook")
        return [entry for entry in found if entry.detail["url"].endswith("/announcement")]


@pytest.fixture
def talk(rehearse) -> Supervised:
    return Supervised(rehearse)


@pytest.mark.parametrize("delay", [0.0, 0.7, 4.0, 9.0])
def test_listening_begins_when_the_announcement_has_ended(talk, delay):
    talk.line.account.switches.announcement_delay = delay
    talk.asks()
    talk.line.run(delay + 8)
    assert talk.row.state == "joined" and len(talk.told()) == 1
    assert talk.listened_from() >= talk.told()[0]


def test_the_subscription_stands_in_every_room(talk):
    rooms = [entry.detail["answer"] for entry in talk.line.account.witness.of("webhook")
             if b"<Conference" in entry.detail["answer"]]  # fmt: skip
    assert len(rooms) == 2
    assert all(b'statusCallbackEvent="start end join leave announcement"' in room for room in rooms)


def fails_for(monkeypatch, times: int) -> list:
    prompts, failed = CallerAnnouncement.prompts, []

    def away(self, supervision_id):
        if len(failed) < times:
            failed.append(supervision_id)
            raise DatabaseUnavailable("away")
        return prompts(self, supervision_id)

    monkeypatch.setattr(CallerAnnouncement, "prompts", away)
    return failed


def test_words_that_cannot_be_made_are_no_empty_document(talk, monkeypatch):
    fails_for(monkeypatch, 2)
    talk.asks()
    talk.line.run(15)
    assert [entry.detail["status"] for entry in talk.announcements()] == [503, 503, 200]
    assert talk.row.state == "joined" and len(talk.told()) == 1
    assert talk.listened_from() >= talk.told()[0]


def test_who_cannot_be_told_is_not_listened_to(talk, monkeypatch):
    fails_for(monkeypatch, 1000)
    talk.asks()
    talk.line.run(60)
    assert talk.row is None and talk.listened_from() is None and talk.told() == []
    assert [body["reason"] for body in journal(talk.line.line, "supervision_over")] == [NOT_TOLD]
    assert talk.boss.call is None and talk.caller.talking_to == {talk.agent.address}


def test_an_announcement_that_fails_at_the_carrier_is_asked_for_again(talk):
    talk.line.account.switches.announcements_fail = True
    talk.asks()
    talk.line.run(0.8)
    assert talk.row.state == "told" and talk.listened_from() is None
    talk.line.account.switches.announcements_fail = False
    talk.line.run(6)
    assert talk.row.state == "joined" and talk.listened_from() >= talk.told()[0]


def test_an_announcement_that_always_fails_ends_the_supervision(talk):
    talk.line.account.switches.announcements_fail = True
    talk.asks()
    talk.line.run(30)
    assert talk.row is None and talk.listened_from() is None
    assert [body["reason"] for body in journal(talk.line.line, "supervision_over")] == [NOT_TOLD]


@pytest.mark.parametrize("status", [500, 401, 404, 200])
def test_a_request_that_fails_is_no_announcement(talk, status):
    fault = {"body": "<html>"} if status == 200 else {}
    talk.line.account.rest_faults.add("POST", r"/Conferences/CF\w+\.json$", status, times=1000, **fault)
    talk.asks()
    talk.line.run(80)
    assert talk.row is None and talk.listened_from() is None
    assert journal(talk.line.line, "supervision_over")


def test_a_report_that_is_lost_is_made_up_for(talk):
    """The words were heard and nobody said so: they are said again."""
    lost = talk.line.account.disturb(
        drop=lambda hook: hook.params.get("StatusCallbackEvent", "").startswith("announcement")
    )
    talk.asks()
    talk.line.run(8)
    assert len(talk.told()) == 1 and talk.row.state == "told" and talk.listened_from() is None
    talk.line.account.calm(lost)
    talk.line.run(12)
    assert len(talk.told()) == 2 and talk.row.state == "joined"


def test_a_report_that_nobody_sends_ends_it(talk):
    talk.line.account.disturb(
        drop=lambda hook: hook.params.get("StatusCallbackEvent", "").startswith("announcement")
    )
    talk.asks()
    talk.line.run(60)
    assert talk.row is None and talk.listened_from() is None
    assert [body["reason"] for body in journal(talk.line.line, "supervision_over")] == [NOT_TOLD]


def room_says(talk: Supervised, event: str, url: str) -> None:
    path = f"/voice/offers/{talk.row.offer_id}/room"
    posts(talk.line, path, StatusCallbackEvent=event, AnnounceUrl=url, CallSid="")


def test_only_its_own_announcement_with_words_counts(talk):
    talk.line.account.switches.announcement_delay = 5.0
    talk.asks()
    talk.line.run(1)
    own = f"https://line.test/voice/supervising/{talk.row.id}/announcement"
    for url in (own, own + "#rt=4000&rc=3&rp=all", "https://line.test/voice/supervising/x/announcement", ""):
        room_says(talk, "announcement-end", url)  # before any words were fetched
        assert talk.row.state == "told"
    talk.line.run(20)
    assert talk.row.state == "joined" and talk.listened_from() >= talk.told()[-1]
    room_says(talk, "announcement-fail", own)  # late news change nothing
    assert talk.row.state == "joined"


def test_who_goes_on_hold_in_the_middle_of_it_is_told_again(talk):
    talk.asks()
    talk.line.run(0.3)
    talk.line.line.talks.hold("desk-1", talk.caller.sid)
    talk.line.run(10)
    assert talk.row.state == "told" and talk.listened_from() is None
    talk.line.line.talks.retrieve("desk-1", talk.caller.sid)
    talk.line.run(20)
    assert talk.row.state == "joined" and talk.listened_from() >= talk.told()[-1]


class JustBegun(Supervised):
    """The talk is a second old."""

    def begins(self):
        caller = asks_for_person(self.line)
        picks_up(self.line, self.agent)
        return caller


def test_a_room_that_is_not_listed_yet_is_asked_for_again(rehearse):
    talk = JustBegun(rehearse)
    talk.line.account.switches.list_lag = 4.0
    talk.asks()
    talk.line.run(1)
    assert talk.row.state == "told", "the carrier knows no such room yet"
    talk.line.run(12)
    assert talk.row.state == "joined" and talk.listened_from() >= talk.told()[0]
