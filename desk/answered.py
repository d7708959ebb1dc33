"""What an answer shows of the floor. That an agent was shown a card is written down once the answer is out:
writing must not delay a card."""

from __future__ import annotations

import logging

from flask import Response, after_this_request

from desk.screen import Screen, Shown
from ivr.store.database import DatabaseUnavailable

log = logging.getLogger(__name__)


def shown_now(screen: Screen, agent_id: str) -> Shown:
    """What this agent is to see now, for the answer to the request at hand."""
    shown = screen.look(agent_id)

    def note() -> None:
        for call_sid in shown.cards:
            try:
                screen.note_shown(call_sid, agent_id)
            except DatabaseUnavailable as fault:
                log.warning("card of %s, shown to %s: not in the journal: %s", call_sid, agent_id, fault)

    @after_this_request
    def note_when_out(answer: Response) -> Response:
        answer.call_on_close(note)
        return answer

    return shown
