"""The worker of a line, with everything it knows to do."""

from __future__ import annotations

from collections.abc import Callable

from ivr.carrier.base import Carrier
from ivr.service.answers import answer_jobs
from ivr.service.callbacks.dialling import Dialling
from ivr.service.calls import CallService
from ivr.service.change import Changes
from ivr.service.dispatch import Dispatcher
from ivr.service.leg_jobs import leg_jobs
from ivr.service.offers import Offers
from ivr.service.outward import outward_jobs
from ivr.service.pacer import Pacer
from ivr.service.refusals import Refusals
from ivr.service.ringing import Ringer
from ivr.service.supervising.parts import Supervising, supervising_jobs
from ivr.service.talks.parts import talk_jobs
from ivr.service.text_surveys import TextSurveys
from ivr.service.timers import TIMERS, UNHURRIED
from ivr.service.trial import flow_jobs
from ivr.service.wait_record import wait_jobs
from ivr.service.worker import Worker
from ivr.settings import Settings


def crew(
    settings: Settings,
    changes: Changes,
    offers: Offers,
    carrier: Carrier,
    urls,
    calls: CallService,
    supervising: Supervising,
    new_id: Callable[[], str],
    refusals: Refusals,
) -> Worker:
    """`urls` are the addresses of our own webhooks. All that rings a phone shares one pace."""
    ringer = Ringer(carrier, Pacer(settings.limits.rest_calls_per_second), changes, refusals)
    lives = calls.callbacks.lives
    return Worker(
        changes,
        {
            "dispatch": Dispatcher(changes, offers, settings.queue, lives.dial, refusals),
            **leg_jobs(settings, changes, offers, carrier, ringer, urls, calls.hung_up),
            **Dialling(changes, lives, carrier, ringer, urls).jobs(),
            **supervising_jobs(settings, changes, supervising, carrier, ringer, urls, new_id),
            **talk_jobs(settings, changes, offers, carrier, ringer, urls, new_id, calls.hung_up),
            **flow_jobs(changes),
            **answer_jobs(changes, settings),
            "ask_survey": TextSurveys(changes, settings).ask,
            **wait_jobs(changes, settings),
            **outward_jobs(changes, carrier, urls.call_recording, refusals),
        },
        timers=TIMERS,
        unhurried=UNHURRIED,
    )
