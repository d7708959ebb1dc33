"""Gather: timers, barge-in, defaults (facts 3.1)."""

from __future__ import annotations

import pytest

from tests.simulator.line_app import BASE, wav

PROMPT = "x" * 45  # three seconds of speech


def test_first_key_cuts_the_prompt_and_one_digit_is_delivered_at_once(line):
    line.pages["/menu"] = "<Say>Chosen.</Say>"
    phone = line.call(f'<Gather numDigits="1" action="/menu"><Say>{PROMPT}</Say></Gather>')
    line.run(1)
    phone.press("0")
    line.account.settle()
    assert line.at("/menu")[0].params["Digits"] == "0"
    spoken = line.account.witness.of("speech")[0].detail
    assert spoken["cut"] and spoken["end"] - spoken["start"] == pytest.approx(1.0)
    assert phone.heard == [PROMPT, "Chosen."]


def test_default_action_is_the_current_document(line):
    phone = line.call("<Gather><Say>Number please.</Say></Gather>")
    phone.press("12#")
    line.account.settle()
    again = line.at("/voice")[1]
    assert (again.params["Digits"], again.params["FinishedOnKey"]) == ("12", "#")


def test_hash_alone_is_no_input_and_falls_through(line):
    phone = line.call('<Gather action="/a"><Say>Number please.</Say></Gather><Say>Nothing came.</Say>')
    phone.press("#")
    line.account.settle()
    assert phone.heard == ["Number please.", "Nothing came."]
    assert not line.at("/a")


def test_timeout_runs_from_the_end_of_the_prompt_and_is_five_seconds(line):
    phone = line.call(f'<Gather action="/a"><Say>{PROMPT}</Say></Gather><Say>Nothing came.</Say>')
    line.run(7.9)
    assert phone.heard == [PROMPT]
    line.run(0.2)
    assert phone.heard == [PROMPT, "Nothing came."]


def test_timeout_starts_again_after_each_key(line):
    line.pages["/a"] = "<Say>Got it.</Say>"
    phone = line.call('<Gather action="/a" timeout="4"><Say>Number please.</Say></Gather>')
    phone.press("1")
    line.run(3.9)
    phone.press("2")
    line.run(3.9)
    assert not line.at("/a")
    line.run(0.2)
    assert line.at("/a")[0].params["Digits"] == "12"


def test_empty_finish_key_makes_hash_a_digit(line):
    line.pages["/a"] = "<Say>Got it.</Say>"
    phone = line.call('<Gather action="/a" finishOnKey="" numDigits="3"><Say>Code please.</Say></Gather>')
    phone.press("*1#")
    line.account.settle()
    assert line.at("/a")[0].params["Digits"] == "*1#"


@pytest.mark.parametrize(("switch", "expected"), [("absent", None), ("empty", "")])
def test_action_on_empty_result(line, switch, expected):
    line.account.switches.empty_digits = switch
    line.pages["/a"] = "<Say>Nothing.</Say>"
    line.call('<Gather action="/a" actionOnEmptyResult="true" timeout="1"/>')
    line.run(1.5)
    assert line.at("/a")[0].params.get("Digits") == expected


def test_keys_outside_a_gather_are_lost(line):
    line.pages["/a"] = "<Say>Got it.</Say>"
    phone = line.call('<Say>Welcome.</Say><Gather action="/a" numDigits="1" timeout="2"/><Say>Nothing.</Say>')
    phone.press("5")
    line.run(4)
    assert not line.at("/a")
    assert line.account.witness.of("key")[0].detail["heard"] is False


def test_switch_keeps_early_keys(line):
    line.account.switches.keep_early_keys = True
    line.pages["/a"] = "<Say>Got it.</Say>"
    phone = line.call('<Say>Welcome.</Say><Gather action="/a" numDigits="1" timeout="2"/>')
    phone.press("5")
    line.run(1)
    assert line.at("/a")[0].params["Digits"] == "5"


def test_keys_mean_nothing_to_a_speech_gather(line):
    phone = line.call('<Gather input="speech" action="/a"><Say>Say it.</Say></Gather><Say>Nothing.</Say>')
    phone.press("1")
    line.run(6)
    assert phone.heard == ["Say it.", "Nothing."]


def test_speech_is_delivered_after_silence(line):
    line.pages["/a"] = "<Say>Got it.</Say>"
    phone = line.call(
        f'<Gather input="dtmf speech" speechTimeout="2" action="/a"><Say>{PROMPT}</Say></Gather>'
    )
    line.run(1)
    phone.say("agent", seconds=1.0, confidence=0.75)
    line.run(2.9)
    assert phone.speaking is None and not line.at("/a")
    line.run(0.2)
    params = line.at("/a")[0].params
    assert params["SpeechResult"] == "agent" and float(params["Confidence"]) == 0.75
    assert "Digits" not in params


def test_after_speech_keys_are_ignored_and_after_a_key_speech_is(line):
    line.pages["/a"] = "<Pause/>"
    gather = '<Gather input="dtmf speech" speechTimeout="1" timeout="2" action="/a"/>'
    phone = line.call(gather)
    phone.say("agent")
    phone.press("0#")
    line.run(3)
    assert line.at("/a")[0].params["SpeechResult"] == "agent"
    other = line.call(gather)
    other.press("0")
    other.say("agent")
    line.run(3)
    assert line.at("/a")[1].params["Digits"] == "0"


def test_partial_results(line):
    line.pages.update({"/a": "<Pause/>", "/partial": ""})
    phone = line.call(
        '<Gather input="speech" speechTimeout="1" action="/a" partialResultCallback="/partial"/>'
    )
    phone.say("I want")
    phone.say("an agent")
    line.run(5)
    assert [r.params["UnstableSpeechResult"] for r in line.at("/partial")] == ["I want", "I want an agent"]
    assert line.at("/a")[0].params["SpeechResult"] == "I want an agent"


def test_music_in_a_gather_is_stopped_by_a_key(line):
    line.pages.update({"/m": wav(30), "/a": "<Pause length='9'/>"})
    phone = line.call('<Gather numDigits="1" action="/a"><Play>/m</Play></Gather>')
    line.run(4)
    assert phone.music == f"{BASE}/m"
    phone.press("1")
    line.run(1)
    assert phone.music is None and phone.music_seconds == pytest.approx(4)


def test_get_action_carries_digits_in_the_query(line):
    line.pages["/a"] = "<Pause/>"
    phone = line.call('<Gather method="GET" action="/a?keep=1" numDigits="1"/>')
    phone.press("7")
    line.account.settle()
    asked = line.at("/a")[0]
    assert (asked.method, asked.params["Digits"], asked.params["keep"], asked.signed) == (
        "GET",
        "7",
        "1",
        True,
    )


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Gather><Redirect>/x</Redirect></Gather>", 13320),
        ('<Gather><Play digits="1"/></Gather>', 13325),
        ('<Gather timeout="soon"/>', 13313),
        ('<Gather numDigits="0"/>', 13314),
        ('<Gather finishOnKey="12"/>', 13310),
        ('<Gather method="PUT"/>', 13312),
        ('<Gather input="speech" speechModel="numbers_and_commands" speechTimeout="auto"/>', 13335),
    ],
)
def test_bad_gathers_are_refused(line, document, code):
    line.call(document)
    assert line.fault_codes[0] == code


def test_hanging_up_in_a_gather_asks_no_action(line):
    phone = line.call('<Gather action="/a"><Say>Number please.</Say></Gather>')
    phone.press("12")
    phone.hang_up()
    line.run(20)
    assert phone.status == "completed" and not line.at("/a")
    assert line.at("/status")[0].params["CallStatus"] == "completed"
