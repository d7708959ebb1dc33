"""Record: how it ends, what the action and the callback get (facts 3.4)."""

from __future__ import annotations

import pytest

from tests.simulator.line_app import BASE

RECORD = (
    '<Record action="/saved" maxLength="30" playBeep="false" recordingStatusCallback="/ready"/>'
    "<Say>Nothing recorded.</Say>"
)


@pytest.fixture
def saved(line):
    line.pages.update({"/saved": "<Say>Thank you.</Say>", "/ready": ""})
    return lambda: line.at("/saved")[0].params


def test_any_key_ends_it(line, saved):
    phone = line.call(RECORD)
    phone.say("Please call me back.", seconds=4)
    line.run(4)
    phone.press("5")
    line.account.settle()
    assert (saved()["Digits"], saved()["RecordingDuration"]) == ("5", "4")
    assert phone.heard == ["Thank you."]


def test_callback_comes_later(line, saved):
    phone = line.call(RECORD)
    phone.say("Please call me back.", seconds=4)
    line.run(4)
    phone.press("#")
    line.run(1.9)
    assert not line.at("/ready")
    line.run(0.2)
    told = line.at("/ready")[0].params
    assert (told["RecordingStatus"], told["RecordingSource"]) == ("completed", "RecordVerb")
    recording = line.account.recordings[told["RecordingSid"]]
    assert recording.text == "Please call me back." and saved()["RecordingUrl"] == recording.url


def test_silence_ends_it(line, saved):
    phone = line.call(RECORD)
    line.run(2)
    phone.say("Hello.", seconds=3)
    line.run(7.9)
    assert not line.at("/saved")
    line.run(0.2)
    assert saved()["RecordingDuration"] == "3" and "Digits" not in saved()


def test_nobody_speaks_and_the_next_verb_runs(line, saved):
    phone = line.call(RECORD)
    line.run(5.1)
    assert phone.heard == ["Nothing recorded."] and not line.at("/saved")
    assert next(iter(line.account.recordings.values())).error_code == 16102


def test_switch_asks_the_action_of_a_silent_record(line, saved):
    line.account.switches.silent_record_falls_through = False
    line.call(RECORD)
    line.run(5.1)
    assert saved()["RecordingDuration"]


def test_longest_length(line, saved):
    phone = line.call('<Record action="/saved" maxLength="10" playBeep="false" trim="do-not-trim"/>')
    phone.say("A long story.", seconds=60)
    line.run(10.1)
    assert saved()["RecordingDuration"] == "10"


def test_hanging_up_asks_the_action_with_hangup(line, saved):
    phone = line.call(RECORD)
    phone.say("Please call me back.", seconds=4)
    line.run(3)
    phone.hang_up()
    line.run(3)
    assert saved()["Digits"] == "hangup" and saved()["CallStatus"] == "completed"
    assert line.at("/ready")[0].params["RecordingDuration"] == "3"
    assert phone.heard == []


def test_rest_redirect_ends_the_recording_without_action(line, saved):
    line.pages["/moved"] = "<Say>Moved.</Say>"
    phone = line.call(RECORD)
    phone.say("Please call me back.", seconds=4)
    line.run(2)
    line.client.calls(phone.sid).update(url=f"{BASE}/moved")
    line.run(3)
    assert phone.heard == ["Moved."] and not line.at("/saved") and line.at("/ready")


def test_only_the_finish_keys_end_it(line, saved):
    phone = line.call('<Record action="/saved" finishOnKey="#" playBeep="false"/>')
    phone.say("One moment.", seconds=2)
    phone.press("12")
    line.run(1)
    assert not line.at("/saved")
    phone.press("#")
    line.account.settle()
    assert saved()["Digits"] == "#"


def test_beep_comes_first(line, saved):
    phone = line.call('<Record action="/saved"/>')
    assert not line.account.recordings
    line.run(0.6)
    assert line.account.recordings and phone.status == "in-progress"


def test_default_action_is_the_current_document(line):
    phone = line.call('<Record playBeep="false"/>')
    phone.say("Hello.", seconds=1)
    line.run(1)
    phone.press("1")
    line.account.settle()
    assert line.at("/voice")[1].params["Digits"] == "1"


def test_inline_document_needs_an_action(line):
    phone = line.call('<Say>Wait.</Say><Pause length="60"/>')
    line.client.calls(phone.sid).update(twiml="<Response><Record/></Response>")
    line.account.settle()
    assert 11100 in line.fault_codes


def test_media_and_deletion(line, saved):
    phone = line.call(RECORD)
    phone.say("Hello.", seconds=3)
    line.run(3)
    phone.press("#")
    line.run(3)
    sid = saved()["RecordingSid"]
    found = line.client.recordings(sid).fetch()
    assert (found.status, found.duration, found.source) == ("completed", "3", "RecordVerb")
    assert [r.sid for r in line.client.calls(phone.sid).recordings.list()] == [sid]
    line.client.recordings(sid).delete()
    assert line.client.recordings.list() == []
