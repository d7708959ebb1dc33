"""Every job of a line and what does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.carrier.base import Carrier
from ivr.carrier.twilio_token import VoiceTokens
from ivr.environment import Environment
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import Offers
from ivr.floor.takeover import Takeover
from ivr.floor.transaction import Handler, Retry, Transactions
from ivr.jobs.agent_leg_jobs import AgentLegJobs, AgentLegUrls
from ivr.jobs.announced_estimates import wait_jobs
from ivr.jobs.article_loader import answer_jobs
from ivr.jobs.blind_transfer_jobs import BlindTransferJobs
from ivr.jobs.callback_leg_jobs import CallbackLegJobs
from ivr.jobs.canary import flow_jobs
from ivr.jobs.carrier_refusals import CarrierRefusals
from ivr.jobs.conference_jobs import ConferenceJobs
from ivr.jobs.dispatch import Dispatcher
from ivr.jobs.hold_jobs import HoldJobs
from ivr.jobs.message_jobs import SmsService, message_jobs
from ivr.jobs.outbound_dialer import OutboundDialer, RateLimiter, done_or_again
from ivr.jobs.reconciliation import Reconciliation
from ivr.jobs.supervisor_leg_jobs import SupervisorLegJobs, SupervisorLegUrls
from ivr.jobs.transfer_leg_jobs import TransferLegJobs
from ivr.jobs.worker import Worker
from ivr.service.browser_phone_leases import BrowserPhoneService
from ivr.service.call_recordings import CallRecordings
from ivr.service.calls import CallService
from ivr.service.conversations.transfer_leg import TransferLeg
from ivr.service.sms_surveys import SmsSurveys
from ivr.service.supervision.wiring import SupervisionServices
from ivr.settings import Settings
from ivr.store.jobs import Job

# They end a state, and are tried for ever, since a state without its deadline is somebody forgotten.
DEADLINE_JOBS = frozenset(
    {
        JobKind.CALL_WATCH,
        JobKind.CALLBACK_WATCH,
        JobKind.DESK_WATCH,
        JobKind.DISPATCH,
        JobKind.END_OUTSIDE,
        JobKind.END_STRAY_LEG,
        JobKind.HAND_OVER,
        JobKind.MOVE_TRANSFERRED,
        JobKind.OFFER_DUE,
        JobKind.OUTSIDE_WATCH,
        JobKind.PHONE_LOST,
        JobKind.SUPERVISE_END,
        JobKind.SUPERVISE_WATCH,
        JobKind.SWEEP_RECORDING,
        JobKind.TALK_WATCH,
        JobKind.TRANSFER_DUE,
        JobKind.WORK_DUE,
        JobKind.WRAP_UP_OVER,
    }
)

# They read much at a time, and nobody on the phone waits for them.
BACKGROUND_JOBS = frozenset(
    {
        JobKind.FLOW_HEALTH,
        JobKind.FLOW_TRIAL,
        JobKind.FORGET_WORDS,
        JobKind.GOAL_WATCH,
        JobKind.LOAD_ARTICLES,
        JobKind.REPORT_SUMS,
        JobKind.RETENTION,
        JobKind.WAIT_LEARNING,
        JobKind.WAIT_RECORD,
    }
)


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
        JobKind.RING_AGENT: legs.ring_agent,
        JobKind.JOIN_AGENT: legs.join_agent,
        JobKind.MOVE_CALLER: legs.move_caller,
        JobKind.END_LEG: legs.end_leg,
        JobKind.END_STRAY_LEG: ender(carrier),
        JobKind.TALK_WATCH: legs.talk_watch,
        JobKind.CALL_WATCH: watch.call,
        JobKind.OFFER_DUE: watch.offer_due,
        JobKind.WRAP_UP_OVER: watch.wrap_up_over,
    }


def ender(carrier: Carrier) -> Callable[[Job], Retry | None]:
    """The job that hangs it up."""
    return lambda job: done_or_again(lambda: carrier.hang_up(str(job.body["leg"])))


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
        JobKind.HOLD_CUSTOMER: HoldJobs(transactions, carrier, urls).hold_customer,
        **ConferenceJobs(transactions, carrier).jobs(),
        **TransferLegJobs(
            transactions, TransferLeg(transactions), carrier, ringer, urls, str(settings.caller_id)
        ).jobs(),
        **BlindTransferJobs(transactions, carrier, urls, hung_up).jobs(),
    }


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


def outward_jobs(
    transactions: Transactions, carrier: Carrier, status_url: Callable[[str], str], refusals: CarrierRefusals
) -> dict[str, Handler]:
    """The jobs that `carry_out` asks for."""
    recordings = CallRecordings(transactions, carrier, status_url)
    return {
        JobKind.SET_RECORDING: recordings.set,
        JobKind.SEND_TEXT: SmsService(transactions, carrier, refusals).send,
        **message_jobs(transactions, carrier),
    }


def browser_phone_service(
    environment: Environment, transactions: Transactions, offers: Offers, worker: Worker
) -> BrowserPhoneService:
    """With tokens of Twilio's, its jobs among the worker's."""
    keys = environment.twilio_api_key, environment.twilio_api_secret
    phones = BrowserPhoneService(transactions, offers, VoiceTokens(environment.twilio_account_sid, *keys))
    worker.add(phones.jobs())
    return phones


def job_worker(
    settings: Settings,
    transactions: Transactions,
    offers: Offers,
    carrier: Carrier,
    urls: Any,
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
            JobKind.DISPATCH: Dispatcher(transactions, offers, settings.queue, lifecycle.dial, refusals),
            **leg_jobs(settings, transactions, offers, carrier, ringer, urls, calls.hung_up),
            **CallbackLegJobs(transactions, lifecycle, carrier, ringer, urls).jobs(),
            **supervision_jobs(settings, transactions, supervising, carrier, ringer, urls, new_id),
            **conversation_jobs(settings, transactions, offers, carrier, ringer, urls, new_id, calls.hung_up),
            **flow_jobs(transactions),
            **answer_jobs(transactions, settings),
            JobKind.ASK_SURVEY: SmsSurveys(transactions, settings).ask,
            **wait_jobs(transactions, settings),
            **outward_jobs(transactions, carrier, urls.call_recording, refusals),
        },
        timers=DEADLINE_JOBS,
        unhurried=BACKGROUND_JOBS,
    )
