"""The actions of an agent: available, away, accept, decline, hang up, notes and wrap-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.acd.journal import JournalKind
from ivr.customers.numbers import for_people
from ivr.errors import NotFound
from ivr.floor.agent_states import UnknownAgent, move_agent
from ivr.floor.browser_phone import can_be_rung, is_browser
from ivr.floor.call_completion import CallCompletion
from ivr.floor.consult_transfer import end_leg, is_on_the_phone
from ivr.floor.hold_state import let_go
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import Offers, TooLate, lock_offer, wait_for_typing
from ivr.floor.transaction import Transaction, Transactions
from ivr.store import call_ownership, calls, floor, notes, transfers
from ivr.store.calls import CallRow
from ivr.store.database import Connection
from ivr.store.floor import OfferRow

NOTE_OPEN_S = 24 * 3600.0
MOST = 8


@dataclass(frozen=True, slots=True)
class LastCall:
    """A talk that is over: with whom, when, and the agent's own note of it."""

    call_sid: str
    who: str
    queue: str
    ended_at: float
    disposition: str
    text: str
    version: int


def last_calls(connection: Connection, agent_id: str, now: float) -> list[LastCall]:
    """The latest first, each call once."""
    return [
        LastCall(
            row.call_sid,
            row.name or (for_people(row.caller) if row.caller else "") or "Number withheld",
            row.queue,
            row.ended_at,
            row.disposition or "",
            row.text or "",
            row.version or 0,
        )
        for row in notes.last_talks(connection, agent_id, now - NOTE_OPEN_S, MOST)
    ]


__all__ = ["AgentService", "AgentStatus", "OfferOfAnother", "PhoneNotConnected", "TooLate", "UnknownAgent"]

MOST_NOTE = 20_000
LONGEST_WRAP_UP_S = 1800.0


class PhoneNotConnected(TooLate):
    """No caller can be put through to them: their phone is the browser, and it is not there."""

    def __init__(self) -> None:
        super().__init__(
            "The phone in the browser is not connected: open the desk there, and allow the microphone."
        )


class OfferOfAnother(NotFound):
    """This call is not this agent's."""

    said = "There is no such call, or it is not in your hands any more."


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """An agent as the desk shows them. `call_sid` is the call being offered, talked on or written up.

    `waiting` has (queue, callers waiting, longest wait in seconds) for each queue the agent serves.
    `phone_connected` is false while the browser is their phone and is not there to be rung.
    """

    id: str
    name: str
    state: str
    reason: str
    wish: str
    since: float
    due_at: float | None
    queues: tuple[str, ...]
    offer: OfferRow | None
    call_sid: str | None
    waiting: tuple[tuple[str, int, float], ...]
    browser_phone: bool = False
    phone_connected: bool = True


class AgentService:
    """`completion` brings the contact of an ended call up to date when a note or disposition comes late."""

    def __init__(self, transactions: Transactions, offers: Offers, completion: CallCompletion) -> None:
        self._transactions, self._offers, self._completion = transactions, offers, completion

    def sign_in(self, agent_id: str) -> None:
        self._move(agent_id, "sign_in")

    def sign_out(self, agent_id: str) -> None:
        self._move(agent_id, "sign_out")

    def go_available(self, agent_id: str, at_desk: bool = False) -> None:
        """Free for calls. One who is signed out is signed in first. Raises PhoneNotConnected.

        `at_desk`: only as long as a desk of theirs is open; else they need none.
        """
        with self._transactions.begin() as tx:
            agent = floor.find_agent(tx.connection, agent_id, lock=True)
            if agent is None:
                raise UnknownAgent(agent_id)
            if agent.state == "signed_out":
                move_agent(tx, agent_id, "sign_in")
            if agent.state not in ("offered", "on_call") and not can_be_rung(tx.connection, agent):
                raise PhoneNotConnected
            move_agent(tx, agent_id, "go_available")
            floor.need_desk(tx.connection, agent_id, tx.now if at_desk else None)

    def saw_desk(self, agent_id: str) -> None:
        """A desk of theirs is open now."""
        with self._transactions.database.write() as unit:
            floor.saw_desk(unit.connection, agent_id, self._transactions.clock())

    def go_away(self, agent_id: str, reason: str = "") -> None:
        with self._transactions.begin() as tx:
            agent = floor.find_agent(tx.connection, agent_id, lock=True)
            if agent is None:
                raise UnknownAgent(agent_id)
            if agent.state == "signed_out":
                move_agent(tx, agent_id, "sign_in")
            move_agent(tx, agent_id, "go_away", reason=reason[:100])

    def accept(self, agent_id: str, offer_id: str) -> None:
        """Raises TooLate, with words for the agent."""
        with self._transactions.begin() as tx:
            self._offers.accept(tx, offer_id, agent_id, by="click")

    def decline(self, agent_id: str, offer_id: str) -> None:
        """The caller keeps the place and is offered to somebody else. Raises TooLate."""
        with self._transactions.begin() as tx:
            offer = lock_offer(tx, offer_id)
            if offer is None or offer.agent_id != agent_id:
                raise TooLate("This call is no longer offered to you.")
            if not self._offers.release(tx, offer, "declined"):
                raise TooLate("This offer is over.")

    def hang_up(self, agent_id: str, call_sid: str) -> None:
        """End the conversation. The caller is asked whether they still need somebody; whoever was asked about
        the call and talks with this agent has it then."""
        with self._transactions.begin() as tx:
            calls.lock_row(tx.connection, call_sid)
            offer = floor.live_offer_of_agent(tx.connection, agent_id)
            if offer is None or offer.call_sid != call_sid or offer.state == "pending":
                raise TooLate("This call is over.")
            if offer.state == "accepted":
                self._offers.release(tx, offer, "leg_failed", "hung up before the phone was picked up")
                return
            given_on = is_on_the_phone(transfers.live_of_call(tx.connection, call_sid), offer)
            if not given_on:
                offer = let_go(tx, offer)
            if self._offers.end_talk(tx, offer, "agent") and not given_on:
                end_leg(tx, offer)  # at once: it is still in the room

    def wrap_up_done(self, agent_id: str) -> None:
        with self._transactions.begin() as tx:
            self._still(tx, agent_id)
            move_agent(tx, agent_id, "wrapped_up")

    def extend_wrap_up(self, agent_id: str, seconds: float) -> None:
        """More time for writing, at most half an hour in all."""
        with self._transactions.begin() as tx:
            agent = self._still(tx, agent_id)
            latest = agent.since + LONGEST_WRAP_UP_S
            due_at = min(latest, max(agent.due_at or tx.now, tx.now) + seconds)
            floor.set_agent_due(tx.connection, agent_id, due_at)
            tx.job(JobKind.WRAP_UP_OVER, f"wrap_up:{agent_id}", due_at - tx.now, {"agent": agent_id})
            tx.tell_agent(agent_id)

    def save_note(self, agent_id: str, call_sid: str, text: str, version: int) -> int:
        """Keep what was typed; returns the new version. An older version never overwrites a newer one.

        A note stays open to its author for a day after they had the call. Wrap-up waits for who types.
        """
        with self._transactions.begin() as tx:
            calls.lock_row(tx.connection, call_sid)  # or a note typed as the call ends misses its contact
            row = self._written_by(tx, agent_id, call_sid)
            kept = notes.save(tx.connection, call_sid, agent_id, text[:MOST_NOTE], version, tx.now)
            if row.ended_at is not None:
                self._completion.write_contact(tx, row)
            agent = floor.find_agent(tx.connection, agent_id, lock=True)
            if agent is not None:
                wait_for_typing(tx, self._offers, agent)
            tx.tell_agent(agent_id)
            return kept

    def set_disposition(self, agent_id: str, call_sid: str, disposition: str) -> None:
        with self._transactions.begin() as tx:
            calls.lock_row(tx.connection, call_sid)
            self._must_be_theirs(tx, agent_id, call_sid)
            calls.set_disposition(tx.connection, call_sid, disposition[:100])
            tx.note(JournalKind.DISPOSITION_SET, call=call_sid, agent=agent_id, disposition=disposition[:100])
            row = calls.find(tx.connection, call_sid)
            if row is not None and row.ended_at is not None:
                self._completion.write_contact(tx, row)
                self._completion.over(tx, row)
            tx.tell_agent(agent_id)

    def tick(self, agent_id: str, call_sid: str, courtesy: str, done: bool) -> None:
        """Note that they asked leave before a hold or transfer, or used the caller's name; or take it back.
        Counted on the day on which the talk began. Twice is once."""
        with self._transactions.begin() as tx:
            calls.lock_row(tx.connection, call_sid)
            self._must_be_theirs(tx, agent_id, call_sid)
            began = floor.talk_began(tx.connection, call_sid, agent_id)
            if began is None:
                raise TooLate("You have not talked on this call yet.")
            if not notes.tick(tx.connection, call_sid, agent_id, courtesy, done, tx.now):
                return
            tx.note(
                JournalKind.COURTESY_TICKED, call=call_sid, agent=agent_id,
                courtesy=courtesy, done=done, talked_at=began,
            )  # fmt: skip
            row = calls.find(tx.connection, call_sid)
            if row is not None and row.ended_at is not None:
                self._completion.write_contact(tx, row)
            tx.tell_agent(agent_id)

    def last_calls(self, agent_id: str) -> list[LastCall]:
        """The calls they had within a day, whose notes are open to them; the latest first."""
        with self._transactions.database.read() as connection:
            return last_calls(connection, agent_id, self._transactions.clock())

    def lines(self, queues: Sequence[str]) -> tuple[float, tuple[tuple[str, int, float], ...]]:
        """Epoch seconds, and (queue, callers waiting, longest wait in seconds) of each of these queues."""
        now = self._transactions.clock()
        with self._transactions.database.read() as connection:
            return now, _waiting(connection, queues, now)

    def status(self, agent_id: str) -> AgentStatus:
        """Everything the desk shows besides the card. Raises UnknownAgent."""
        now = self._transactions.clock()
        with self._transactions.database.read() as connection:
            agent = floor.find_agent(connection, agent_id)
            if agent is None:
                raise UnknownAgent(agent_id)
            offer = floor.live_offer_of_agent(connection, agent_id)
            queues = floor.queues_of(connection, agent_id)
            connected = can_be_rung(connection, agent)
            shown = offer
            if shown is None and agent.state == "wrapping_up":
                shown = floor.last_talk_of_agent(connection, agent_id)
            waiting = _waiting(connection, queues, now)
        return AgentStatus(
            id=agent.id,
            name=agent.name,
            state=agent.state,
            reason=agent.reason,
            wish=agent.wish,
            since=agent.since,
            due_at=agent.due_at,
            queues=tuple(queues),
            offer=offer,
            call_sid=shown.call_sid if shown else None,
            waiting=waiting,
            browser_phone=is_browser(agent.id, agent.phone),
            phone_connected=connected,
        )

    def _move(self, agent_id: str, event: str) -> None:
        with self._transactions.begin() as tx:
            move_agent(tx, agent_id, event)

    def _still(self, tx: Transaction, agent_id: str) -> floor.AgentRow:
        agent = floor.find_agent(tx.connection, agent_id, lock=True)
        if agent is None or agent.state != "wrapping_up":
            raise TooLate("Your wrap-up is already over.")
        return agent

    def _written_by(self, tx: Transaction, agent_id: str, call_sid: str) -> CallRow:
        """They have the call, or had it within a day; nothing is written about a caller who was erased."""
        row = calls.find(tx.connection, call_sid)
        if row is None or not row.session:
            raise OfferOfAnother(call_sid)
        if not call_ownership.had_call_since(tx.connection, agent_id, call_sid, tx.now - NOTE_OPEN_S):
            raise OfferOfAnother(call_sid)
        return row

    def _must_be_theirs(self, tx: Transaction, agent_id: str, call_sid: str) -> None:
        """Theirs: the live offer or talk, or the call they last talked on."""
        offer = floor.live_offer_of_agent(tx.connection, agent_id)
        last = floor.last_talk_of_agent(tx.connection, agent_id)
        if call_sid not in {found.call_sid for found in (offer, last) if found is not None}:
            raise OfferOfAnother(call_sid)


def _waiting(connection: Connection, queues: Sequence[str], now: float) -> tuple[tuple[str, int, float], ...]:
    return tuple(
        (queue, count, max(0.0, now - oldest) if count else 0.0)
        for queue, count, oldest in floor.lengths(connection, list(queues))
    )
