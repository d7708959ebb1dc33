"""What is written down about an answer once it is out: that an agent was shown a card, how much was exported.
Writing must not delay what is shown."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Response, after_this_request

from desk.screen import Screen, ScreenRegions
from ivr.store.database import DatabaseUnavailable

log = logging.getLogger(__name__)


def when_out(answer: Response, write: Callable[[], None], what: str) -> Response:
    """The answer, behind which this is written. The log says `what` when the database is away then."""

    def written() -> None:
        try:
            write()
        except DatabaseUnavailable as fault:
            log.warning("%s: not in the journal: %s", what, fault)

    answer.call_on_close(written)
    return answer


def shown_now(screen: Screen, agent_id: str) -> ScreenRegions:
    """What this agent is to see now, for the answer to the request at hand."""
    shown = screen.look(agent_id)

    def note() -> None:
        for call_sid in shown.cards:
            screen.note_shown(call_sid, agent_id)

    if shown.cards:
        after_this_request(lambda answer: when_out(answer, note, f"cards shown to {agent_id}"))
    return shown
