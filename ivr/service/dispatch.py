"""Dispatch: look at the floor, decide, claim. A job of its own: whoever commits last sees everybody."""

from __future__ import annotations

from ivr.acd.matching import match
from ivr.acd.records import FreeAgent, WaitingCall
from ivr.service.change import Changes
from ivr.service.offers import Offers
from ivr.service.worker import Again
from ivr.store import floor
from ivr.store.jobs import Job

MOST_CALLS = 500
LOST_CLAIM_RETRY_S = 0.2


class Dispatcher:
    """Gives waiting calls to free agents."""

    def __init__(self, changes: Changes, offers: Offers) -> None:
        self._changes, self._offers = changes, offers

    def __call__(self, _job: Job) -> Again | None:
        with self._changes.database.read() as connection:
            if not floor.anybody_available(connection):
                return None
        with self._changes.begin() as change:
            floor.one_at_a_time(change.connection)
            free = floor.available_agents(change.connection)
            queues = sorted({queue for _, _, served in free for queue in served})
            rows = {row.call_sid: row for row in floor.waiting(change.connection, queues, MOST_CALLS)}
            waiting = [
                WaitingCall(row.call_sid, row.queue, row.rank_at) for row in rows.values()
            ]
            agents = [FreeAgent(agent_id, served, since) for agent_id, since, served in free]
            made = [
                self._offers.make(change, rows[found.call.call_sid], found.agent.id, list(found.candidates))
                for found in match(waiting, agents)
            ]
        return None if all(made) else Again(LOST_CLAIM_RETRY_S, timer=True)
