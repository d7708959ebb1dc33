"""The composition root: settings → store, carrier, services → Flask app. The one file that knows everybody.

`gunicorn server:app` serves with the settings of config.yaml and the environment. `build` makes the same
thing with another clock, another way to the carrier or other settings, which is how it is tested.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, redirect

from desk import Feed, desk_blueprint, protect
from desk.answers import answers_blueprint
from desk.callbacks import callback_pages
from desk.flows import flows_blueprint
from desk.permissions import guard
from desk.reports import reports_blueprint
from desk.sessions import BrowserSessions
from desk.supervisor import supervising_pages
from ivr.carrier.base import Carrier
from ivr.carrier.twilio import TwilioCarrier
from ivr.environment import Environment, EnvironmentProblem
from ivr.floor.call_completion import CallCompletion
from ivr.floor.job_kinds import JobKind
from ivr.floor.notifications import NotificationBus
from ivr.floor.offers import Offers
from ivr.floor.queueing import QueueService
from ivr.floor.transaction import Transactions
from ivr.floor.wait_board import WaitBoard, wait_board
from ivr.flowfiles.carrier_voices import voices_of
from ivr.flowfiles.loader import FlowProblems
from ivr.flowfiles.music import music_of
from ivr.flowfiles.settings_file import load_settings
from ivr.jobs.alerts import means_of
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
from ivr.jobs.smtp_client import SmtpClient
from ivr.jobs.worker import Worker
from ivr.keys import COOKIES, KEPT_INPUT, RECORDINGS, SECOND_FACTOR, Seal, derived
from ivr.logs import write_logs
from ivr.package_files import MUSIC
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
from ivr.service.flow_effects import outside
from ivr.service.flow_registry import FlowRegistry, must_have_flows, open_registry
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
from ivr.settings import Settings, SettingsProblems
from ivr.store.database import Database, DatabaseUnavailable
from ivr.store.deadlines import TURN_S
from ivr.store.migrate import OtherVersion, must_fit, opened
from ivr.store.process_notifications import Wakeup
from ivr.store.sqlite_file import acquire_lock
from webhooks.agent import agent_blueprint
from webhooks.answer_deadline import answer_in_time
from webhooks.audio import audio_blueprint
from webhooks.callbacks import callbacks_blueprint
from webhooks.caller import caller_blueprint
from webhooks.fallback import fallback_blueprint, outbound_fallback_blueprint
from webhooks.fallback_twiml import FallbackTwiml
from webhooks.health import add_health
from webhooks.hold import hold_blueprint
from webhooks.shared_rules import SharedRules
from webhooks.signature import Signature, require
from webhooks.sms import sms_blueprint
from webhooks.supervision import supervision_blueprint
from webhooks.transfers import transfers_blueprint
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls, prefix
from webhooks.voicemail_audio import messages_blueprint
from webhooks.whisper import Whisper

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
    """A support line, put together: the web app, the worker behind it and the services in between."""

    app: Flask
    settings: Settings
    database: Database
    transactions: Transactions
    worker: Worker
    calls: CallService
    agents: AgentService
    accounts: AccountService
    bus: NotificationBus
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
        """What everybody at work should know."""
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
    bus = NotificationBus()
    transactions = Transactions(database, clock, bus)
    urls = Urls(environment.public_url, environment.fallback_url)
    voices = voices_of(settings.languages, settings.voices)
    renderer = TwimlRenderer(urls, voices, str(settings.caller_id), settings.languages)
    waits = wait_board(settings)
    offers = Offers(settings.queue, new_id)
    completion = CallCompletion(seconds_until_asked(settings))
    registry = open_registry(settings, database, clock, after.registry.live if after else None)
    account = environment.twilio_account_sid, environment.twilio_auth_token, environment.twilio_api_base
    refusals = CarrierRefusals(transactions, settings)
    carrier = WatchedCarrier(carrier or TwilioCarrier(*account, http_client), refusals)
    waits.nobody_can_be_rung = refusals.nobody_can_be_rung
    listening = RecordingPlayback(
        carrier, clock, environment.public_url, derived(environment.secret_key, RECORDINGS)
    )
    given, look_ups = look_ups, look_ups or Lookups(settings.sources, environ)
    contexts = CallContexts(settings, waits, music_of(settings))
    lines = QueueService(offers, settings, new_id)
    callbacks = callback_parts(
        settings,
        transactions,
        offers,
        completion,
        contexts,
        lines,
        urls,
        lambda sid: renderer(None, sid, 0),
        new_id,
    )
    calls = CallService(
        transactions,
        registry,
        contexts,
        lines,
        completion,
        renderer,
        outside(look_ups, transactions, carrier, urls.call_recording, listening),
        new_id,
        callbacks,
    )
    supervising = supervision_services(settings, transactions, offers, waits, new_id)
    supervising.board.trouble = refusals.trouble
    worker = job_worker(settings, transactions, offers, carrier, urls, calls, supervising, new_id, refusals)
    worker.add(report_jobs(transactions, settings, environ))
    worker.add({DESK_WATCH: DeskWatch(transactions, settings).job})
    worker.add(RetentionService(transactions, settings).handlers)
    worker.add(card_jobs(transactions, settings, environ, given))
    factors = Seal(derived(environment.secret_key, SECOND_FACTOR), clock)
    worker.add({SEALING: sealing_job(transactions, factors)})
    accounts = account_service(settings, database, clock, factors)
    line = Application(
        app=_app(settings, environment, after),
        settings=settings,
        database=database,
        transactions=transactions,
        worker=worker,
        calls=calls,
        agents=AgentService(transactions, offers, completion),
        accounts=accounts,
        attempts=AttemptsKept(accounts.attempts, database, clock),
        bus=bus,
        offers=offers,
        waits=waits,
        registry=registry,
        listening=listening,
        spool=OutageVoicemailImport(transactions, environment.emergency_file, settings, registry),
        refusals=refusals,
        supervising=supervising,
        talks=conversation_services(settings, transactions, offers, waits, carrier, urls, new_id),
        late=LateReports(clock),
        wakeup=None if database.is_sqlite else Wakeup(environment.database_url, transactions.heard),
    )
    if line.wakeup:
        transactions.tell_others = line.wakeup.tell
    _add_voice(line, environment, completion, urls, renderer)
    _add_desk(line, environment, completion, pages)
    add_health(
        line.app,
        database,
        clock,
        sorted(settings.queues),
        lambda: worker.last_beat,
        refusals.standing,
        environment.metrics_token,
    )
    return line


def _app(settings: Settings, environment: Environment, after: Application | None) -> Flask:
    app = Flask("presszero", static_folder=None)
    app.url_map = after.app.url_map if after else SharedRules()
    app.config["MAX_CONTENT_LENGTH"] = settings.limits.webhook_body_kb * 1024
    app.config["SECRET_KEY"] = derived(environment.secret_key, COOKIES)
    app.wsgi_app = ClientAddresses(app.wsgi_app, TrustedProxies.from_text(environment.trusted_proxies))
    app.url_map.strict_slashes = False  # a redirect would make Twilio drop the keys that were pressed
    app.add_url_rule("/", "start", lambda: redirect("/desk/"))
    return app


def _add_voice(
    line: Application, environment: Environment, completion: CallCompletion, urls: Urls, render: TwimlRenderer
) -> None:
    """Twilio's webhooks and the audio it fetches."""
    settings, app = line.settings, line.app
    answer_in_time(app)
    require(app, Signature(environment.public_url, environment.auth_tokens))
    language = settings.languages[0]
    numbers, caller_id, kept = settings.emergency_numbers, str(settings.caller_id), environment.emergency_file
    voices = voices_of(settings.languages, settings.voices)
    last_resort = FallbackTwiml(urls, settings.languages, numbers, caller_id, kept, voices)
    recordings = RecordingService(line.transactions, completion)
    clock = line.transactions.clock
    seal = Seal(derived(environment.secret_key, KEPT_INPUT), clock)
    parts = line.calls, recordings, last_resort, line.late, seal
    caller = caller_blueprint(*parts, settings.country)
    for voice in (caller, fallback_blueprint(last_resort, line.calls, settings.country, clock)):
        app.register_blueprint(voice)
        app.register_blueprint(voice, name=f"{voice.name}_spoken", url_prefix=prefix("<language>"))
    app.register_blueprint(
        outbound_fallback_blueprint(line.transactions, Urls(environment.public_url), last_resort)
    )
    cancel = line.calls.callbacks.bookings.cancel_by_text
    app.register_blueprint(sms_blueprint(line.transactions, last_resort, settings, cancel))
    app.register_blueprint(messages_blueprint(line.listening))
    joining, told = line.supervising.joining, line.supervising.told
    whisper = Whisper(urls, render, language)
    leg = AgentLeg(line.transactions, line.offers, settings)
    app.register_blueprint(agent_blueprint(leg, line.calls, whisper, line.late, joining, urls))
    app.register_blueprint(callbacks_blueprint(line.calls, urls, render, last_resort, line.late))
    app.register_blueprint(hold_blueprint(line.transactions, line.calls.turns.contexts, urls, render))
    app.register_blueprint(transfers_blueprint(line.transactions, urls, render, settings, line.late))
    app.register_blueprint(supervision_blueprint(joining, told, urls, render, language, line.late))
    app.register_blueprint(audio_blueprint(settings.flows_path / "audio", MUSIC))


def _add_desk(line: Application, environment: Environment, completion: CallCompletion, pages: bool) -> None:
    """The agents' pages and their live feed, and the jobs that belong to them."""
    clock = line.transactions.clock
    cards = CardService(line.database, clock, line.settings)
    phones = browser_phone_service(environment, line.transactions, line.offers, line.worker)
    answers = answers_by_mail(line.worker, line.transactions, cards, line.settings, environment.smtp)
    if not pages:
        return
    streams = int(os.environ.get("WEB_STREAMS", "256"))  # as many threads as gunicorn keeps for them
    feed = Feed(line.bus, poll_s=5.0 if line.database.is_sqlite else 1.0, total=streams)
    base, people = environment.public_url, (line.accounts, line.agents)
    works = work_service(line.transactions, line.calls, line.registry, line.settings)
    work = works, line.listening, phones, line.supervising.help
    identifying = CallerIdentification(
        line.transactions, completion, line.settings, line.calls.callbacks.taken_up.said
    )
    work = *work, CaseService(line.transactions, line.settings), line.talks, identifying
    desk = desk_blueprint(*people, cards, feed, clock, line.settings, base, line.trouble, *work)
    notices = NoticeService(line.transactions, line.settings)
    flows = flows_blueprint(*people, line.database, line.registry, clock, line.settings, base, notices)
    customers = callback_pages(line.transactions, line.calls.callbacks.lifecycle, line.settings)
    reports = reports_blueprint(*people, line.database, clock, line.settings, base)
    floor = supervising_pages(*people, line.supervising, feed, line.settings, base)
    protect(line.app, desk, flows, customers, reports, *floor, public_url=base)
    guard(line.app, BrowserSessions(*people, base), line.database, clock)
    for blueprint in (customers, desk, flows, reports, *floor):
        line.app.register_blueprint(blueprint)
    line.app.register_blueprint(answers_blueprint(*people, answers, base))
    line.app.extensions["presszero_stop"] = feed.stop_streams


def application_from_environment(environ: Mapping[str, str] | None = None) -> Application:
    """The line that config.yaml and the environment describe. Prints what is wrong and exits 2."""
    environ = os.environ if environ is None else environ
    with _said_in_one_sentence():
        environment = Environment.from_mapping(environ, serving=True)
        return build(load_settings(environment.config, environ), environment, environ=environ)


def hold_the_file(environ: Mapping[str, str], passed_on: int | None = None) -> None:
    """Become the one server of a SQLite file, or say in one sentence that there is another, and exit 2.
    `passed_on` is the lock's descriptor where the process before this one holds the file already."""
    with _said_in_one_sentence():
        acquire_lock(Environment.from_mapping(environ).database_url, passed_on)


def must_be_servable(environ: Mapping[str, str]) -> None:
    """Before any worker is started: exits 2, having said what is wrong, when none could serve."""
    with _said_in_one_sentence():
        ask_before_start(environ)


def ask_before_start(environ: Mapping[str, str]) -> None:
    """Raises EnvironmentProblem, SettingsProblems, FlowProblems or DatabaseUnavailable when no server could
    start. A database that does not answer now is no reason: callers hear "one moment" until it does."""
    environment = Environment.from_mapping(environ, serving=True)
    settings = load_settings(environment.config, environ)
    must_have_flows(settings, environment.database_url)
    means_of(settings, environ)
    SmtpClient.given(environ)
    database = Database.open(environment.database_url, limit_s=TURN_S)
    try:
        must_fit(database)
    except OtherVersion:
        raise
    except DatabaseUnavailable as problem:
        print(f"The database does not answer: {problem}", file=sys.stderr)
    finally:
        database.close()


@contextmanager
def _said_in_one_sentence() -> Iterator[None]:
    try:
        yield
    except (EnvironmentProblem, SettingsProblems, FlowProblems, DatabaseUnavailable) as problem:
        print(problem, file=sys.stderr)
        raise SystemExit(2) from problem


def __getattr__(name: str) -> Any:
    """`server.app`, made when gunicorn asks for it; on SQLite the worker runs inside this one process."""
    if name != "app":
        raise AttributeError(name)
    write_logs()
    hold_the_file(os.environ)
    line = application_from_environment()
    line.start(works=line.database.is_sqlite)
    globals()["app"] = line.app
    return line.app
