"""The desk's addresses. Every write answers with the present regions, without waiting for the feed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, redirect, request
from flask_wtf.csrf import generate_csrf

from desk.account.pages import account_blueprint
from desk.agent_actions import add_actions, add_help, add_identity
from desk.answered import shown_now
from desk.cases.pages import cases_blueprint
from desk.desk_presence import DeskPresence
from desk.error_pages import refuse_in_words
from desk.feed import Feed, TooManyStreams
from desk.phone.pages import phone_blueprint
from desk.phone.policy import PAGE_HEADERS
from desk.queue_counts import QueueCounts
from desk.screen import Screen, with_line
from desk.sessions import BrowserSessions, is_ours
from desk.talk.pages import talk_blueprint
from desk.work.pages import work_blueprint
from desk.work.view import WorkItemView
from ivr.service.accounts import AccountService, SignInRefused
from ivr.service.agents import AgentService
from ivr.service.browser_phone_leases import BrowserPhoneService
from ivr.service.caller_identification import CallerIdentification
from ivr.service.cases import CaseService
from ivr.service.conversations.agent_conversations import AgentConversations
from ivr.service.recordings import RecordingPlayback
from ivr.service.screen_pop.cards import CardService
from ivr.service.supervision.assistance import HelpService
from ivr.service.work_items import WorkService
from ivr.settings import Settings


def desk_blueprint(
    accounts: AccountService,
    agents: AgentService,
    cards: CardService,
    feed: Feed,
    clock: Callable[[], float],
    settings: Settings,
    public_url: str = "",
    trouble: Callable[[], str] = str,
    work: WorkService | None = None,
    listening: RecordingPlayback | None = None,
    phones: BrowserPhoneService | None = None,
    helping: HelpService | None = None,
    cases: CaseService | None = None,
    talks: AgentConversations | None = None,
    identifying: CallerIdentification | None = None,
) -> Blueprint:
    """The agents' pages below /desk. Hand it to `protect` too."""
    desk = Blueprint("desk", __name__, url_prefix="/desk", static_folder="static", static_url_path="/static")
    browsers = BrowserSessions(accounts, agents, public_url)
    shown = work and WorkItemView(work, cards)
    screen = Screen(agents, cards, clock, settings, trouble, shown, helping, talks)
    _add_signing(desk, browsers, screen, settings)
    _add_views(desk, browsers, screen, settings, phones)
    news = QueueCounts(feed.bus, lambda: agents.lines(settings.queues), screen.queues)
    _add_stream(desk, browsers, screen, feed, news, agents)
    add_actions(desk, browsers, screen, agents, cards, settings)
    if identifying is not None:
        add_identity(desk, browsers, screen, cards, identifying)
    if helping is not None:
        add_help(desk, browsers, screen, helping)
    desk.register_blueprint(account_blueprint(browsers, screen, accounts, settings.company))
    if work is not None and listening is not None:
        desk.register_blueprint(work_blueprint(browsers, screen, work, listening, settings))
    if phones is not None:
        desk.register_blueprint(phone_blueprint(browsers, phones))
    if cases is not None:
        desk.register_blueprint(cases_blueprint(browsers, screen, cases, settings))
    if talks is not None:
        desk.register_blueprint(talk_blueprint(browsers, screen, cards, talks))
    refuse_in_words(desk)
    return desk


def _add_signing(desk: Blueprint, browsers: BrowserSessions, screen: Screen, settings: Settings) -> None:
    def form(template: str, message: str = "", agent: str = "") -> str:
        onward = request.values.get("next", "")
        return screen.page(
            template,
            csrf=generate_csrf(),
            message=message,
            agent=agent,
            company=settings.company,
            onward=onward if is_ours(onward) else "",
        )

    def refused(template: str, why: SignInRefused, agent: str = "") -> Any:
        wait = why.retry_after_s
        headers = {"Retry-After": str(int(wait) + 1)} if wait else {}
        return form(template, str(why), agent[:64]), 429 if wait else 401, headers

    @desk.get("/sign-in")
    def sign_in_page() -> str:
        return form("sign_in.html")

    @desk.post("/sign-in")
    def sign_in() -> Any:
        agent, password = request.form.get("agent", ""), request.form.get("password", "")
        try:
            return browsers.open(agent, password, request.form.get("next", ""))
        except SignInRefused as why:
            return refused("sign_in.html", why, agent)

    @desk.get("/sign-in/code")
    def code_page() -> Any:
        return form("sign_in_code.html") if browsers.wants_code() else redirect("/desk/sign-in", 303)

    @desk.post("/sign-in/code")
    def give_code() -> Any:
        try:
            return browsers.give_code(request.form.get("code", ""), request.form.get("next", ""))
        except SignInRefused as why:
            return refused("sign_in_code.html" if browsers.wants_code() else "sign_in.html", why)

    @desk.post("/sign-out")
    def sign_out() -> Response:
        return browsers.close()


def _add_views(
    desk: Blueprint,
    browsers: BrowserSessions,
    screen: Screen,
    settings: Settings,
    phones: BrowserPhoneService | None,
) -> None:
    @desk.get("/")
    @browsers.signed_in
    def page() -> str:
        shown = shown_now(screen, g.agent)
        phone = phones if phones is not None and phones.uses_browser(g.agent) else None
        if phone is not None:
            g.page_headers = PAGE_HEADERS
        values = {"shown": shown, "agent": g.agent, "company": settings.company, "phone": phone}
        return screen.page("desk.html", csrf=generate_csrf(), **values)

    @desk.get("/calls/last")
    @browsers.signed_in
    def last_calls() -> str:
        """Return a part of the page, for an idle desk."""
        return screen.last_calls(g.agent)

    @desk.get("/now")
    def now() -> Any:
        """Return the present regions, for a page without a stream. It does not use the session, since it
        comes by itself."""
        agent = browsers.agent(used=False)
        if agent is None:
            return {"message": "You are signed out."}, 401
        return shown_now(screen, agent).as_dict()


def _add_stream(
    desk: Blueprint,
    browsers: BrowserSessions,
    screen: Screen,
    feed: Feed,
    news: QueueCounts,
    agents: AgentService,
) -> None:
    @desk.get("/events")
    def events() -> Any:
        agent = browsers.agent(used=False)
        if agent is None:
            return {"message": "You are signed out."}, 401
        token, seen = browsers.token, DeskPresence(agents, agent)

        def look():
            if not browsers.still(token):
                browsers.left(agent)
                return None
            shown = screen.look(agent)
            if shown.mode != "offer":  # recording must not delay a card
                seen.tell(shown.at)
            return shown

        def shown(call_sid: str) -> None:
            screen.note_shown(call_sid, agent)

        try:
            stream = feed.open(agent, look, shown, look_at_line=lambda last: with_line(last, news))
        except TooManyStreams:
            return {"message": "Too many pages are open."}, 503, {"Retry-After": "5"}
        answer = Response(stream, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
        answer.call_on_close(stream.close)
        return answer
