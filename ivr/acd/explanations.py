"""Explains in plain sentences, from the routing decision itself, why a caller is waiting or why an agent got
no call.

`matching.match` says what would be offered now, with everybody in line; the rest is why each agent who is not
in that answer cannot take the call, or why each call cannot go to the agent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ivr.acd.floor import CALLBACK, DIALLING, TO_DIAL, Floor, FreeAgent, Skills, WaitingCall
from ivr.acd.matching import kept_free, match

MOST_NAMED = 5
DOING = {
    "available": "is available",
    "offered": "is being rung",
    "on_call": "is on a call",
    "wrapping_up": "is writing up a call",
    "away": "is away",
    "signed_out": "is signed out",
}
NOT_ASKED = "No call comes: only agents who are available are asked."
WITH_A_CALL = {
    "offered": "A call has come: it is this agent's to accept or to decline.",
    "on_call": "A call has come: the next one is offered once this agent is available again.",
    "wrapping_up": "The next call is offered once this agent is available again.",
}
AT_WORK = ("available", "offered", "on_call", "wrapping_up")


@dataclass(frozen=True, slots=True)
class ExplainedPosition:
    """A place in line. `ringing` is the agent it is being offered to, `knows` the one who last talked to this
    customer (who is the call's preferred agent while at work)."""

    call: WaitingCall
    call_sid: str
    entered_at: float
    priority: int = 0
    ringing: str | None = None
    knows: str | None = None
    declined_at: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent, at work or not."""

    id: str
    name: str
    state: str
    since: float
    queues: Mapping[str, int]
    skills: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    busy_with: str | None = None
    """The call that is offered to, or talked to by, the agent."""

    @property
    def free(self) -> FreeAgent:
        return FreeAgent(self.id, self.queues, self.since, self.skills)

    def __str__(self) -> str:
        return self.name if self.name == self.id else f"{self.name} ({self.id})"


class Explainer:
    """The floor at `now`: every place in the lines concerned, in service order, and every agent.

    `said(instant)` writes a time of day; `point_s` is what a point of priority counts for; `declined_s` for
    how long an agent who declined a call is not asked again.
    """

    def __init__(
        self,
        now: float,
        places: Sequence[ExplainedPosition],
        agents: Iterable[Colleague],
        said: Callable[[float], str],
        point_s: float,
        declined_s: float,
    ) -> None:
        self._now, self._said, self._point_s, self._declined_s = now, said, point_s, declined_s
        self._places = list(places)
        self._agents = {agent.id: agent for agent in agents}
        floor = self._floor()
        self._kept = kept_free(floor)
        self._given = {found.agent.id: found.call.id for found in match(floor)}

    def _floor(self) -> Floor:
        """Return the floor as dispatch would see it now."""
        waiting = [place.call for place in self._places if place.ringing is None]
        lines: dict[str, list[WaitingCall]] = {}
        for call in waiting:
            if call.kind != DIALLING:
                lines.setdefault(call.queue, []).append(call)
        free = [agent.free for agent in self._agents.values() if agent.state == "available"]
        return Floor(self._now, lines, free, [call for call in waiting if call.kind == DIALLING])

    # Why is this caller waiting -------------------------------------------------------------------------

    def call(self, place: ExplainedPosition) -> list[str]:
        """Return the sentences about a place in line, the deciding one first."""
        serving = [agent for agent in self._agents.values() if place.call.queue in agent.queues]
        ahead = self._ahead(place)
        because = self._because(place, serving)
        return [
            self._standing(place, len(ahead)),
            because,
            *self._who_is_ahead(place, ahead),
            *(condition for condition in self._conditions(place) if not because.endswith(condition[1:])),
            *(f"{agent} {self._about(agent, place)}." for agent in sorted(serving, key=_by_state)),
        ]

    def _standing(self, place: ExplainedPosition, ahead: int) -> str:
        what = {
            CALLBACK: "A callback keeps",
            TO_DIAL: "A callback keeps",
            DIALLING: "A callback that is being dialled keeps",
        }.get(place.call.kind, "The caller has")
        since = f"{self._said(place.entered_at)} ({_lasting(self._now - place.entered_at)})"
        return f"{what} place {ahead + 1} in {place.call.queue}, in line since {since}."

    def _because(self, place: ExplainedPosition, serving: Sequence[Colleague]) -> str:
        """Return the one reason, in the order in which obstacles would have to be removed."""
        call = place.call
        at_work = [agent for agent in serving if agent.state in AT_WORK]
        able = [agent for agent in at_work if agent.free.has(call.skills)]
        given = {agent for agent, taken in self._given.items() if taken == call.id}
        if place.ringing is not None:
            return f"{self._name(place.ringing)} is being rung for it."
        if given:
            return f"It is {self._name(given.pop())}'s turn to be asked: the offer is on its way."
        if call.kind == DIALLING:
            return "An agent is kept free for it until the customer answers."
        if not serving:
            return f"It waits because no agent serves {call.queue}."
        if not at_work:
            return f"It waits because nobody who serves {call.queue} is at work."
        if not able:
            return f"It waits because nobody at work in {call.queue} has {_plain(call.skills)}."
        if call.not_before > self._now:
            return f"It waits because it is not to be served before {self._said(call.not_before)}."
        free = [agent for agent in able if agent.state == "available"]
        if not free:
            return "It waits because everybody who could take it is busy."
        if self._waits_for_preferred(call):
            preferred, until = self._name(call.prefer_agent or ""), self._said(call.prefer_until)
            return f"It waits for {preferred}, who knows this customer, until {until}."
        if all(agent.id in call.rung_by for agent in free):
            return "It waits because it comes from the phone of whoever is free."
        if all(agent.id in call.declined_by for agent in free):
            return "It waits because everybody who is free has just declined it."
        return "It waits because whoever is free goes to somebody ahead."

    def _waits_for_preferred(self, call: WaitingCall) -> bool:
        return call.prefer_agent is not None and call.prefer_until > self._now

    def _ahead(self, place: ExplainedPosition) -> list[ExplainedPosition]:
        mine = (place.call.rank, place.call.id)
        return [
            other
            for other in self._places
            if other.call.queue == place.call.queue and (other.call.rank, other.call.id) < mine
        ]

    def _who_is_ahead(self, place: ExplainedPosition, ahead: Sequence[ExplainedPosition]) -> Iterable[str]:
        for other in ahead[:MOST_NAMED]:
            yield f"Ahead: {other.call_sid}, {self._why_ahead(other, place)}."
        if len(ahead) > MOST_NAMED:
            yield f"And {len(ahead) - MOST_NAMED} more ahead."

    def _why_ahead(self, other: ExplainedPosition, place: ExplainedPosition) -> str:
        came = f"in line since {self._said(other.entered_at)}"
        if other.ringing is not None:
            return f"{came}; {self._name(other.ringing)} is being rung for it"
        if other.entered_at <= place.entered_at:
            return came
        minutes = (other.priority - place.priority) * self._point_s / 60.0
        return f"{came}, later, but its priority counts as {minutes:g} minutes more of waiting"

    def _conditions(self, place: ExplainedPosition) -> Iterable[str]:
        call = place.call
        if call.skills:
            yield f"The agent must have {_plain(call.skills)}."
        if call.not_before > self._now:
            yield f"Not to be served before {self._said(call.not_before)}."
        if place.knows is not None and call.prefer_until > self._now:
            until = f"alone may have it until {self._said(call.prefer_until)}"
            then = until if self._waits_for_preferred(call) else "is not at work, so nobody waits for them"
            yield f"{self._name(place.knows)} last talked to this customer; {then}."

    def _about(self, agent: Colleague, place: ExplainedPosition) -> str:
        """Return what keeps this agent from taking this call."""
        call = place.call
        doing = self._doing(agent)
        lacking = [(name, level) for name, level in call.skills if agent.skills.get(name, 0) < level]
        if lacking:
            return f"{doing}, and lacks {_plain(tuple(lacking))}"
        if agent.id in call.rung_by:
            return f"{doing}, and is not asked: the call comes from their own phone"
        if agent.id in call.declined_by:
            return f"{doing}, declined it, and is not asked before {self._again(agent, place)}"
        if agent.state != "available":
            return doing
        taken = self._given.get(agent.id)
        if agent.id in self._kept:
            return f"{doing}, and is kept free for the callback {self._sid(self._kept[agent.id])}"
        if taken == call.id:
            return f"{doing}, and is asked next"
        if taken is not None:
            return f"{doing}, and goes to {self._sid(taken)}"
        return f"{doing} (level {agent.queues[call.queue]})"

    # Why did this agent get no call ---------------------------------------------------------------------

    def agent(self, agent: Colleague) -> list[str]:
        """Return the sentences about an agent and the lines they serve."""
        lines = [f"{agent} {self._doing(agent)}{f' ({agent.reason})' if agent.reason else ''}."]
        if not agent.queues:
            return [*lines, "No call comes: they serve no queue."]
        if agent.state != "available":
            return [*lines, WITH_A_CALL.get(agent.state, NOT_ASKED)]
        taken = self._given.get(agent.id)
        if taken is not None:
            return [*lines, f"The next call is theirs: {self._sid(taken)}; the offer is on its way."]
        if agent.id in self._kept:
            dialled = self._sid(self._kept[agent.id])
            return [*lines, f"No call comes: they are kept free for {dialled}, which is being dialled."]
        mine = [place for place in self._places if place.call.queue in agent.queues]
        if not mine:
            queues = " or ".join(sorted(agent.queues))
            return [*lines, f"No call comes: nobody waits in {queues}.", *self._asked_before(agent)]
        shown = [
            f"{place.call_sid} ({place.call.queue}): {self._reason_not_offered(agent, place)}."
            for place in mine
        ]
        more = [f"And {len(shown) - MOST_NAMED} more."] if len(shown) > MOST_NAMED else []
        return [*lines, *shown[:MOST_NAMED], *more]

    def _reason_not_offered(self, agent: Colleague, place: ExplainedPosition) -> str:
        call = place.call
        lacking = [(name, level) for name, level in call.skills if agent.skills.get(name, 0) < level]
        if place.ringing is not None:
            return f"{self._name(place.ringing)} is being rung for it"
        if lacking:
            return f"wants {_plain(tuple(lacking))}"
        if agent.id in call.rung_by:
            return "it comes from their own phone"
        if agent.id in call.declined_by:
            return f"they declined it, and are not asked before {self._again(agent, place)}"
        if call.not_before > self._now:
            return f"not to be served before {self._said(call.not_before)}"
        other = next((who for who, taken in self._given.items() if taken == call.id), None)
        if other is not None:
            return f"goes to {self._name(other)}, {self._why_first(other, agent, call)}"
        if call.kind == DIALLING:
            return "its customer is being dialled, and an agent is kept free for it"
        return f"waits for {self._name(call.prefer_agent or '')} until {self._said(call.prefer_until)}"

    def _why_first(self, other_id: str, agent: Colleague, call: WaitingCall) -> str:
        other = self._agents[other_id]
        if other.id == call.prefer_agent:
            return "who knows this customer"
        if other.queues[call.queue] < agent.queues[call.queue]:
            return f"of level {other.queues[call.queue]} (theirs is {agent.queues[call.queue]})"
        return f"idle since {self._said(other.since)}" if other.since < agent.since else "idle for as long"

    def _asked_before(self, agent: Colleague) -> Iterable[str]:
        """Return the agents who would be asked before this one, if somebody called now."""
        for queue, level in sorted(agent.queues.items()):
            others = [
                other
                for other in self._agents.values()
                if other.state == "available"
                and queue in other.queues
                and (other.queues[queue], other.since) < (level, agent.since)
            ]
            if others:
                yield f"In {queue}, {len(others)} would be asked before: lower level or longer idle."

    # Words ----------------------------------------------------------------------------------------------

    def _doing(self, agent: Colleague) -> str:
        busy = f" ({agent.busy_with})" if agent.busy_with else ""
        return f"{DOING.get(agent.state, agent.state)}{busy} since {self._said(agent.since)}"

    def _again(self, agent: Colleague, place: ExplainedPosition) -> str:
        """Return when an agent who declined may be asked again."""
        return self._said(place.declined_at.get(agent.id, self._now) + self._declined_s)

    def _name(self, agent_id: str) -> str:
        return str(self._agents[agent_id]) if agent_id in self._agents else agent_id

    def _sid(self, place_id: str) -> str:
        return next((place.call_sid for place in self._places if place.call.id == place_id), place_id)


def _by_state(agent: Colleague) -> tuple[int, str]:
    states = list(DOING)
    return (states.index(agent.state) if agent.state in states else len(states)), agent.id


def _plain(skills: Skills) -> str:
    return " and ".join(name if level == 1 else f"{name} at level {level}" for name, level in skills)


def _lasting(seconds: float) -> str:
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, left = divmod(whole, 60)
    return f"{minutes} min {left} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
