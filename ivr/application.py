"""The composition root: settings → store, carrier, services → Flask app. The one file that knows everybody.

`build` makes the same line with another clock, another way to the carrier or other settings, which is how it
is tested.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, redirect

from desk.registration import DeskServices, register_desk
from ivr.carrier.base import Carrier
from ivr.carrier.twilio import TwilioCarrier
from ivr.environment import Environment
from ivr.floor.call_completion import CallCompletion
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import Offers
from ivr.floor.queueing import QueueService
from ivr.floor.transaction import Handler, NotificationBus, Transactions
from ivr.floor.wait_board import WaitBoard, wait_board
from ivr.flowfiles.carrier_voices import voices_of
from ivr.flowfiles.music import music_of
from ivr.jobs.announced_estimates import ask_for_wait_jobs
from ivr.jobs.article_loader import answers_by_mail, ask_for_answer_jobs
from ivr.jobs.canary import ask_for_flow_jobs
from ivr.jobs.carrier_refusals import CarrierRefusals, WatchedCarrier
from ivr.jobs.crm_lookups import card_jobs
from ivr.jobs.desk_watch import DESK_WATCH, DeskWatch, ask_for_desk_watch
from ivr.jobs.outage_voicemail import OutageVoicemailImport
from ivr.jobs.registry import browser_phone_service, job_worker
from ivr.jobs.report_sums import ask_for_report_jobs, report_jobs
from ivr.jobs.retention import RetentionService, ask_for_retention
from ivr.jobs.worker import Worker
from ivr.keys import COOKIES, RECORDINGS, SECOND_FACTOR, Seal, derived
from ivr.service.accounts import AccountService, account_service
from ivr.service.agent_leg import AgentLeg
from ivr.service.agents import AgentService
from ivr.service.call_context import CallContexts
from ivr.service.callback_wiring import callback_parts
from ivr.service.caller_identification import CallerIdentification
from ivr.service.calls import CallService
from ivr.service.cases import CaseService
from ivr.service.client_address import ClientAddresses, TrustedProxies
from ivr.service.conversations.agent_conversations import AgentConversations, conversation_services
from ivr.service.flow_effects import FlowEffects, outside
from ivr.service.flow_registry import FlowRegistry, open_registry
from ivr.service.late_reports import LateReports
from ivr.service.lookups import Lookups
from ivr.service.notices import NoticeService
from ivr.service.recordings import RecordingPlayback, RecordingService
from ivr.service.screen_pop.cards import CardService
from ivr.service.second_factor import SEALING, ask_for_sealing, sealing_job
from ivr.service.sign_in_attempts import AttemptsKept
from ivr.service.sms_surveys import seconds_until_asked
from ivr.service.supervision.wiring import SupervisionServices, supervision_services
from ivr.service.work_item_callbacks import work_service
from ivr.settings import Settings
from ivr.store.database import Database
from ivr.store.deadlines import TURN_S
from ivr.store.migrate import opened
from ivr.store.process_notifications import Wakeup
from webhooks.health import add_health
from webhooks.registration import VoiceServices, register_webhooks
from webhooks.shared_rules import SharedRules
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls

FIRST_JOBS = (
    ask_for_desk_watch,
    ask_for_flow_jobs,
    ask_for_wait_jobs,
    ask_for_answer_jobs,
    ask_for_report_jobs,
    ask_for_retention,
    ask_for_sealing,
)


@dataclass
class Application:
    """A support line, assembled: the web app, the worker behind it and the services in between."""

    app: Flask
    settings: Settings
    transactions: Transactions
    worker: Worker
    calls: CallService
    agents: AgentService
    accounts: AccountService
    offers: Offers
    waits: WaitBoard
    registry: FlowRegistry
    listening: RecordingPlayback
    spool: OutageVoicemailImport
    refusals: CarrierRefusals
    supervising: SupervisionServices
    talks: AgentConversations
    attempts: AttemptsKept
    late: LateReports
    wakeup: Wakeup | None  # between the processes of one PostgreSQL; SQLite has only this process

    @property
    def database(self) -> Database:
        return self.transactions.database

    @property
    def bus(self) -> NotificationBus:
        return self.transactions.bus

    def start(self, works: bool = True) -> None:
        """Begin to hear from other processes and, with `works`, to do timers and effects.

        Raises RuntimeError when a kind of job has no handler.
        """
        if missing := frozenset(JobKind) - self.worker.kinds:
            raise RuntimeError(f"no handler for these kinds of jobs: {', '.join(sorted(missing))}")
        if self.wakeup:
            self.wakeup.start()
        self.registry.start()
        self.spool.start()
        self.attempts.start()
        self.late.start()
        if works:
            for ask in FIRST_JOBS:
                ask(self.transactions)
            self.worker.start()

    def trouble(self) -> str:
        """Return what everybody at work should know."""
        return " ".join(filter(None, (self.refusals.trouble(), self.registry.trouble())))

    def stop(self) -> None:
        if self.wakeup:
            self.wakeup.stop()
        self.registry.stop()
        self.spool.stop()
        self.attempts.stop()
        self.late.stop()
        self.worker.stop()
        self.database.close()


def build(
    settings: Settings,
    environment: Environment,
    *,
    clock: Callable[[], float] = time.time,
    http_client: Any = None,
    carrier: Carrier | None = None,
    new_id: Callable[[], str] = lambda: secrets.token_urlsafe(16),
    environ: Mapping[str, str] = os.environ,
    look_ups: Lookups | None = None,
    after: Application | None = None,
    pages: bool = True,
) -> Application:
    """Put the parts together; raises FlowProblems and EnvironmentProblem. `environ`: secrets of sources.
    All that remembers is new; database, flows and addresses are those of the line `after` which it comes.
    Without `pages` there is nothing to look at in a browser."""
    database = after.database if after else opened(environment.database_url, TURN_S)
    transactions = Transactions(database, clock, NotificationBus())
    registry = open_registry(settings, database, clock, after.registry.live if after else None)
    refusals = CarrierRefusals(transactions, settings)
    watched = WatchedCarrier(carrier or _twilio(environment, http_client), refusals)
    urls = Urls(environment.public_url, environment.fallback_url)
    renderer = _renderer(settings, urls)
    offers = Offers(settings.queue, new_id)
    completion = CallCompletion(seconds_until_asked(settings))
    waits = _wait_board(settings, refusals)
    listening = _playback(environment, watched, clock)
    sources = look_ups or Lookups(settings.sources, environ)
    effects = outside(sources, transactions, watched, urls.call_recording, listening)
    calls = _calls(
        settings, transactions, registry, waits, offers, completion, renderer, urls, effects, new_id
    )
    supervising = supervision_services(settings, transactions, offers, waits, new_id)
    supervising.board.trouble = refusals.trouble
    factors = Seal(derived(environment.secret_key, SECOND_FACTOR), clock)
    accounts = account_service(settings, database, clock, factors)
    worker = job_worker(settings, transactions, offers, watched, urls, calls, supervising, new_id, refusals)
    worker.add(_jobs_without_calls(settings, transactions, environ, look_ups, factors))
    line = Application(
        app=_app(settings, environment, after),
        settings=settings,
        transactions=transactions,
        worker=worker,
        calls=calls,
        agents=AgentService(transactions, offers, completion),
        accounts=accounts,
        attempts=AttemptsKept(accounts.attempts, database, clock),
        offers=offers,
        waits=waits,
        registry=registry,
        listening=listening,
        spool=OutageVoicemailImport(transactions, environment.emergency_file, settings, registry),
        refusals=refusals,
        supervising=supervising,
        talks=conversation_services(settings, transactions, offers, waits, watched, urls, new_id),
        late=LateReports(clock),
        wakeup=None if database.is_sqlite else Wakeup(environment.database_url, transactions.heard),
    )
    _register(line, environment, completion, urls, renderer, pages)
    return line


def _calls(
    settings: Settings,
    transactions: Transactions,
    registry: FlowRegistry,
    waits: WaitBoard,
    offers: Offers,
    completion: CallCompletion,
    renderer: TwimlRenderer,
    urls: Urls,
    effects: FlowEffects,
    new_id: Callable[[], str],
) -> CallService:
    contexts = CallContexts(settings, waits, music_of(settings))
    lines = QueueService(offers, settings, new_id)
    empty = lambda sid: renderer(None, sid, 0)  # noqa: E731
    callbacks = callback_parts(
        settings, transactions, offers, completion, contexts, lines, urls, empty, new_id
    )
    return CallService(
        transactions, registry, contexts, lines, completion, renderer, effects, new_id, callbacks
    )


def _wait_board(settings: Settings, refusals: CarrierRefusals) -> WaitBoard:
    waits = wait_board(settings)
    waits.nobody_can_be_rung = refusals.nobody_can_be_rung
    return waits


def _jobs_without_calls(
    settings: Settings,
    transactions: Transactions,
    environ: Mapping[str, str],
    look_ups: Lookups | None,
    factors: Seal,
) -> dict[str, Handler]:
    """The jobs that ring nobody."""
    return {
        **report_jobs(transactions, settings, environ),
        DESK_WATCH: DeskWatch(transactions, settings).job,
        **RetentionService(transactions, settings).handlers,
        **card_jobs(transactions, settings, environ, look_ups),
        SEALING: sealing_job(transactions, factors),
    }


def _app(settings: Settings, environment: Environment, after: Application | None) -> Flask:
    app = Flask("presszero", static_folder=None)
    app.url_map = after.app.url_map if after else SharedRules()
    app.config["MAX_CONTENT_LENGTH"] = settings.limits.webhook_body_kb * 1024
    app.config["SECRET_KEY"] = derived(environment.secret_key, COOKIES)
    trusted = TrustedProxies.from_text(environment.trusted_proxies)
    app.wsgi_app = ClientAddresses(app.wsgi_app, trusted)  # type: ignore[method-assign]
    app.url_map.strict_slashes = False  # a redirect would make Twilio drop the keys that were pressed
    app.add_url_rule("/", "start", lambda: redirect("/desk/"))
    return app


def _twilio(environment: Environment, http_client: Any) -> Carrier:
    account = environment.twilio_account_sid, environment.twilio_auth_token, environment.twilio_api_base
    return TwilioCarrier(*account, http_client)


def _renderer(settings: Settings, urls: Urls) -> TwimlRenderer:
    voices = voices_of(settings.languages, settings.voices)
    return TwimlRenderer(urls, voices, str(settings.caller_id), settings.languages)


def _playback(environment: Environment, carrier: Carrier, clock: Callable[[], float]) -> RecordingPlayback:
    key = derived(environment.secret_key, RECORDINGS)
    return RecordingPlayback(carrier, clock, environment.public_url, key)


def _register(
    line: Application,
    environment: Environment,
    completion: CallCompletion,
    urls: Urls,
    renderer: TwimlRenderer,
    pages: bool,
) -> None:
    """Everything that is asked for over HTTP; the desk's services bring jobs of their own."""
    if line.wakeup:
        line.transactions.tell_others = line.wakeup.tell
    joining, told = line.supervising.joining, line.supervising.told
    legs = AgentLeg(line.transactions, line.offers, line.settings)
    recordings = RecordingService(line.transactions, completion)
    voice = VoiceServices(line.calls, recordings, line.listening, legs, joining, told, line.late)
    register_webhooks(line.app, line.settings, environment, line.transactions, voice, urls, renderer)
    desk = _desk_services(line, environment, completion)
    if pages:
        register_desk(line.app, line.settings, environment, desk)
    add_health(
        line.app,
        line.database,
        line.transactions.clock,
        sorted(line.settings.queues),
        lambda: line.worker.last_beat,
        line.refusals.standing,
        environment.metrics_token,
    )


def _desk_services(line: Application, environment: Environment, completion: CallCompletion) -> DeskServices:
    settings, transactions = line.settings, line.transactions
    cards = CardService(line.database, transactions.clock, settings)
    return DeskServices(
        database=line.database,
        clock=transactions.clock,
        bus=line.bus,
        accounts=line.accounts,
        agents=line.agents,
        cards=cards,
        trouble=line.trouble,
        work=work_service(transactions, line.calls, line.registry, settings),
        listening=line.listening,
        phones=browser_phone_service(environment, transactions, line.offers, line.worker),
        supervising=line.supervising,
        cases=CaseService(transactions, settings),
        conversations=line.talks,
        identifying=CallerIdentification(
            transactions, completion, settings, line.calls.callbacks.taken_up.said
        ),
        articles=answers_by_mail(line.worker, transactions, cards, settings, environment.smtp),
        notices=NoticeService(transactions, settings),
        registry=line.registry,
        callbacks=line.calls.callbacks.lifecycle,
        transactions=transactions,
    )
