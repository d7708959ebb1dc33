"""An agent's browser as their phone: what Twilio calls it, and whether it is there.

A page that is registered at Twilio says so again and again. What it has is a lease: the job that ends it.
While the job stands the phone can be rung; when the job runs, nothing was heard for too long.
"""

from __future__ import annotations

import re

from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.store import jobs
from ivr.store.database import Connection
from ivr.store.floor import AgentRow

LEASE_S = 30.0  # the page says every ten seconds that it is there
OFFER_LEASE_S = 13.0  # while a caller waits for this phone, nobody waits longer than this for a dead page
GONE_S = 6.0  # a page that is loaded again is back by then
LOST = JobKind.PHONE_LOST
NOT_CONNECTED = "phone not connected"

CLIENT = "client:"
LONGEST_IDENTITY = 121
# Twilio's limits: other characters in an identity are refused, or lead nowhere.
IDENTITY = re.compile(rf"[A-Za-z0-9_]{{1,{LONGEST_IDENTITY}}}", re.ASCII)


def identity_of(agent_id: str) -> str:
    """The agent's name at Twilio: desk-1 → desk_x2d_1."""
    return re.sub(r"[^A-Za-z0-9_]", lambda found: f"_x{ord(found[0]):x}_", agent_id)


def phone_of(agent_id: str) -> str:
    """The browser of this agent, as a phone."""
    return CLIENT + identity_of(agent_id)


def is_browser(agent_id: str, phone: str) -> bool:
    return phone == phone_of(agent_id)


def lease_of(connection: Connection, agent_id: str) -> jobs.Job | None:
    return jobs.find(connection, _key(agent_id))


def can_be_rung(connection: Connection, agent: AgentRow) -> bool:
    """May a caller be offered? A telephone always; a browser while it says that it is there."""
    return not is_browser(agent.id, agent.phone) or lease_of(connection, agent.id) is not None


def hold_lease(tx: Transaction, agent: AgentRow, tab: str, lasts_s: float) -> None:
    """The phone is there, in this tab, for so many seconds."""
    tx.job(LOST, _key(agent.id), lasts_s, {"agent": agent.id, "tab": tab})


def schedule_lease_expiry(tx: Transaction, agent: AgentRow) -> None:
    """A caller is being offered: the page must say soon that it is still there."""
    lease = lease_of(tx.connection, agent.id) if is_browser(agent.id, agent.phone) else None
    if lease is not None:
        hold_lease(tx, agent, str(lease.body.get("tab", "")), OFFER_LEASE_S)


def _key(agent_id: str) -> str:
    return f"{LOST}:{agent_id}"
