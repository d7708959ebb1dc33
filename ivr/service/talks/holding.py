"""The customer holds: music instead of the agent, who may look something up or ask somebody."""

from __future__ import annotations

from ivr.service.change import Changes
from ivr.service.offers import TooLate


class Holding:
    """What the carrier must do follows as a job, which makes the carrier as the record says."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def hold(self, agent_id: str, call_sid: str) -> None:
        raise TooLate("not possible yet")

    def retrieve(self, agent_id: str, call_sid: str) -> None:
        raise TooLate("not possible yet")
