"""<Play>: plays an audio file, or sends tones."""

from __future__ import annotations

import re
from typing import ClassVar
from xml.etree.ElementTree import Element

from simulator.debugger_faults import TwimlFault
from simulator.document_requests import resolve
from simulator.script import Signal, Steps
from simulator.verbs.base import (
    Attribute,
    DocumentRun,
    LegEnding,
    TwimlVerb,
    Warn,
    integer,
    plain_text,
    refuse_children,
)
from simulator.verbs.say import ENDLESS

_TONE_SECONDS = {"w": 0.5, "W": 1.0}


def _digits(value: str) -> str:
    if not re.fullmatch(r"[0-9A-D#*wW]+", value):
        raise ValueError("only 0-9, A-D, #, *, w and W are tones")
    return value


class PlayVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {
        "loop": integer(1, least=0, code=13410),
        "digits": Attribute(None, _digits, 13430),
    }

    def __init__(self, element: Element, warn: Warn) -> None:
        super().__init__(element, warn)
        refuse_children(element, warn)
        self.url = plain_text(element)
        if not self.url and not self.options.digits:
            raise TwimlFault(13420, "<Play> has neither a URL nor digits")

    def prepare(self, execution: DocumentRun) -> Steps:
        yield from audio_seconds(execution, resolve(execution.url, self.url))

    def run(self, execution: DocumentRun) -> Steps:
        if self.options.digits:
            seconds = sum(_TONE_SECONDS.get(tone, 0.2) for tone in self.options.digits)
            yield from execution.sleep(seconds)
            return
        yield from play(execution, resolve(execution.url, self.url), self.options.loop or ENDLESS)


class PlayedFile(TwimlVerb):
    """An audio file as the answer of a voice URL: played, then the call ends."""

    def __init__(self, url: str) -> None:
        self.name = "Play"
        self.url = url

    def run(self, execution: DocumentRun) -> Steps:
        yield from play(execution, self.url, 1)
        return None if execution.context == "wait" else LegEnding()


def audio_seconds(execution: DocumentRun, url: str) -> Steps:
    """Fetch the file if need be; returns how long it lasts. Raises TwimlFault 11200, 12300, 13420."""
    topic = object()
    script = execution.script
    execution.account.audio.measure(
        url, execution.call.sid, lambda result: script.post(Signal(topic, result))
    )
    result = yield from execution.wait_for(topic)
    if isinstance(result, TwimlFault):
        raise result
    return result


def play(execution: DocumentRun, url: str, times: int) -> Steps:
    seconds = yield from audio_seconds(execution, url)
    if seconds <= 0 and times > 1:
        raise TwimlFault(13420, f"{url} has no sound in it, and is to be repeated", url)
    for _ in range(times):
        sound = execution.listener.hear_audio(url, seconds)
        try:
            yield from execution.sleep(seconds)
        finally:
            sound.stop()
