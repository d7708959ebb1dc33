"""Writes what is recorded when a call ends: its outcome, and the contact that the next agent will read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ivr.acd import states
from ivr.acd.journal import JournalKind
from ivr.acd.wait_outcome import ABANDONED, LEFT_MESSAGE, MESSAGE_FOUND, is_corrected_by_message
from ivr.engine.effects import DropVoicemail, KeepComment
from ivr.engine.events import Event, RecordingEnded
from ivr.floor import comments, voicemail
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.store import callbacks, calls, floor, history, journal, notes, recordings, work_items
from ivr.store.calls import CallRow
from ivr.store.recordings import ABSENT

SUMMARY_LENGTH = 900
AGENTS_LENGTH = 100


class CallCompletion:
    """Ends calls, once. `surveys` tells after how many seconds who talked in a queue is asked how it was;
    `over` hears of calls that are over, and of what becomes known of them afterwards."""

    def __init__(self, surveys: Mapping[str, float] | None = None) -> None:
        self._surveys = surveys or {}
        self.over: Callable[[Transaction, CallRow], None] = lambda _change, _row: None

    def close(self, tx: Transaction, row: CallRow, how: str, was_turn: int) -> None:
        """Write the end of the call. `how` is the carrier's status, or "finished" when the flow ended it."""
        ended = replace(row, status="ended", ended_at=tx.now, outcome=row.outcome or "finished")
        calls.save(tx.connection, ended, was_turn=was_turn)
        tx.cancel_job(f"call_watch:{row.sid}")
        tx.note(
            JournalKind.ENDED,
            call=row.sid,
            how=how,
            outcome=ended.outcome,
            seconds=round(tx.now - row.started_at, 3),
        )
        self.write_contact(tx, ended)
        self._ask_later(tx, ended)
        answer_work(tx, ended)
        self.over(tx, ended)
        tx.tell("line")
        if row.agent_id:
            tx.tell_agent(row.agent_id)

    def _ask_later(self, tx: Transaction, row: CallRow) -> None:
        """The latest talk of which somebody wants to know counts: a caller may have been given on."""
        if not self._surveys or row.outcome != "talked":
            return
        talked = floor.queues_talked_in(tx.connection, row.sid)
        queue = next((queue for queue in talked if queue in self._surveys), None)
        if queue is not None:
            body = {"call": row.sid, "queue": queue}
            tx.job(JobKind.ASK_SURVEY, f"ask_survey:{row.sid}", self._surveys[queue], body)

    def unseen(self, tx: Transaction, row: CallRow, how: str) -> None:
        """A call that was over before we heard of it: on record, so that nothing late brings it to life."""
        calls.add(tx.connection, replace(row, status="ended", ended_at=tx.now, outcome="hung_up"))
        tx.note(JournalKind.ENDED_UNSEEN, call=row.sid, status=how)
        self.write_contact(tx, row)
        tx.tell("line")

    def late(self, tx: Transaction, row: CallRow, event: Event) -> None:
        """The caller hung up while recording and the end of the call was reported first: keep the message."""
        if not isinstance(event, RecordingEnded) or event.seconds < 1:
            return
        session = _session(row)
        memory = session.get("scratch") or {}
        if "comment" in memory:
            comments.keep(tx, row, KeepComment(event.recording, event.seconds))
            return
        queue = str(memory.get("queue") or session.get("queue") or "")
        was_known = row.outcome == voicemail.VOICEMAIL
        voicemail.message(tx, row, event.recording, queue, event.seconds)
        if memory.get("take", event.recording) != event.recording:  # the caller was replacing it
            voicemail.drop(tx, row, DropVoicemail(memory["take"]))
        if not was_known:
            self.recorded(tx, row, "stored", event.seconds)

    def recorded(self, tx: Transaction, row: CallRow, status: str, seconds: int) -> None:
        """A message of an ended call turned up: the caller neither gave up waiting nor left without a word.
        The call, its place in line, its contact and (by the journal) the sums are corrected."""
        if status == ABSENT or not is_corrected_by_message(row.outcome, seconds):
            return
        place = floor.queued(tx.connection, row.queued_id, lock=True) if row.queued_id else None
        if row.outcome == ABANDONED:
            if place is None or not recordings.message_since(tx.connection, row.sid, place.entered_at):
                return  # a message from before this wait: the caller did give up
            state = states.move(states.QUEUED_CALL, place.id, place.state, MESSAGE_FOUND)
            ended_at = row.ended_at or tx.now
            floor.end_queued(tx.connection, place.id, place.state, state, ended_at, LEFT_MESSAGE.reason)
        kept = replace(row, outcome=LEFT_MESSAGE.outcome)
        calls.save(tx.connection, kept, was_turn=row.turn)
        queue = place.queue if place is not None else None
        where = _where_it_ended(tx, row)
        tx.note(JournalKind.END_CORRECTED, call=row.sid, queue=queue, was=row.outcome, **where)
        self.write_contact(tx, kept)

    def write_contact(self, tx: Transaction, row: CallRow) -> None:
        """Bring the call's contact up to date (at its end, and with every later note)."""
        agent = floor.find_agent(tx.connection, row.agent_id) if row.agent_id else None
        who_had_it = history.who_had_call(tx.connection, row.sid) or (agent.name if agent else "")
        queued = floor.queued(tx.connection, row.queued_id) if row.queued_id else None
        began = row.started_at
        if row.direction == "out":  # a callback is on record from its booking: the talk is the contact
            began = (queued.answered_at if queued else None) or row.ended_at or tx.now
        history.write_call(
            tx.connection,
            row.sid,
            {
                "at": began,
                "customer_id": row.customer_id,
                "number": row.caller,
                "channel": "call",
                "direction": row.direction,
            },
            {
                "summary": summary(row)[:SUMMARY_LENGTH],
                "note": history.notes_of_call(tx.connection, row.sid),
                "agent_name": who_had_it[:AGENTS_LENGTH],
                "queue": queued.queue if queued else "",
                "outcome": row.outcome or "",
                "disposition": row.disposition or "",
                "seconds": max(0, round((row.ended_at or tx.now) - began)),
                **notes.ticked(tx.connection, row.sid),
            },
        )


def _where_it_ended(tx: Transaction, row: CallRow) -> dict[str, Any]:
    """The step in which the caller hung up, as the page of the flows has counted it."""
    lines = journal.of_call(tx.connection, row.sid)
    entered: Mapping[str, Any] = next(
        (line.body for line in reversed(lines) if line.kind == JournalKind.ENTERED), {}
    )
    return {name: entered.get(name, "") for name in ("flow", "step")} | {"ended_at": row.ended_at}


ANSWERED = {
    "talked": "called back",
    "callback_merged": "they rang us first",
    "callback_cancelled": "they no longer wanted the call",
    "callback_expired": "not reached; called again as a callback",
}


def answer_work(tx: Transaction, row: CallRow) -> None:
    """A message for which this call was placed is dealt with by how the call ended."""
    booked = callbacks.of_call(tx.connection, row.sid) if row.direction == "out" else None
    found = work_items.of_callback(tx.connection, booked.id) if booked else None
    if found is None:
        return
    result = row.disposition or ANSWERED.get(row.outcome or "", "called back, nobody talked")
    if work_items.answer(tx.connection, found.id, result[:200], tx.now):
        tx.cancel_job(f"work_due:{found.id}")
        agent = found.agent_id
        tx.note(
            JournalKind.WORK_DONE,
            call=found.call_sid,
            agent=agent,
            queue=found.queue,
            work=found.id,
            result=result,
        )


def summary(row: CallRow) -> str:
    """The way through the flow in words, and what was keyed or said."""
    session = _session(row)
    steps = [str(visit.get("step", "")) for visit in session.get("path", ())]
    words = " → ".join(step.replace("_", " ") for step in steps if step and not step.startswith("@"))
    heard = [item for item in session.get("inputs", ()) if item.get("kind") != "recording"]
    inputs = [str(item["value"]) for item in heard if item.get("value")]  # the pound key alone is no answer
    return words + (f" (entered {', '.join(inputs)})" if inputs else "")


def _session(row: CallRow) -> dict[str, Any]:
    return row.session.get("session") or {}
