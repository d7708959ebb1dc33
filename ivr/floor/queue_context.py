"""The facts of queues for the engine: their settings, and their present state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ivr.engine.context import MusicPiece, OverflowRule, QueueContext, QueueStatus
from ivr.settings import QueueSettings, Settings


def queue_facts(settings: Settings, music: Mapping[str, tuple[MusicPiece, ...]]) -> dict[str, QueueContext]:
    """The settings of every queue as its callers meet them. `music`: the pieces of each queue."""
    return {name: _facts(name, queue, settings, music[name]) for name, queue in settings.queues.items()}


def _facts(
    name: str, queue: QueueSettings, settings: Settings, pieces: tuple[MusicPiece, ...]
) -> QueueContext:
    return QueueContext(
        name=name,
        title=queue.titles(settings.languages),
        pieces=pieces,
        announce_every=queue.announce_every,
        announce_in=queue.announced_in,
        announce_positions=queue.announce_positions,
        messages=tuple(
            dict.fromkeys(settings.languages, message) if isinstance(message, str) else dict(message)
            for message in queue.messages
        ),
        voicemail=queue.voicemail,
        offered_after=queue.callbacks.offered_after_minutes * 60.0 if queue.callbacks else None,
        overflow=tuple(
            OverflowRule(
                after_s=_seconds(rule.after_minutes),
                line_over=rule.line_over,
                estimate_over_s=_seconds(rule.estimate_over_minutes),
                queue=rule.queue,
                transfer=rule.transfer,
                voicemail=rule.voicemail,
            )
            for rule in queue.overflow
        ),
        most_waiting=queue.most_waiting,
        calendar=queue.calendar or "",
        at_closing=queue.at_closing,
    )


def _seconds(minutes: float | None) -> float | None:
    return None if minutes is None else minutes * 60.0


class LinesNow(Mapping[str, QueueStatus]):
    """Every queue as it stands at this moment, looked at only when a step or a prompt asks for it."""

    def __init__(self, queues: Mapping[str, QueueSettings], look: Callable[[str], QueueStatus]) -> None:
        self._queues, self._look = queues, look

    def __getitem__(self, name: str) -> QueueStatus:
        most = self._queues[name].most_waiting
        found = self._look(name)
        return replace(found, full=most is not None and found.waiting >= most)

    def __contains__(self, name: object) -> bool:
        return name in self._queues

    def __iter__(self) -> Iterator[str]:
        return iter(self._queues)

    def __len__(self) -> int:
        return len(self._queues)
