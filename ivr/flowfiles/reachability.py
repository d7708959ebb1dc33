"""Where callers can and cannot get to: unreachable steps, endless loops, flows that enter themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import WARNING, Problem, quoted

# Steps that never wait for the caller, the carrier or an agent: a loop of only these would never end. `say`
# is one of them: its prompt can be interrupted, but without a key the caller goes round for ever.
PASSING = frozenset({"say", "hours", "branch", "set", "flow", "leave", "language", "lookup", "text"})


def check_paths(drafts: list[Draft]) -> list[Problem]:
    """Return all problems of one flow set with paths through it."""
    found = _recursion(drafts)
    found += _never_back(drafts)
    silent = _silent_flows(drafts)
    for read in drafts:
        found += _unreachable(read)
        found += _endless(read, silent)
    return found


def successors(read: Draft) -> dict[str, list[str]]:
    """Return step → the existing steps it can lead to."""
    return {
        name: [ref.name for ref in read.refs(name) if ref.what == "step" and ref.name in read.kinds]
        for name in read.step_names
    }


def _unreachable(read: Draft) -> list[Problem]:
    # A step with a mistake may be meant to lead anywhere.
    dangling = any(
        ref.what == "step" and ref.name not in read.kinds for step in read.kinds for ref in read.refs(step)
    )
    if read.start not in read.kinds or dangling or len(read.steps) < len(read.step_names):
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
    """Return the flows that can be run from start to end without the caller being asked anything."""
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
        if read.kinds[name] == "leave":
            return True
        waiting += onward[name]
    return False


def _never_back(drafts: list[Draft]) -> list[Problem]:
    """Report flows entered by others that never leave: the step after them is never reached."""
    one_way = {
        read.name for read in drafts if "leave" not in read.kinds.values() and all(read.kinds.values())
    }
    found = []
    for read in drafts:
        for name in read.step_names:
            for ref in read.refs(name):
                if ref.what == "flow" and ref.name in one_way:
                    message = f"flow {quoted(ref.name)} never comes back here, so 'next' is never reached"
                    remedy = "end it with a step 'leave: flow'"
                    part = read.step_part(name)
                    found.append(part.problem(ref.inside, message, remedy, "never_back", severity=WARNING))
    return found


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
    """Return one cycle for each group of names that lead to each other, in the order of the names."""
    left = _without_ends(_without_ends({name: list(onward) for name, onward in edges.items()}, True), False)
    found, spent = [], set()
    for first in left:
        walk: list[str] = []
        places: dict[str, int] = {}
        name = first
        while name not in spent and name not in places:
            places[name] = len(walk)
            walk.append(name)
            name = next(to for to in left[name] if to in left)
        if name in places:
            found.append(walk[places[name] :])
        spent.update(walk)
    return found


def _without_ends(edges: dict[str, list[str]], last: bool) -> dict[str, list[str]]:
    """Drop names that lead nowhere (or that nothing leads to), which cannot be on a cycle, until none is
    left."""
    onward = {name: {to for to in targets if to in edges} for name, targets in edges.items()}
    back: dict[str, set[str]] = {name: set() for name in edges}
    for name, targets in onward.items():
        for to in targets:
            back[to].add(name)
    ahead, behind = (onward, back) if last else (back, onward)
    ends = [name for name in edges if not ahead[name]]
    gone = set(ends)
    while ends:
        end = ends.pop()
        for name in behind[end]:
            ahead[name].discard(end)
            if not ahead[name] and name not in gone:
                gone.add(name)
                ends.append(name)
    return {
        name: [to for to in targets if to not in gone] for name, targets in edges.items() if name not in gone
    }


def _shown(circle: list[str]) -> str:
    names = [*circle[:6], *(["…"] if len(circle) > 6 else []), circle[0]]
    return " → ".join(quoted(name)[1:-1] for name in names)
