"""F-DB, I-31: the database is locked, full or gone. Callers hear so, lose nothing, and reach somebody."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from ivr.flowfiles.settings_file import load_settings
from ivr.store import tables
from ivr.store.database import Database, DatabaseUnavailable
from ivr.store.tables import work_item
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, posts, talks
from tests.service.witness_checks import check_calls, check_quiet_floor, goes_on, outcome, rows
from webhooks import forms
from webhooks.fallback_twiml import WORDS

pytestmark = ON_SQLITE
DIAL = {"CallSid": "CA" + "7" * 32, "From": "+14155550123", "To": "+15550001000"}


@pytest.mark.parametrize("seconds", [1 / 3, 5, 20])
def test_F_DB_01_locked_for_a_while_and_the_keys_are_kept(locked, line, seconds):
    caller = line.dial()
    line.run(14)
    caller.press("1")
    line.run(2)
    caller.press("123456")
    line.run(0.45)  # the last key comes at half a second
    locked(True)
    line.run(seconds)
    locked(False)
    line.run(10)
    assert "One moment, please." in caller.heard
    assert any("1, 2, 3, 4, 5, 6" in text or "1 2 3 4 5 6" in text for text in caller.heard), caller.heard[
        -4:
    ]
    caller.hang_up()
    line.run(3)
    check_calls(line)
    check_quiet_floor(line)


@pytest.mark.parametrize(("key", "waits"), [("7", False), ("0", True)])
def test_F_DB_01_only_0_takes_an_answer_back_that_was_kept(locked, line, key, waits):
    """Pressed while "one moment" is said: out of impatience, or for a person."""
    caller = line.dial()
    line.run(14)
    caller.press("1")
    line.run(2)
    caller.press("123456")
    line.run(0.45)
    locked(True)
    assert line.account.run_until(lambda: "One moment" in str(caller.speaking), 10)
    caller.press(key)
    line.run(0.5)
    locked(False)
    line.run(6)
    entered = any("1, 2, 3, 4, 5, 6" in text or "1 2 3 4 5 6" in text for text in caller.heard)
    waiting = any(row.state == "waiting" for row in rows(line, tables.queued_call))
    assert (entered, waiting) == (not waits, waits), caller.heard[-4:]
    caller.hang_up()
    line.run(3)
    check_quiet_floor(line)


def test_F_DB_01_a_message_recorded_while_locked_is_kept(locked, line):
    caller = asks_for_person(line)
    line.run(6)
    caller.press("2")
    line.run(13)
    caller.say("Please call me back.", seconds=4)
    line.run(5)
    locked(True)
    caller.press("#")
    line.run(1)
    locked(False)
    line.run(20)  # the review, and silence after it
    assert any("Your message was saved" in text for text in caller.heard), caller.heard
    assert outcome(line, caller.sid) == "voicemail"
    check_quiet_floor(line)


def test_F_DB_01_a_new_caller_and_a_talk_while_locked(locked, line):
    agent = line.add_agent("desk-1", ["support"])
    first = talks(line, agent)
    locked(True)
    second = line.dial("+14155550199")
    line.run(6)
    assert set(second.heard) == {"One moment, please.", "Un momento, por favor."}  # nothing is known of them
    assert second.status == "in-progress"
    assert first.talking_to == {agent.address}  # what is connected stays connected
    first.hang_up()
    line.run(1)
    locked(False)
    line.run(5)
    assert "Thank you for calling" in second.heard[-1]
    second.hang_up()
    line.run(130)
    check_quiet_floor(line)


def test_F_DB_01_locked_too_long_ends_with_a_message(locked, line, tmp_path):
    caller = line.dial()
    locked(True)
    caller.press("0")
    assert line.account.run_until(lambda: bool(line.account.recordings), 90)
    caller.say("Please call me back.", seconds=4)
    line.run(20)
    assert caller.heard[-2:] == ["Somebody will call you back.", "Alguien le devolverá la llamada."]
    assert caller.status == "completed"
    [kept] = (tmp_path / "emergency.jsonl").read_text().splitlines()
    assert caller.sid in kept and "+14155550123" in kept
    locked(False)
    line.run(130)
    check_calls(line)


TWO_LANGUAGES = """
flow: main
title: Shop
languages: [en-US, es-US]
human: support
start: language
steps:
  language:
    language: {en-US: "For English, press 1.", es-US: "Para español, pulse 2."}
    keys: {1: en-US, 2: es-US}
    next: topic
  topic:
    menu: {en-US: "For support, press 1.", es-US: "Para ayuda, pulse 1."}
    keys: {1: help}
  help: {queue: support}
"""


@pytest.mark.parametrize(("key", "language", "other"), [("1", "en", "es"), ("2", "es", "en")])
def test_who_chose_a_language_hears_that_one_alone_to_the_end(
    rehearse, tmp_path, monkeypatch, key, language, other
):
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(TWO_LANGUAGES)
    (tmp_path / "config.yaml").write_text(
        'company: N\nlanguages: [en-US, es-US]\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
    )
    line = rehearse(load_settings(tmp_path / "config.yaml", {}))
    caller = line.dial()
    line.run(1)
    caller.press(key)
    line.run(1)
    before = len(caller.heard)

    def gone(self):
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(Database, "read", gone)
    monkeypatch.setattr(Database, "write", gone)
    caller.press("1")
    assert line.account.run_until(lambda: bool(line.account.recordings), 90)
    caller.say("Llámenme, por favor.", seconds=4)
    line.run(20)
    told = set(caller.heard[before:])
    assert told >= {WORDS[language][word] for word in ("moment", "sorry", "message", "thanks")}, told
    assert not told & set(WORDS[other].values()) and caller.status == "completed"
    monkeypatch.undo()


def test_F_DB_01_the_worker_goes_on_by_itself(locked, line):
    phone = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: phone.ringing, 3)
    locked(True)
    line.run(30)  # the offer runs out meanwhile
    locked(False)
    line.run(25)
    assert not phone.ringing and rows(line, tables.queued_call)[0].state == "waiting"
    caller.hang_up()
    line.run(130)
    check_quiet_floor(line)


def test_F_DB_02_disk_full_and_it_recovers_when_there_is_space(line):
    def fill(dbapi, _record, _proxy):
        dbapi.execute("PRAGMA max_page_count=1")  # SQLite takes the present size instead

    caller = line.dial()
    line.run(1)
    event.listen(line.database.engine, "checkout", fill)
    for number in range(500):
        answer = posts(line, "/voice/incoming", **{**DIAL, "CallSid": f"CA{number:032}"})
        if b"One moment" in answer.data:
            break
    assert b"One moment" in answer.data and answer.status_code == 200
    with pytest.raises(DatabaseUnavailable):  # what an arrival cannot use, a shorter turn might
        for _ in range(100_000):
            with line.line.transactions.begin() as tx:
                tx.note("heard", call=caller.sid)
    caller.press("0")
    line.run(4)
    assert "One moment, please." in caller.heard
    event.remove(line.database.engine, "checkout", fill)
    line.database.engine.dispose()
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(2)
    assert caller.talking_to == {agent.address}
    with line.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_I_31_the_last_resorts_are_the_same_without_a_database(line, monkeypatch):
    steps = ("dial-0", "dial-9", "record", "recorded")
    paths = ["/voice/fallback", *(f"/voice/emergency/{step}" for step in steps)]
    errors = ["", "/voice/calls/x/1/input", "/voice/resume/x", "/voice/rescue/x", "/voice/emergency/dial-0"]
    asked = [(path, {**DIAL, "ErrorUrl": error, "ErrorCode": "11205"}) for path in paths for error in errors]
    before = [posts(line, path, **form) for path, form in asked]

    def gone(self):
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(Database, "read", gone)
    monkeypatch.setattr(Database, "write", gone)
    for (path, form), answer in zip(asked, before, strict=True):
        without = posts(line, path, **form)
        assert (without.status_code, without.data) == (200, answer.data)
        goes_on(without.data, path)
    assert posts(line, "/voice/incoming", **DIAL).status_code == 200
    assert posts(line, "/voice/status", **DIAL, CallStatus="completed").status_code == 204


# What a version before this one sealed into the address of "one moment", with the key of these lines.
BEFORE = {
    "keys": "ITO0z58Rz5sNbXZVE5xl942bQU6IRTAietaN3DxoMdO_AMiYZnN_nGXla6r625Ekv2IlZ-lxAg",
    "message": "6rthlOvTmLVn3qBe0UgTcPJjo5LwHrKe_mV9qwMs46b9Qt8MDSXcXvOT0X7WFGhgikeLAzv6n5NNNmgrr92-pn"
    "o44ZwWSZsjp0Qsn_l1Ygb2rjaeBTV_wGlEuPYOb_METwblEhnZI7SXu3AMKu7s_dmD5Qt_VWQu0zto5Ilz",
}


def test_keys_that_were_sealed_before_an_update_are_asked_for_again(locked, line, monkeypatch):
    """The address was written by the version before, and is read by this one."""
    agent = line.add_agent("desk-1", ["support"])
    caller = line.dial()
    line.run(14)
    caller.press("1")
    line.run(2)
    caller.press("123456")
    line.run(0.45)
    monkeypatch.setattr(forms, "keep_input", lambda *_: BEFORE["keys"])
    locked(True)
    line.run(2)
    locked(False)
    line.run(6)
    assert caller.status == "in-progress" and "order number" in caller.heard[-1], caller.heard[-4:]
    caller.press("123456")
    line.run(6)
    assert "1, 2, 3, 4, 5, 6" in str(caller.heard) or "1 2 3 4 5 6" in str(caller.heard), caller.heard[-4:]
    caller.press("0")
    assert line.account.run_until(lambda: agent.ringing, 60)
    picks_up(line, agent)
    line.run(5)
    assert caller.talking_to == {agent.address}


def test_a_message_that_was_sealed_before_an_update_is_not_lost(locked, line, monkeypatch):
    caller = asks_for_person(line)
    line.run(6)
    caller.press("2")
    line.run(13)
    caller.say("Please call me back.", seconds=4)
    line.run(5)
    monkeypatch.setattr(forms, "keep_input", lambda *_: BEFORE["message"])
    locked(True)
    caller.press("#")
    line.run(1)
    locked(False)
    line.run(20)
    assert "Nothing was recorded." in caller.heard and caller.status == "in-progress", "asked again"
    caller.hang_up()
    line.run(60)
    [work] = rows(line, work_item)
    assert work.recording_sid in line.account.recordings
    check_quiet_floor(line)
