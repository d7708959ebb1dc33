"""The work items on a desk: regions of their own, so that an update of one neither stops a message being
played in another, nor touches what is being typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ivr.service.screen_pop.cards import Card, CardOfAnother, CardService
from ivr.service.work_items import WorkService
from ivr.store.work_items import ListedWork

WORK_REGIONS = ("work_item", "work_reply", "work_result", "work_card", "work_list")


@dataclass(frozen=True, slots=True)
class WorkItemView:
    """Reads the content of the regions."""

    work: WorkService
    cards: CardService

    def values(self, agent_id: str) -> dict[str, Any]:
        """Return the values of the templates: `listed`, the message that is `mine`, the conversation for a
        text, and the card of its caller."""
        listed = self.work.seen_by(agent_id)
        return {
            "listed": listed,
            "mine": listed.mine,
            "texts": self.work.conversation(listed.mine.work) if listed.mine else None,
            "calls_back": self.work.calls_back,
            "work_card": self._card(listed.mine, agent_id),
        }

    def _card(self, mine: ListedWork | None, agent_id: str) -> Card | None:
        if mine is None:
            return None
        try:
            return self.cards.card_of_work(mine.work.call_sid, agent_id)
        except CardOfAnother:  # given back between the two readings, or left while the database was down
            return None
