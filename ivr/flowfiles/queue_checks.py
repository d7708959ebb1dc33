"""What single fields of a queue cannot tell: overflow that leads nowhere, words that cannot be spoken, a full
line with no other way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.engine.problems import TemplateProblem
from ivr.engine.templates import compile_text
from ivr.flowfiles.problems import Problem, quoted
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.reader import KeyPath

if TYPE_CHECKING:
    from ivr.settings import Settings


def check_queues(settings: Settings, part: Part) -> list[Problem]:
    """All problems of queues whose fields are right one by one."""
    return [
        *_overflow(settings, part),
        *_circles(settings, part),
        *_full_lines(settings, part),
        *_messages(settings, part),
    ]


def _overflow(settings: Settings, part: Part) -> Iterator[Problem]:
    for name, queue in settings.queues.items():
        for number, rule in enumerate(queue.overflow):
            inside: KeyPath = ("queues", name, "overflow", number)
            if rule.queue is not None and rule.queue not in settings.queues:
                remedy = part.suggestions.remedy(rule.queue, settings.queues, "describe it under 'queues'")
                message = f"there is no queue {quoted(rule.queue)}"
                yield part.problem((*inside, "queue"), message, remedy, "unknown_queue")
            if rule.transfer is not None and rule.transfer not in settings.targets:
                remedy = part.suggestions.remedy(
                    rule.transfer, settings.targets, "give its number under 'targets'"
                )
                message = f"there is no transfer target {quoted(rule.transfer)}"
                yield part.problem((*inside, "transfer"), message, remedy, "unknown_target")
            if rule.queue == name:
                message, remedy = "this queue overflows into itself", "name another queue"
                yield part.problem((*inside, "queue"), message, remedy, "overflow")
            if rule.voicemail and not queue.voicemail:
                message = f"{quoted(name)} takes no messages"
                remedy = "write voicemail: true for the queue, or lead somewhere else"
                yield part.problem((*inside, "voicemail"), message, remedy, "overflow")


def _circles(settings: Settings, part: Part) -> Iterator[Problem]:
    """Each circle once, at the first rule on it."""
    seen: set[frozenset[str]] = set()
    for name, queue in settings.queues.items():
        for number, rule in enumerate(queue.overflow):
            way = _way_back(settings, rule.queue, name) if rule.queue and rule.queue != name else None
            if way is None or frozenset(way) in seen:
                continue
            seen.add(frozenset(way))
            message = f"overflow leads in a circle: {' → '.join((name, *way))}"
            remedy = "let the last of them lead to a message or a transfer"
            yield part.problem(("queues", name, "overflow", number, "queue"), message, remedy, "overflow")


def _way_back(settings: Settings, start: str, home: str) -> tuple[str, ...] | None:
    """The shortest way of overflow from `start` to `home`, both included."""
    ways, reached = [(start,)], {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == home:
            return way
        for rule in settings.queue(way[-1]).overflow:
            if rule.queue is not None and rule.queue not in reached:
                reached.add(rule.queue)
                ways.append((*way, rule.queue))
    return None


def _full_lines(settings: Settings, part: Part) -> Iterator[Problem]:
    for name, queue in settings.queues.items():
        if queue.most_waiting is not None and not queue.voicemail and queue.callbacks is None:
            message = "nothing can be offered to callers who are not let in, so all of them are"
            remedy = "write voicemail: true, give the queue 'callbacks', or leave out most_waiting"
            yield part.problem(("queues", name, "most_waiting"), message, remedy, "no_way_out")


def _messages(settings: Settings, part: Part) -> Iterator[Problem]:
    for name, queue in settings.queues.items():
        for number, message in enumerate(queue.messages):
            inside: KeyPath = ("queues", name, "messages", number)
            texts = (
                {inside: message}
                if isinstance(message, str)
                else {(*inside, language): text for language, text in message.items()}
            )
            for place, text in texts.items():
                yield from _unspeakable(part, place, text)


def _unspeakable(part: Part, place: KeyPath, text: str) -> Iterator[Problem]:
    try:
        compile_text(text)
    except TemplateProblem as fault:
        mark = part.document.inside((*part.path, *place), text, fault.offset)
        problem = part.problem(place, fault.message, fault.hint, "prompt")
        yield replace(problem, line=mark.line, column=mark.column)
