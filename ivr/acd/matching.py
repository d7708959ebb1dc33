"""Matching of callers and agents: callers in the order of rank, each to the agent to be asked first.

One pass over the line in service order. It leaves no free agent beside a caller the agent may take. The rank
is the time of entry, put back for priority: a point counts as so many seconds of waiting. So an urgent
caller goes before whoever came a little earlier, and nobody is overtaken by those who come more than that
later: priority ages by itself, and the order between two callers never changes while they wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heapify, heappop, heapreplace
from zlib import crc32

from ivr.acd.floor import TO_DIAL, CallbackDial, Floor, FreeAgent, Match, Skills, WaitingCall


def rank(entered_at: float, priority: int, point_s: float) -> float:
    """The instant (epoch seconds) as which the place counts; the smaller is served first."""
    return entered_at - priority * point_s


MOST_CANDIDATES = 10


def match(floor: Floor) -> list[Match | CallbackDial]:
    """Pair waiting calls with free agents, in the order in which the offers are to be made.

    First an agent is kept for each place that is being dialled. Then calls by the smallest rank, then by id.
    The agents who may take a call serve its queue, have its skills, have not just declined it and do not
    ring from their own phone; they are asked in this order: the preferred agent, then the lower level in
    the queue, then the longest idle; chance that is the same for everybody settles ties. While the preferred
    agent is at work and the time for that has not run out, nobody else may take the call. Each agent is used
    once, and goes to the first caller in that order, even where another pairing would serve more callers:
    nobody is passed over for the sum.
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
    """Agent → the place that is being dialled, for which they are kept free."""
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
    """Longest idle first. Who became idle at the same instant takes turns, as chance of the instant has it:
    by name alone, the same agent would begin every shift."""
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
    """The free agents, by queue and by the skills wanted, whoever is asked first at the end, where a list is
    cheap to shorten.

    An agent taken through one list is dropped from the others when they next come across the name.
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
        """Is anybody left who serves this queue?"""
        return self._count.get(queue, 0) > 0

    def take(self, agent: FreeAgent) -> None:
        del self._left[agent.id]
        for queue in agent.queues:
            self._count[queue] -= 1

    def who_may_take(self, call: WaitingCall, now: float) -> list[FreeAgent]:
        """Return up to `MOST_CANDIDATES` agents, whoever is to be asked first at the beginning."""
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
        """The agents who serve the queue and have these skills: looked for once for all calls alike."""
        everybody = self._serving.get((queue, ()), ())
        able = self._serving[queue, skills] = [agent for agent in everybody if agent.has(skills)]
        return able

    def _first(self, serving: list[FreeAgent], without: frozenset[str]) -> list[FreeAgent]:
        """The last of the list who are still free: it is looked at from its end, a stretch at a time."""
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
    """Return what sorts agents by their level in the queue, the first to be asked last."""
    return lambda agent: -agent.queues[queue]


def _able(agent: FreeAgent, call: WaitingCall) -> bool:
    return call.queue in agent.queues and agent.has(call.skills)
