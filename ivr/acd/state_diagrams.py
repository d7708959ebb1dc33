"""Writes `docs/states.md` from the transition tables: diagrams in Mermaid and the meaning of each state.

It reads the tables only, so what is not in them is not in the page either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.acd.states import (
    AGENT,
    CALLBACK,
    FIRST,
    OFFER,
    QUEUED_CALL,
    TABLES,
    TRANSFER,
    Deadline,
    DeferredState,
)

_TITLES = {
    AGENT: "Agent",
    OFFER: "Offer",
    QUEUED_CALL: "Queued call",
    TRANSFER: "Transfer",
    CALLBACK: "Callback",
}

_HEAD = """# States

Drawn from `ivr/acd/states.py`; do not edit. `python -m ivr.acd.state_diagrams > docs/states.md` renews it.

An event that has no arrow from a state is refused there and changes nothing, unless it is a wish (`then`):
legal, but it waits; the state stays and the wish is followed once the agent is free. `sign_in` of an agent
who is signed in, and asking for the state one is in, change nothing either. Every state that can last has a
deadline: the clock reports its event when the setting's seconds have passed.
"""


def states_page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([_HEAD, *(line for machine in TABLES for line in _section(machine))]) + "\n"


def _section(machine: str) -> Iterator[str]:
    yield from (f"## {_TITLES[machine]}", "", "```mermaid", "stateDiagram-v2", *_arrows(machine), "```", "")
    yield from ("| state | meaning | deadline | then |", "| --- | --- | --- | --- |")
    for name, row in TABLES[machine].items():
        end = not row.moves
        wishes = [
            f"`{event}` → {to.then}" for event, to in row.moves.items() if isinstance(to, DeferredState)
        ]
        cells = (f"`{name}`", row.meaning, _rule(row.deadline, end), ", ".join(wishes) or "-")
        yield f"| {' | '.join(cells)} |"
    yield ""


def _arrows(machine: str) -> Iterator[str]:
    yield f"    [*] --> {FIRST[machine]}"
    for name, row in TABLES[machine].items():
        for target, events in _by_target(name, row.moves).items():
            yield f"    {name} --> {target}: {', '.join(events)}"
        for event, target in row.corrections.items():
            yield f"    {name} --> {target}: {event}, late"
        if not row.moves:
            yield f"    {name} --> [*]"


def _by_target(name: str, moves: Mapping[str, str | DeferredState]) -> dict[str, list[str]]:
    """Group the events by where they lead; those that change nothing would only clutter the drawing."""
    grouped: dict[str, list[str]] = {}
    for event, target in moves.items():
        if not isinstance(target, DeferredState) and target != name:
            grouped.setdefault(target, []).append(event)
    return grouped


def _rule(deadline: Deadline | None, end: bool) -> str:
    if deadline is None:
        return "the end" if end else "none: nobody waits for it"
    unless = f", unless {deadline.unless}" if deadline.unless else ""
    return f"`{deadline.event}` after `{deadline.after}`{unless}"


if __name__ == "__main__":
    print(states_page(), end="")
