"""Real calls become scenarios, and go through drafts; what was played by hand can be saved."""

from __future__ import annotations

import json

import pytest

from ivr.cli.phone import phone
from ivr.cli.record import record
from ivr.cli.replay import replay, seconds_of
from ivr.cli.test import test as run_scenarios
from ivr.scenarios.anonymization import other_digits
from ivr.scenarios.scenario_file import read_scenarios
from ivr.scenarios.scenario_output import scalar
from tests.scenarios.conftest import change

CALLER = "+12125550177"


def orders(line) -> str:
    """A caller enters an order number, talks to an agent and hangs up."""
    desk = line.add_agent("desk-1", ["support"])
    caller = line.dial(CALLER)
    line.run(3)
    caller.press("1")
    line.run(3)
    caller.press("987654")
    line.run(2)
    caller.press("1")
    line.run(3)
    desk.answer()
    line.run(1)
    desk.press("1")
    line.run(20)
    caller.hang_up()
    line.run(60)
    line.line.agents.go_away("desk-1")
    return caller.sid


def complains(line) -> str:
    """The line is not staffed: the caller says what it is about, and leaves a message."""
    caller = line.dial("+12125550178")
    line.run(7)
    caller.say("my delivery 445566 to Main Street is damaged")
    line.run(8)
    caller.press("2")
    line.run(16)
    caller.press("2")
    line.run(14)
    caller.say("Please call me back, my name is on the account.")
    line.run(5)
    caller.press("#")
    line.run(20)
    return caller.sid


def gives_up(line) -> str:
    caller = line.dial("+12125550179")
    line.run(2)
    caller.press("2")
    line.run(3)
    caller.press("2")
    line.run(15)
    caller.hang_up()
    line.run(5)
    return caller.sid


@pytest.mark.parametrize("real_call", [orders, complains, gives_up])
def test_a_recorded_call_is_a_scenario_that_passes(ivr, real_line, tmp_path, real_call):
    sid = real_call(real_line)
    file = tmp_path / "recorded.yaml"

    made = ivr(record, sid, "--out", file, "--json")
    played = ivr(run_scenarios, file)

    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["same_end"] is True, made.stdout
    assert played.exit_code == 0, file.read_text() + played.stdout


@pytest.mark.parametrize("real_call", [orders, complains])
def test_nothing_of_the_person_is_in_the_scenario(ivr, real_line, tmp_path, real_call):
    sid = real_call(real_line)

    text = ivr(record, sid).stdout

    assert "scenario: " in text
    for personal in (
        "2125550177",
        "2125550178",
        "987654",
        "9 8 7 6 5 4",
        "445566",
        "Main Street",
        "my name",
        sid,
    ):
        assert personal not in text
    assert "+14155550142" in text


def test_other_digits_are_as_many_and_none_is_the_same():
    for keys in ("987654", "123456", "000000", "4711#", "9999999999"):
        changed = other_digits(keys)
        assert len(changed) == len(keys)
        assert all(a != b for a, b in zip(keys, changed, strict=True) if a.isdecimal())
        assert "0" not in changed


def test_a_call_that_is_not_there_is_said_in_a_sentence(ivr, real_line):
    result = ivr(record, "CA0")

    assert result.exit_code == 1 and "there is no call CA0 that is over" in result.output


def test_replay_lists_who_would_have_ended_elsewhere(ivr, real_line, draft, monkeypatch):
    orders(real_line), gives_up(real_line)
    sid = complains(real_line)
    monkeypatch.setattr("time.time", real_line.clock.time)
    change(
        draft,
        "main.yaml",
        "  complaint_help:\n    queue: support\n    priority: 1",
        "  complaint_help:\n    queue: billing\n    priority: 1",
    )

    same = json.loads(ivr(replay, "--since", "7d", "flows", "--json").stdout)
    report = json.loads(ivr(replay, "--since", "7d", draft, "--json").stdout)
    words = ivr(replay, draft).stdout

    assert (same["calls"], same["elsewhere"], same["not_reproduced"]) == (3, 0, 0)
    assert (report["calls"], report["same"], report["elsewhere"]) == (3, 2, 1)
    moved = report["callers"][0]
    assert moved["call"] == sid
    assert (moved["was"]["queue"], moved["would_be"]["queue"]) == ("support", "billing")
    assert "voicemail in support at complaint_help → voicemail in billing" in words
    assert "3 calls: 2 as before, 1 elsewhere, 0 not reproduced." in words


def test_replay_of_another_week_finds_nobody(ivr, real_line, draft, monkeypatch):
    gives_up(real_line)
    monkeypatch.setattr("time.time", lambda: real_line.clock.time() + 8 * 86_400)

    assert "0 calls" in ivr(replay, "--since", "7d", draft).stdout


@pytest.mark.parametrize(("written", "seconds"), [("30m", 1800), ("12h", 43_200), ("7d", 604_800)])
def test_lengths_of_time(written, seconds):
    assert seconds_of(written) == seconds


# The text phone -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        ["--keys", "0"],
        ["--keys", "1,123456,1", "--agent"],
        ["--keys", "2,1", "--at", "2026-03-08 12:00"],
        ["--keys", "1", "--closed", "office", "--customer", "Blue Lake Books"],
        ["--keys", "0", "--waiting", "2", "--customer", "Somebody New"],
        ["--keys", "0", "--agent", "--fail", "rest", "--at", "2026-03-02 10:00"],
    ],
)
def test_what_was_played_is_saved_as_a_scenario_that_passes(ivr, tmp_path, settings, options):
    file = tmp_path / "saved.yaml"

    played = ivr(phone, *options, "--save", file)
    again = ivr(run_scenarios, file)

    assert played.exit_code == 0, played.output
    assert "hears     Thank you for calling Northwind" in played.output
    assert again.exit_code == 0, file.read_text() + again.stdout
    assert read_scenarios([file], settings)[1] == []


def test_a_draft_is_heard_in_the_terminal(ivr, draft):
    change(draft, "main.yaml", "Thank you for calling Northwind. Press 0", "Welcome to the draft. Press 0")

    assert "Welcome to the draft" in ivr(phone, "--keys", "1", "--flows", draft).output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--closed", "moon"], "moon is not a calendar"),
        (["--to", "+1999"], "+1999 is not a number"),
        (["--at", "noon"], "write it like"),
    ],
)
def test_wrong_options_are_one_sentence(ivr, options, said):
    result = ivr(phone, "--keys", "0", *options)

    assert result.exit_code == 1 and said in result.output


@pytest.mark.parametrize(
    "text", ["plain words", "it's", "a: b", "# no", "yes", "0123", "{x}", 'say "hi"', ""]
)
def test_every_text_survives_being_written(text):
    import yaml

    assert yaml.load(f"x: [{scalar(text)}]", yaml.BaseLoader) == {"x": [text]}
