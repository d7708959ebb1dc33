"""Where callers can and cannot get to: unreachable steps, endless circles, flows that call themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ivr.engine.step import Step
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import WARNING, Problem, quoted

# Steps that never wait for the caller, the carrier or an agent: a circle of nothing else would never end.
# `say` is one of them: its prompt can be interrupted, yet without a key the caller goes round and round.
PASSING = frozenset({"say", "hours", "branch", "set", "flow", "language", "lookup", "text"})


def check_paths(drafts: list[Draft]) -> list[Problem]:
    """All problems of one book with ways through it."""
    found = _recursion(drafts)
    silent = _silent_flows(drafts)
    for read in drafts:
        found += _unreachable(read)
        found += _endless(read, silent)
    return found


def successors(read: Draft) -> dict[str, list[str]]:
    """Step → the steps it can lead to, of those that exist."""
    return {
        name: [ref.name for ref in read.refs(name) if ref.what == "step" and ref.name in read.kinds]
        for name in read.step_names
    }


def _unreachable(read: Draft) -> list[Problem]:
    # A step whose type is unknown may lead anywhere.
    if read.start not in read.kinds or not all(read.kinds.values()):
        return []
    onward = successors(read)
    reached, waiting = {read.start}, [read.start]
    while waiting:
        fresh = [name for name in onward[waiting.pop()] if name not in reached]
        reached.update(fresh)
        waiting += fresh
    return [
        read.step_part(name).problem(
            (),
            "no caller can reach this step",
            "lead to it from another step, or remove it",
            "unreachable",
            at_key=True,
            severity=WARNING,
        )
        for name in read.step_names
        if name not in reached
    ]


def _passes(read: Draft, name: str, silent: Iterable[str]) -> bool:
    kind = read.kinds.get(name, "")
    if kind == "flow":
        return all(ref.name in silent for ref in read.refs(name) if ref.what == "flow")
    return kind in PASSING


def _endless(read: Draft, silent: set[str]) -> list[Problem]:
    passing = {name for name in read.step_names if _passes(read, name, silent)}
    edges = {
        name: [to for to in onward if to in passing]
        for name, onward in successors(read).items()
        if name in passing
    }
    return [
        read.step_part(circle[0]).problem(
            (),
            f"this circle never asks the caller anything and never ends: {_shown(circle)}",
            "put a menu, a question or a queue into it, or let it end",
            "endless",
            at_key=True,
        )
        for circle in circles(edges)
    ]


def _silent_flows(drafts: list[Draft]) -> set[str]:
    """Flows that a caller can walk through from start to end without being asked anything."""
    silent: set[str] = set()
    while True:
        more = {read.name for read in drafts if read.name not in silent and _is_silent(read, silent)}
        if not more:
            return silent
        silent |= more


def _is_silent(read: Draft, silent: set[str]) -> bool:
    onward = successors(read)
    waiting, seen = [read.start], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in onward or not _passes(read, name, silent):
            continue
        seen.add(name)
        if _can_end(read, name):
            return True
        waiting += onward[name]
    return False


def _can_end(read: Draft, name: str) -> bool:
    """True for a step that may be the last one: nothing is said of what comes next."""
    step = read.steps.get(name)
    return isinstance(step, Step) and getattr(step, "next", "") is None


def _recursion(drafts: list[Draft]) -> list[Problem]:
    flows = {read.name: read for read in drafts}
    calls = {
        read.name: [ref.name for step in read.step_names for ref in read.refs(step) if ref.what == "flow"]
        for read in drafts
    }
    edges = {name: [to for to in called if to in flows] for name, called in calls.items()}
    found = []
    for circle in circles(edges):
        read, into = flows[circle[0]], circle[1 % len(circle)]
        message = f"these flows call each other without end: {_shown(circle)}"
        for step in read.step_names:
            refs = [ref for ref in read.refs(step) if ref.what == "flow" and ref.name == into]
            if refs:
                part = read.step_part(step)
                found.append(
                    part.problem(refs[0].inside, message, "take one of these steps out", "recursion")
                )
                break
    return found


def circles(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """One circle for each group of names that lead to each other, in the order of the names."""
    left = dict(edges)
    while True:
        # What leads nowhere, or what nothing leads to, is on no circle.
        targets = {to for onward in left.values() for to in onward if to in left}
        kept = {
            name: onward
            for name, onward in left.items()
            if name in targets and any(to in left for to in onward)
        }
        if len(kept) == len(left):
            break
        left = kept
    found, spent = [], set()
    for first in left:
        if first in spent:
            continue
        walk = [first]
        while (after := next(to for to in left[walk[-1]] if to in left)) not in walk and after not in spent:
            walk.append(after)
        if after in walk:
            found.append(walk[walk.index(after) :])
        spent.update(walk)
    return found


def _shown(circle: list[str]) -> str:
    names = [*circle[:6], *(["…"] if len(circle) > 6 else []), circle[0]]
    return " → ".join(quoted(name)[1:-1] for name in names)
