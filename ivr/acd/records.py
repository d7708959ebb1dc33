"""What matching needs to know of a waiting call and of a free agent, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A caller in line. The smaller `rank` goes first (see `ranking`); a failed offer does not change it.

    Agents in `declined_by` are not offered this call again.
    """

    call_sid: str
    queue: str
    rank: float
    declined_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FreeAgent:
    """An agent who is available. `idle_since` is in epoch seconds; `queues` are all the agent serves."""

    id: str
    queues: tuple[str, ...]
    idle_since: float


@dataclass(frozen=True, slots=True)
class Match:
    """This call is to be offered to this agent.

    `candidates` are the agents who could have had it at that moment, the chosen one first, then by longest
    idle; at most `matching.MOST_CANDIDATES` of them, enough to answer "why her and not me".
    """

    call: WaitingCall
    agent: FreeAgent
    candidates: tuple[str, ...]
