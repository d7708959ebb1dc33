"""What a caller is told when a supervisor joins, in the language of the call."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.engine import session as sessions
from ivr.engine.context import CallContext
from ivr.engine.instructions import Say
from ivr.engine.phrases import phrase
from ivr.floor.transaction import Transactions
from ivr.settings import Settings
from ivr.store import calls, supervisions


class CallerAnnouncement:
    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._settings = transactions, settings

    def prompts(self, supervision_id: str) -> list[Say]:
        """What counts as told once it has been played. Nothing where nobody is to be told (any more). Raises
        LookupError where the words cannot be had: then nobody may listen."""
        with self._transactions.begin() as tx:
            found = supervisions.find(tx.connection, supervision_id)
            if found is None or found.state != supervisions.TOLD:
                return []
            row = calls.find(tx.connection, found.call_sid)
            if row is None:
                raise LookupError(f"supervision {supervision_id} has no call")
            language = sessions.from_json(row.session["session"]).language or self._settings.languages[0]
            context = CallContext(datetime.fromtimestamp(tx.now, UTC), phrases=self._settings.phrases)
            words = [phrase("supervisor_joins", language, context)]
            supervisions.words_given(tx.connection, found.id, tx.now)
        return words
