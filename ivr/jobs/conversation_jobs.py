"""The jobs of conversations, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.carrier.base import Carrier
from ivr.floor.job_handler import Handler
from ivr.floor.offers import Offers
from ivr.floor.transaction import Transactions
from ivr.jobs.blind_transfer_jobs import BlindTransferJobs
from ivr.jobs.conference_jobs import ConferenceJobs
from ivr.jobs.hold_jobs import HoldJobs
from ivr.jobs.outbound_dialer import OutboundDialer
from ivr.jobs.transfer_leg_jobs import TransferLegJobs
from ivr.service.conversations.transfer_leg import TransferLeg
from ivr.settings import Settings


def conversation_jobs(
    settings: Settings,
    transactions: Transactions,
    offers: Offers,
    carrier: Carrier,
    ringer: OutboundDialer,
    urls: Any,
    new_id: Callable[[], str],
    hung_up: Callable[[str, str], object],
) -> dict[str, Handler]:
    """The jobs that talks ask for. `urls` are the addresses of our own webhooks; `hung_up(sid, status)` ends
    a call."""
    return {
        "hold_customer": HoldJobs(transactions, carrier, urls).hold_customer,
        **ConferenceJobs(transactions, carrier).jobs(),
        **TransferLegJobs(
            transactions, TransferLeg(transactions), carrier, ringer, urls, str(settings.caller_id)
        ).jobs(),
        **BlindTransferJobs(transactions, carrier, urls, hung_up).jobs(),
    }
