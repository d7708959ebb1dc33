"""F-RC: messages are kept from their first second, whatever the carrier says of them, and however late."""

from __future__ import annotations

import re

import pytest

from ivr.floor.call_completion import CallCompletion
from ivr.floor.offers import TooLate
from ivr.floor.transaction import Transactions
from ivr.service.work_items import HELD_S, NoSuchWork, WorkService
from ivr.store import recordings
from simulator.fault_injection import TIMEOUT
from tests.service.driving import posts
from tests.service.houses import journal, row_of

STEPS = "v: {voicemail: support, say: After the tone please., transcribe: true}"
HOSTILE = "<script>alert(1)</script> =HYPERLINK(\u202e) \x07 and the rest"


@pytest.fixture
def line(on):
    line = on(STEPS)
    line.add_agent("desk-1", ["support"], available=False)
    return line


@pytest.fixture
def work(line):
    return WorkService(
        Transactions(line.database, line.clock.time, line.line.bus), CallCompletion(), line.settings
    )


def leaves(line, words: str = "Please call me back.", key: str = "#"):
    """A caller who has recorded a message and hears the review."""
    caller = line.dial()
    assert line.account.run_until(lambda: being_recorded(line), 20)
    caller.say(words, seconds=4)
    line.run(4.5)
    caller.press(key)
    line.run(1)
    return caller


def being_recorded(line):
    return next((one for one in line.account.recordings.values() if one.end is None), None)


def seen(work, agent: str = "desk-1"):
    return list(work.seen_by(agent).items)


def kept(line, sid: str):
    with line.database.read() as connection:
        return recordings.find(connection, sid)


def names(line) -> list[str]:
    return list(line.account.recordings)


def test_it_is_work_once_it_was_sent_and_not_before(line, work):
    caller = leaves(line)
    assert seen(work) == []  # under review: it may yet be replaced
    caller.press("1")
    line.run(10)
    [one] = seen(work)
    [sid] = names(line)
    assert (one.work.recording_sid, one.work.queue, one.work.number) == (sid, "support", "+14155550123")
    assert (one.status, one.seconds) == ("stored", 4)
    assert row_of(line, caller).outcome == "voicemail" and caller.status == "completed"


@pytest.mark.parametrize("boundary", ["recording", "review", "again", "playing"])
def test_F_HU_n_who_hangs_up_anywhere_has_left_it(line, work, boundary):
    if boundary == "recording":
        caller = line.dial()
        assert line.account.run_until(lambda: being_recorded(line), 20)
        caller.say("Please call me back.", seconds=4)
        line.run(4.5)
    else:
        caller = leaves(line)
        line.run(3)
        if boundary != "review":
            caller.press({"again": "3", "playing": "2"}[boundary])
            line.run(1)
    caller.hang_up()
    line.run(5)
    assert [one.work.recording_sid for one in seen(work)] == names(line)[:1]
    assert row_of(line, caller).outcome == "voicemail"


def test_the_caller_hears_it_at_an_address_that_cannot_be_guessed(line):
    caller = leaves(line)
    line.run(2)
    caller.press("2")
    line.run(2)
    [fetched] = [
        entry.detail["url"]
        for entry in line.account.witness.entries
        if entry.kind == "webhook" and "/recordings/" in entry.detail.get("url", "")
    ]
    assert re.fullmatch(r"https://line\.test/recordings/RE\w+/\d+/[0-9a-f]{40}\.wav", fetched)
    path = fetched.removeprefix("https://line.test")
    client = line.line.app.test_client()
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    assert answer.headers["Cache-Control"] == "private, max-age=300, immutable"
    assert len(answer.data) == answer.content_length > 20_000
    forged = path[:-6] + ("00" if path[-6:-4] != "00" else "11") + ".wav"
    assert client.get(forged).status_code == 404
    later = re.sub(r"/(\d+)/", lambda found: f"/{int(found[1]) + 1}/", path)
    assert client.get(later).status_code == 404  # T-13: the time cannot be changed
    line.run(310)
    assert client.get(path).status_code == 404  # T-13: good for minutes


def test_a_late_recording_is_said_to_be_late_and_never_silence(line, work):
    line.account.switches.recording_delay = 30
    caller = leaves(line)
    caller.press("2")
    line.run(3)
    assert "not ready to be played yet. You can send it without hearing it." in " ".join(caller.heard)
    caller.press("1")
    line.run(10)
    assert caller.status == "completed"
    assert [one.status for one in seen(work)] == ["expected"]
    line.run(40)
    assert [one.status for one in seen(work)] == ["stored"]


@pytest.mark.parametrize("answer", [503, 429, TIMEOUT])
def test_a_carrier_that_fails_at_replaying_costs_nothing(line, work, answer):
    caller = leaves(line)
    line.run(2)
    line.account.rest_faults.add("GET", r"\.wav$", answer)
    caller.press("2")
    line.run(2)
    assert "not ready to be played yet" in " ".join(caller.heard)
    line.run(15)
    assert len(seen(work)) == 1


def test_another_take_replaces_the_first_which_is_deleted_at_the_carrier(line, work):
    caller = leaves(line)
    line.run(1)
    caller.press("3")
    assert line.account.run_until(lambda: being_recorded(line), 10)
    caller.say("Better words.", seconds=3)
    line.run(3.5)
    caller.press("#")
    line.run(1)
    caller.press("1")
    line.run(60)
    first, second = names(line)
    assert [one.work.recording_sid for one in seen(work)] == [second]
    assert line.account.recordings[first].status == "deleted"
    assert kept(line, first).status == "dropped" and len(journal(line, "recording_deleted")) == 1


def test_what_is_dropped_stays_dropped_and_is_deleted_though_its_report_comes_last(line, work):
    line.account.disturb(late=lambda webhook: 100 if webhook.kind == "recording" else 0)
    line.account.switches.recording_delay = 90  # the first request to delete it finds nothing
    caller = leaves(line, key="0")
    line.run(2)
    assert "Your message was not kept." in " ".join(caller.heard)
    line.run(400)
    [sid] = names(line)
    assert seen(work) == [] and kept(line, sid).status == "dropped"
    assert line.account.recordings[sid].status == "deleted"


def test_deleting_is_tried_again(line):
    line.account.rest_faults.add("DELETE", "/Recordings/", 503, times=2)
    leaves(line, key="0")
    line.run(20)
    [sid] = names(line)
    assert line.account.recordings[sid].status == "completed"
    line.run(3700)
    assert line.account.recordings[sid].status == "deleted"


def test_F_RC_01_a_report_that_never_comes_is_asked_for(line, work):
    line.account.disturb(drop=lambda webhook: webhook.kind == "recording")
    leaves(line).press("1")
    line.run(290)
    assert [one.status for one in seen(work)] == ["expected"]
    line.run(20)
    assert [one.status for one in seen(work)] == ["stored"]


def test_F_RC_01_after_a_day_it_is_absent_and_says_why(line, work):
    line.account.switches.recording_delay = 10**7
    leaves(line).press("1")
    for moment in (310, 3400, 3700):
        line.run(moment)
        assert [one.status for one in seen(work)] == ["expected"]
    line.run(86_400 - 3000)
    [one] = seen(work)
    assert one.status == "absent" and "never said" in one.work.result
    assert one.work.number == "+14155550123"


@pytest.mark.parametrize(
    ("code", "why"), [("16102", "Nothing was said"), ("", "no recording of it"), ("x", "no")]
)
def test_F_RC_02_an_absent_recording_keeps_the_number_and_the_reason(line, work, code, why):
    line.account.switches.recording_delay = 100
    caller = leaves(line)
    caller.press("1")
    line.run(2)
    [sid] = names(line)
    form = {"RecordingSid": sid, "RecordingStatus": "absent", "RecordingDuration": "0", "ErrorCode": code}
    for _ in range(2):
        posts(line, f"/voice/calls/{caller.sid}/recording/support", **form)
    [one] = seen(work)
    assert one.status == "absent" and why in one.work.result and one.work.number
    assert len(journal(line, "recording_reported")) == 1


def test_a_message_of_which_only_the_report_comes_is_kept(line, work):
    """The caller's own request was lost on the way."""
    caller = line.dial()
    assert line.account.run_until(lambda: being_recorded(line), 20)
    line.account.disturb(drop=lambda webhook: webhook.kind in ("voice", "status"))
    caller.say("Please call me back.", seconds=4)
    line.run(4.5)
    caller.hang_up()
    line.run(700)
    assert [one.work.recording_sid for one in seen(work)] == names(line)


def test_the_transcript_is_kept_as_text_and_nothing_else(line, work):
    caller = leaves(line, HOSTILE)
    caller.press("1")
    line.run(30)
    [one] = seen(work)
    assert one.transcript == "<script>alert(1)</script> =HYPERLINK()   and the rest"
    assert [noted["recording"] for noted in journal(line, "recording_transcribed")] == names(line)
    form = {"RecordingSid": names(line)[0], "TranscriptionStatus": "failed", "TranscriptionText": "no"}
    assert posts(line, f"/voice/calls/{caller.sid}/transcription", **form).status_code == 200
    assert seen(work)[0].transcript == one.transcript


def test_work_is_taken_by_one_given_back_and_done(line, work):
    line.add_agent("desk-2", ["support"], available=False)
    line.add_agent("desk-3", [], available=False)
    caller = leaves(line)
    caller.press("1")
    line.run(5)
    [one] = seen(work)
    number = one.work.id
    for action in (work.take, work.release, lambda n, a: work.finish(n, a, "solved"), work.recording):
        with pytest.raises(NoSuchWork):  # T-13: in none of their queues
            action(number, "desk-3")
    with pytest.raises(NoSuchWork):
        work.take(999, "desk-1")
    with pytest.raises(TooLate):
        work.finish(number, "desk-1", "solved")  # not taken
    work.take(number, "desk-1")
    work.take(number, "desk-1")  # twice is once
    with pytest.raises(TooLate, match="else has taken"):
        work.take(number, "desk-2")
    for action in (work.release, lambda n, a: work.finish(n, a, "solved")):
        with pytest.raises(TooLate, match="any more"):
            action(number, "desk-2")
    assert work.seen_by("desk-1").mine.work.id == number and seen(work, "desk-2")[0].agent == "desk-1"
    work.release(number, "desk-1")
    work.take(number, "desk-2")
    work.finish(number, "desk-2", "solved")
    assert seen(work) == [] and work.seen_by("desk-2").mine is None
    with pytest.raises(TooLate, match="done already"):
        work.take(number, "desk-1")
    assert row_of(line, caller).disposition == "solved"


def test_what_was_taken_and_forgotten_is_everybodys_again(line, work):
    leaves(line).press("1")
    line.run(5)
    work.take(seen(work)[0].work.id, "desk-1")
    line.run(HELD_S - 10)
    assert work.seen_by("desk-1").mine
    line.run(20)
    assert work.seen_by("desk-1").mine is None and len(seen(work)) == 1
