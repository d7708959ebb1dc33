"""F-WH-01, 04, 07: every webhook may come again, at once or much later, and nothing happens twice."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest

from ivr.store.database import DatabaseUnavailable
from tests.service.driving import asks_for_person, picks_up, talks
from tests.service.witness_checks import check_calls, check_quiet_floor, snapshot

ROUTE = re.compile(r"CA[0-9a-f]{32}|(?<=/offers/)[^/]+|(?<=/join/)[^/]+|(?<=/)[0-9]+(?=/)")
LANGUAGE = re.compile(r"(?<=/voice)/in/[A-Za-z-]+")
SEALED = re.compile(rb"(/again/[0-9]+/CA[0-9a-f]{32}/[0-9]+/[a-z]+/)[\w-]+")


def route(url: str) -> str:
    """The route a URL belongs to, without what names one call, and without its language."""
    return ROUTE.sub("*", LANGUAGE.sub("", url.removeprefix("https://line.test")))


def unsealed(body: bytes) -> bytes:
    """A document without what was keyed, which is sealed anew, and so differently, each time."""
    return SEALED.sub(rb"\1*", body)


class Twice:
    """Sends every webhook a second and a third time before the first answer is heard."""

    def __init__(self, line) -> None:
        self.line, self.inner, self.routes = line, line.account.transport, set()

    def send(self, request, connect, read):
        answer = self.inner.send(request, connect, read)
        if "/voice/" not in request.url:
            return answer
        self.routes.add(route(request.url))
        kept = snapshot(self.line)
        for _ in range(2):
            again = self.inner.send(request, connect, read)
            assert (again.status, unsealed(again.body)) == (answer.status, unsealed(answer.body)), request.url
            assert snapshot(self.line) == kept, f"{request.url} did something twice"
        return answer


@pytest.fixture
def twice(line) -> Twice:
    line.account.transport = Twice(line)
    return line.account.transport


@contextmanager
def failing(line, *kinds: str, error: Exception | None = None):
    """Changes fail while a request for one of these paths is being answered."""
    from flask import has_request_context, request

    begin = line.line.transactions.begin

    def sometimes():
        if has_request_context() and any(kind in request.path for kind in kinds):
            raise error or DatabaseUnavailable("gone")
        return begin()

    line.line.transactions.begin = sometimes
    yield
    line.line.transactions.begin = begin


def test_F_WH_01_a_conversation_with_everything_sent_three_times(line, twice):
    agent = line.add_agent("desk-1", ["support"])
    caller = talks(line, agent)
    agent.hang_up()
    line.run(1)
    caller.press("0")
    line.run(1)
    line.line.agents.go_available("desk-1")
    picks_up(line, agent, "2")
    line.run(5)
    caller.hang_up()
    line.run(60)
    check_calls(line)
    check_quiet_floor(line)
    wanted = {"incoming", "calls/*/*/input", "calls/*/join/*", "calls/*/*/talked", "status",
              "offers/*/whisper", "offers/*/key", "offers/*/status", "offers/*/room"}  # fmt: skip
    assert twice.routes >= {f"/voice/{path}" for path in wanted}


def test_F_WH_01_a_message_and_an_outage_with_everything_sent_three_times(line, twice):
    caller = asks_for_person(line)
    line.run(6)
    with failing(line, "/2/input"):
        caller.press("2")
        line.run(2)
    line.run(12)
    caller.say("Please call me back.", seconds=4)
    line.run(6)
    caller.press("#")
    line.run(30)
    assert caller.status == "completed"
    assert any(path.startswith("/voice/again/") for path in twice.routes)
    assert {"/voice/calls/*/*/recorded", "/voice/calls/*/recording/support"} <= twice.routes
    check_quiet_floor(line)


def test_F_WH_01_the_last_resorts_with_everything_sent_three_times(line, twice):
    caller = line.dial()
    line.run(1)
    with failing(line, "/1/input", error=RuntimeError("a bug")):
        caller.press("3")
        line.run(8)
    assert "/voice/rescue/*" in twice.routes
    with failing(line, "/calls/", "/resume/", "/rescue/", error=RuntimeError("a bug")):
        line.account.disturb(status=lambda webhook: 500 if webhook.url.endswith("/input") else 0)
        line.run(60)
        caller.say("Please call me back.", seconds=5)
        line.run(60)
    line.account.calm()
    line.run(60)
    assert {"/voice/fallback", "/voice/emergency/dial-0", "/voice/emergency/recorded"} <= twice.routes
    assert "Somebody will call you back" in caller.heard[-1]


def test_F_WH_01_04_everything_again_later_and_after_the_end(line):
    agent = line.add_agent("desk-1", ["support"])
    caller = talks(line, agent)
    sent = [entry for entry in line.account.witness.of("webhook") if "/voice/" in entry.detail["url"]]
    before = snapshot(line)
    for entry in sent:
        answer = line.account.replay(entry)
        assert answer.status in (200, 204)
        if entry.detail["kind"] == "voice":
            assert b"<Dial" in answer.body, f"{entry.detail['url']} took the caller out of the talk"
    line.run(1)
    assert snapshot(line) == before and caller.talking_to == {agent.address}

    caller.hang_up()
    line.run(600)
    before = snapshot(line)
    for entry in [entry for entry in line.account.witness.of("webhook") if not entry.detail.get("replay")]:
        answer = line.account.replay(entry)
        if entry.detail["kind"] == "voice" and "/calls/" in entry.detail["url"]:
            assert b"<Response />" in answer.body and answer.status == 200
    line.run(5)
    assert snapshot(line) == before
    check_quiet_floor(line)


def test_F_WH_07_an_answer_lost_after_the_commit_goes_on_in_place(line):
    caller = line.dial()
    line.run(14)
    assert "department" in str(caller.heard) or "For an order" in str(caller.heard)
    lost = line.account.disturb(lose_answer=lambda webhook: webhook.url.endswith("/input"))
    caller.press("1")
    line.run(5)
    line.account.calm(lost)
    line.run(15)
    assert "six digit order number" in str(caller.heard[-2:]), caller.heard
    caller.hang_up()
    line.run(5)
    check_quiet_floor(line)
