"""The names under which attempts to sign in are counted."""

from __future__ import annotations


def for_agent(agent_id: str) -> str:
    return f"agent|{agent_id}"


def from_address(address: str) -> str:
    return f"address|{address[:100]}"


def known(agent_id: str, address: str) -> str:
    """A place this agent has signed in from."""
    return f"known|{agent_id}|{address[:100]}"
