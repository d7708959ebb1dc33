"""The jobs of agents' legs, of calls and of the timers between them."""

from __future__ import annotations

from collections.abc import Callable

from ivr.carrier.base import Carrier
from ivr.floor.job_handler import Handler, Retry
from ivr.floor.offers import Offers
from ivr.floor.transaction import Transactions
from ivr.jobs.agent_leg_jobs import AgentLegJobs, AgentLegUrls
from ivr.jobs.outbound_dialer import OutboundDialer, done_or_again
from ivr.jobs.reconciliation import Reconciliation
from ivr.settings import Settings
from ivr.store.jobs import Job


def leg_jobs(
    settings: Settings,
    transactions: Transactions,
    offers: Offers,
    carrier: Carrier,
    ringer: OutboundDialer,
    urls: AgentLegUrls,
    hung_up: Callable[[str, str], None],
) -> dict[str, Handler]:
    """`hung_up(sid, status)` ends a call."""
    caller_id = str(settings.caller_id)
    rings = lambda queue: settings.queue(queue).ring_seconds  # noqa: E731
    legs = AgentLegJobs(transactions, offers, carrier, urls, ringer, caller_id, rings, hung_up)
    watch = Reconciliation(transactions, offers, carrier, hung_up)
    return {
        "ring_agent": legs.ring_agent,
        "join_agent": legs.join_agent,
        "move_caller": legs.move_caller,
        "end_leg": legs.end_leg,
        "end_stray_leg": ender(carrier),
        "talk_watch": legs.talk_watch,
        "call_watch": watch.call,
        "offer_due": watch.offer_due,
        "wrap_up_over": watch.wrap_up_over,
    }


def ender(carrier: Carrier) -> Callable[[Job], Retry | None]:
    """The job that hangs it up."""
    return lambda job: done_or_again(lambda: carrier.hang_up(str(job.body["leg"])))
