"""Play: fetching, caching, lengths, wrong types (facts 1.5)."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from flask import Response

from simulator.audio import NotAudio, duration
from simulator.rest.recordings import _mp3, _wav
from tests.simulator.line_app import wav


def pcm(seconds: float, rate: int = 8000) -> bytes:
    sound = bytes(round(seconds * rate) * 2)
    head = b"RIFF" + struct.pack("<I", 36 + len(sound)) + b"WAVE"
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    return head + form + b"data" + struct.pack("<I", len(sound)) + sound


def aiff(seconds: float) -> bytes:
    # 8000 as an 80-bit float: exponent 16383 + 12, mantissa 8000 / 4096 * 2**63.
    rate = struct.pack(">HQ", 16383 + 12, int(8000 / 4096 * 2**63))
    comm = b"COMM" + struct.pack(">IhIh", 18, 1, round(seconds * 8000), 16) + rate
    return b"FORM" + struct.pack(">I", 4 + len(comm)) + b"AIFF" + comm


@pytest.mark.parametrize(
    ("kind", "body", "seconds"),
    [
        ("audio/wav", pcm(2.5), 2.5),
        ("audio/x-wav", _wav(4.0), 4.0),
        ("audio/ulaw", bytes(12000), 1.5),
        ("audio/mpeg", _mp3(3.0), 3.0),
        ("audio/mpeg", b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + _mp3(3.0), 3.0),
        ("audio/aiff", aiff(2.0), 2.0),
        ("audio/gsm", bytes(33 * 50), 1.0),
    ],
)
def test_durations(kind, body, seconds):
    assert duration(kind, body) == pytest.approx(seconds, rel=0.02)


@pytest.mark.parametrize(
    ("kind", "body"), [("text/html", b"x"), ("audio/wav", b"no"), ("audio/mpeg", b"no"), ("audio/wav", b"")]
)
def test_not_audio(kind, body):
    with pytest.raises(NotAudio):
        duration(kind, body)


def test_wav_header_that_promises_too_much():
    body = pcm(1.0)
    lying = body[:40] + b"\xff\xff\xff\xff" + body[44:]
    assert duration("audio/wav", lying) == pytest.approx(1.0)


def test_fetched_by_get_without_call_parameters(line):
    line.pages["/m"] = wav(2)
    line.call("<Play>/m</Play>")
    asked = line.at("/m")[0]
    assert (asked.method, asked.params) == ("GET", {})


def test_fresh_file_is_fetched_once_for_all_calls(line):
    response = wav(2)
    response.headers["Cache-Control"] = "public, max-age=3600"
    line.pages["/m"] = response
    line.call('<Play loop="3">/m</Play>')
    line.run(7)
    line.call()
    assert len(line.at("/m")) == 1


def test_stale_file_is_revalidated_with_its_etag(line):
    def page(params):
        from flask import request

        if request.headers.get("If-None-Match") == '"v1"':
            return Response(status=304)
        response = wav(2)
        response.headers["ETag"] = '"v1"'
        return response

    line.pages["/m"] = page
    phone = line.call("<Play>/m</Play><Play>/m</Play>")
    line.run(5)
    assert len(line.at("/m")) == 2 and phone.music_seconds == pytest.approx(4)
    assert not line.account.faults


@pytest.mark.parametrize(
    ("page", "code"),
    [(Response("no", 404), 11200), (Response("<html>", content_type="text/html"), 12300),
     (Response("not sound", content_type="audio/wav"), 13420)],
)  # fmt: skip
def test_play_of_something_else_is_a_fault(line, page, code):
    line.pages["/m"] = page
    line.call("<Play>/m</Play>")
    assert line.fault_codes[0] == code


def test_digits_are_sent_as_tones(line):
    phone = line.call('<Play digits="12w3W"/><Say>Done.</Say>')
    line.run(2.0)
    assert phone.heard == []
    line.run(0.2)
    assert phone.heard == ["Done."]


def test_no_project_import():
    """The simulator knows nothing of the application."""
    for file in Path(__file__).parents[2].joinpath("simulator").rglob("*.py"):
        text = file.read_text()
        for package in ("ivr", "webhooks", "desk"):
            assert f"import {package}" not in text and f"from {package}" not in text, file
