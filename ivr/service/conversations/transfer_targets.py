"""The targets that a caller can be given to: agents, supervisors, queues and numbers, and what is possible
of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.engine.announcement_policy import OVER, RANGE, SOON, UP_TO, speak
from ivr.engine.context import QueueStatus
from ivr.floor.browser_phone import can_be_rung
from ivr.floor.offers import TooLate
from ivr.floor.queue_context import LinesNow
from ivr.floor.queueing import both
from ivr.floor.spending import refusal_of_day, spend_on_call
from ivr.floor.transaction import Transaction, Transactions
from ivr.floor.wait_board import WaitBoard
from ivr.service.conversations import external_numbers as outside
from ivr.service.conversations.conversation_view import TransferTargetView
from ivr.service.conversations.external_numbers import ExternalNumbers
from ivr.service.roles import SUPERVISE, may
from ivr.settings import Settings
from ivr.store import floor
from ivr.store.database import Connection
from ivr.store.expenses import TRANSFER
from ivr.store.floor import AgentStatusRow, OfferRow
from ivr.store.transfers import AGENT, NUMBER, QUEUE

_STATES = {
    "available": "available",
    "offered": "being rung",
    "on_call": "on a call",
    "wrapping_up": "writing up a call",
    "away": "away",
}
_WAITS = {
    SOON: "less than a minute",
    RANGE: "about {low} to {high} minutes",
    UP_TO: "up to {high} minutes",
    OVER: "more than {low} minutes",
}


def state_words(person: AgentStatusRow) -> str:
    """Return the words for what an agent does now."""
    words = _STATES.get(person.state, person.state)
    return f"{words} ({person.reason})" if person.state == "away" and person.reason else words


def why_no_line(line: QueueStatus) -> str:
    """Why nobody should be put into this line now; "" when they may be."""
    if not line.open:
        return "This queue is closed now."
    if not line.staffed:
        return "Nobody serves this queue now."
    return "This queue is full." if line.full else ""


def waiting_words(line: QueueStatus) -> str:
    """How long the line is, and how long a newcomer waits, where that is known."""
    if not line.open:
        return "closed"
    if not line.staffed:
        return "nobody there"
    waiting = "nobody waiting" if not line.waiting else f"{line.waiting} waiting"
    wait = wait_words(line)
    return f"{waiting}, {wait}" if wait else waiting


def wait_words(line: QueueStatus) -> str:
    """The wait that a caller would be told; "" when no honest number is known."""
    spoken = speak(line.low, line.high)
    return _WAITS.get(spoken.kind, "").format(**spoken.minutes)


SUPERVISOR = "supervisor"
MOST = 40
NOBODY_FREE = "Nobody there is free to be asked now."
BUDGET = "The budget for calls is used up for today. Please tell a supervisor."
NOBODY = "There is nobody and nothing of this name."


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a caller goes. `kind` and `target` are as a transfer keeps them. `queue` is the line where they
    stand on the way, "" for a number; that has an `extension`, as the carrier presses it."""

    kind: str
    target: str
    title: str
    queue: str = ""
    number: str = ""
    extension: str = ""
    agent_id: str = ""


class TransferTargets:
    def __init__(self, transactions: Transactions, settings: Settings, waits: WaitBoard) -> None:
        self._transactions, self._settings, self._waits = transactions, settings, waits
        self.numbers = ExternalNumbers(settings)

    def of(self, agent_id: str, call_sid: str, query: str = "") -> tuple[TransferTargetView, ...]:
        """Best first; nothing for an agent who does not have this call."""
        with self._transactions.database.read() as connection:
            offer = floor.live_offer_of_agent(connection, agent_id)
            if offer is None or offer.call_sid != call_sid:
                return ()
            people = [one for one in floor.everybody_at_work(connection) if one.id != agent_id]
            wanted = query.strip().casefold()
            found = [
                *self._people(connection, offer, people, wanted),
                *self._queues(connection, people, wanted),
                *self._numbers(query, wanted),
            ]
        return tuple(sorted(found, key=_best_first)[:MOST])

    # What is possible ---------------------------------------------------------------------------------------

    def blind(self, tx: Transaction, offer: OfferRow, key: str) -> Destination:
        """Where the caller is moved. Raises TooLate, with words that say what is possible instead."""
        kind, _, name = key.partition(":")
        if kind == AGENT:
            return self._to_agent(tx.connection, offer, name)
        if kind == QUEUE:
            return self._to_queue(tx.connection, name)
        if kind == NUMBER:
            return self.called(tx, name)
        raise TooLate(NOBODY)

    def outside(self, written: str) -> Destination:
        """A number named in the settings, or typed, with its extension. Raises TooLate."""
        name, extension = outside.split(written)
        number = self.numbers.named.get(name, name)
        why_not = self.numbers.why_not(number)
        if why_not:
            raise TooLate(why_not)
        title = name if name in self.numbers.named else outside.formatted(number, extension)
        target = outside.joined(number, extension)
        return Destination(NUMBER, target, title, number=number, extension=outside.pressed(extension))

    def called(self, tx: Transaction, written: str) -> Destination:
        """`outside`, which is called now and costs money. Numbers that the settings name are called whatever
        the day has cost. Raises TooLate."""
        found = self.outside(written)
        if found.number not in self.numbers.named.values() and refusal_of_day(tx, self._settings):
            raise TooLate(BUDGET)
        spend_on_call(tx, self._settings, TRANSFER, found.number)
        return found

    def _to_agent(self, connection: Connection, offer: OfferRow, agent_id: str) -> Destination:
        person = next((one for one in floor.everybody_at_work(connection) if one.id == agent_id), None)
        if person is None or agent_id == offer.agent_id:
            raise TooLate(NOBODY)
        queue, why_not = self._line_of(connection, offer, person)
        if why_not:
            raise TooLate(why_not)
        return Destination(AGENT, agent_id, person.name, queue=queue, agent_id=agent_id)

    def _to_queue(self, connection: Connection, name: str) -> Destination:
        if name not in self._settings.queues:
            raise TooLate(NOBODY)
        why_not = why_no_line(self._line(connection, name))
        if why_not:
            raise TooLate(why_not)
        return Destination(QUEUE, name, self._title(name), queue=name)

    def _line_of(self, connection: Connection, offer: OfferRow, person: AgentStatusRow) -> tuple[str, str]:
        """(a queue in which this agent may have the call, why there is none). The present one if possible."""
        if person.state != "available":
            return "", f"{person.name} is {state_words(person)}: ask them first, or choose a queue."
        if not self._can_be_rung(connection, person):
            return "", f"The phone of {person.name} is not connected."
        place = floor.queued(connection, offer.queued_id)
        own = self._settings.queue(offer.queue).skills
        has = place.skills or {} if place is not None else {}
        asked = {name: level for name, level in has.items() if own.get(name) != level}
        for queue in sorted(person.queues, key=lambda name: (name != offer.queue, name)):
            wanted = both(self._settings.queue(queue).skills, asked)
            if all(person.skills.get(name, 0) >= level for name, level in wanted.items()):
                return queue, ""
        return "", f"{person.name} serves no queue in which they could have this call: ask them first."

    def nobody_free(self, connection: Connection, queue: str) -> str:
        """Why nobody can be asked in this queue now, and how long a caller would wait there."""
        line = self._line(connection, queue)
        return why_no_line(line) or f"{NOBODY_FREE[:-1]}: {waiting_words(line)}."

    # What is shown ------------------------------------------------------------------------------------------

    def _people(
        self, connection: Connection, offer: OfferRow, people: list[AgentStatusRow], wanted: str
    ) -> Iterator[TransferTargetView]:
        meant = [one for one in people if _meant(wanted, one.name, one.id)]
        for person in sorted(meant, key=lambda one: (one.state != "available", one.name.casefold()))[:MOST]:
            supervisor = may(person.role, SUPERVISE)
            _, why_not = self._line_of(connection, offer, person)
            free = person.state == "available" or (supervisor and person.state == "away")
            warm = free and self._can_be_rung(connection, person)
            says = state_words(person)
            kind = SUPERVISOR if supervisor else AGENT
            yield TransferTargetView(
                f"{AGENT}:{person.id}", kind, person.name, says, not why_not, warm, why_not
            )

    def _queues(
        self, connection: Connection, people: list[AgentStatusRow], wanted: str
    ) -> Iterator[TransferTargetView]:
        free = {queue for one in people if one.state == "available" for queue in one.queues}
        for name in self._settings.queues:
            if not _meant(wanted, self._title(name), name):
                continue
            line, warm = self._line(connection, name), name in free
            shut = why_no_line(line)
            why_not = shut or ("" if warm else NOBODY_FREE)
            says = waiting_words(line)
            yield TransferTargetView(
                f"{QUEUE}:{name}", QUEUE, self._title(name), says, not shut, warm, why_not
            )

    def _numbers(self, query: str, wanted: str) -> Iterator[TransferTargetView]:
        for name, number in self.numbers.named.items():
            if _meant(wanted, name, number):
                says = outside.formatted(number, "")
                yield TransferTargetView(f"{NUMBER}:{name}", NUMBER, name, says, True, True)
        typed = self.numbers.typed(query)
        if typed is not None:
            number, extension = typed
            why_not = self.numbers.why_not(number)
            title = outside.formatted(number, extension)
            key = f"{NUMBER}:{outside.joined(number, extension)}"
            yield TransferTargetView(
                key, NUMBER, title, "a number outside", not why_not, not why_not, why_not
            )

    def _line(self, connection: Connection, name: str) -> QueueStatus:
        """The queue as it stands at this moment."""
        now = self._transactions.clock()
        return LinesNow(self._settings.queues, lambda queue: self._waits.line(connection, queue, now))[name]

    def _title(self, name: str) -> str:
        titles = self._settings.queue(name).titles(self._settings.languages)
        return titles.get(self._settings.languages[0]) or name

    @staticmethod
    def _can_be_rung(connection: Connection, person: AgentStatusRow) -> bool:
        agent = floor.find_agent(connection, person.id)
        return agent is not None and can_be_rung(connection, agent)


def _meant(wanted: str, *names: str) -> bool:
    return not wanted or any(wanted in name.casefold() for name in names)


def _best_first(target: TransferTargetView) -> tuple[bool, int, str]:
    kinds = (AGENT, SUPERVISOR, QUEUE, NUMBER)
    return not (target.blind or target.warm), kinds.index(target.kind), target.title.casefold()
