"""Reads the history of a call's routing, and of a callback, from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ivr.acd.journal import JournalKind, JournalLine

KEPT = "the time of entry is kept"


class RoutingStep(NamedTuple):
    """One event in the routing of a call."""

    at: float
    sentence: str


def routing_history(
    lines: Iterable[JournalLine], said: Callable[[float], str], name: Callable[[str], str]
) -> list[RoutingStep]:
    """Return the routing of one call, oldest first; nothing for a caller who is, or was, where they first
    joined.

    `said(instant)` writes a time of day, `name(agent)` an agent's name.
    """
    teller = _Teller(said, name)
    told = [turning for line in lines for turning in teller.told(line, line.body or {})]
    return told + list(teller.led_away())


class _Teller:
    def __init__(self, said: Callable[[float], str], name: Callable[[str], str]) -> None:
        self._said, self._name = said, name
        self._overflow: JournalLine | None = None  # a rule that the next line may carry out
        self._queue = ""
        self._talk = ""

    def told(self, line: JournalLine, body: Mapping[str, Any]) -> Iterator[RoutingStep]:
        if line.kind == JournalKind.REQUEUED:
            yield self._moved(line, body)
        elif line.kind == JournalKind.OVERFLOWED:
            yield from self.led_away()
            self._overflow = line
        elif line.kind == JournalKind.CAME_BACK:
            yield self._at(line, "they rang back, and have the place they had")
        elif line.kind == JournalKind.QUEUED:
            yield from self.led_away()
            yield from self._joined(line, body)
        elif line.kind == JournalKind.TALK_ENDED:
            self._talk = f"after {_seconds(body.get('seconds'))} with {self._name(line.agent_id or '')}"

    def led_away(self) -> Iterator[RoutingStep]:
        """Yield a move out of the line by a rule: to a number, or for a message."""
        line, self._overflow = self._overflow, None
        if line is not None:
            body = line.body or {}
            to, why = body.get("to") or "", body.get("why") or ""
            yield self._at(line, f"they were led out of {line.queue}, to {to}: {why}")

    def _moved(self, line: JournalLine, body: Mapping[str, Any]) -> RoutingStep:
        rule, self._overflow = self._overflow, None
        self._queue = line.queue or ""
        why = f" ({(rule.body or {}).get('why') or ''})" if rule is not None else ""
        fro = body.get("was") or "another line"
        return self._at(line, f"they went from {fro} to {self._queue}{why}; {KEPT}")

    def _joined(self, line: JournalLine, body: Mapping[str, Any]) -> Iterator[RoutingStep]:
        """Yield nothing for the first time, when the place says it all."""
        again, self._queue = bool(self._queue), line.queue or ""
        talk, self._talk = self._talk, ""
        if not again:
            return
        entered = body.get("entered_at")
        kept = f"; {KEPT}" if isinstance(entered, float | int) and entered < line.at else ""
        after = f" {talk}" if talk else ""
        yield self._at(line, f"they stood in line for {self._queue} again{after}{kept}")

    def _at(self, line: JournalLine, what: str) -> RoutingStep:
        return RoutingStep(line.at, f"At {self._said(line.at)} {what}.")


def _seconds(value: object) -> str:
    return f"{value:.0f} s" if isinstance(value, float | int) else "a talk"


NOT_REACHED = {
    "no-answer": "nobody answered",
    "busy": "busy",
    "failed": "the phone company could not put the call through",
    "machine": "a machine answered",
    "declined": "nobody pressed a key",
}


def callback_history(lines: Iterable[JournalLine], said: Callable[[float], str]) -> list[RoutingStep]:
    """Return the history of a callback, oldest first; nothing for calls without one. `said(instant)` writes a
    time of day."""
    told = ((line, _callback_sentence(line.kind, line.body or {})) for line in lines)
    return [RoutingStep(line.at, f"At {said(line.at)} {what}.") for line, what in told if what]


def _callback_sentence(kind: str, body: Mapping[str, Any]) -> str:
    match kind:
        case JournalKind.CALLBACK_BOOKED:
            return f"a callback was booked: {body.get('call_sid') or 'a call of its own'}"
        case JournalKind.CALLBACK_DIALLED:
            return f"the customer was dialled, attempt {body.get('attempt')}"
        case JournalKind.CALLBACK_NOT_REACHED:
            why = str(body.get("why") or "")
            return f"they were not reached: {NOT_REACHED.get(why, why or 'nobody knows why')}"
        case (
            JournalKind.CALLBACK_CONNECTED
            | JournalKind.CALLBACK_CANCELLED
            | JournalKind.CALLBACK_MERGED
            | JournalKind.CALLBACK_EXPIRED
        ):
            return f"the callback ended: {kind.removeprefix('callback_')}"
        case JournalKind.CALLBACK_BOOKED_AGAIN:
            return f"the callback was booked again: {body.get('why') or 'nobody knows why'}"
        case JournalKind.CALLBACK_NOT_CANCELLED:
            linked = body.get("linked")
            sent = "the address that cancels was sent there" if linked else "no text can be sent there"
            return f"key 2 cancelled nothing, since nobody vouches for the number; {sent}"
    return ""
