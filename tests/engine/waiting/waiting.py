"""A caller who waits in `billing`, with that queue's settings and a floor as the test wants them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from ivr.engine.context import CallContext, QueueContext, QueueStatus
from ivr.engine.instructions import Play, Prompt, spoken_seconds
from tests.engine.driving import MORNING, Driven, World, book_from, flow_from

BOOK = book_from(flow_from("q: {queue: billing}", languages=("en-US", "es-US")))


def waiting(
    settings: dict[str, Any] | None = None,
    *,
    queues: dict[str, dict[str, Any]] | None = None,
    lines: dict[str, QueueStatus] | None = None,
    targets: dict[str, str] | None = None,
    calendars: dict[str, Any] | None = None,
    now: datetime = MORNING,
    **wait: Any,
) -> Driven:
    """In line, hearing the welcome. `wait` is what the service says of the place."""
    described = {"billing": settings or {}, **(queues or {})}
    context = CallContext(
        now=now,
        zone="America/New_York",
        queues={name: QueueContext(name, **one) for name, one in described.items()},
        lines={} if lines is None else lines,
        targets=targets or {},
        calendars=calendars or {},
    )
    return Driven(BOOK, World(now=now, context=context, wait=wait))


def changed(driven: Driven, **context: Any) -> Driven:
    driven.world.context = replace(driven.world.context, **context)
    return driven


def effects(driven: Driven, kind: type = object) -> list[Any]:
    return [effect for effect in driven.effects if isinstance(effect, kind)]


def seconds_of(prompts: tuple[Prompt, ...]) -> float:
    """How long these last, by the names of the slices and the engine's own measure of speech."""
    music = [one.path.removesuffix(".wav").rpartition("/")[2].split("-") for one in prompts if is_music(one)]
    words = spoken_seconds(one for one in prompts if not is_music(one))
    return words + sum(int(end) - int(start) for start, end in music)


def is_music(prompt: Prompt) -> bool:
    return isinstance(prompt, Play)


def played_out(driven: Driven) -> Driven:
    """The document has ended without a key, and the next one has come."""
    return driven.silence(seconds_of(driven.prompts) + 1)
