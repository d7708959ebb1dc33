"""What a caller is told when a supervisor joins, in the language of the call."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.engine import session as sessions
from ivr.engine.context import CallContext
from ivr.engine.instructions import Say
from ivr.engine.phrases import phrase
from ivr.service.transaction import Transactions
from ivr.settings import Settings
from ivr.store import calls, supervisions


class CallerAnnouncement:
    def __init__(self, changes: Transactions, settings: Settings) -> None:
        self._changes, self._settings = changes, settings

    def prompts(self, supervision_id: str) -> list[Say]:
        """What counts as told once it has been played. Nothing where nobody is to be told (any more). Raises
        LookupError where the words cannot be had: then nobody may listen."""
        with self._changes.begin() as change:
            found = supervisions.find(change.connection, supervision_id)
            if found is None or found.state != supervisions.TOLD:
                return []
            row = calls.find(change.connection, found.call_sid)
            if row is None:
                raise LookupError(f"supervision {supervision_id} has no call")
            language = sessions.from_json(row.session["session"]).language or self._settings.languages[0]
            facts = CallContext(datetime.fromtimestamp(change.now, UTC), phrases=self._settings.phrases)
            words = [phrase("supervisor_joins", language, facts)]
            supervisions.words_given(change.connection, found.id, change.now)
        return words
