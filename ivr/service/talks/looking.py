"""One look at an agent's part in a talk. It is taken with every look of the desk, so it must stay cheap."""

from __future__ import annotations

from ivr.service.talks.shown import TalkShown
from ivr.settings import Settings
from ivr.store.database import Database


class Looking:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def shown(self, agent_id: str, call_sid: str) -> TalkShown | None:
        return None
