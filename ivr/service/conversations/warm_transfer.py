"""Warm transfer, from the desk: ask somebody while the customer holds, bring all three together, complete
it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.acd import states
from ivr.acd.floor import Floor, WaitingCall, skills_wanted
from ivr.acd.journal import JournalKind
from ivr.acd.matching import match
from ivr.floor import consult_transfer, hold_state, transfer_record
from ivr.floor.agent_states import move_agent
from ivr.floor.browser_phone import can_be_rung, schedule_lease_expiry
from ivr.floor.consult_transfer import CONSULTING, ON_THE_PHONE, TOGETHER, hand_over
from ivr.floor.current_call import current_call
from ivr.floor.floor_snapshot import free_agent
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import CARRIER_RING_SLACK_S, TooLate
from ivr.floor.transaction import Transaction, Transactions
from ivr.floor.transfer_record import WATCH_S
from ivr.service.conversations.transfer_targets import NOBODY, Destination, TransferTargets
from ivr.service.roles import SUPERVISE, may
from ivr.settings import Settings
from ivr.store import floor, supervisions, transfers
from ivr.store.floor import AgentRow, OfferRow
from ivr.store.transfers import AGENT, NUMBER, QUEUE, TransferRow

BUSY = {
    "offered": "{name} is being rung for another call.",
    "on_call": "{name} is on a call.",
    "wrapping_up": "{name} is writing up a call.",
    "away": "{name} is away.",
}


@dataclass(frozen=True, slots=True)
class ConsultTarget:
    """`kind` and `target` are as a transfer keeps them; `who` is the agent, held, or the number."""

    kind: str
    target: str
    who: AgentRow | Destination


class ConsultTargets:
    """Everything raises TooLate, with words that say what is possible instead."""

    def __init__(self, targets: TransferTargets, settings: Settings) -> None:
        self._targets, self._settings = targets, settings

    def one(self, tx: Transaction, offer: OfferRow, key: str) -> ConsultTarget:
        kind, _, name = key.partition(":")
        if kind == NUMBER:
            found = self._targets.called(tx, name)
            return ConsultTarget(NUMBER, found.target, found)
        if kind == QUEUE and name in self._settings.queues:
            return ConsultTarget(QUEUE, name, self._free_in(tx, name))
        if kind == AGENT and name != offer.agent_id:
            return ConsultTarget(AGENT, name, self._this_one(tx, offer, name))
        raise TooLate(NOBODY)

    def means(self, row: TransferRow, key: str) -> bool:
        """Is this the one whom the transfer asks?"""
        kind, _, name = key.partition(":")
        return row.target_kind == kind and row.target in (name, self._number(kind, name))

    def _number(self, kind: str, name: str) -> str:
        return self._targets.outside(name).target if kind == NUMBER else name

    def _this_one(self, tx: Transaction, offer: OfferRow, agent_id: str) -> AgentRow:
        agent = floor.find_agent(tx.connection, agent_id, lock=True)
        if agent is None or agent.disabled or agent.state == "signed_out":
            raise TooLate(NOBODY)
        listening = supervisions.of_supervisor(tx.connection, agent_id)
        if listening is not None and listening.call_sid == offer.call_sid:
            raise TooLate(f"{agent.name} is on this call already, and can take it over.")
        if listening is not None:
            raise TooLate(f"{agent.name} is on the call of another agent.")
        asked_while_away = agent.state == "away" and may(agent.role, SUPERVISE)
        if agent.state != "available" and not asked_while_away:
            raise TooLate(BUSY[agent.state].format(name=agent.name))
        if not can_be_rung(tx.connection, agent):
            raise TooLate(f"The phone of {agent.name} is not connected.")
        return agent

    def _free_in(self, tx: Transaction, queue: str) -> AgentRow:
        """Return the agent who would have been offered the next call there."""
        floor.one_at_a_time(tx.connection)
        free = [free_agent(row) for row in floor.free_agents(tx.connection)]
        skills = skills_wanted(self._settings.queue(queue).skills)
        call = WaitingCall("", queue, 0.0, skills=skills)
        for found in match(Floor(tx.now, {queue: [call]}, free, [])):
            for agent_id in found.candidates:
                agent = floor.find_agent(tx.connection, agent_id, lock=True)
                if agent is not None and agent.state == "available" and can_be_rung(tx.connection, agent):
                    return agent
        raise TooLate(self._targets.nobody_free(tx.connection, queue))


NOBODY_ASKED = "Nobody is being asked about this call."
NOT_YET = "They have not picked up yet."


class WarmTransfers:
    """`new_id()` gives an unguessable name."""

    def __init__(
        self,
        transactions: Transactions,
        choosing: ConsultTargets,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._transactions, self._choosing = transactions, choosing
        self._settings, self._new_id = settings, new_id

    def consult(self, agent_id: str, call_sid: str, target: str, note: str) -> None:
        """The customer holds, and the one asked is rung. Asking the same one twice is asking once."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            if self._asked_already(tx, offer, target):
                return
            one = self._choosing.one(tx, offer, target)
            row = self._begin(tx, offer, one, note)
            hold_state.hold(tx, offer)
            if isinstance(one.who, AgentRow):
                self._offer(tx, offer, row, one.who)
            else:
                job = {"transfer": row.id}
                tx.job(JobKind.RING_OUTSIDE, f"ring_outside:{row.id}", 0.0, job)
                tx.job(JobKind.OUTSIDE_WATCH, f"outside_watch:{row.id}", WATCH_S, job)

    def together(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._transactions.begin() as tx:
            offer, row = self._consulted(tx, agent_id, call_sid)
            if row.state == CONSULTING and consult_transfer.move(
                tx, row, "joined", JournalKind.TRANSFER_TOGETHER
            ):
                hold_state.retrieve(tx, offer)

    def apart(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._transactions.begin() as tx:
            offer, row = self._consulted(tx, agent_id, call_sid)
            if row.state == TOGETHER and consult_transfer.move(tx, row, "parted", JournalKind.TRANSFER_APART):
                hold_state.hold(tx, offer)

    def cancel(self, agent_id: str, call_sid: str) -> None:
        """The person asked is hung up; a customer who holds goes on holding."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            if not consult_transfer.cancel(tx, _live(tx, offer), "taken back"):
                raise TooLate("The caller is on the way already.")

    def hand_over(self, agent_id: str, call_sid: str) -> None:
        """The one who was asked has the customer from now on; this agent writes up."""
        with self._transactions.begin() as tx:
            offer, row = self._consulted(tx, agent_id, call_sid)
            hand_over(tx, row, offer, self._settings.queue(offer.queue).wrap_up_seconds)

    @staticmethod
    def _consulted(tx: Transaction, agent_id: str, call_sid: str) -> tuple[OfferRow, TransferRow]:
        offer = current_call(tx, agent_id, call_sid)
        row = _live(tx, offer)
        if row.state not in ON_THE_PHONE:
            raise TooLate(NOT_YET)
        return offer, row

    # Asking -------------------------------------------------------------------------------------------------

    def _asked_already(self, tx: Transaction, offer: OfferRow, target: str) -> bool:
        """Raises TooLate when it is somebody else."""
        row = transfers.live_of_call(tx.connection, offer.call_sid)
        if row is None:
            return False
        if row.kind == transfers.WARM and self._choosing.means(row, target):
            return True
        raise TooLate(transfer_record.IN_THE_WAY)

    def _begin(self, tx: Transaction, offer: OfferRow, one: ConsultTarget, note: str) -> TransferRow:
        transfer_id, to = self._new_id(), (one.kind, one.target)
        consult_id = None if isinstance(one.who, Destination) else self._new_id()
        return transfer_record.begin(tx, transfer_id, offer, transfers.WARM, to, note, consult_id)

    def _offer(self, tx: Transaction, offer: OfferRow, row: TransferRow, agent: AgentRow) -> None:
        """The card pops and the phone rings, as for any offer; nobody is to blame who cannot take it."""
        ring_s = self._settings.queue(offer.queue).ring_seconds
        move_agent(tx, agent.id, "consulted", reason=agent.reason, lasts_s=ring_s)
        if agent.state == "away":  # as they will be again
            floor.set_wish(tx.connection, agent.id, "away")
        schedule_lease_expiry(tx, agent)
        consult = _consult(row.offer_id or "", offer, agent.id, tx.now, ring_s)
        floor.add_offer(tx.connection, consult, [agent.id])
        job = {"offer": consult.id}
        tx.job(JobKind.RING_AGENT, f"ring:{consult.id}", 0.0, job)
        tx.job(JobKind.OFFER_DUE, f"offer_due:{consult.id}", ring_s + CARRIER_RING_SLACK_S, job)


def _live(tx: Transaction, offer: OfferRow) -> TransferRow:
    """The transfer by which this agent asks somebody. Raises TooLate without one."""
    row = transfers.live_of_call(tx.connection, offer.call_sid)
    if row is None or row.from_offer != offer.id or row.kind != transfers.WARM:
        raise TooLate(NOBODY_ASKED)
    return row


def _consult(offer_id: str, asking: OfferRow, agent_id: str, now: float, ring_s: float) -> OfferRow:
    """The offer of one who is asked, in the room of who asks."""
    return OfferRow(
        id=offer_id,
        queued_id=asking.queued_id,
        call_sid=asking.call_sid,
        queue=asking.queue,
        agent_id=agent_id,
        state=states.FIRST[states.OFFER],
        created_at=now,
        due_at=now + ring_s,
        kind=floor.CONSULT,
        room=asking.conference,
    )
