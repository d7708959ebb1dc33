"""A prompt that is a recording: `{audio: welcome.wav, text: what is said in it}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from ivr.engine.templates import Template

FILE = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]*\.(wav|mp3)")
KEYS = frozenset({"audio", "text"})


def is_recording(written: Any) -> bool:
    """No language is called audio or text, so one of these keys tells."""
    return isinstance(written, Mapping) and not KEYS.isdisjoint(written)


def recorded(written: Mapping[str, Any], compiled: Callable[[str], Template]) -> tuple[Template, str]:
    """(transcript, file below the audio folder). The transcript is what agents and tests read."""
    for key in written:
        if key not in KEYS:
            raise PydanticCustomError("audio", "a recording has audio and text only, not {key}", {"key": key})
    audio, text = written.get("audio"), written.get("text")
    if not isinstance(audio, str) or not FILE.fullmatch(audio):
        raise PydanticCustomError(
            "audio", "name a file below the audio folder that ends in .wav or .mp3 (audio: welcome.wav)"
        )
    if not isinstance(text, str) or not text.strip():
        raise PydanticCustomError(
            "audio", "write down what is said in {file} (text: Thank you for calling.)", {"file": audio}
        )
    template = compiled(text)
    if "{{" in text or template.markup_used:
        raise PydanticCustomError(
            "audio", "a recording cannot say values or markup (write plain text, or leave the audio out)"
        )
    return template, audio


def prompt_schema() -> dict[str, Any]:
    """The JSON Schema of a prompt."""
    text = {"type": "string", "description": "What the caller hears; {{ name }} puts a value in."}
    recording = {
        "type": "object",
        "properties": {"audio": {"type": "string", "pattern": r"\.(wav|mp3)$"}, "text": {"type": "string"}},
        "required": ["audio", "text"],
        "additionalProperties": False,
    }
    one = {"anyOf": [text, recording]}
    return {"anyOf": [text, recording, {"type": "object", "additionalProperties": one, "minProperties": 1}]}
