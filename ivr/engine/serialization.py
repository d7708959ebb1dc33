"""Instructions, prompts and answers as plain values, for what must be said, done or taken in a later turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ivr.engine.events import DigitsPressed, Event, SpeechHeard
from ivr.engine.instructions import Dial, HangUp, Instruction, Join, Pause, Pay, Play, Prompt, Record, Say

_PROMPTS = {kind.__name__: kind for kind in (Say, Play, Pause)}
_HELD = {kind.__name__: kind for kind in (Record, Dial, Pay, Join, HangUp)}


def store_prompts(prompts: Iterable[Prompt]) -> list[dict[str, Any]]:
    """Prompts as JSON can write them."""
    return [{"is": type(prompt).__name__, **asdict(prompt)} for prompt in prompts]


def read_prompts(stored: Iterable[dict[str, Any]]) -> tuple[Prompt, ...]:
    """The prompts that `store_prompts` wrote."""
    return tuple(_PROMPTS[one["is"]](**{key: one[key] for key in one if key != "is"}) for one in stored)


def store_instruction(instruction: Instruction) -> dict[str, Any]:
    """An instruction that hears no keys, as JSON can write it."""
    stored = {"is": type(instruction).__name__, **asdict(instruction)}
    if isinstance(instruction, HangUp):
        stored["prompts"] = store_prompts(instruction.prompts)
    return stored


def read_instruction(stored: dict[str, Any]) -> Instruction:
    """The instruction that `store_instruction` wrote."""
    fields = {key: value for key, value in stored.items() if key != "is"}
    if "prompts" in fields:
        fields["prompts"] = read_prompts(fields["prompts"])
    return _HELD[stored["is"]](**fields)


def store_ahead(event: Event) -> dict[str, str]:
    """What was pressed or said before the question, as JSON can write it."""
    if isinstance(event, SpeechHeard):
        return {"text": event.text}
    if isinstance(event, DigitsPressed):
        return {"digits": event.digits}
    raise TypeError(f"{event} was neither pressed nor said")


def read_ahead(stored: dict[str, str] | None) -> Event | None:
    """What `store_ahead` wrote."""
    if stored is None:
        return None
    return SpeechHeard(stored["text"]) if "text" in stored else DigitsPressed(stored["digits"])
