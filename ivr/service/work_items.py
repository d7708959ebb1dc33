"""Work beside the calls: seen by those who serve its queue, taken by one of them, given back or finished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ivr.acd.journal import JournalKind
from ivr.errors import NotFound
from ivr.floor.agent_states import UnknownAgent
from ivr.floor.call_completion import CallCompletion
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import TooLate
from ivr.floor.transaction import Transaction, Transactions
from ivr.service import sms_conversations
from ivr.service.sms_conversations import Conversation
from ivr.settings import Settings
from ivr.store import call_ownership, calls, comments, floor, recordings, work_items
from ivr.store.calls import TEXT
from ivr.store.database import Connection
from ivr.store.recordings import RecordingRow
from ivr.store.work_items import DONE, OPEN, TAKEN, ListedWork, WorkRow

MOST_LISTED = 30
HELD_S = 3600.0  # then work that was taken is everybody's again
LONGEST_RESULT = 200


class Calling(Protocol):
    """Places calls back. Raises TooLate."""

    def call(self, tx: Transaction, found: WorkRow, agent_id: str) -> None: ...


class NoSuchWork(NotFound):
    """It does not exist, or is in none of this agent's queues: both look the same from outside."""

    said = "There is no such work."


@dataclass(frozen=True, slots=True)
class WorkList:
    """The work that an agent sees. `mine` is what they have taken; `more` whether there is work beyond the
    list."""

    items: tuple[ListedWork, ...]
    mine: ListedWork | None
    more: bool


class WorkService:
    """`completion` writes the result into the customer's history; `calling` rings who left a message."""

    def __init__(
        self,
        transactions: Transactions,
        completion: CallCompletion,
        settings: Settings,
        calling: Calling | None = None,
    ) -> None:
        self._transactions, self._completion, self._calling = transactions, completion, calling
        self._settings = settings

    @property
    def calls_back(self) -> bool:
        """Whether an agent can have the call placed."""
        return self._calling is not None

    def call_back(self, work_id: int, agent_id: str) -> None:
        """Have the number called: this agent's phone first. Raises TooLate with words for the agent."""
        with self._transactions.begin() as tx:
            seen = work_items.find(tx.connection, work_id)
            if seen is not None:  # the call before the work, as everywhere
                calls.lock_row(tx.connection, seen.call_sid)
            found = self._mine(tx, work_id, agent_id)
            if self._calling is None:
                raise TooLate("Calls are not placed from here.")
            self._calling.call(tx, found, agent_id)
            tx.tell_agent(agent_id)

    def seen_by(self, agent_id: str) -> WorkList:
        """Everything open in the agent's queues, oldest first."""
        with self._transactions.database.read() as connection:
            found = work_items.listed(connection, agent_id, self._transactions.clock(), MOST_LISTED + 1)
        mine = [one for one in found if one.work.agent_id == agent_id]
        others = [one for one in found[:MOST_LISTED] if one.work.agent_id != agent_id]
        return WorkList(tuple(others), mine[0] if mine else None, len(found) > MOST_LISTED)

    def recording(self, work_id: int, agent_id: str) -> RecordingRow:
        """The recording of a piece of work. Raises NoSuchWork."""
        with self._transactions.database.read() as connection:
            found = self._theirs(connection, work_items.find(connection, work_id), agent_id)
            kept = recordings.find(connection, found.recording_sid) if found.recording_sid else None
        if kept is None:
            raise NoSuchWork(work_id)
        return kept

    def comment(self, call_sid: str, agent_id: str, recording_sid: str) -> RecordingRow:
        """A comment spoken in a survey, for who has a card on which it stands. Raises NoSuchWork."""
        with self._transactions.database.read() as connection:
            held = any(
                has(connection, agent_id, call_sid)
                for has in (call_ownership.has_call, call_ownership.has_work)
            )
            row = calls.find(connection, call_sid) if held else None
            found = comments.comments_of(connection, row.customer_id, row.caller, 0.0) if row else ()
            theirs = any(one.recording == recording_sid for one in found)
            kept = recordings.find(connection, recording_sid) if theirs else None
        if kept is None:
            raise NoSuchWork(recording_sid)
        return kept

    def conversation(self, found: WorkRow) -> Conversation | None:
        """Return what was written, where this is a conversation by text."""
        if found.kind != TEXT:
            return None
        with self._transactions.database.read() as connection:
            return sms_conversations.conversation_shown(connection, found)

    def reply(self, work_id: int, agent_id: str, body: str, seen: int) -> None:
        """Answer a text. Raises TooLate and SmsRefused, with words for the agent; see `sms_conversations`."""
        with self._transactions.begin() as tx:
            known = work_items.find(tx.connection, work_id)
            row = calls.lock(tx.connection, known.call_sid) if known else None
            found = self._mine(tx, work_id, agent_id)
            if row is None or found.kind != TEXT:
                raise NoSuchWork(work_id)
            sms_conversations.reply(tx, row, found, agent_id, body, seen, self._settings)
            tx.tell_agent(agent_id)

    def take(self, work_id: int, agent_id: str) -> None:
        """The agent takes the work, so that no other need do it. One at a time; raises TooLate with words for
        the agent."""
        with self._transactions.begin() as tx:
            self._hold_agent(tx, agent_id)
            found = self._theirs(tx.connection, work_items.find(tx.connection, work_id, lock=True), agent_id)
            if found.state == TAKEN and found.agent_id == agent_id:
                return
            has = work_items.listed(tx.connection, agent_id, tx.now, MOST_LISTED + 1)
            if any(one.work.agent_id == agent_id for one in has):
                raise TooLate("You have taken another message. Finish it or give it back first.")
            due = tx.now + HELD_S
            if not work_items.move(tx.connection, work_id, OPEN, TAKEN, agent_id, tx.now, due):
                raise TooLate(
                    "Somebody else has taken it." if found.state == TAKEN else "It is done already."
                )
            body = {"work": work_id, "since": tx.now}
            tx.job(JobKind.WORK_DUE, f"work_due:{work_id}", HELD_S, body)
            self._noted(tx, JournalKind.WORK_TAKEN, found, agent_id)

    def release(self, work_id: int, agent_id: str) -> None:
        """It is everybody's again."""
        with self._transactions.begin() as tx:
            found = self._mine(tx, work_id, agent_id)
            work_items.move(tx.connection, work_id, TAKEN, OPEN, None, tx.now, None)
            tx.cancel_job(f"work_due:{work_id}")
            self._noted(tx, JournalKind.WORK_RELEASED, found, agent_id)

    def finish(self, work_id: int, agent_id: str, result: str, seen: int = 0) -> None:
        """Done, with this result, which the customer's history shows from now on. Of a conversation by text,
        `seen` is the last message on the agent's page."""
        with self._transactions.begin() as tx:
            known = work_items.find(tx.connection, work_id)
            row = calls.lock(tx.connection, known.call_sid) if known else None
            found = self._mine(tx, work_id, agent_id)
            work_items.finish(tx.connection, work_id, agent_id, result[:LONGEST_RESULT], tx.now)
            tx.cancel_job(f"work_due:{work_id}")
            self._noted(tx, JournalKind.WORK_DONE, found, agent_id, result=result[:LONGEST_RESULT])
            if found.kind == TEXT:
                sms_conversations.close(tx, found, agent_id, result, seen)
            elif row is not None and row.ended_at is not None:
                calls.set_disposition(tx.connection, row.sid, result[:60])
                self._completion.write_contact(tx, calls.find(tx.connection, row.sid) or row)

    def _mine(self, tx: Transaction, work_id: int, agent_id: str) -> WorkRow:
        found = self._theirs(tx.connection, work_items.find(tx.connection, work_id, lock=True), agent_id)
        if found.state != TAKEN or found.agent_id != agent_id:
            raise TooLate("It is done already." if found.state == DONE else "You do not have it any more.")
        return found

    def _hold_agent(self, tx: Transaction, agent_id: str) -> None:
        """Two pages of one agent must not take two things at once."""
        if floor.find_agent(tx.connection, agent_id, lock=True) is None:
            raise UnknownAgent(agent_id)

    def _theirs(self, connection: Connection, found: WorkRow | None, agent_id: str) -> WorkRow:
        if found is None or not (
            found.agent_id == agent_id or work_items.serves(connection, agent_id, found.queue)
        ):
            raise NoSuchWork(agent_id)
        return found

    def _noted(self, tx: Transaction, kind: JournalKind, found: WorkRow, agent_id: str, **more: str) -> None:
        tx.note(kind, call=found.call_sid, agent=agent_id, queue=found.queue, work=found.id, **more)
        tx.tell("floor")
        tx.tell_agent(agent_id)


def give_back(tx: Transaction, work_id: int, since: float) -> None:
    """Taken at `since` and still not finished: everybody's again."""
    found = work_items.find(tx.connection, work_id, lock=True)
    if found is None or found.state != TAKEN or found.since != since:
        return
    work_items.move(tx.connection, work_id, TAKEN, OPEN, None, tx.now, None)
    tx.note(
        JournalKind.WORK_RELEASED,
        call=found.call_sid,
        agent=found.agent_id,
        queue=found.queue,
        work=work_id,
        why="forgotten",
    )
    tx.tell("floor")
