"""Effects of flows that leave the house, and answers that come from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.carrier.base import Carrier
from ivr.engine.effects import (
    DropVoicemail,
    Enquiry,
    FetchRecording,
    KeepComment,
    KeepVoicemail,
    LookUp,
    NoteOverflow,
    NoteRating,
    PauseRecording,
    SendText,
    SendVoicemail,
    SetRecording,
)
from ivr.engine.events import Event, RecordingFetched
from ivr.floor import comments, voicemail
from ivr.floor.call_recording import set_recording
from ivr.floor.outgoing_messages import ask_text
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.call_recordings import PAUSE_S, CallRecordings
from ivr.service.lookups import Lookups
from ivr.service.recordings import FETCH_S, RecordingPlayback
from ivr.settings import Settings
from ivr.store import messages
from ivr.store.calls import CallRow


def apply_effect(tx: Transaction, row: CallRow, effect: Any, settings: Settings) -> CallRow:
    """Ask for what must be done after the commit; returns the call as it is then."""
    match effect:
        case SetRecording():
            set_recording(tx, row.sid)
        case SendText():
            return ask_text(tx, row, effect, settings)
        case NoteOverflow():
            reason = {"rule": effect.rule, "why": effect.why, "to": effect.to}
            tx.note(JournalKind.OVERFLOWED, call=row.sid, queue=effect.queue, **reason)
        case NoteRating():
            return _rated(tx, row, effect)
        case KeepComment():
            return comments.keep(tx, row, effect)
        case KeepVoicemail():
            return voicemail.keep(tx, row, effect)
        case SendVoicemail():
            return voicemail.send(tx, row, effect)
        case DropVoicemail():
            return voicemail.drop(tx, row, effect)
    return row


def _rated(tx: Transaction, row: CallRow, effect: NoteRating) -> CallRow:
    """One contact for a survey, so that nobody is asked again soon; each answer on record by itself."""
    tx.note(JournalKind.RATED, call=row.sid, question=effect.question, answer=effect.answer)
    if row.session.get("surveyed"):
        return row
    contact = {
        "at": tx.now,
        "customer_id": row.customer_id,
        "number": row.caller,
        "channel": messages.SURVEY,
        "direction": "in",
        "summary": f"{effect.question.replace('_', ' ')}: {effect.answer}"[:1000],
    }
    number = messages.add(tx.connection, contact)
    return replace(row, session={**row.session, "surveyed": True, "survey_contact": number})


class FlowEffects:
    """Gets answers to enquiries: from data sources and from the carrier."""

    def __init__(self, look_ups: Lookups, recordings: CallRecordings, listening: RecordingPlayback) -> None:
        self._look_ups, self._recordings, self._listening = look_ups, recordings, listening

    def deadline(self, effect: Enquiry) -> float:
        """Seconds that an answer takes at most."""
        if isinstance(effect, LookUp):
            return self._look_ups.deadline(effect)
        return FETCH_S if isinstance(effect, FetchRecording) else PAUSE_S

    def __call__(self, effect: Enquiry, sid: str) -> Event:
        """Ask for the call `sid`. Never raises."""
        if isinstance(effect, PauseRecording):
            return self._recordings.pause(sid)
        if isinstance(effect, FetchRecording):
            return RecordingFetched(self._listening.address(effect.recording))
        return self._look_ups(effect, sid)


def outside(
    look_ups: Lookups,
    transactions: Transactions,
    carrier: Carrier,
    status_url: Callable[[str], str],
    listening: RecordingPlayback,
) -> FlowEffects:
    """Put together what answers enquiries."""
    return FlowEffects(look_ups, CallRecordings(transactions, carrier, status_url), listening)
