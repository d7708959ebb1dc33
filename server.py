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
from desk.access import guard
from desk.answers import answers_blueprint
from desk.browsers import Browsers
from desk.callbacks import callback_pages
from desk.flows import flows_blueprint
from desk.reports import reports_blueprint
from desk.supervisor import supervising_pages
from ivr.carrier.base import Carrier
from ivr.carrier.twilio import TwilioCarrier
from ivr.cli.logs import write_logs
from ivr.environment import Environment, EnvironmentProblem
from ivr.flowfiles.carrier_voices import voices_of
from ivr.flowfiles.live import FlowProblems
from ivr.flowfiles.music import music_of
from ivr.keys import COOKIES, KEPT_INPUT, RECORDINGS, SECOND_FACTOR, Seal, derived
from ivr.package_files import MUSIC
from ivr.service.accounts import AccountService, account_service
from ivr.service.agent_leg import AgentLeg
from ivr.service.agents import AgentService
from ivr.service.alerts import means_of
from ivr.service.answers import answers_by_mail, ask_for_answer_jobs
from ivr.service.attempts import AttemptsKept
from ivr.service.bookshelf import Bookshelf, must_have_flows, open_shelf
from ivr.service.bus import Bus
from ivr.service.callbacks.parts import callback_parts
from ivr.service.calls import CallService
from ivr.service.card_sources import card_jobs
from ivr.service.cards import CardService
from ivr.service.cases import CaseService
from ivr.service.change import Changes
from ivr.service.client_address import ClientAddresses, TrustedProxies
from ivr.service.closing import Closing
from ivr.service.crew import crew
from ivr.service.desk_watch import DESK_WATCH, DeskWatch, ask_for_desk_watch
from ivr.service.identifying import Identifying
from ivr.service.late_reports import LateReports
from ivr.service.lines import Lines
from ivr.service.listening import Listening
from ivr.service.lookups import LookUps
from ivr.service.mail import MailServer
from ivr.service.notices import NoticeService
from ivr.service.offers import Offers
from ivr.service.outward import outside
from ivr.service.phones import phone_service
from ivr.service.recordings import RecordingService
from ivr.service.refusals import Refusals, WatchedCarrier
from ivr.service.report_jobs import ask_for_report_jobs, report_jobs
from ivr.service.retention import Retention, ask_for_retention
from ivr.service.second_factor import SEALING, ask_for_sealing, sealing_job
from ivr.service.spool import SpoolImport
from ivr.service.supervising.parts import Supervising, supervising_parts
from ivr.service.surroundings import Surroundings
from ivr.service.talks.parts import talk_parts
from ivr.service.talks.talks import Talks
from ivr.service.text_surveys import seconds_until_asked
from ivr.service.trial import ask_for_flow_jobs
from ivr.service.wait_board import wait_board
from ivr.service.wait_record import ask_for_wait_jobs
from ivr.service.waits import WaitBoard
from ivr.service.work_calls import work_service
from ivr.service.worker import Worker
from ivr.settings import Settings, SettingsProblems, load_settings
from ivr.store.database import Database, DatabaseUnavailable
from ivr.store.deadlines import TURN_S
from ivr.store.migrate import OtherVersion, must_fit, opened
from ivr.store.sqlite_file import hold
from ivr.store.wakeup import Wakeup
from webhooks.addresses import Addresses
from webhooks.agent import agent_blueprint
from webhooks.audio import audio_blueprint
from webhooks.callbacks import callbacks_blueprint
from webhooks.caller import caller_blueprint
from webhooks.emergency import emergency_blueprint
from webhooks.health import add_health
from webhooks.holding import holding_blueprint
from webhooks.hurry import answer_in_time
from webhooks.last_resort import LastResort
from webhooks.messages import messages_blueprint
from webhooks.rung import rung_blueprint
from webhooks.signature import Signature, require
from webhooks.supervising import supervising_blueprint
from webhooks.texts import texts_blueprint
from webhooks.transfers import transfers_blueprint
from webhooks.twiml import Renderer
from webhooks.urls import Urls, prefix
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
class Line:
    """A support line, put together: the web app, the worker behind it and the services in between."""

    app: Flask
    settings: Settings
    database: Database
    changes: Changes
    worker: Worker
    calls: CallService
    agents: AgentService
    accounts: AccountService
    bus: Bus
    offers: Offers
    waits: WaitBoard
    shelf: Bookshelf
    listening: Listening
    spool: SpoolImport
    refusals: Refusals
    supervising: Supervising
    talks: Talks
    attempts: AttemptsKept
    late: LateReports
    wakeup: Wakeup | None  # between the processes of one PostgreSQL; SQLite has only this process

    def start(self, works: bool = True) -> None:
        """Begin to hear from other processes and, with `works`, to do timers and effects."""
        if self.wakeup:
            self.wakeup.start()
        self.shelf.start()
        self.spool.start()
        self.attempts.start()
        self.late.start()
        if works:
            for ask in FIRST_JOBS:
                ask(self.changes)
            self.worker.start()

    def trouble(self) -> str:
        """What everybody at work should know."""
        return " ".join(filter(None, (self.refusals.trouble(), self.shelf.trouble())))

    def stop(self) -> None:
        if self.wakeup:
            self.wakeup.stop()
        self.shelf.stop()
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
    look_ups: LookUps | None = None,
    after: Line | None = None,
    pages: bool = True,
) -> Line:
    """Put the parts together; raises FlowProblems and EnvironmentProblem. `environ`: secrets of sources.
    All that remembers is new; database, flows and addresses are those of the line `after` which it comes.
    Without `pages` there is nothing to look at in a browser."""
    database = after.database if after else opened(environment.database_url, TURN_S)
    bus = Bus()
    changes = Changes(database, clock, bus)
    urls = Urls(environment.public_url, environment.fallback_url)
    voices = voices_of(settings.languages, settings.voices)
    renderer = Renderer(urls, voices, str(settings.caller_id), settings.languages)
    waits = wait_board(settings)
    offers = Offers(settings.queue, new_id)
    closing = Closing(seconds_until_asked(settings))
    shelf = open_shelf(settings, database, clock, after.shelf.live if after else None)
    account = environment.twilio_account_sid, environment.twilio_auth_token, environment.twilio_api_base
    refusals = Refusals(changes, settings)
    carrier = WatchedCarrier(carrier or TwilioCarrier(*account, http_client), refusals)
    waits.nobody_can_be_rung = refusals.nobody_can_be_rung
    listening = Listening(carrier, clock, environment.public_url, derived(environment.secret_key, RECORDINGS))
    given, look_ups = look_ups, look_ups or LookUps(settings.sources, environ)
    around = Surroundings(settings, waits, music_of(settings))
    lines = Lines(offers, settings, new_id)
    callbacks = callback_parts(
        settings, changes, offers, closing, around, lines, urls, lambda sid: renderer(None, sid, 0), new_id
    )
    calls = CallService(
        changes,
        shelf,
        around,
        lines,
        closing,
        renderer,
        outside(look_ups, changes, carrier, urls.call_recording, listening),
        new_id,
        callbacks,
    )
    supervising = supervising_parts(settings, changes, offers, waits, new_id)
    supervising.board.trouble = refusals.trouble
    worker = crew(settings, changes, offers, carrier, urls, calls, supervising, new_id, refusals)
    worker.add(report_jobs(changes, settings, environ))
    worker.add({DESK_WATCH: DeskWatch(changes, settings).job})
    worker.add(Retention(changes, settings).handlers)
    worker.add(card_jobs(changes, settings, environ, given))
    factors = Seal(derived(environment.secret_key, SECOND_FACTOR), clock)
    worker.add({SEALING: sealing_job(changes, factors)})
    accounts = account_service(settings, database, clock, factors)
    line = Line(
        app=_app(settings, environment, after),
        settings=settings,
        database=database,
        changes=changes,
        worker=worker,
        calls=calls,
        agents=AgentService(changes, offers, closing),
        accounts=accounts,
        attempts=AttemptsKept(accounts.attempts, database, clock),
        bus=bus,
        offers=offers,
        waits=waits,
        shelf=shelf,
        listening=listening,
        spool=SpoolImport(changes, environment.emergency_file, settings, shelf),
        refusals=refusals,
        supervising=supervising,
        talks=talk_parts(settings, changes, offers, waits, carrier, urls, new_id),
        late=LateReports(clock),
        wakeup=None if database.is_sqlite else Wakeup(environment.database_url, changes.heard),
    )
    if line.wakeup:
        changes.tell_others = line.wakeup.tell
    _add_voice(line, environment, closing, urls, renderer)
    _add_desk(line, environment, closing, pages)
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


def _app(settings: Settings, environment: Environment, after: Line | None) -> Flask:
    app = Flask("presszero", static_folder=None)
    app.url_map = after.app.url_map if after else Addresses()
    app.config["MAX_CONTENT_LENGTH"] = settings.limits.webhook_body_kb * 1024
    app.config["SECRET_KEY"] = derived(environment.secret_key, COOKIES)
    app.wsgi_app = ClientAddresses(app.wsgi_app, TrustedProxies.from_text(environment.trusted_proxies))
    app.url_map.strict_slashes = False  # a redirect would make Twilio drop the keys that were pressed
    app.add_url_rule("/", "start", lambda: redirect("/desk/"))
    return app


def _add_voice(line: Line, environment: Environment, closing: Closing, urls: Urls, render: Renderer) -> None:
    """Twilio's webhooks and the audio it fetches."""
    settings, app = line.settings, line.app
    answer_in_time(app)
    require(app, Signature(environment.public_url, environment.auth_tokens))
    language = settings.languages[0]
    numbers, caller_id, kept = settings.emergency_numbers, str(settings.caller_id), environment.emergency_file
    voices = voices_of(settings.languages, settings.voices)
    last_resort = LastResort(urls, settings.languages, numbers, caller_id, kept, voices)
    recordings = RecordingService(line.changes, closing)
    clock = line.changes.clock
    seal = Seal(derived(environment.secret_key, KEPT_INPUT), clock)
    parts = line.calls, recordings, last_resort, line.late, seal
    caller = caller_blueprint(*parts, settings.country)
    for voice in (caller, emergency_blueprint(last_resort, line.calls, settings.country, clock)):
        app.register_blueprint(voice)
        app.register_blueprint(voice, name=f"{voice.name}_spoken", url_prefix=prefix("<language>"))
    app.register_blueprint(rung_blueprint(line.changes, Urls(environment.public_url), last_resort))
    cancel = line.calls.callbacks.bookings.cancel_by_text
    app.register_blueprint(texts_blueprint(line.changes, last_resort, settings, cancel))
    app.register_blueprint(messages_blueprint(line.listening))
    joining, told = line.supervising.joining, line.supervising.told
    whisper = Whisper(urls, render, language)
    leg = AgentLeg(line.changes, line.offers, settings)
    app.register_blueprint(agent_blueprint(leg, line.calls, whisper, line.late, joining, urls))
    app.register_blueprint(callbacks_blueprint(line.calls, urls, render, last_resort, line.late))
    app.register_blueprint(holding_blueprint(line.changes, line.calls.turns.around, urls, render))
    app.register_blueprint(transfers_blueprint(line.changes, urls, render, settings, line.late))
    app.register_blueprint(supervising_blueprint(joining, told, urls, render, language, line.late))
    app.register_blueprint(audio_blueprint(settings.flows_path / "audio", MUSIC))


def _add_desk(line: Line, environment: Environment, closing: Closing, pages: bool) -> None:
    """The agents' pages and their live feed, and the jobs that belong to them."""
    clock = line.changes.clock
    cards = CardService(line.database, clock, line.settings)
    phones = phone_service(environment, line.changes, line.offers, line.worker)
    answers = answers_by_mail(line.worker, line.changes, cards, line.settings, environment.smtp)
    if not pages:
        return
    streams = int(os.environ.get("WEB_STREAMS", "256"))  # as many threads as gunicorn keeps for them
    feed = Feed(line.bus, poll_s=5.0 if line.database.is_sqlite else 1.0, total=streams)
    base, people = environment.public_url, (line.accounts, line.agents)
    works = work_service(line.changes, line.calls, line.shelf, line.settings)
    work = works, line.listening, phones, line.supervising.help
    identifying = Identifying(line.changes, closing, line.settings, line.calls.callbacks.taken_up.said)
    work = *work, CaseService(line.changes, line.settings), line.talks, identifying
    desk = desk_blueprint(*people, cards, feed, clock, line.settings, base, line.trouble, *work)
    notices = NoticeService(line.changes, line.settings)
    flows = flows_blueprint(*people, line.database, line.shelf, clock, line.settings, base, notices)
    customers = callback_pages(line.changes, line.calls.callbacks.lives, line.settings)
    reports = reports_blueprint(*people, line.database, clock, line.settings, base)
    floor = supervising_pages(*people, line.supervising, feed, line.settings, base)
    protect(line.app, desk, flows, customers, reports, *floor, public_url=base)
    guard(line.app, Browsers(*people, base), line.database, clock)
    for blueprint in (customers, desk, flows, reports, *floor):
        line.app.register_blueprint(blueprint)
    line.app.register_blueprint(answers_blueprint(*people, answers, base))
    line.app.extensions["presszero_stop"] = feed.stop_streams


def line_from_environment(environ: Mapping[str, str] | None = None) -> Line:
    """The line that config.yaml and the environment describe. Prints what is wrong and exits 2."""
    environ = os.environ if environ is None else environ
    with _said_in_one_sentence():
        environment = Environment.from_mapping(environ, serving=True)
        return build(load_settings(environment.config, environ), environment, environ=environ)


def hold_the_file(environ: Mapping[str, str], passed_on: int | None = None) -> None:
    """Become the one server of a SQLite file, or say in one sentence that there is another, and exit 2.
    `passed_on` is the lock's descriptor where the process before this one holds the file already."""
    with _said_in_one_sentence():
        hold(Environment.from_mapping(environ).database_url, passed_on)


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
    MailServer.given(environ)
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
    line = line_from_environment()
    line.start(works=line.database.is_sqlite)
    globals()["app"] = line.app
    return line.app
