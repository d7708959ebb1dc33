"""Records every half minute that a desk is open, for agents who became available at one."""

from __future__ import annotations

from ivr.service.agents import AgentService
from ivr.store.database import DatabaseUnavailable

EVERY_S = 30.0


class DeskPresence:
    """The presence of one stream: whose desk it is, and when it was last recorded."""

    def __init__(self, agents: AgentService, agent_id: str) -> None:
        self._agents, self._agent_id = agents, agent_id
        self._told_at = float("-inf")

    def tell(self, now: float) -> None:
        """Record presence, again at the next check if the database was down. A clock that was put back also
        records."""
        if 0 <= now - self._told_at < EVERY_S:
            return
        try:
            self._agents.saw_desk(self._agent_id)
        except DatabaseUnavailable:
            return
        self._told_at = now
