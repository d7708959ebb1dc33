"""Matches callers and agents: callers in the order of rank, each with the agent to be asked first.

It makes one pass over the line in service order and leaves no free agent beside a caller the agent may take.
The rank is the time of entry, put back for priority: a point counts as so many seconds of waiting. So an
urgent caller goes before those who came a little earlier, and is overtaken by none who come more than that
later: priority ages by itself, and the order of two callers never changes while they wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heapify, heappop, heapreplace
from zlib import crc32

from ivr.acd.floor import TO_DIAL, CallbackDial, Floor, FreeAgent, Match, Skills, WaitingCall


def rank(entered_at: float, priority: int, point_s: float) -> float:
    """Return the time (epoch seconds) that the place counts from; the smallest is served first."""
    return entered_at - priority * point_s


MOST_CANDIDATES = 10


def match(floor: Floor) -> list[Match | CallbackDial]:
    """Pair waiting calls with free agents, in the order in which the offers are to be made.

    First an agent is kept for each place that is being dialled. Then calls go by the smallest rank, then by
    id. The agents who may take a call serve its queue, have its skills, have not just declined it and are not
    calling the line themselves. They are asked in this order: the preferred agent, then the lower level in
    the queue, then the longest idle; ties are settled at random, the same way in each process. While the
    preferred agent is at work and the time for that has not run out, no other agent may take the call. Each
    agent is used once, and goes to the first caller in that order, even where another pairing would serve
    more callers: the order is never broken for the total.
    """
    bench = _Bench(floor.free)
    _keep(bench, floor)
    decisions: list[Match | CallbackDial] = []
    for call in _service_order(floor, bench):
        agents = bench.who_may_take(call, floor.now)
        if agents:
            decision = CallbackDial if call.kind == TO_DIAL else Match
            decisions.append(decision(call, agents[0], tuple(agent.id for agent in agents)))
            bench.take(agents[0])
    return decisions


def kept_free(floor: Floor) -> dict[str, str]:
    """Return agent → the place that is being dialled, for which the agent is kept free."""
    return _keep(_Bench(floor.free), floor)


def _keep(bench: _Bench, floor: Floor) -> dict[str, str]:
    kept = {}
    for call in sorted(floor.dialling, key=lambda call: (call.rank, call.id)):
        agents = bench.who_may_take(call, float("inf"))
        if agents:
            bench.take(agents[0])
            kept[agents[0].id] = call.id
    return kept


def asked_order(agent: FreeAgent) -> tuple[float, int, str]:
    """Return the sort key: longest idle first. Agents who became idle at the same instant are ordered by a
    hash of the instant: by name alone, the same agent would begin every shift."""
    return agent.idle_since, crc32(f"{agent.id} {agent.idle_since!r}".encode()), agent.id


def _service_order(floor: Floor, bench: _Bench) -> Iterator[WaitingCall]:
    """Yield the calls that are due, first to last; of each line no more than there are agents for."""
    heads = []
    for number, (queue, line) in enumerate(floor.lines.items()):
        rest = iter(line)
        if bench.serves(queue) and (call := next(rest, None)):
            heads.append((call.rank, call.id, number, call, rest))
    heapify(heads)
    while heads:
        _, _, number, call, rest = heads[0]
        if call.not_before <= floor.now:
            yield call
        after = next(rest, None) if bench.serves(call.queue) else None
        if after is None:
            heappop(heads)
        else:
            heapreplace(heads, (after.rank, after.id, number, after, rest))


class _Bench:
    """The free agents, by queue and by the needed skills. The agent asked first is at the end, where a list
    is cheap to shorten.

    An agent taken through one list is dropped from the others when their name is met there.
    """

    def __init__(self, free: Iterable[FreeAgent]) -> None:
        self._left: dict[str, FreeAgent] = {agent.id: agent for agent in free}
        self._serving: dict[tuple[str, Skills], list[FreeAgent]] = {}
        self._count: dict[str, int] = {}
        by_queue: dict[str, list[FreeAgent]] = {}
        for agent in sorted(self._left.values(), key=asked_order, reverse=True):
            for queue in agent.queues:
                by_queue.setdefault(queue, []).append(agent)
        for queue, agents in by_queue.items():
            agents.sort(key=_level_in(queue))
            self._serving[queue, ()] = agents
            self._count[queue] = len(agents)

    def serves(self, queue: str) -> bool:
        """Return whether any agent is left who serves this queue."""
        return self._count.get(queue, 0) > 0

    def take(self, agent: FreeAgent) -> None:
        del self._left[agent.id]
        for queue in agent.queues:
            self._count[queue] -= 1

    def who_may_take(self, call: WaitingCall, now: float) -> list[FreeAgent]:
        """Return up to `MOST_CANDIDATES` agents, the one to be asked first at the beginning."""
        serving = self._serving.get((call.queue, call.skills))
        if serving is None:
            serving = self._able(call.queue, call.skills)
        preferred = call.prefer_agent
        if preferred is None:
            return self._first(serving, call.not_for)
        hers = self._left.get(preferred)
        if hers is not None and preferred not in call.not_for and _able(hers, call):
            others = self._first(serving, call.not_for | {preferred})
            return [hers, *others][:MOST_CANDIDATES]
        if hers is None and now < call.prefer_until and preferred not in call.not_for:
            return []
        return self._first(serving, call.not_for)

    def _able(self, queue: str, skills: Skills) -> list[FreeAgent]:
        """Return the agents who serve the queue and have these skills, computed once for all calls alike."""
        everybody = self._serving.get((queue, ()), ())
        able = self._serving[queue, skills] = [agent for agent in everybody if agent.has(skills)]
        return able

    def _first(self, serving: list[FreeAgent], without: frozenset[str]) -> list[FreeAgent]:
        """Return the last of the list who are still free. The list is read from its end, one part at a
        time."""
        left = self._left
        found: list[FreeAgent] = []
        end = len(serving)
        while end and len(found) < MOST_CANDIDATES:
            start = max(0, end - MOST_CANDIDATES)
            stretch = serving[start:end]
            free = [agent for agent in stretch if agent.id in left]
            if len(free) < len(stretch):
                serving[start:end] = free
            found += [agent for agent in reversed(free) if agent.id not in without] if without else free[::-1]
            end = start
        return found[:MOST_CANDIDATES]


def _level_in(queue: str) -> Callable[[FreeAgent], float]:
    """Return the sort key by level in the queue, which puts the first to be asked last."""
    return lambda agent: -agent.queues[queue]


def _able(agent: FreeAgent, call: WaitingCall) -> bool:
    return call.queue in agent.queues and agent.has(call.skills)
