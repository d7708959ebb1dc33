"""Messages of callers: kept with the turn that recorded them, and work for those who serve the queue.

A message is kept from its first second and shown to agents once the caller has sent it or is gone. Whatever
the carrier reports of it, in any order, brings the recording up to date; what it never reports is asked for.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.acd.journal import JournalKind
from ivr.engine.effects import DropVoicemail, KeepVoicemail, SendVoicemail
from ivr.floor.call_recording import delete_later
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.store import calls, recordings, work_items
from ivr.store.calls import CallRow
from ivr.store.recordings import ABSENT, DROPPED, EXPECTED, STORED

WHY = {
    "16101": "The recording was too short to be kept.",
    "16102": "Nothing was said in the recording.",
}

VOICEMAIL = "voicemail"
REVIEW_S = 600.0  # nobody listens to their own message for longer
SWEEP_S = (300.0, 3600.0, 86_400.0)  # after it was left (F-RC-01)


def keep(tx: Transaction, row: CallRow, effect: KeepVoicemail) -> CallRow:
    """A message was recorded; its file may still be on its way."""
    message(tx, row, effect.recording, effect.queue, effect.seconds)
    return replace(row, outcome=VOICEMAIL)


def message(tx: Transaction, row: CallRow, recording: str, queue: str, seconds: int) -> None:
    """Write it down, as news of the caller's own request."""
    calls.keep_recording(tx.connection, recording, row.sid, VOICEMAIL, queue, seconds, EXPECTED, tx.now)
    make_work(tx, row.sid, recording, queue, row.caller, row.customer_id)
    tx.tell("floor")


def make_work(
    tx: Transaction,
    call_sid: str,
    recording: str,
    queue: str,
    number: str,
    customer_id: str | None,
    shown: bool = False,
) -> None:
    """Make a recording work for the queue and count it as a message, once, however often the caller's turn
    and the carrier's report tell of it. A look is asked for in case no report comes. `shown`: agents see it
    at once, since its caller is gone."""
    known = recordings.find(tx.connection, recording)
    if known is None or known.status == DROPPED or work_items.of_recording(tx.connection, recording):
        return
    tx.note(
        JournalKind.VOICEMAIL_LEFT, call=call_sid, queue=queue, recording=recording, seconds=known.seconds
    )
    add_work(tx, call_sid, recording, queue, number, customer_id, shown)
    if known.status == EXPECTED:
        body = {"recording": recording, "call": call_sid, "left_at": tx.now, "looks": 0}
        tx.job(JobKind.SWEEP_RECORDING, f"sweep_recording:{recording}", SWEEP_S[0], body)


def add_work(
    tx: Transaction,
    call_sid: str,
    recording: str | None,
    queue: str,
    number: str,
    customer_id: str | None,
    shown: bool = False,
    why: str = "",
) -> None:
    """Write it down. Without a recording, `why` says so."""
    values = {
        "kind": VOICEMAIL,
        "queue": queue,
        "call_sid": call_sid,
        "recording_sid": recording,
        "customer_id": customer_id,
        "number": number,
        "made_at": tx.now,
        "since": tx.now,
        "due_at": None if shown else tx.now + REVIEW_S,
        "result": why,
    }
    found = work_items.add(tx.connection, values)
    tx.note(JournalKind.WORK_MADE, call=call_sid, queue=queue, work=found, kind_of_work=VOICEMAIL)


def send(tx: Transaction, row: CallRow, effect: SendVoicemail) -> CallRow:
    """The caller is done with it: agents see it."""
    if work_items.show(tx.connection, effect.recording):
        tx.note(JournalKind.VOICEMAIL_SENT, call=row.sid, recording=effect.recording)
        tx.tell("floor")
    return row


def drop(tx: Transaction, row: CallRow, effect: DropVoicemail) -> CallRow:
    """The caller does not want this take kept, also when its report comes later."""
    calls.keep_recording(tx.connection, effect.recording, row.sid, VOICEMAIL, "", 0, DROPPED, tx.now)
    was_work = work_items.drop(tx.connection, effect.recording)
    tx.note(JournalKind.VOICEMAIL_DROPPED, call=row.sid, recording=effect.recording)
    tx.cancel_job(f"sweep_recording:{effect.recording}")
    delete_later(tx, effect.recording)
    tx.tell("floor")
    only = was_work and not work_items.of_call(tx.connection, row.sid)
    return replace(row, outcome=None) if only and row.outcome == VOICEMAIL else row


def report(
    tx: Transaction,
    recording: str,
    call_sid: str,
    status: str,
    seconds: int,
    why: str = "",
    queue: str = "",
) -> bool:
    """Store the carrier's report on a known recording; return True when it was news."""
    known = recordings.find(tx.connection, recording)
    if known is not None and known.status == DROPPED:
        if status == STORED:  # it may have come too late for the first request to delete it
            delete_later(tx, recording)
        return False
    queue = known.queue if known else queue
    kept = calls.keep_recording(tx.connection, recording, call_sid, VOICEMAIL, queue, seconds, status, tx.now)
    if not kept or status == EXPECTED:
        return kept
    tx.cancel_job(f"sweep_recording:{recording}")
    tx.note(
        JournalKind.RECORDING_REPORTED,
        call=call_sid,
        recording=recording,
        status=status,
        seconds=seconds,
        why=why,
    )
    if status == ABSENT:
        work_items.explain(tx.connection, recording, why or "The phone company has no recording of it.")
    tx.tell("floor")
    return True


def why_absent(code: str) -> str:
    """The carrier's reason for having no recording, in words."""
    return WHY.get(code, f"The phone company has no recording of it{f' (code {code})' if code else ''}.")
