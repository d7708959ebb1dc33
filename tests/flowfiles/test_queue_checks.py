"""Queues: what single fields cannot tell, and the music that must be there."""

from __future__ import annotations

import struct

import pytest

from ivr.flowfiles.loader import FlowProblems
from ivr.flowfiles.music import check_music, music_of
from ivr.flowfiles.settings_file import load_settings, read_settings
from ivr.package_files import MUSIC
from ivr.settings import SettingsProblems

BASE = 'company: Northwind\nnumbers: {"+15550001000": main}\ntargets: {partner: "+14155550100"}\nqueues:\n'


@pytest.mark.parametrize(
    ("queues", "said"),
    [
        ("  a: {overflow: [{after_minutes: 5, queue: biling}]}", "queue: there is no queue 'biling'"),
        (
            "  a: {overflow: [{line_over: 5, transfer: partnr}]}",
            "no transfer target 'partnr' (did you mean 'partner'?)",
        ),
        ("  a: {overflow: [{line_over: 5, queue: a}]}", "this queue overflows into itself"),
        ("  a: {voicemail: false, overflow: [{line_over: 5, voicemail: true}]}", "'a' takes no messages"),
        ("  a: {most_waiting: 5, voicemail: false}", "nothing can be offered to callers who are not let in"),
        ("  a: {messages: [{en-US: 'Order {{ number'}]}", "messages › 1 › en-US: {{ is not closed"),
        ("  a: {messages: ['<blink>Now</blink>']}", "blink"),
        ("  a: {overflow: [{after_minutes: 5}]}", "says where in one way"),
        ("  a: {overflow: [{queue: a}]}", "says when"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(queues, said):
    with pytest.raises(SettingsProblems) as fault:
        read_settings(BASE + queues)
    assert said in str(fault.value)
    assert ":5:" in str(fault.value)


def test_a_circle_is_said_once_with_its_way():
    circle = "  a: {overflow: [{line_over: 5, queue: b}]}\n  b: {overflow: [{line_over: 5, queue: c}]}\n"
    circle += "  c: {overflow: [{line_over: 5, queue: a}]}\n"
    with pytest.raises(SettingsProblems, match="in a circle: a → b → c → a") as fault:
        read_settings(BASE + circle)
    assert len(fault.value.problems) == 1


def test_overflow_without_a_circle_is_good():
    read = read_settings(
        BASE + "  a: {overflow: [{line_over: 5, queue: b}, {after_minutes: 9, queue: b}]}\n  b: {}\n"
    )
    assert [rule.queue for rule in read.queues["a"].overflow] == ["b", "b"]


def wav(seconds: float, coding: int = 7) -> bytes:
    form = struct.pack("<HHIIHH", coding, 1, 8000, 8000, 1, 8)
    chunks = struct.pack("<4sI", b"fmt ", 16) + form + struct.pack("<4sI", b"data", int(seconds * 8000))
    chunks += bytes(int(seconds * 8000))
    return struct.pack("<4sI4s", b"RIFF", len(chunks) + 4, b"WAVE") + chunks


@pytest.fixture
def settings(tmp_path):
    def read(music: str):
        folder = tmp_path / "flows" / "audio"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "own.wav").write_bytes(wav(12.7))
        (folder / "short.wav").write_bytes(wav(0.5))
        (folder / "packed.wav").write_bytes(wav(9, coding=85))
        (folder / "words.wav").write_text("not music")
        path = tmp_path / "config.yaml"
        path.write_text(BASE + f"  a: {{music: {music}}}\n")
        return load_settings(path)

    return read


def test_a_playlist_of_our_music_and_their_own(settings):
    pieces = music_of(settings("[music/waiting, own]"))["a"]
    assert [(piece.path, piece.seconds) for piece in pieces] == [("music/waiting", 144), ("own", 12)]
    assert (MUSIC / "music" / "waiting.wav").is_file()


@pytest.mark.parametrize(
    ("music", "wrong", "remedy"),
    [
        ("missing", "there is no music 'missing.wav'", "put it into"),
        ("[own, missing]", "music › 2: there is no music 'missing.wav'", "put it into"),
        ("words", "'words.wav' is not a WAV file", "convert it"),
        ("packed", "'packed.wav' has a coding that cannot be cut", "convert it"),
        ("short", "'short.wav' lasts less than a second", "take a longer piece"),
    ],
)
def test_music_that_would_not_be_heard_stops_the_start_with_a_remedy(settings, music, wrong, remedy):
    read = settings(music)
    (problem,) = check_music(read)
    assert wrong in str(problem) and remedy in problem.remedy and problem.line == 5
    with pytest.raises(FlowProblems, match="queues › a › music"):
        music_of(read)
