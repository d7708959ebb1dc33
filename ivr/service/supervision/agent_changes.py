"""Changes of an agent by a supervisor: state, queues with levels, skills. Each change is on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.acd.journal import JournalKind
from ivr.acd.states import IllegalMove
from ivr.errors import Invalid
from ivr.floor.agent_states import UnknownAgent, ask_dispatch, move_agent
from ivr.floor.transaction import Transaction, Transactions
from ivr.settings import Settings
from ivr.store import accounts, floor
from ivr.store.floor import AgentRow

EVENTS = {"available": "go_available", "away": "go_away", "signed_out": "sign_out"}
HIGHEST = 9


class ChangeRefused(Invalid):
    """The change cannot be made; the message is for the supervisor."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """Queue → level, skill → level."""

    name: str
    state: str
    wish: str
    queues: dict[str, int]
    skills: dict[str, int]


class AgentChanges:
    """Every method is one transaction, and names who did what to whom in the journal."""

    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._settings = transactions, settings

    def abilities(self, agent_id: str) -> Abilities:
        """Raises UnknownAgent."""
        with self._transactions.database.read() as connection:
            agent = floor.find_agent(connection, agent_id)
            if agent is None:
                raise UnknownAgent(agent_id)
            queues, skills = accounts.abilities(connection, agent_id)
        return Abilities(agent.name, agent.state, agent.wish, queues, skills)

    def set_state(self, agent_id: str, state: str, by: str, reason: str = "") -> None:
        """Away, available or signed out; during a call it is followed once the call is over. A supervisor's
        word ends the agent's pages when it signs them out."""
        if state not in EVENTS:
            raise ChangeRefused("There is no such state.")
        with self._transactions.begin() as tx:
            agent = self._held(tx, agent_id)
            try:
                if agent.state == "signed_out" and state != "signed_out":
                    move_agent(tx, agent_id, "sign_in")
                move_agent(tx, agent_id, EVENTS[state], reason=reason[:100])
                floor.need_desk(tx.connection, agent_id, None)
            except IllegalMove as refused:
                raise ChangeRefused(f"{agent.name} cannot be set {state.replace('_', ' ')} now.") from refused
            if state == "signed_out":
                accounts.end_sessions(tx.connection, agent_id, tx.now)
            tx.note(
                JournalKind.AGENT_SET,
                agent=agent_id,
                by=by,
                state=state,
                was=agent.state,
                reason=reason[:100],
            )

    def set_abilities(
        self, agent_id: str, queues: Mapping[str, int], skills: Mapping[str, int], by: str
    ) -> None:
        """From the next call on. Raises ChangeRefused, UnknownAgent."""
        self._must_be_right(queues, skills)
        with self._transactions.begin() as tx:
            self._held(tx, agent_id)
            was_queues, was_skills = accounts.abilities(tx.connection, agent_id)
            accounts.set_queues(tx.connection, agent_id, queues)
            accounts.set_skills(tx.connection, agent_id, skills)
            tx.note(
                JournalKind.ABILITIES_SET,
                agent=agent_id,
                by=by,
                queues=dict(queues),
                skills=dict(skills),
                was_queues=was_queues,
                was_skills=was_skills,
            )
            tx.tell_agent(agent_id)
            tx.tell("floor")
            ask_dispatch(tx)

    def _must_be_right(self, queues: Mapping[str, int], skills: Mapping[str, int]) -> None:
        unknown = sorted(set(queues) - set(self._settings.queues))
        if unknown:
            raise ChangeRefused(f"There is no queue {unknown[0]}.")
        for name, level in {**queues, **skills}.items():
            if not 1 <= level <= HIGHEST:
                raise ChangeRefused(f"{name}: a level is a number from 1 to {HIGHEST}.")

    @staticmethod
    def _held(tx: Transaction, agent_id: str) -> AgentRow:
        agent = floor.find_agent(tx.connection, agent_id, lock=True)
        if agent is None:
            raise UnknownAgent(agent_id)
        return agent
