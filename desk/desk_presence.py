"""That a desk is open is written down every half minute, for agents who went available at one."""

from __future__ import annotations

from ivr.service.agents import AgentService
from ivr.store.database import DatabaseUnavailable

EVERY_S = 30.0


class DeskPresence:
    """One stream's: whose desk it is, and when that was last told."""

    def __init__(self, agents: AgentService, agent_id: str) -> None:
        self._agents, self._agent_id = agents, agent_id
        self._told_at = float("-inf")

    def tell(self, now: float) -> None:
        """Told again at the next look when the database was away. A clock that was put back tells too."""
        if 0 <= now - self._told_at < EVERY_S:
            return
        try:
            self._agents.saw_desk(self._agent_id)
        except DatabaseUnavailable:
            return
        self._told_at = now
