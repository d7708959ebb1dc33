"""An agent's part in a conversation, as the desk shows it. It is read with every look of the desk, so it
must stay cheap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.customers.numbers import for_people
from ivr.engine import session as sessions
from ivr.engine.context import CallContext
from ivr.engine.phrases import phrase
from ivr.floor.call_recording import job_of
from ivr.floor.consult_transfer import CALLER_LEFT
from ivr.floor.transaction import Transactions
from ivr.service.conversations.hold import NOT_HELD
from ivr.settings import Settings
from ivr.store import calls, floor, jobs, transfers
from ivr.store.database import Connection
from ivr.store.floor import OfferRow
from ivr.store.transfers import AGENT, QUEUE, TransferRow


@dataclass(frozen=True, slots=True)
class TransferTargetView:
    """A person, queue or number that can be asked to take a caller. `kind` is agent, supervisor, queue or
    number.

    `key` is "agent:<id>", "queue:<name>", "number:<name of a target in config.yaml>" or "number:+E164".
    `says` is one line for people; `blind` and `warm` tell what is possible now, `why_not` when one is not.
    """

    key: str
    kind: str
    title: str
    says: str
    blind: bool
    warm: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer for people: who gives, to whom, with which note, how far it is, and why it ended."""

    kind: str
    target_kind: str
    target_title: str
    note: str
    state: str
    since: float
    from_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoLongerAsked:
    """A colleague asked this agent about a call until `at`, and needs them no more: the caller hung up, or
    the question was taken back."""

    from_name: str
    caller_left: bool
    at: float


@dataclass(frozen=True, slots=True)
class ConversationStatus:
    """An agent's part in a talk. Times are epoch seconds, `None` when it is not so.

    `ask_leave` is what to say before holding, in the caller's language. `recording` is on, paused, or ""
    when nothing is recorded. `transfer` is the live one, `last` the latest that failed, `story` how the
    call came to this agent. `asked_by` names who asks, for an agent who is only consulted. `caller_left`
    names who was being asked when the caller hung up.
    """

    held_at: float | None
    hold_reminder_s: float
    ask_leave: str
    recording: str
    paused_at: float | None
    transfer: TransferView | None
    last: TransferView | None
    story: tuple[TransferView, ...]
    asked_by: str
    caller_left: str = ""


CAME_TO_NOTHING = ("failed", "returned", "ended")
TOLD_S = 60.0  # so long the one who was asked reads why nobody asks them any more
RECEIVED = ("completed", "moving", "returned")


class ConversationView:
    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._settings = transactions, settings
        self._numbers = {str(number): name for name, number in settings.targets.items()}

    def shown(self, agent_id: str, call_sid: str) -> ConversationStatus | None:
        with self._transactions.database.read() as connection:
            offer = floor.live_offer_of_agent(connection, agent_id)
            if offer is None or offer.call_sid != call_sid:
                offer = floor.last_talk_of_agent(connection, agent_id)  # being written up
            row = calls.find(connection, call_sid)
            if offer is None or offer.call_sid != call_sid or row is None:
                return None
            told = row.session.get("session") or {}  # nothing is kept of somebody who was erased
            recording = self._recording(connection, offer, told.get("recording", ""))
            given = transfers.of_call(connection, call_sid)
            names = {one: self._name(connection, one) for one in {t.from_agent for t in given}}
            shown = {t.id: self._transfer(connection, t, names[t.from_agent]) for t in given}
        live = next((t for t in given if t.live), None)
        asked = offer.kind == floor.CONSULT
        mine = [t for t in given if t.from_offer == offer.id]
        language = str(told.get("language") or "") or self._settings.languages[0]
        return ConversationStatus(
            held_at=offer.held_at if offer.state == "connected" else None,
            hold_reminder_s=float(self._settings.transfers.hold_reminder_seconds),
            ask_leave=self._leave(language),
            recording=recording,
            paused_at=offer.recording_paused_at if recording == "paused" else None,
            transfer=shown[live.id] if live else None,
            last=shown[mine[-1].id] if mine and _came_to_nothing(mine[-1]) else None,
            story=tuple(shown[t.id] for t in given if t.state in RECEIVED and t.from_agent != agent_id),
            asked_by=names[live.from_agent] if asked and live else "",
            caller_left=shown[mine[-1].id].target_title if mine and _caller_left(mine[-1]) else "",
        )

    def asked_before(self, agent_id: str) -> NoLongerAsked | None:
        """By whom this agent was asked until just now, and was then needed no more; None when by nobody."""
        with self._transactions.database.read() as connection:
            row = transfers.called_off(connection, agent_id, self._transactions.clock() - TOLD_S)
            name = self._name(connection, row.from_agent) if row else ""
        return NoLongerAsked(name, _caller_left(row), row.ended_at or 0.0) if row else None

    def _recording(self, connection: Connection, offer: OfferRow, session: str) -> str:
        """A pause counts when no job stands that has still to see to it."""
        if session != sessions.ON or offer.state != "connected":
            return ""
        paused = offer.recording_paused_at is not None
        return "paused" if paused and jobs.find(connection, job_of(offer.call_sid)) is None else "on"

    def _transfer(self, connection: Connection, row: TransferRow, from_name: str) -> TransferView:
        return TransferView(
            kind=row.kind,
            target_kind=row.target_kind,
            target_title=self._title(connection, row),
            note=row.note,
            state=row.state,
            since=row.ended_at or row.joined_at or row.made_at,
            from_name=from_name,
            reason=row.end_reason or "",
        )

    def _title(self, connection: Connection, row: TransferRow) -> str:
        if row.target_kind == AGENT:
            return self._name(connection, row.target)
        if row.target_kind == QUEUE and row.target in self._settings.queues:
            titles = self._settings.queue(row.target).titles(self._settings.languages)
            return titles.get(self._settings.languages[0]) or row.target
        return self._numbers.get(row.target) or for_people(row.target)

    @staticmethod
    def _name(connection: Connection, agent_id: str) -> str:
        agent = floor.find_agent(connection, agent_id)
        return agent.name if agent else agent_id

    def _leave(self, language: str) -> str:
        now = datetime.fromtimestamp(self._transactions.clock(), UTC)
        return phrase("hold_leave", language, CallContext(now, phrases=self._settings.phrases)).text


def _caller_left(row: TransferRow) -> bool:
    """Did the caller hang up while somebody was asked about them?"""
    return row.end_reason == CALLER_LEFT


def _came_to_nothing(row: TransferRow) -> bool:
    """Through nobody's click."""
    return row.state in CAME_TO_NOTHING or row.end_reason == NOT_HELD
