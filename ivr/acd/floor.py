"""The input and the result of matching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Skills = tuple[tuple[str, int], ...]
"""(name, lowest level) of each skill that a call needs, by name."""

LIVE, CALLBACK, TO_DIAL, DIALLING = "live", "callback", "to_dial", "dialling"
"""Kinds of place: a caller on the phone; a callback in which the agent is rung first; one in which the
customer is rung first and is not dialled yet; one whose customer is being dialled."""


def skills_wanted(wanted: Mapping[str, int] | None) -> Skills:
    return tuple(sorted(wanted.items())) if wanted else ()


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A place in line. The smaller `rank` goes first, then the smaller id; a failed offer changes neither.

    Agents in `declined_by` are not offered this call now, nor those in `rung_by`, who call the line from
    their own phone. Before `prefer_until` only `prefer_agent`, who is at work, may have it. It is not served
    before `not_before`. Times are epoch seconds.
    """

    id: str
    queue: str
    rank: float
    declined_by: frozenset[str] = frozenset()
    kind: str = LIVE
    skills: Skills = ()
    prefer_agent: str | None = None
    prefer_until: float = 0.0
    not_before: float = 0.0
    rung_by: frozenset[str] = frozenset()

    @property
    def not_for(self) -> frozenset[str]:
        """Return the agents who are not offered it now."""
        return self.declined_by | self.rung_by if self.rung_by else self.declined_by


@dataclass(frozen=True, slots=True)
class FreeAgent:
    """An agent who is available. `idle_since` is in epoch seconds; `queues` are all the agent serves, each
    with its level (1 is asked first); `skills` give the agent's level in each."""

    id: str
    queues: Mapping[str, int]
    idle_since: float
    skills: Mapping[str, int] = field(default_factory=dict)

    def has(self, wanted: Skills) -> bool:
        return all(self.skills.get(skill, 0) >= level for skill, level in wanted)


@dataclass(frozen=True, slots=True)
class Floor:
    """The floor at `now`, as matching sees it.

    `lines` has each queue's callers in service order; only the necessary beginning of a long line is read.
    `dialling` are the places (of kind `DIALLING`) for which an agent is kept free.
    """

    now: float
    lines: Mapping[str, Iterable[WaitingCall]]
    free: Iterable[FreeAgent]
    dialling: Iterable[WaitingCall] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """An offer to be made: this call to this agent.

    `candidates` are the agents who could have had it at that moment, the chosen one first, then in the order
    in which they would have been asked; at most `matching.MOST_CANDIDATES` of them, enough to explain the
    choice.
    """

    call: WaitingCall
    agent: FreeAgent
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallbackDial:
    """A callback to be dialled: its turn has come, and `agent` is free for it."""

    call: WaitingCall
    agent: FreeAgent
    candidates: tuple[str, ...]
