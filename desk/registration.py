"""Registers the pages of agents, supervisors and customers in one Flask app."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from desk.answers import answers_blueprint
from desk.callbacks import callback_pages
from desk.feed import Feed
from desk.flows import flows_blueprint
from desk.pages import desk_blueprint
from desk.permissions import guard
from desk.reports import reports_blueprint
from desk.security_headers import protect
from desk.sessions import BrowserSessions
from desk.supervisor import supervising_pages
from ivr.environment import Environment
from ivr.floor.callback_lifecycle import CallbackLifecycle
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.service.accounts import AccountService
from ivr.service.agents import AgentService
from ivr.service.browser_phone_leases import BrowserPhoneService
from ivr.service.caller_identification import CallerIdentification
from ivr.service.cases import CaseService
from ivr.service.conversations.agent_conversations import AgentConversations
from ivr.service.flow_registry import FlowRegistry
from ivr.service.knowledge_base.articles import ArticleService
from ivr.service.notices import NoticeService
from ivr.service.recordings import RecordingPlayback
from ivr.service.screen_pop.cards import CardService
from ivr.service.supervision.wiring import SupervisionServices
from ivr.service.work_items import WorkService
from ivr.settings import Settings
from ivr.store.database import Database


@dataclass(frozen=True, slots=True)
class DeskServices:
    """The services behind the pages. `trouble()` is what everybody at work should know."""

    database: Database
    transactions: Transactions
    clock: Callable[[], float]
    bus: NotificationBus
    accounts: AccountService
    agents: AgentService
    cards: CardService
    trouble: Callable[[], str]
    work: WorkService
    listening: RecordingPlayback
    phones: BrowserPhoneService
    supervising: SupervisionServices
    cases: CaseService
    conversations: AgentConversations
    identifying: CallerIdentification
    articles: ArticleService
    notices: NoticeService
    registry: FlowRegistry
    callbacks: CallbackLifecycle


def register_desk(app: Flask, settings: Settings, environment: Environment, services: DeskServices) -> None:
    """Register the pages and their live feed. `app.extensions["presszero_stop"]` ends the open feeds."""
    base, database, clock = environment.public_url, services.database, services.clock
    people = services.accounts, services.agents
    streams = int(os.environ.get("WEB_STREAMS", "256"))  # as many threads as gunicorn keeps for them
    feed = Feed(services.bus, poll_s=5.0 if database.is_sqlite else 1.0, total=streams)
    desk = desk_blueprint(
        *people, services.cards, feed, clock, settings, base, services.trouble, services.work,
        services.listening, services.phones, services.supervising.help, services.cases,
        services.conversations, services.identifying,
    )  # fmt: skip
    flows = flows_blueprint(*people, database, services.registry, clock, settings, base, services.notices)
    customers = callback_pages(services.transactions, services.callbacks, settings)
    reports = reports_blueprint(*people, database, clock, settings, base)
    floor = supervising_pages(*people, services.supervising, feed, settings, base)
    protect(app, desk, flows, customers, reports, *floor, public_url=base)
    guard(app, BrowserSessions(*people, base), database, clock)
    for blueprint in (customers, desk, flows, reports, *floor):
        app.register_blueprint(blueprint)
    app.register_blueprint(answers_blueprint(*people, services.articles, base))
    app.extensions["presszero_stop"] = feed.stop_streams
