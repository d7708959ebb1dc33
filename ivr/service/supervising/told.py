"""What a caller is told when a supervisor joins, in the language of the call."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.engine import session as sessions
from ivr.engine.facts import Facts
from ivr.engine.instructions import Say
from ivr.engine.phrases import phrase
from ivr.service.change import Changes
from ivr.settings import Settings
from ivr.store import calls, supervisions


class Told:
    def __init__(self, changes: Changes, settings: Settings) -> None:
        self._changes, self._settings = changes, settings

    def prompts(self, supervision_id: str) -> list[Say]:
        """Nothing for a supervision that is not there."""
        with self._changes.database.read() as connection:
            found = supervisions.find(connection, supervision_id)
            row = calls.find(connection, found.call_sid) if found else None
        if row is None:
            return []
        language = sessions.from_json(row.session["session"]).language or self._settings.languages[0]
        now = datetime.fromtimestamp(self._changes.clock(), UTC)
        facts = Facts(now, phrases=self._settings.phrases)
        return [phrase("supervisor_joins", language, facts)]
