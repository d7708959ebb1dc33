"""The line while the network to PostgreSQL is open and says nothing: whatever the carrier asks or reports is
answered while it lasts, and everything goes on by itself when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import make_url

from ivr.environment import Environment
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.store import database, deadlines, tables
from tests.once import shipped_settings
from tests.service.driving import asks_for_person, picks_up, posts, state_of
from tests.service.witness_checks import check_quiet_floor, goes_on, rows
from tests.silent_proxy import SilentProxy

pytestmark = pytest.mark.postgres
TURN_S, PING_S, PATIENCE_S = 0.5, 0.1, 60
WHO = {"From": "+14155550123", "To": "+15550001000"}
NAMES = {"call_sid": "{sid}", "sid": "{sid}", "number": "1", "kind": "input", "kept": "-", "attempt": "1",
         "queue": "support", "offer_id": "{offer}", "times": "1", "digits": "1", "callback_id": "9",
         "id": "{offer}", "step": "dial-0", "language": "es-US"}  # fmt: skip
REPORTS = ("/left", "/recording/<queue>", "/transcription", "/call-recording", "/room", "/announcement")


@pytest.fixture
def proxy(postgres_cluster_running) -> Iterator[SilentProxy]:
    proxy = SilentProxy(("127.0.0.1", postgres_cluster_running.port))
    yield proxy
    proxy.stop()


@pytest.fixture
def line(proxy, migrated_postgres_database, monkeypatch, tmp_path) -> Iterator[SimulatedLine]:
    monkeypatch.setattr(Environment, "emergency_file", tmp_path / "emergency.jsonl")
    url = make_url(migrated_postgres_database).set(port=proxy.port)
    line = SimulatedLine(shipped_settings(), url.render_as_string(hide_password=False))
    yield line
    line.close()


@pytest.fixture
def hurried(line, monkeypatch) -> None:
    """A webhook has less than a second, and so has every other use."""
    monkeypatch.setattr(database, "PING_S", PING_S)
    monkeypatch.setattr(deadlines, "TURN_S", TURN_S)
    line.database.limit_s = TURN_S


def webhooks(line: SimulatedLine) -> list[str]:
    """Every address under which the carrier asks or reports something by POST."""
    rules = line.line.app.url_map.iter_rules()
    return sorted(
        {rule.rule for rule in rules if rule.rule.startswith(("/voice/", "/sms/")) and "POST" in rule.methods}
    )


def path_of(rule: str, sid: str, offer: str) -> str:
    parts = []
    for part in rule.split("/"):
        name = part.strip("<>").removeprefix("int:")
        parts.append(NAMES[name].format(sid=sid, offer=offer) if part.startswith("<") else part)
    return "/".join(parts)


def test_every_webhook_is_answered_during_silence(line, hurried, proxy):
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    picks_up(line, agent)
    [offer] = rows(line, tables.offer)
    proxy.be_silent()
    told = {"StatusCallbackEvent": "participant-leave", "ReasonParticipantLeft": "participant_hung_up",
            "RecordingSid": "RE1", "RecordingStatus": "completed", "RecordingDuration": "3",
            "TranscriptionStatus": "completed", "TranscriptionText": "Words", "MessageSid": "SM1",
            "Body": "Hello", "Digits": "1", "AnsweredBy": "human"}  # fmt: skip
    rules = webhooks(line)
    assert len(rules) > 30
    with ThreadPoolExecutor(8) as pool:
        form = {**told, **WHO, "CallSid": caller.sid, "CallStatus": "completed"}
        paths = {rule: path_of(rule, caller.sid, offer.id) for rule in rules}
        asked = {rule: pool.submit(posts, line, path, **form) for rule, path in paths.items()}
        answers = {rule: one.result(PATIENCE_S) for rule, one in asked.items()}
    for rule, answer in answers.items():
        wanted = (503,) if rule.endswith("/announcement") else (200, 204)  # no words are no announcement
        assert answer.status_code in wanted, (rule, answer.status_code)
        if answer.data and not rule.endswith(REPORTS) and not rule.startswith("/sms/"):
            goes_on(answer.data, rule)
    moments = [rule for rule, answer in answers.items() if b"One moment" in answer.data]
    assert {"/voice/incoming", "/voice/calls/<sid>/<int:number>/<kind>", "/voice/resume/<sid>",
            "/voice/rescue/<sid>", "/voice/calls/<sid>/join/<offer_id>"} <= set(moments)  # fmt: skip


@pytest.mark.parametrize("way_back", ["the same connections never work again", "the server is new"])
def test_who_is_being_brought_to_an_agent_during_silence_is_still_brought(line, hurried, proxy, way_back):
    agent = line.add_agent("desk-1", ["support"])
    caller, other = asks_for_person(line), asks_for_person(line, "+14155550124")
    told = []

    def look(webhook) -> float:
        if "/join/" in webhook.url and not told:
            told.append(webhook.url)
            proxy.be_silent()
        return 0.0

    line.account.disturb(late=look)
    picks_up(line, agent)
    line.run(4)
    assert told and caller.status == other.status == "in-progress"
    proxy.pass_new()
    if way_back == "the server is new":
        line.database.engine.dispose()
    assert line.account.run_until(lambda: caller.talking_to == {agent.address}, 30), caller.heard
    assert "One moment, please." in caller.heard
    line.run(5)
    for one in (caller, other):
        one.hang_up()
    line.run(60)
    check_quiet_floor(line)


def test_the_worker_goes_on_after_silence(line, hurried, proxy):
    """A phone is rung for who waits, and an end that was reported meanwhile is written down."""
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    picks_up(line, agent)
    line.run(5)
    proxy.be_silent()
    caller.hang_up()
    line.run(3)
    proxy.pass_new()
    assert line.account.run_until(lambda: state_of(line) == "wrapping_up", 20)
    line.line.agents.go_available("desk-1")
    second = asks_for_person(line, "+14155550124")
    picks_up(line, agent)
    line.run(2)
    assert second.talking_to == {agent.address}


def test_the_worker_of_a_process_goes_on_after_silence(line, hurried, proxy):
    """The same with threads and real time, as `ivr clock` runs it."""
    beats = lambda: line.worker.last_beat  # noqa: E731
    line.worker.start()
    try:
        with line.database.read():
            pass
        proxy.be_silent()
        line.clock.advance_to(line.clock.time() + 60)
        moved = line.clock.time()
        assert beats() < moved
        proxy.pass_new()
        assert comes(lambda: beats() >= moved)
    finally:
        line.worker.stop()


def comes(look) -> bool:
    import time

    end = time.monotonic() + PATIENCE_S
    while not look() and time.monotonic() < end:
        time.sleep(0.02)
    return look()
