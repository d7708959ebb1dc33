"""Comments that callers spoke at the end of a survey: they belong to its contact, and are no queue's work."""

from __future__ import annotations

from ivr.acd.journal import JournalKind
from ivr.engine.effects import KeepComment
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.floor.voicemail import SWEEP_S
from ivr.store import calls, comments
from ivr.store.calls import CallRow
from ivr.store.recordings import EXPECTED

COMMENT = "comment"


def keep(tx: Transaction, row: CallRow, effect: KeepComment) -> CallRow:
    """Attach it to the survey of this call; its file may still be on its way, and is asked for when no report
    comes."""
    sid = effect.recording
    calls.keep_recording(tx.connection, sid, row.sid, COMMENT, "", effect.seconds, EXPECTED, tx.now)
    contact = row.session.get("survey_contact")
    if contact is None or not comments.attach(tx.connection, contact, sid):
        return row
    tx.note(JournalKind.COMMENT_LEFT, call=row.sid, recording=sid, seconds=effect.seconds)
    body = {"recording": sid, "call": row.sid, "left_at": tx.now, "looks": 0}
    tx.job(JobKind.SWEEP_RECORDING, f"sweep_recording:{sid}", SWEEP_S[0], body)
    return row
