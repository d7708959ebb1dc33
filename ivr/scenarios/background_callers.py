"""Other callers: those who wait ahead, and those whom busy agents talk to. They call like all callers."""

from __future__ import annotations

from ivr.engine.effects import JoinQueue
from ivr.floor.queueing import QueueService
from ivr.scenarios.given import GivenAgent
from ivr.scenarios.participants import BEHAVIOURS
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.store import calls
from simulator.phones import AgentPhone, CallerPhone

PRELUDE_S = 30.0
"""The other callers dial this long before the caller of the scenario."""

GREETING_S = 1.0


def stand_in_line(simulated: SimulatedLine, queue: str, count: int, dialled: str) -> list[CallerPhone]:
    """Put so many callers in line of `queue` ("": the queue that 0 leads to)."""
    return [_wait(simulated, queue, dialled) for _ in range(count)]


def make_busy(simulated: SimulatedLine, agent: GivenAgent, phone: AgentPhone, dialled: str) -> None:
    """Have the agent talk to somebody else, until one of the two hangs up."""
    phone.behaviour = "manual"
    _wait(simulated, next(iter(agent.queues)), dialled)
    simulated.account.run_until(lambda: phone.ringing, 10.0)
    phone.answer()
    simulated.account.run_until(lambda: phone.listened_to, 10.0)
    phone.press("1")
    simulated.account.run_until(lambda: bool(phone.talking_to), 10.0)
    phone.behaviour, phone.answer_after = BEHAVIOURS[agent.rings], agent.after


def _wait(simulated: SimulatedLine, queue: str, dialled: str) -> CallerPhone:
    number = len(simulated.account.calls)
    caller = simulated.dial(f"+1415555{3000 + number:04d}", dialled)
    simulated.run(GREETING_S)
    caller.press("0")
    simulated.account.settle()
    if queue:
        _move(simulated, caller.sid, queue)
    return caller


def _move(simulated: SimulatedLine, sid: str, queue: str) -> None:
    """Move a caller to another queue, which callers reach by menus; 0 leads to one queue only. The place
    counts."""
    line = simulated.line
    lines = QueueService(line.offers, simulated.settings, lambda: f"stranger-{sid}")  # each is moved once
    with line.transactions.begin() as tx:
        row = calls.lock(tx.connection, sid)
        if row is not None:
            lines.join(tx, row, JoinQueue(queue), None)
    simulated.account.settle()
