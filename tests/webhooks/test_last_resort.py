"""Messages of the last resort: written down at once, however many there are already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from webhooks.fallback_twiml import FallbackTwiml
from webhooks.urls import Urls


@pytest.fixture
def spool(tmp_path) -> Path:
    return tmp_path / "var" / "emergency.jsonl"


@pytest.fixture
def resort(spool) -> FallbackTwiml:
    return FallbackTwiml(Urls("https://line.test"), ["en-US"], [], "+15550001000", spool, {})


def left(number: int) -> dict[str, str]:
    return {"CallSid": f"CA{number}", "From": "+14155550177", "To": "+15550001000"}


def test_a_message_is_written_once_though_its_request_is_repeated(resort, spool):
    for number in (1, 2, 1, 1, 2):
        resort.keep(left(number))
    assert [json.loads(line)["CallSid"] for line in spool.read_text().splitlines()] == ["CA1", "CA2"]


def test_writing_a_message_does_not_read_those_before_it(resort, spool, monkeypatch):
    opened = []
    usual = Path.open

    def watched(path, mode="r", **how):
        opened.append(mode)
        return usual(path, mode, **how)

    monkeypatch.setattr(Path, "open", watched)
    for number in range(3):
        resort.keep(left(number))
    assert opened == ["a"] * 3, "the spool is read again for each message"


def test_a_message_that_could_not_be_written_is_written_when_it_comes_again(resort, spool):
    spool.parent.write_text("a file where the folder should be")
    resort.keep(left(1))
    spool.parent.unlink()
    resort.keep(left(1))
    assert len(spool.read_text().splitlines()) == 1
