"""The worker of a line, with everything it knows to do."""

from __future__ import annotations

from collections.abc import Callable

from ivr.carrier.base import Carrier
from ivr.floor.offers import Offers
from ivr.floor.transaction import Transactions
from ivr.jobs.announced_estimates import wait_jobs
from ivr.jobs.article_loader import answer_jobs
from ivr.jobs.callback_leg_jobs import CallbackLegJobs
from ivr.jobs.canary import flow_jobs
from ivr.jobs.carrier_refusals import CarrierRefusals
from ivr.jobs.conversation_jobs import conversation_jobs
from ivr.jobs.dispatch import Dispatcher
from ivr.jobs.flow_effect_jobs import outward_jobs
from ivr.jobs.job_classes import BACKGROUND_JOBS, DEADLINE_JOBS
from ivr.jobs.leg_jobs import leg_jobs
from ivr.jobs.outbound_dialer import OutboundDialer
from ivr.jobs.rate_limiter import RateLimiter
from ivr.jobs.supervision_jobs import supervision_jobs
from ivr.jobs.worker import Worker
from ivr.service.calls import CallService
from ivr.service.sms_surveys import SmsSurveys
from ivr.service.supervision.wiring import SupervisionServices
from ivr.settings import Settings


def job_worker(
    settings: Settings,
    transactions: Transactions,
    offers: Offers,
    carrier: Carrier,
    urls,
    calls: CallService,
    supervising: SupervisionServices,
    new_id: Callable[[], str],
    refusals: CarrierRefusals,
) -> Worker:
    """`urls` are the addresses of our own webhooks. All that rings a phone shares one pace."""
    ringer = OutboundDialer(
        carrier, RateLimiter(settings.limits.rest_calls_per_second), transactions, refusals
    )
    lifecycle = calls.callbacks.lifecycle
    return Worker(
        transactions,
        {
            "dispatch": Dispatcher(transactions, offers, settings.queue, lifecycle.dial, refusals),
            **leg_jobs(settings, transactions, offers, carrier, ringer, urls, calls.hung_up),
            **CallbackLegJobs(transactions, lifecycle, carrier, ringer, urls).jobs(),
            **supervision_jobs(settings, transactions, supervising, carrier, ringer, urls, new_id),
            **conversation_jobs(settings, transactions, offers, carrier, ringer, urls, new_id, calls.hung_up),
            **flow_jobs(transactions),
            **answer_jobs(transactions, settings),
            "ask_survey": SmsSurveys(transactions, settings).ask,
            **wait_jobs(transactions, settings),
            **outward_jobs(transactions, carrier, urls.call_recording, refusals),
        },
        timers=DEADLINE_JOBS,
        unhurried=BACKGROUND_JOBS,
    )
