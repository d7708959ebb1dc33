"""A supervisor's phone on an agent's conversation: listen, whisper, barge, take over; and what the caller is
told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.engine import session as sessions
from ivr.engine.context import CallContext
from ivr.engine.instructions import Say
from ivr.engine.phrases import phrase
from ivr.floor.agent_states import UnknownAgent, move_agent
from ivr.floor.consult_transfer import LEG_ENDS_S
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import Offers, TooLate
from ivr.floor.stray_legs import end_stray, is_stray
from ivr.floor.transaction import Transaction, Transactions
from ivr.settings import Settings
from ivr.store import calls, floor, supervisions
from ivr.store.supervisions import JOINED, OVER, RINGING, TOLD, SupervisionRow


class CallerAnnouncement:
    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._settings = transactions, settings

    def prompts(self, supervision_id: str) -> list[Say]:
        """Return the words that count as told once played. Nothing where nobody is to be told (any more).
        Raises LookupError where the words cannot be had: then nobody may listen."""
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


LISTEN, WHISPER, BARGE, TAKE_OVER = "listen", "whisper", "barge", "take_over"
MODES = (LISTEN, WHISPER, BARGE)
WATCH_S = 10.0
TELL_AGAIN_S = 1.0
AWAY_REASON = "supervising"
ASK, WAIT, JOIN, GONE = "ask", "wait", "join", "gone"
OVER_STATUSES = ("completed", "busy", "no-answer", "failed", "canceled")


@dataclass(frozen=True, slots=True)
class SupervisorLegAnswer:
    """The next document for the supervisor's phone. `room` is the talk's conference; `coached` the leg of the
    agent who alone hears a whisper."""

    what: str
    id: str
    mode: str = ""
    agent: str = ""
    room: str = ""
    coached: str = ""


class Monitoring:
    """`new_id()` gives an unguessable name."""

    def __init__(
        self, transactions: Transactions, offers: Offers, settings: Settings, new_id: Callable[[], str]
    ) -> None:
        self._transactions, self._offers, self._settings, self._new_id = (
            transactions,
            offers,
            settings,
            new_id,
        )

    # From the page ------------------------------------------------------------------------------------------

    def start(self, supervisor_id: str, call_sid: str, mode: str) -> None:
        """Ring the supervisor's phone for this talk; on one already, only the mode changes. Raises TooLate,
        with words for the supervisor."""
        if mode not in MODES:
            raise TooLate("There is no such way to join a talk.")
        with self._transactions.begin() as tx:
            calls.lock_row(tx.connection, call_sid)
            person = floor.find_agent(tx.connection, supervisor_id, lock=True)
            if person is None:
                raise UnknownAgent(supervisor_id)
            present = supervisions.of_supervisor(tx.connection, supervisor_id)
            if present is not None:
                self._change_mode(tx, present, call_sid, mode)
                return
            offer = floor.live_offer_of_call(tx.connection, call_sid)
            if offer is None or offer.state != "connected" or not offer.leg_sid:
                raise TooLate("This talk is over.")
            if person.state in ("offered", "on_call", "wrapping_up"):
                raise TooLate("You have a call of your own. Finish it first.")
            if person.state == "available":  # or a caller would be sent to a phone that is busy
                move_agent(tx, supervisor_id, "go_away", reason=AWAY_REASON)
            row = SupervisionRow(
                self._new_id(), supervisor_id, offer.id, call_sid, offer.agent_id, mode, RINGING,
                None, None, False, tx.now, None, None, None,
            )  # fmt: skip
            supervisions.add(tx.connection, row)
            tx.job(JobKind.SUPERVISE_RING, f"supervise_ring:{row.id}", 0.0, {"supervision": row.id})
            tx.job(JobKind.SUPERVISE_WATCH, f"supervise_watch:{row.id}", WATCH_S, {"supervision": row.id})
            self._noted(tx, JournalKind.SUPERVISION_ASKED, row, mode=mode)

    def take_over(self, supervisor_id: str, call_sid: str) -> None:
        """The agent is to leave and the supervisor to stay with the caller. Raises TooLate."""
        with self._transactions.begin() as tx:
            calls.lock_row(tx.connection, call_sid)
            row = supervisions.of_supervisor(tx.connection, supervisor_id)
            if row is None or row.call_sid != call_sid or row.state != JOINED:
                raise TooLate("Join the talk first.")
            if row.mode == TAKE_OVER:
                return
            supervisions.set_mode(tx.connection, row.id, TAKE_OVER)
            tx.job(JobKind.SUPERVISE_TAKE, f"supervise_take:{row.id}", 0.0, {"supervision": row.id})
            self._noted(tx, JournalKind.TAKE_OVER_ASKED, row)

    def stop(self, supervisor_id: str) -> None:
        """Leave the talk, or stop ringing. Harmless when there is none."""
        with self._transactions.begin() as tx:
            found = supervisions.of_supervisor(tx.connection, supervisor_id)
            row = self.held(tx, found.id) if found else None
            if row is not None and row.live and row.mode != TAKE_OVER:
                self.end(tx, row, "left by the supervisor")

    def _change_mode(self, tx: Transaction, row: SupervisionRow, call_sid: str, mode: str) -> None:
        if row.call_sid != call_sid:
            raise TooLate("You are on another talk. Leave it first.")
        if row.mode == TAKE_OVER:
            raise TooLate("You have taken this talk over.")
        if row.mode != mode and supervisions.set_mode(tx.connection, row.id, mode):
            tx.job(JobKind.SUPERVISE_MODE, f"supervise_mode:{row.id}", 0.0, {"supervision": row.id})
            self._noted(tx, JournalKind.SUPERVISION_MODE, row, mode=mode, was=row.mode)

    # From the phone -----------------------------------------------------------------------------------------

    def picked_up(self, supervision_id: str, leg_sid: str) -> SupervisorLegAnswer:
        """A person or a machine answered, or asks again while who must know is being told."""
        with self._transactions.begin() as tx:
            row = self._with_leg(tx, supervision_id, leg_sid)
            if row is not None and is_stray(row.leg_sid, leg_sid):
                return SupervisorLegAnswer(GONE, supervision_id)
            return self._answer(tx, row, supervision_id)

    def pressed(self, supervision_id: str, leg_sid: str, digits: str) -> SupervisorLegAnswer:
        """1 joins; anything else is asked again. The caller is told first where the settings say so."""
        with self._transactions.begin() as tx:
            row = self._with_leg(tx, supervision_id, leg_sid)
            if row is not None and is_stray(row.leg_sid, leg_sid):
                return SupervisorLegAnswer(GONE, supervision_id)
            if row is not None and row.state == RINGING and digits == "1" and self._goes_on(tx, row):
                if self._settings.supervising.tell_caller:
                    supervisions.move(tx.connection, row.id, RINGING, TOLD, tx.now)
                    tx.job(JobKind.SUPERVISE_TELL, f"supervise_tell:{row.id}", 0.0, {"supervision": row.id})
                else:
                    self.joined(tx, row)
            return self._answer(tx, supervisions.find(tx.connection, supervision_id), supervision_id)

    def status(self, supervision_id: str, leg_sid: str, status: str) -> None:
        """The carrier reports the supervisor's leg."""
        with self._transactions.begin() as tx:
            row = self.held(tx, supervision_id)
            if row is None:
                return
            if is_stray(row.leg_sid, leg_sid):
                end_stray(tx, leg_sid, status, row.call_sid)
                return
            if leg_sid and not row.leg_sid:
                supervisions.set_leg(tx.connection, row.id, leg_sid)
            if status in OVER_STATUSES:
                self.leg_over(tx, row, status)
            elif not row.live:
                self._ask_end(tx, row)

    def left(self, supervision_id: str) -> None:
        """The supervisor came out of the conference."""
        with self._transactions.begin() as tx:
            row = self.held(tx, supervision_id)
            if row is None or not row.live:
                return
            own = floor.find_offer(tx.connection, row.offer_id)
            if own is not None and own.agent_id == row.supervisor_id:
                self._offers.end_talk(tx, own, "agent")
            self.end(tx, row, "talk over", LEG_ENDS_S)

    def announced(self, supervision_id: str, heard: bool) -> None:
        """The announcement to caller and agent was played to its end, or could not be. A caller who was
        not told is told again: nobody listens before."""
        with self._transactions.begin() as tx:
            row = self.held(tx, supervision_id)
            if row is None or row.state != TOLD:
                return
            offer = floor.find_offer(tx.connection, row.offer_id)
            if heard and row.told_at is not None and offer is not None and offer.held_at is None:
                self.joined(tx, row)
                return
            supervisions.words_given(tx.connection, row.id, None)
            tx.job(JobKind.SUPERVISE_TELL, f"supervise_tell:{row.id}", TELL_AGAIN_S, {"supervision": row.id})

    # Also for the jobs --------------------------------------------------------------------------------------

    def joined(self, tx: Transaction, row: SupervisionRow) -> None:
        """From now on they hear the talk."""
        tx.cancel_job(f"supervise_tell:{row.id}")
        if supervisions.move(tx.connection, row.id, row.state, JOINED, tx.now):
            self._noted(tx, JournalKind.SUPERVISION_JOINED, row, mode=row.mode)

    def leg_over(self, tx: Transaction, row: SupervisionRow, status: str) -> None:
        supervisions.mark_leg_over(tx.connection, row.id)
        own = floor.find_offer(tx.connection, row.offer_id, lock=True)
        if own is not None and own.agent_id == row.supervisor_id:
            self._offers.leg_over(tx, own, status)
        if row.live:
            self.end(tx, row, f"phone: {status}")

    def end(self, tx: Transaction, row: SupervisionRow, reason: str, after: float = 0.0) -> None:
        """Once, whoever says it; the phone is hung up `after` seconds from now unless it has ended."""
        if not supervisions.move(tx.connection, row.id, row.state, OVER, tx.now, reason):
            return
        lasted = round(tx.now - row.joined_at, 3) if row.joined_at else None
        self._noted(tx, JournalKind.SUPERVISION_OVER, row, reason=reason, seconds=lasted, mode=row.mode)
        self._ask_end(tx, row, after)

    def _ask_end(self, tx: Transaction, row: SupervisionRow, after: float = 0.0) -> None:
        tx.cancel_job(f"supervise_ring:{row.id}")
        tx.job(JobKind.SUPERVISE_END, f"supervise_end:{row.id}", after, {"supervision": row.id})

    def _answer(
        self, tx: Transaction, row: SupervisionRow | None, supervision_id: str
    ) -> SupervisorLegAnswer:
        if row is None or not row.live or not self._goes_on(tx, row):
            return SupervisorLegAnswer(GONE, supervision_id)
        offer = floor.find_offer(tx.connection, row.offer_id)
        agent = floor.find_agent(tx.connection, row.agent_id)
        what = {RINGING: ASK, TOLD: WAIT, JOINED: JOIN}[row.state]
        return SupervisorLegAnswer(
            what,
            row.id,
            row.mode,
            agent.name if agent else row.agent_id,
            offer.conference if offer else "",
            (offer.leg_sid or "") if offer else "",
        )

    def _goes_on(self, tx: Transaction, row: SupervisionRow) -> bool:
        offer = floor.find_offer(tx.connection, row.offer_id)
        return offer is not None and offer.state == "connected"

    def _with_leg(self, tx: Transaction, supervision_id: str, leg_sid: str) -> SupervisionRow | None:
        row = self.held(tx, supervision_id)
        if row is None or row.leg_sid or not leg_sid:
            return row
        supervisions.set_leg(tx.connection, row.id, leg_sid)
        return supervisions.find(tx.connection, row.id)

    @staticmethod
    def held(tx: Transaction, supervision_id: str) -> SupervisionRow | None:
        """The call first, as everywhere."""
        found = supervisions.find(tx.connection, supervision_id)
        if found is None:
            return None
        calls.lock_row(tx.connection, found.call_sid)
        return supervisions.find(tx.connection, supervision_id, lock=True)

    @staticmethod
    def _noted(tx: Transaction, kind: JournalKind, row: SupervisionRow, **body: Any) -> None:
        tx.note(kind, call=row.call_sid, agent=row.agent_id, by=row.supervisor_id, **body)
        tx.tell_agent(row.agent_id)
        tx.tell("floor")
