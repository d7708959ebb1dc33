"""Recordings that flows play: there, playable, and written down in every language."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ivr.flowfiles.loader import load_book
from ivr.flowfiles.settings_file import load_settings
from tests.flowfiles.conftest import SETTINGS

FLOW = """\
flow: main
languages: [en-US, es-US]
human: support
start: a
steps:
  a:
    say:
      en-US: {audio: en/hello.wav, text: Hello. Press 0 for a person.}
      es-US: Hola. Pulse 0 para hablar con una persona.
    next: q
  q: {queue: support}
"""


def wav(coding: int = 7, channels: int = 1, rate: int = 8000, before: bytes = b"") -> bytes:
    form = struct.pack("<HHIIHH", coding, channels, rate, rate * channels, channels, 8)
    body = (
        before + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", 8) + b"\xff" * 8
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


@pytest.fixture
def found(tmp_path: Path):
    def check(flow: str, **files: bytes) -> list[str]:
        (tmp_path / "config.yaml").write_text(SETTINGS)
        audio = tmp_path / "flows" / "audio" / "en"
        audio.mkdir(parents=True)
        for name, content in files.items():
            (audio / name.replace("_", ".")).write_bytes(content)
        (tmp_path / "flows" / "main.yaml").write_text(flow)
        settings = load_settings(tmp_path / "config.yaml", {})
        return [str(problem) for problem in load_book(settings.flows_path, settings).problems]

    return check


@pytest.mark.parametrize(
    "content", [wav(), wav(coding=1), wav(coding=6), wav(before=b"LIST" + struct.pack("<I", 3) + b"abc\0")]
)
def test_a_recording_that_telephones_play(found, content):
    assert found(FLOW, hello_wav=content) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (wav(coding=85), "has a coding that telephones do not play"),
        (wav(channels=2), "has 2 channels instead of one"),
        (wav(rate=44100), "has 44100 samples a second instead of 8000"),
        (b"ID3 an mp3 with the wrong name", "is not a WAV file"),
        (b"", "is not a WAV file"),
        (wav()[:18], "is not a WAV file"),
    ],
)
def test_a_recording_that_they_do_not(found, content, said):
    (problem,) = found(FLOW, hello_wav=content)
    assert said in problem and "ffmpeg" in problem
    assert problem.split(" ")[0].endswith("main.yaml:8:22:")


def test_an_mp3(found):
    flow = FLOW.replace("hello.wav", "hello.mp3")
    assert found(flow, hello_mp3=b"ID3\x03") == []


def test_no_mp3(found):
    (problem,) = found(FLOW.replace("hello.wav", "hello.mp3"), hello_mp3=wav())
    assert "is not an MP3 file" in problem


def test_a_recording_that_is_not_there_and_a_language_without_one(found):
    flow = FLOW.replace("      es-US: Hola. Pulse 0 para hablar con una persona.\n", "")
    problems = found(flow)
    assert len(problems) == 3  # es-US hears English, and nothing of 0
    assert any("there is no recording 'en/hello.wav'" in problem for problem in problems)
    assert any("this is not said in es-US" in problem for problem in problems)


def test_a_link_out_of_the_folder(found, tmp_path):
    (tmp_path / "secret.wav").write_bytes(wav())
    (tmp_path / "flows" / "audio" / "en").mkdir(parents=True)
    (tmp_path / "flows" / "audio" / "en" / "hello.wav").symlink_to(tmp_path / "secret.wav")
    (tmp_path / "config.yaml").write_text(SETTINGS)
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    settings = load_settings(tmp_path / "config.yaml", {})
    (problem,) = load_book(settings.flows_path, settings).problems
    assert "there is no recording" in str(problem)


def test_keys_are_read_in_the_transcript_of_a_menu(found):
    menu = "  m:\n    menu: {audio: en/hello.wav, text: Press 1 or 3.}\n    keys: {1: q}\n"
    flow = FLOW.replace("next: q", "next: m").replace("  q:", menu + "  q:")
    problems = found(flow.replace("languages: [en-US, es-US]", "languages: [en-US]"), hello_wav=wav())
    assert any("tells callers to press 3, which does nothing here" in problem for problem in problems)
