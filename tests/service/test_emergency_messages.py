"""What callers left with the last resort, while the database was away, is taken over as work."""

from __future__ import annotations

import json

import pytest

from ivr.floor.call_completion import CallCompletion
from ivr.floor.transaction import Transactions
from ivr.service.work_items import WorkService
from ivr.store.database import DatabaseUnavailable
from tests.service.driving import ON_SQLITE, all_at_once, another_line


@pytest.fixture
def line(on):
    line = on("v: {voicemail: support, say: After the tone please.}")
    line.add_agent("desk-1", ["support"], available=False)
    return line


@pytest.fixture
def work(line):
    return WorkService(
        Transactions(line.database, line.clock.time, line.line.bus), CallCompletion(), line.settings
    )


def seen(work):
    return list(work.seen_by("desk-1").items)


def test_messages_of_an_emergency_are_taken_over_once(line, work, tmp_path):
    told = {"CallSid": "CA" + "7" * 32, "From": "+14155550177", "To": "+15550001000"}
    sound = {"RecordingSid": "RE" + "7" * 32, "RecordingUrl": "", "RecordingDuration": "9"}
    without = {**told, "CallSid": "CA" + "8" * 32, "From": "anonymous"}
    spool = tmp_path / "emergency.jsonl"
    lines = [json.dumps({**told, **sound}), "{broken", '["no"]', json.dumps(without), '{"CallSid": "../x"}']
    spool.write_text("\n".join(lines) + '\n{"CallSid": "half')
    assert line.line.spool.run() == 2 and line.line.spool.run() == 0
    line.line.spool._read_to = 0  # as after a restart
    assert line.line.spool.run() == 0
    first, second = seen(work)
    assert (first.work.number, first.work.recording_sid) == ("+14155550177", "RE" + "7" * 32)
    assert second.work.number == "" and "No message was left" in second.work.result
    line.run(310)  # the carrier is asked for the recording, and has none
    assert seen(work)[0].status == "absent"


@ON_SQLITE
def test_messages_of_an_emergency_wait_for_the_database(line, work, tmp_path, monkeypatch):
    told = {"CallSid": "CA" + "7" * 32, "From": "+14155550177", "To": "+15550001000"}
    (tmp_path / "emergency.jsonl").write_text(json.dumps(told) + "\n")

    def away(_self):
        raise DatabaseUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr("ivr.store.database.Database.write", away)
        with pytest.raises(DatabaseUnavailable):
            line.line.spool.run()
    assert line.line.spool.run() == 1 and len(seen(work)) == 1


def test_several_processes_take_a_message_over_once(line, work, tmp_path, database_url):
    """On PostgreSQL each process reads the file by itself, all of them every few seconds."""
    told = {"From": "+14155550177", "To": "+15550001000"}
    lines = [json.dumps({**told, "CallSid": f"CA{number:032}"}) + "\n" for number in range(25)]
    (tmp_path / "emergency.jsonl").write_text("".join(lines))
    others = [another_line(line, database_url) for _ in range(3)]
    try:
        new = all_at_once(line.line.spool.run, *(other.spool.run for other in others))
    finally:
        for other in others:
            other.database.close()
    assert sorted(new) == [0, 0, 0, 25]
    found = [item.work.call_sid for item in seen(work)]
    assert len(found) == len(set(found)) == 25
