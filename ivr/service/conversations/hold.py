"""The customer holds: music instead of the agent; and the recording is paused before card data are said."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from ivr.engine import session as sessions
from ivr.engine.context import CallContext, MusicPiece
from ivr.engine.instructions import Prompt, spoken_seconds
from ivr.engine.phrases import phrase
from ivr.engine.session import ON
from ivr.engine.waiting.playback import MusicPosition, further, slices
from ivr.floor import consult_transfer, hold_state
from ivr.floor.call_recording import job_of
from ivr.floor.current_call import current_call
from ivr.floor.offers import TooLate
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.call_recordings import PAUSE_S, CallRecordings
from ivr.settings import Settings
from ivr.store import calls, floor, journal, transfers
from ivr.store.floor import OfferRow
from ivr.store.transfers import TransferRow

log = logging.getLogger(__name__)

NOT_HELD = "the customer could not be put on hold"
GIVEN_ON = "The caller is being given on."
TOGETHER = "Everybody is on the line together: part from the customer first."
CONSULTING = "Somebody is being asked about this call: let them go, or bring everybody together."
RINGING = ("asked", "ringing")


class HoldService:
    """From the desk. Every method is one transaction; raises TooLate."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def hold(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            self._refuse(tx, call_sid, moving=GIVEN_ON, together=TOGETHER)
            hold_state.hold(tx, offer)

    def retrieve(self, agent_id: str, call_sid: str) -> None:
        """Twice is once. Whoever is still being rung about this call is not asked any more."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            if offer.held_at is None:
                return
            transfer = self._refuse(tx, call_sid, moving=GIVEN_ON, consulting=CONSULTING)
            if transfer is not None and transfer.state in RINGING:
                consult_transfer.cancel(tx, transfer, "back to the customer")
            hold_state.retrieve(tx, offer)

    @staticmethod
    def _refuse(tx: Transaction, call_sid: str, **states: str) -> TransferRow | None:
        """Raises TooLate, in these words, when there is a live transfer in one of these states."""
        transfer = transfers.live_of_call(tx.connection, call_sid)
        if transfer is not None and transfer.state in states:
            raise TooLate(states[transfer.state])
        return transfer


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
            is_held = owner is not None and owner.held_at
            earlier = journal.holds_of_call(connection, offer.call_sid) if offer and is_held else []
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


NOT_RECORDED = "This call is not being recorded."
STILL_RECORDED = "The recording could not be paused: do not ask for card details. Try again in a moment."


class RecordingPause:
    """`recordings` asks the carrier."""

    def __init__(self, transactions: Transactions, recordings: CallRecordings) -> None:
        self._transactions, self._recordings = transactions, recordings

    def pause(self, agent_id: str, call_sid: str) -> None:
        """Nothing is recorded when this returns. Raises TooLate, and then it may be."""
        with self._transactions.begin() as tx:
            offer = self._recorded_talk(tx, agent_id, call_sid)
            if not hold_state.pause_recording(tx, offer, check_s=PAUSE_S):
                return
        surely = self._recordings.pause(call_sid).surely
        with self._transactions.begin() as tx:
            if surely:
                tx.cancel_job(job_of(call_sid))  # which also stands for "not yet"
                tx.tell_agent(agent_id)
            else:
                hold_state.pause_failed(tx, current_call(tx, agent_id, call_sid))
        if not surely:
            raise TooLate(STILL_RECORDED)

    def resume(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._transactions.begin() as tx:
            hold_state.resume_recording(tx, self._recorded_talk(tx, agent_id, call_sid))

    @staticmethod
    def _recorded_talk(tx: Transaction, agent_id: str, call_sid: str) -> OfferRow:
        offer = current_call(tx, agent_id, call_sid)
        row = calls.find(tx.connection, call_sid)
        if row is None or row.session["session"].get("recording", "") != ON:
            raise TooLate(NOT_RECORDED)
        return offer
