"""An agent asks for help with one key; a supervisor says they come; either closes it."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.acd.journal import JournalKind
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.agents import TooLate, UnknownAgent
from ivr.store import floor, help_requests, supervisions
from ivr.store.help_requests import HelpRow
from ivr.store.supervisions import JOINED


@dataclass(frozen=True, slots=True)
class HelpStatus:
    """Supervisors as an agent's desk shows them: the own request, who comes, who is on the talk."""

    request: HelpRow | None
    helper: str
    listeners: tuple[tuple[str, str], ...]
    """(name of the supervisor, mode)."""


class HelpService:
    """`tell_agent`: agents are told who is on their talk."""

    def __init__(self, transactions: Transactions, tell_agent: bool) -> None:
        self._transactions, self._tell_agent = transactions, tell_agent

    def ask(self, agent_id: str) -> None:
        """Seen by supervisors at once. Asking twice is asking once."""
        with self._transactions.begin() as tx:
            if floor.find_agent(tx.connection, agent_id, lock=True) is None:
                raise UnknownAgent(agent_id)
            if help_requests.of_agent(tx.connection, agent_id) is None:
                offer = floor.live_offer_of_agent(tx.connection, agent_id)
                call = offer.call_sid if offer else None
                help_requests.ask(tx.connection, agent_id, call, tx.now)
                tx.note(JournalKind.HELP_ASKED, call=call, agent=agent_id)
            self._tell(tx, agent_id)

    def take_back(self, agent_id: str) -> None:
        """The agent needs no help any more."""
        with self._transactions.begin() as tx:
            found = help_requests.of_agent(tx.connection, agent_id)
            if found is not None and help_requests.close(tx.connection, found.id, tx.now):
                tx.note(JournalKind.HELP_CLOSED, call=found.call_sid, agent=agent_id, by=agent_id)
            self._tell(tx, agent_id)

    def answer(self, agent_id: str, supervisor_id: str) -> None:
        """This supervisor sees to it. Raises TooLate when nobody asks, or another one does."""
        with self._transactions.begin() as tx:
            found = help_requests.of_agent(tx.connection, agent_id)
            if found is None:
                raise TooLate("They need no help any more.")
            if not help_requests.answer(tx.connection, found.id, supervisor_id, tx.now):
                raise TooLate("Somebody else sees to it already.")
            waited = round(tx.now - found.asked_at, 3)
            tx.note(
                JournalKind.HELP_ANSWERED,
                call=found.call_sid,
                agent=agent_id,
                by=supervisor_id,
                waited_s=waited,
            )
            self._tell(tx, agent_id)

    def close(self, agent_id: str, supervisor_id: str) -> None:
        """Done with. Harmless twice."""
        with self._transactions.begin() as tx:
            found = help_requests.of_agent(tx.connection, agent_id)
            if found is not None and help_requests.close(tx.connection, found.id, tx.now):
                tx.note(JournalKind.HELP_CLOSED, call=found.call_sid, agent=agent_id, by=supervisor_id)
            self._tell(tx, agent_id)

    def help_status(self, agent_id: str) -> HelpStatus:
        with self._transactions.database.read() as connection:
            found = help_requests.of_agent(connection, agent_id)
            present = [one for one in supervisions.live(connection) if one.agent_id == agent_id]
            there = [one for one in present if one.state == JOINED] if self._tell_agent else []
            wanted = {one.supervisor_id for one in there} | ({found.answered_by} if found else set())
            people = {who: floor.find_agent(connection, who) for who in wanted if who}
        names = {who: row.name for who, row in people.items() if row is not None}
        return HelpStatus(
            found,
            names.get(found.answered_by or "", "") if found else "",
            tuple((names.get(one.supervisor_id, one.supervisor_id), one.mode) for one in there),
        )

    def _tell(self, tx: Transaction, agent_id: str) -> None:
        tx.tell_agent(agent_id)
        tx.tell("floor")
