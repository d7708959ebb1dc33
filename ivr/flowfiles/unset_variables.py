"""Checks that a variable is filled by the time a step uses it, on every path, and that no question is asked
twice.

It walks all flows at once: a sub-flow shares the variables of the flow that enters it. For each step it is
known what may be filled there, what must be, and which answers the caller has given for certain. A set of
variables is the bits of a number, since a flow can have thousands of steps and of variables.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.reader import KeyPath
from ivr.flowfiles.references import Reference

UNANSWERED = frozenset({"missing", "failed"})  # exits by which a step leaves without what it saves
Place = tuple[str, str]
"""(flow, step)"""


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Variables that have a value on some path here, on every path, and those the caller was asked for on
    every path."""

    may: int = 0
    must: int = 0
    asked: int = 0

    def joined(self, other: SetVariables) -> SetVariables:
        """Return the result of two paths that meet."""
        return SetVariables(self.may | other.may, self.must & other.must, self.asked & other.asked)


@dataclass
class VariableFlow:
    """The walk. `before` is what is filled where a step begins; steps that no caller reaches are not in
    it."""

    flows: dict[str, Draft]
    before: dict[Place, SetVariables] = field(default_factory=dict)
    saved: dict[Place, int] = field(default_factory=dict)
    bits: dict[str, int] = field(default_factory=dict)
    _left: dict[str, SetVariables] = field(default_factory=dict)
    _waiting: dict[Place, None] = field(default_factory=dict)
    _entering: dict[str, list[Place]] = field(default_factory=dict)

    def walk(self, entries: list[Draft]) -> VariableFlow:
        """Begin at each flow that answers calls."""
        for read in self.flows.values():
            for name, body in read.bodies():
                self.saved[read.name, name] = self._bits_of(saved_by(body))
            for name in read.step_names:
                for ref in read.refs(name):
                    if ref.what == "flow":
                        self._entering.setdefault(ref.name, []).append((read.name, name))
        for read in entries:
            self._come((read.name, read.start), SetVariables())
        while self._waiting:
            place = next(iter(self._waiting))
            del self._waiting[place]
            self._go_on(place, self.before[place])
        return self

    def way_without(self, read: Draft, step: str, name: str) -> list[str]:
        """Return the shortest path through this flow to `step` on which `name` is not filled; empty if there
        is none inside this flow."""
        come_from: dict[str, str] = {read.start: ""}
        waiting = deque([read.start])
        while waiting and step not in come_from:
            at = waiting.popleft()
            here = self.before.get((read.name, at))
            for ref in _onward(read, at) if here else ():
                if ref.name not in come_from and not self._after(read, at, ref, here).must & self.bits[name]:
                    come_from[ref.name] = at
                    waiting.append(ref.name)
        way, at = [], come_from.get(step, "")
        while at:
            way.insert(0, at)
            at = come_from[at]
        return way

    def _go_on(self, place: Place, here: SetVariables) -> None:
        read, step = self.flows[place[0]], place[1]
        if read.kinds.get(step) == "leave":
            self._leave(read.name, here)
        inner = [ref.name for ref in read.refs(step) if ref.what == "flow" and ref.name in self.flows]
        for name in inner:
            self._come((name, self.flows[name].start), here)
        if any(name not in self._left for name in inner):
            return  # it has not come back yet: leaving it adds this step again
        for ref in _onward(read, step):
            self._come((read.name, ref.name), self._after(read, step, ref, here))

    def _after(self, read: Draft, step: str, ref: Reference, here: SetVariables) -> SetVariables:
        """Return what is filled after one exit of a step."""
        kind, saves = read.kinds.get(step), self.saved.get((read.name, step), 0)
        if kind == "branch":
            # The author of a branch knows why: what some paths have filled counts as filled after it.
            return SetVariables(here.may, here.must | here.may, 0)
        if ref.inside[0] in UNANSWERED:
            return SetVariables(here.may | saves, here.must, 0)  # the answer was unusable: ask again
        if kind == "survey":  # a caller who stays silent goes on all the same
            return SetVariables(here.may | saves, here.must, here.asked)
        for inner in read.refs(step):
            if inner.what == "flow" and inner.name in self._left:
                left = self._left[inner.name]
                return SetVariables(here.may | left.may, here.must | left.must, here.asked | left.asked)
        answered = saves if kind == "ask" else 0
        return SetVariables(here.may | saves, here.must | saves, here.asked | answered)

    def _come(self, place: Place, way: SetVariables) -> None:
        if place[1] not in self.flows[place[0]].kinds:
            return
        known = self.before.get(place)
        now = way if known is None else known.joined(way)
        if now != known:
            self.before[place] = now
            self._waiting[place] = None

    def _leave(self, flow: str, here: SetVariables) -> None:
        known = self._left.get(flow)
        now = here if known is None else known.joined(here)
        if now == known:
            return
        self._left[flow] = now
        for place in self._entering.get(flow, ()):
            if place in self.before:
                self._waiting[place] = None

    def _bits_of(self, names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= self.bits.setdefault(name, 1 << len(self.bits))
        return found


def saved_by(written: Any) -> Iterator[str]:
    """Yield the variables that a step fills, as the author wrote it: by `save` at any depth, and by `set`."""
    if isinstance(written, list):
        for item in written:
            yield from saved_by(item)
    elif isinstance(written, dict):
        for key, value in written.items():
            if key == "save" and isinstance(value, str):
                yield value
            elif key in ("save", "set") and isinstance(value, dict):
                yield from value
            elif isinstance(value, dict | list):
                yield from saved_by(value)


def may_be_empty(inside: KeyPath, source: str, name: str) -> bool:
    """Return whether this use works without a value: it has a default, it asks whether there is a value, or
    the field is made for that."""
    word = rf"\b{re.escape(name)}\b(?:\.\w+)*\s*"
    guarded = rf"{word}\|\s*default\b|{word}\bis\s|\bif\s+(?:not\s+)?{word}(?:else\b|\}}\}})"
    return inside[0] in ("known", "to") or bool(re.search(guarded, source))


def _onward(read: Draft, step: str) -> list[Reference]:
    return [ref for ref in read.refs(step) if ref.what == "step" and ref.name in read.kinds]
