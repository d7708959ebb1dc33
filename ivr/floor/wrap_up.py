"""Wrap-up waits for who is typing: each saved change of the note moves its end, up to a limit."""

from __future__ import annotations

from ivr.floor.offers import Offers
from ivr.floor.transaction import Transaction
from ivr.store import floor, notes
from ivr.store.floor import AgentRow


def wait_for_typing(tx: Transaction, offers: Offers, agent: AgentRow) -> float | None:
    """Put off the end of this agent's wrap-up while they type the note of the call; returns when it ends now.

    None for who is not wrapping up, or may take all the time they need.
    """
    if agent.state != "wrapping_up" or agent.due_at is None:
        return None
    talk = floor.last_talk_of_agent(tx.connection, agent.id)
    typed_at = notes.typed_at(tx.connection, talk.call_sid, agent.id) if talk else None
    if talk is None or typed_at is None:
        return agent.due_at
    queue = offers.queue_settings(talk.queue)
    due_at = min(typed_at + queue.wrap_up_typing_seconds, agent.since + queue.wrap_up_limit_seconds)
    if due_at <= max(agent.due_at, tx.now):
        return agent.due_at
    floor.set_agent_due(tx.connection, agent.id, due_at)
    return due_at
