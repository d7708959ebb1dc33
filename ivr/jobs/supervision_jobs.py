"""The jobs of supervision, put together."""

from __future__ import annotations

from collections.abc import Callable

from ivr.carrier.base import Carrier
from ivr.floor.job_handler import Handler
from ivr.floor.takeover import Takeover
from ivr.floor.transaction import Transactions
from ivr.jobs.outbound_dialer import OutboundDialer
from ivr.jobs.supervisor_leg_jobs import SupervisorLegJobs, SupervisorLegUrls
from ivr.service.supervision.wiring import SupervisionServices
from ivr.settings import Settings


def supervision_jobs(
    settings: Settings,
    transactions: Transactions,
    supervising: SupervisionServices,
    carrier: Carrier,
    ringer: OutboundDialer,
    urls: SupervisorLegUrls,
    new_id: Callable[[], str],
) -> dict[str, Handler]:
    handing = Takeover(settings.queue, new_id)
    caller_id = str(settings.caller_id)
    return SupervisorLegJobs(
        transactions, supervising.joining, handing, carrier, ringer, urls, caller_id
    ).jobs()
