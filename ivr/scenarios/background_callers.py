"""Other callers: those who wait ahead, and those whom busy agents talk to. They call as everybody does."""

from __future__ import annotations

from ivr.engine.effects import JoinQueue
from ivr.scenarios.given import GivenAgent
from ivr.scenarios.participants import BEHAVIOURS
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.service.queueing import QueueService
from ivr.store import calls
from simulator.phones import AgentPhone, CallerPhone

PRELUDE_S = 30.0
"""So long before the caller of the scenario dials, the others do."""

GREETING_S = 1.0


def stand_in_line(rehearsal: SimulatedLine, queue: str, count: int, dialled: str) -> list[CallerPhone]:
    """So many callers wait in `queue` ("": where 0 finds a person)."""
    return [_wait(rehearsal, queue, dialled) for _ in range(count)]


def make_busy(rehearsal: SimulatedLine, agent: GivenAgent, phone: AgentPhone, dialled: str) -> None:
    """The agent talks to somebody else, until one of the two hangs up."""
    phone.behaviour = "manual"
    _wait(rehearsal, next(iter(agent.queues)), dialled)
    rehearsal.exchange.run_until(lambda: phone.ringing, 10.0)
    phone.answer()
    rehearsal.exchange.run_until(lambda: phone.listened_to, 10.0)
    phone.press("1")
    rehearsal.exchange.run_until(lambda: bool(phone.talking_to), 10.0)
    phone.behaviour, phone.answer_after = BEHAVIOURS[agent.rings], agent.after


def _wait(rehearsal: SimulatedLine, queue: str, dialled: str) -> CallerPhone:
    number = len(rehearsal.exchange.calls)
    caller = rehearsal.dial(f"+1415555{3000 + number:04d}", dialled)
    rehearsal.run(GREETING_S)
    caller.press("0")
    rehearsal.exchange.settle()
    if queue:
        _move(rehearsal, caller.sid, queue)
    return caller


def _move(rehearsal: SimulatedLine, sid: str, queue: str) -> None:
    """0 finds a person in one queue only; who waits in another came there by its menus. The place counts."""
    line = rehearsal.line
    lines = QueueService(line.offers, rehearsal.settings, lambda: f"stranger-{sid}")  # each is moved once
    with line.changes.begin() as change:
        row = calls.lock(change.connection, sid)
        if row is not None:
            lines.join(change, row, JoinQueue(queue), None)
    rehearsal.exchange.settle()
