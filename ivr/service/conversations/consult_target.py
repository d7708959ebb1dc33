"""The person who is asked about a call: the agent who was named, whoever is free in a queue, or a number."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.acd.floor import Floor, WaitingCall, skills_wanted
from ivr.acd.matching import match
from ivr.floor.browser_phone import can_be_rung
from ivr.floor.floor_reader import free_agent
from ivr.floor.offers import TooLate
from ivr.floor.transaction import Transaction
from ivr.service.conversations.transfer_targets import NOBODY, Destination, TransferTargets
from ivr.service.roles import SUPERVISE, may
from ivr.settings import Settings
from ivr.store import floor, supervisions
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
