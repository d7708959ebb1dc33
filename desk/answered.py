"""Records facts about an answer after it was sent: that an agent was shown a card, how much was exported.
Recording must not delay the page."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Response, after_this_request

from desk.screen import Screen, ScreenRegions
from ivr.store.database import DatabaseUnavailable

log = logging.getLogger(__name__)


def when_out(answer: Response, write: Callable[[], None], what: str) -> Response:
    """Return the answer, after which this is recorded. The log says `what` when the database is down then."""

    def written() -> None:
        try:
            write()
        except DatabaseUnavailable as fault:
            log.warning("%s: not in the journal: %s", what, fault)

    answer.call_on_close(written)
    return answer


def shown_now(screen: Screen, agent_id: str) -> ScreenRegions:
    """Return the regions that this agent should see now, for the answer to the current request."""
    shown = screen.look(agent_id)

    def note() -> None:
        for call_sid in shown.cards:
            screen.note_shown(call_sid, agent_id)

    if shown.cards:
        after_this_request(lambda answer: when_out(answer, note, f"cards shown to {agent_id}"))
    return shown
