"""What a customer on hold hears: the music of the queue, and from time to time that we are still there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from ivr.engine import session as sessions
from ivr.engine.context import CallContext, MusicPiece
from ivr.engine.instructions import Prompt, spoken_seconds
from ivr.engine.phrases import phrase
from ivr.engine.waiting.music import MusicPosition, further, slices
from ivr.floor.transaction import Transactions
from ivr.settings import Settings
from ivr.store import calls, floor, journal

ROUND_S = 20  # of music, between two signs of life
ROUNDS = 10  # in one document: the next one may not come, and behind the last word there is silence
JUST_BEGUN_S = 3.0  # no sign of life yet: the agent has just asked for patience
MOMENT_S = 2  # of music, for one who is being brought back


class HoldMusic:
    """`pieces(queue)` gives the music of a queue; of any for one that it does not know."""

    def __init__(
        self, transactions: Transactions, settings: Settings, pieces: Callable[[str], tuple[MusicPiece, ...]]
    ) -> None:
        self._transactions, self._settings, self._pieces = transactions, settings, pieces

    def prompts(self, offer_id: str) -> tuple[Prompt, ...]:
        """The next rounds in the room of this offer. The music goes on about where it was, also where it was
        when the customer last came back from holding."""
        with self._transactions.database.read() as connection:
            offer = floor.find_offer(connection, offer_id)
            row = calls.find(connection, offer.call_sid) if offer else None
            owner = floor.live_offer_of_call(connection, offer.call_sid) if offer else None
            earlier = journal.holds_of_call(connection, offer.call_sid) if owner and owner.held_at else []
        if row is None or owner is None or owner.held_at is None:
            return self.without_record(MOMENT_S)
        held_s = max(0.0, self._transactions.clock() - owner.held_at)
        language = sessions.from_json(row.session["session"]).language or self._settings.languages[0]
        now = datetime.fromtimestamp(self._transactions.clock(), UTC)
        still_there = phrase("still_holding", language, CallContext(now, phrases=self._settings.phrases))
        played = sum(music_played(seconds, still_there) for seconds in (*earlier, held_s))
        rounds = self._rounds(owner.queue, played, still_there)
        return rounds[1:] if held_s < JUST_BEGUN_S else rounds

    def _rounds(self, queue: str, played: int, still_there: Prompt) -> tuple[Prompt, ...]:
        """A sign of life and music, several times, from the second after those that were `played`."""
        pieces, prompts = self._pieces(queue), []
        spot = further(pieces, MusicPosition(), played)
        for _ in range(ROUNDS):
            music, seconds = slices(pieces, spot, ROUND_S)
            prompts += [still_there, *music]
            spot = further(pieces, spot, seconds)
        return tuple(prompts)

    def without_record(self, seconds: int = ROUND_S) -> tuple[Prompt, ...]:
        """Music for whoever it is: the database is away, or they hold no more."""
        return slices(self._pieces(""), MusicPosition(), seconds)[0]


def music_played(held_s: float, still_there: Prompt) -> int:
    """How many seconds of music were in a hold of so many seconds: it stands still during a sign of life."""
    if held_s <= ROUND_S:
        return int(held_s)
    words = spoken_seconds((still_there,))
    rounds, rest = divmod(held_s - ROUND_S, words + ROUND_S)
    return int(ROUND_S * (rounds + 1) + max(0.0, rest - words))
