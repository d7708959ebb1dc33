"""Waiting as the caller hears it, over the real webhooks: overflow, a full line, the playlist."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ivr.flowfiles.settings_file import load_settings
from ivr.settings import Settings
from ivr.store import calls, floor
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up
from tests.service.houses import journal

FLOW = """flow: main
title: T
languages: [en-US]
human: billing
start: hello
steps:
  hello: {say: Thank you for calling. Press 0 at any time for a person., next: how_long}
  how_long:
    branch: [{when: queues.billing.waiting > 0, next: long}]
    otherwise: billing
  long: {say: There is a line today., next: billing}
  billing: {queue: billing}
"""
CONFIG = """company: N
numbers: {"+15550001000": main}
targets: {partner: "+14155550100"}
queues:
  support: {}
  billing: %s
"""


def wav(seconds: int) -> bytes:
    form = struct.pack("<HHIIHH", 7, 1, 8000, 8000, 1, 8)
    chunks = struct.pack("<4sI", b"fmt ", 16) + form + struct.pack("<4sI", b"data", seconds * 8000)
    chunks += b"\x80" * (seconds * 8000)
    return struct.pack("<4sI4s", b"RIFF", len(chunks) + 4, b"WAVE") + chunks


@pytest.fixture
def house(rehearse, tmp_path: Path):
    def settings(billing: str) -> Settings:
        audio = tmp_path / "flows" / "audio"
        audio.mkdir(parents=True, exist_ok=True)
        (audio / "one.wav").write_bytes(wav(10))
        (audio / "two.wav").write_bytes(wav(25))
        (tmp_path / "flows" / "main.yaml").write_text(FLOW)
        (tmp_path / "config.yaml").write_text(CONFIG % billing)
        return load_settings(tmp_path / "config.yaml", {})

    return lambda billing: rehearse(settings(billing))


def busy(line, agent_id: str, queues: list[str]):
    """An agent at work who is not free."""
    phone = line.add_agent(agent_id, queues)
    with line.database.write() as unit:
        floor.move_agent(unit.connection, agent_id, "available", "on_call", line.clock.time())
    return phone


def place(line, caller):
    with line.database.read() as connection:
        row = calls.find(connection, caller.sid)
        return floor.queued(connection, row.queued_id)


def test_overflow_to_another_queue_keeps_the_time_of_entry_and_says_why(house):
    """Promise 4; the journal knows which rule and why."""
    line = house("{overflow: [{after_minutes: 2, queue: support}]}")
    busy(line, "desk-1", ["billing"])
    agent = busy(line, "desk-2", ["support"])
    caller = asks_for_person(line)
    entered = place(line, caller).entered_at
    line.run(180)
    assert any("in line with another team" in text for text in caller.heard), caller.heard
    assert (place(line, caller).queue, place(line, caller).entered_at) == ("support", entered)
    (body,) = journal(line, "overflowed")
    assert body["rule"] == "billing:1" and body["to"] == "support" and "over 120" in body["why"]

    with line.database.write() as unit:
        floor.move_agent(unit.connection, "desk-2", "on_call", "available", line.clock.time())
    with line.line.transactions.begin() as tx:
        tx.job("dispatch", "dispatch", 0.0, {})
    picks_up(line, agent)
    line.run(5)
    assert caller.talking_to == {agent.address}
    assert line.account.faults == []


def test_a_number_outside_that_does_not_answer_leads_back_to_the_place(house):
    line = house("{overflow: [{after_minutes: 1, transfer: partner}]}")
    busy(line, "desk-1", ["billing"])
    partner = line.account.add_phone("+14155550100")
    caller = asks_for_person(line)
    entered = place(line, caller).entered_at
    assert line.account.run_until(lambda: partner.ringing, 150)
    assert any("connecting you with another number" in text for text in caller.heard)
    line.run(45)
    assert place(line, caller).state == "waiting"
    assert (place(line, caller).queue, place(line, caller).entered_at) == ("billing", entered)
    assert any("you keep your place" in text for text in caller.heard)
    line.run(120)
    assert not partner.ringing and len(journal(line, "overflowed")) == 1
    assert line.account.faults == []


def test_a_number_outside_that_answers_is_a_talk(house):
    line = house("{overflow: [{after_minutes: 1, transfer: partner}]}")
    busy(line, "desk-1", ["billing"])
    partner = line.account.add_phone("+14155550100", "answer")
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: caller.talking_to == {partner.address}, 150)
    assert place(line, caller).state == "left"
    partner.hang_up()
    line.run(10)
    assert caller.status == "completed"


@ON_SQLITE
def test_a_full_line_lets_nobody_in_and_takes_a_message(house):
    line = house("{most_waiting: 1}")
    busy(line, "desk-1", ["billing"])
    first, second = asks_for_person(line), asks_for_person(line, "+14155550124")
    line.run(8)
    assert any("our line is full" in text for text in second.heard)
    assert len(journal(line, "queued")) == 1
    first.hang_up()
    line.run(60)
    assert place(line, second).state == "waiting" and line.account.faults == []


@ON_SQLITE
def test_the_playlist_goes_on_where_announcements_cut_it(house):
    line = house("{music: [one, two]}")
    busy(line, "desk-1", ["billing"])
    caller = asks_for_person(line)
    line.run(80)
    with line.database.read() as connection:
        row = calls.find(connection, caller.sid)
        answers = [calls.answer_of(connection, caller.sid, number) or "" for number in range(row.turn + 1)]
    heard = [part for answer in answers for part in slices_in(answer)]
    assert heard[:5] == ["one/0-5", "one/5-10", "two/0-25", "one/0-10", "two/0-20"]
    assert line.account.faults == []


def slices_in(answer: str) -> list[str]:
    return [part.split(".wav")[0] for part in answer.split("/audio/")[1:]]


@ON_SQLITE
def test_a_flow_branches_on_how_long_a_line_is(house):
    line = house("{}")
    busy(line, "desk-1", ["billing"])
    first = line.dial()
    line.run(20)
    assert not any("There is a line today" in text for text in first.heard)
    second = line.dial("+14155550124")
    line.run(20)
    assert any("There is a line today" in text for text in second.heard)
    assert line.account.faults == []
