"""An agent changes state: the table decides, one row changes, and whoever must know is told."""

from __future__ import annotations

from ivr.acd import states
from ivr.acd.journal import JournalKind
from ivr.errors import NotFound
from ivr.floor.browser_phone import NOT_CONNECTED, can_be_rung
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.store import floor
from ivr.store.floor import AgentRow

DESK_CLOSED = "desk closed"

DISPATCH = JobKind.DISPATCH


class UnknownAgent(NotFound):
    """There is no agent with this id."""

    said = "There is no such agent."

    def __init__(self, agent_id: str) -> None:
        super().__init__(f"there is no agent {agent_id!r} (add one with: ivr agents add {agent_id} …)")


def ask_dispatch(tx: Transaction) -> None:
    """Have callers and agents matched right after this commit.

    Where changes come strictly one after the other, nobody can have become available unseen: then a look
    saves the job. Elsewhere two changes may each miss the other, and only a look after both finds the pair.
    """
    if tx.one_at_a_time and not floor.anybody_available(tx.connection):
        return
    tx.job(DISPATCH, DISPATCH)


def move_agent(
    tx: Transaction, agent_id: str, event: str, *, reason: str = "", lasts_s: float | None = None
) -> AgentRow:
    """Apply `event`; a wish that must wait until the agent is free is kept and followed later.

    `lasts_s` is how long the new state may last. Raises `IllegalMove` (nothing changed) and `UnknownAgent`.
    """
    row = floor.find_agent(tx.connection, agent_id, lock=True)
    if row is None:
        raise UnknownAgent(agent_id)
    reached = states.move(states.AGENT, row.id, row.state, event)
    tx.tell_agent(row.id)
    tx.tell("line")
    wish = states.wished_state(row.state, event)
    if wish is not None:
        floor.set_wish(tx.connection, row.id, "" if wish == "available" else wish)
        tx.note(JournalKind.AGENT_WISHED, agent=row.id, state=wish, reason=reason)
        return row
    settled = states.settle(row.id, reached, row.wish or None)
    if settled == "available" and not can_be_rung(tx.connection, row):
        settled, reason = "away", NOT_CONNECTED
    if settled == row.state and event in ("sign_in", "go_available", "go_away", "sign_out") and not reason:
        return row
    keeps_wish = settled not in ("available", "away", "signed_out")
    due_at = tx.now + lasts_s if lasts_s is not None and settled == reached else None
    floor.move_agent(
        tx.connection,
        row.id,
        row.state,
        settled,
        tx.now,
        reason=reason,
        due_at=due_at,
        wish=row.wish if keeps_wish else "",
    )
    lasted = max(0.0, tx.now - row.since)
    tx.note(
        JournalKind(f"agent_{settled}"),
        agent=row.id,
        was=row.state,
        lasted_s=round(lasted, 3),
        reason=reason,
        event=event,
    )
    if settled == "wrapping_up" and due_at is not None:
        tx.job(JobKind.WRAP_UP_OVER, f"wrap_up:{row.id}", lasts_s or 0.0, {"agent": row.id})
    if settled == "available":
        ask_dispatch(tx)
    return row
