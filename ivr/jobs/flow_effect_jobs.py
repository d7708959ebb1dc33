"""The jobs that effects of flows ask for, put together."""

from __future__ import annotations

from collections.abc import Callable

from ivr.carrier.base import Carrier
from ivr.floor.job_handler import Handler
from ivr.floor.transaction import Transactions
from ivr.jobs.carrier_refusals import CarrierRefusals
from ivr.jobs.message_jobs import message_jobs
from ivr.jobs.sms import SmsService
from ivr.service.call_recordings import CallRecordings


def outward_jobs(
    transactions: Transactions, carrier: Carrier, status_url: Callable[[str], str], refusals: CarrierRefusals
) -> dict[str, Handler]:
    """The jobs that `carry_out` asks for."""
    recordings = CallRecordings(transactions, carrier, status_url)
    return {
        "set_recording": recordings.set,
        "send_text": SmsService(transactions, carrier, refusals).send,
        **message_jobs(transactions, carrier),
    }
