"""Who is offered to whom: callers in the order of rank (see `ranking`), each to the longest idle agent.

One pass over the line in service order. It leaves no free agent beside a caller the agent could take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop

from ivr.acd.records import FreeAgent, Match, WaitingCall

MOST_CANDIDATES = 20


def match(waiting: Iterable[WaitingCall], free: Iterable[FreeAgent]) -> list[Match]:
    """Pair waiting calls with free agents, in the order in which the offers are to be made.

    Calls: smallest rank, then call id. Agents: longest idle, then id. Each is used once. An agent goes to
    the first caller in that order whom the agent serves and has not declined, even where another pairing
    would serve more callers: nobody is passed over for the sum.
    """
    bench = _Bench(free)
    matches = []
    for call in _service_order(waiting, bench.queues()):
        agents = bench.longest_idle(call.queue, call.declined_by)
        if agents:
            matches.append(Match(call, agents[0], tuple(agent.id for agent in agents)))
            bench.take(agents[0])
        if bench.empty():
            break
    return matches


def _service_order(waiting: Iterable[WaitingCall], served: frozenset[str]) -> Iterator[WaitingCall]:
    """Yield the calls first to last. A heap, since most of a long line is never looked at."""
    line = [
        (call.rank, call.call_sid, position, call)
        for position, call in enumerate(waiting)
        if call.queue in served
    ]
    heapify(line)
    while line:
        yield heappop(line)[-1]


def _idle_order(agent: FreeAgent) -> tuple[float, str]:
    return agent.idle_since, agent.id


class _Bench:
    """The free agents, by queue, longest idle last, where a list is cheap to shorten.

    An agent taken through one queue is dropped from the others when they next come across the name.
    """

    def __init__(self, free: Iterable[FreeAgent]) -> None:
        self._left: dict[str, FreeAgent] = {agent.id: agent for agent in free}
        self._serving: dict[str, list[FreeAgent]] = {}
        shortest_idle_first = sorted(self._left.values(), key=_idle_order, reverse=True)
        for agent in shortest_idle_first:
            for queue in set(agent.queues):
                self._serving.setdefault(queue, []).append(agent)

    def queues(self) -> frozenset[str]:
        return frozenset(self._serving)

    def empty(self) -> bool:
        return not self._left

    def take(self, agent: FreeAgent) -> None:
        del self._left[agent.id]

    def longest_idle(self, queue: str, without: frozenset[str]) -> list[FreeAgent]:
        """Return up to `MOST_CANDIDATES` agents for the queue, longest idle first, none in `without`."""
        serving, left = self._serving[queue], self._left
        found: list[FreeAgent] = []
        seen = taken = 0
        for agent in reversed(serving):
            if len(found) == MOST_CANDIDATES:
                break
            seen += 1
            if agent.id not in left:
                taken += 1
            elif agent.id not in without:
                found.append(agent)
        if taken:
            looked_at = len(serving) - seen
            serving[looked_at:] = [agent for agent in serving[looked_at:] if agent.id in left]
        return found
