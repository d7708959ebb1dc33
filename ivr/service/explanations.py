"""Why is this caller waiting, why did this agent get no call: for the command and the supervisor's page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ivr.acd.call_history import RoutingStep, callback_history, routing_history
from ivr.acd.explanations import AT_WORK, Colleague, ExplainedPosition, Explainer
from ivr.acd.floor import LIVE, WaitingCall, skills_wanted
from ivr.errors import NotFound
from ivr.floor.agent_states import DESK_CLOSED, UnknownAgent
from ivr.floor.floor_snapshot import DECLINED_S, kind_of_place, phones_of
from ivr.settings import Settings
from ivr.store import calls, floor, journal
from ivr.store.calls import CallRow
from ivr.store.database import Connection, Database
from ivr.store.floor import ColleagueRow, QueuedRow

RECENT_S = 3600.0
UNSEEN_S = 120.0  # a desk that is open is written down every half minute
MOST_OFFERS = 5
WENT = {
    "pending": "is being rung",
    "accepted": "accepted it",
    "connected": "talks to them",
    "ended": "talked to them",
    "declined": "declined",
    "expired": "did not answer",
    "failed": "could not be reached",
    "withdrawn": "was no longer needed",
}


class UnknownCall(NotFound):
    """There is no call with this sid."""

    said = "There is no such call."

    def __init__(self, sid: str) -> None:
        super().__init__(f"there is no call {sid!r}")


class ExplanationService:
    """Answers of plain values: `sentences` for people, and the same facts for programs."""

    def __init__(self, database: Database, clock: Callable[[], float], settings: Settings) -> None:
        self._database, self._clock, self._settings = database, clock, settings
        self._zone = ZoneInfo(settings.timezone)

    def call(self, sid: str) -> dict[str, Any]:
        """Raises UnknownCall."""
        now = self._clock()
        with self._database.read() as connection:
            row = calls.find(connection, sid)
            if row is None:
                raise UnknownCall(sid)
            queued = floor.queued(connection, row.queued_id) if row.queued_id else None
            offers = floor.offers_of_call(connection, sid)
            look = _Look(connection, now, self._settings)
            names = look.names
            lines = journal.of_call(connection, sid)
            turnings = routing_history(lines, self._said, lambda agent: names.get(agent, agent))
            sentences = self._of_call(look, row, queued, moved=bool(turnings))
        since = [
            RoutingStep(offer.created_at, self._offered(offer, names)) for offer in offers[-MOST_OFFERS:]
        ]
        since += [*turnings, *callback_history(lines, self._said)]
        sentences += [happened.sentence for happened in sorted(since, key=lambda one: one.at)]
        return {
            "call": sid,
            "state": queued.state if queued else row.status,
            "queue": queued.queue if queued else None,
            "sentences": sentences,
            "offers": [_plain(offer) for offer in offers],
        }

    def agent(self, agent_id: str) -> dict[str, Any]:
        """Raises UnknownAgent."""
        now = self._clock()
        with self._database.read() as connection:
            look = _Look(connection, now, self._settings)
            agent = look.agents.get(agent_id)
            if agent is None:
                raise UnknownAgent(agent_id)
            for queue in sorted(agent.queues):
                look.read(queue)
            others = {other.id for other in look.agents.values() if set(other.queues) & set(agent.queues)}
            recent = floor.offers_of_agents(connection, others, now - RECENT_S)
        sentences = [*self._explainer(look).agent(agent), *self._of_desk(look.rows[agent_id])]
        passed_over = [offer for offer in recent if self._was_candidate(agent_id, offer)]
        for offer in passed_over[:MOST_OFFERS]:
            sentences.append(self._instead(offer, agent_id, look.names))
        return {
            "agent": agent_id,
            "state": agent.state,
            "queues": dict(agent.queues),
            "skills": dict(agent.skills),
            "sentences": sentences,
            "passed_over": [_plain(offer) for offer in passed_over],
        }

    def _of_desk(self, row: ColleagueRow) -> list[str]:
        """About an agent who is, or was, available at a desk that nobody has open."""
        closed = self._settings.desk_closed
        if row.desk_seen_at is None:
            return []
        since = f"No desk of theirs has been open since {self._said(row.desk_seen_at)}"
        if row.state == "away" and row.reason == DESK_CLOSED:
            return [f"{since}, so they were set away (desk_closed: away_after_minutes)."]
        if row.state != "available" or self._clock() - row.desk_seen_at < UNSEEN_S:
            return []
        if not closed.away_after_minutes:
            return [f"{since}."]
        at = self._said(row.desk_seen_at + closed.away_after_minutes * 60)
        return [f"{since}: they are set away at {at} (desk_closed: away_after_minutes)."]

    def _of_call(self, look: _Look, row: CallRow, queued: QueuedRow | None, moved: bool) -> list[str]:
        """`moved`: something happened on the way, so that the line they stand in may not be their first."""
        if queued is None:
            where = "is over" if row.ended_at is not None else "is in the flow"
            return [f"This call {where}; it stands in no line."]
        if queued.state in ("waiting", "offered"):
            look.read(queued.queue)
            for queue in sorted({other for agent in look.agents.values() for other in agent.queues}):
                look.read(queue)  # agents are shared: they may go to somebody in another line
            place = next(place for place in look.places if place.call.id == queued.id)
            return self._explainer(look).call(place)
        waited = (queued.answered_at or queued.since) - queued.entered_at
        how = {"talking": "was answered", "answered": "was answered", "abandoned": "hung up", "left": "left"}
        done = how.get(queued.state, f"left the line ({queued.state})")
        since = self._said(queued.entered_at)
        where = f"for {queued.queue} since {since}"
        if moved:
            where = f"since {since}, at last for {queued.queue}"
        ended = f" The call ended at {self._said(row.ended_at)}." if row.ended_at is not None else ""
        return [
            f"This caller waits no more: in line {where}, "
            f"they {done.replace('was', 'were')} after {waited:.0f} s.{ended}"
        ]

    def _explainer(self, look: _Look) -> Explainer:
        point_s = self._settings.priority_minutes * 60.0
        places = sorted(look.places, key=lambda place: (place.call.rank, place.call.id))
        return Explainer(look.now, places, look.agents.values(), self._said, point_s, DECLINED_S)

    def _said(self, instant: float) -> str:
        moment = datetime.fromtimestamp(instant, self._zone)
        today = datetime.fromtimestamp(self._clock(), self._zone).date()
        return f"{moment:%H:%M:%S}" if moment.date() == today else f"{moment:%Y-%m-%d %H:%M:%S}"

    def _offered(self, offer: Any, names: dict[str, str]) -> str:
        others = len(offer.candidates or ()) - 1
        among = f", first of {others + 1} who could have taken it" if others > 0 else ""
        went = WENT.get(offer.state, offer.state)
        reason = f" ({offer.end_reason})" if offer.end_reason else ""
        who = names.get(offer.agent_id, offer.agent_id)
        return f"Offered at {self._said(offer.created_at)}{among}: {who} {went}{reason}."

    def _instead(self, offer: Any, agent_id: str, names: dict[str, str]) -> str:
        place = list(offer.candidates).index(agent_id) + 1
        who = names.get(offer.agent_id, offer.agent_id)
        return (
            f"At {self._said(offer.created_at)} {offer.call_sid} ({offer.queue}) went to {who}: of "
            f"{len(offer.candidates)} who could have taken it, this agent was number {place} to be asked."
        )

    @staticmethod
    def _was_candidate(agent_id: str, offer: Any) -> bool:
        return offer.agent_id != agent_id and agent_id in (offer.candidates or ())


class _Look:
    """The floor in this transaction; lines are read as they are asked for."""

    def __init__(self, connection: Connection, now: float, settings: Settings) -> None:
        self._connection, self.now, self._settings = connection, now, settings
        busy = floor.live_calls_by_agent(connection)
        rows = floor.colleagues(connection)
        self.rows = {row.id: row for row in rows}
        self.agents = {row.id: _colleague(row, busy.get(row.id)) for row in rows}
        self.names = {agent.id: str(agent) for agent in self.agents.values()}
        self.places: list[ExplainedPosition] = []
        self._ringing = {call: agent for agent, call in busy.items()}
        self._declined = floor.declined_since(connection, self.agents, now - DECLINED_S)
        self._phones = phones_of(rows)
        self._read: set[str] = set()

    def read(self, queue: str) -> None:
        if queue not in self._read:
            self._read.add(queue)
            self.places += map(self._place, floor.line(self._connection, queue))

    def _rung_by(self, row: QueuedRow) -> frozenset[str]:
        """The agents from whose own phone this caller rings."""
        found = calls.find(self._connection, row.call_sid) if row.kind == LIVE else None
        return self._phones.get(found.caller, frozenset()) if found else frozenset()

    def _place(self, row: QueuedRow) -> ExplainedPosition:
        declined = self._declined.get(row.id, {})
        known = self.agents.get(row.prefer_agent or "")
        call = WaitingCall(
            row.id,
            row.queue,
            row.rank_at,
            frozenset(declined),
            kind_of_place(row.kind, row.queue, self._settings.queue),
            skills_wanted(row.skills),
            row.prefer_agent if known is not None and known.state in AT_WORK else None,
            row.prefer_until or 0.0,
            row.not_before or 0.0,
            self._rung_by(row),
        )
        ringing = self._ringing.get(row.call_sid) if row.state == "offered" else None
        return ExplainedPosition(
            call, row.call_sid, row.entered_at, row.priority, ringing, row.prefer_agent, declined
        )


def _colleague(row: ColleagueRow, busy_with: str | None) -> Colleague:
    return Colleague(row.id, row.name, row.state, row.since, row.queues, row.skills, row.reason, busy_with)


def _plain(offer: Any) -> dict[str, Any]:
    fields: Iterable[str] = ("call_sid", "agent_id", "queue", "state", "created_at", "ended_at", "candidates")
    return {name: getattr(offer, name) for name in fields}
