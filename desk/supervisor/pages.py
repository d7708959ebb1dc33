"""The addresses below /supervisor. The guard checks the role; each change is recorded with its author."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, g, request
from flask_wtf.csrf import generate_csrf

from desk.error_pages import refuse_in_words
from desk.feed import Feed, TooManyStreams
from desk.sessions import BrowserSessions
from desk.supervisor.view import SupervisorView
from ivr.customers.safe_text import plain
from ivr.service import roles
from ivr.service.supervision.agent_changes import ChangeRefused
from ivr.service.supervision.floor_board import FRESH_S
from ivr.service.supervision.wiring import SupervisionServices
from ivr.settings import Settings


def supervisor_blueprint(
    browsers: BrowserSessions,
    view: SupervisorView,
    supervising: SupervisionServices,
    feed: Feed,
    settings: Settings,
) -> Blueprint:
    """The page, its feed, its panels and its actions."""
    pages = Blueprint(
        "supervisor", __name__, url_prefix="/supervisor", static_folder="static", static_url_path="/static"
    )
    _add_views(pages, browsers, view, feed, settings)
    _add_panels(pages, browsers, view, supervising, settings)
    _add_actions(pages, browsers, view, supervising, settings)
    refuse_in_words(pages)
    return pages


def _add_views(
    pages: Blueprint, browsers: BrowserSessions, view: SupervisorView, feed: Feed, settings: Settings
) -> None:
    @pages.get("/")
    @browsers.signed_in
    def page() -> str:
        values = {"shown": view.look(g.agent), "agent": g.agent, "company": settings.company}
        return view.page("supervisor.html", csrf=generate_csrf(), **values)

    @pages.get("/now")
    def now() -> Any:
        agent = browsers.agent(used=False)
        if agent is None:
            return {"message": "You are signed out."}, 401
        return view.look(agent).as_dict()

    @pages.get("/events")
    def events() -> Any:
        agent = browsers.agent(used=False)
        if agent is None:
            return {"message": "You are signed out."}, 401
        token = browsers.token

        def look():
            return view.look(agent) if roles.may(browsers.role_of(token), roles.SUPERVISE) else None

        try:
            stream = feed.open(f"supervisor:{agent}", look, lambda _: None, FRESH_S)
        except TooManyStreams:
            return {"message": "Too many pages are open."}, 503, {"Retry-After": "5"}
        answer = Response(stream, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
        answer.call_on_close(stream.close)
        return answer


def _add_panels(
    pages: Blueprint,
    browsers: BrowserSessions,
    view: SupervisorView,
    supervising: SupervisionServices,
    settings: Settings,
) -> None:
    """Add the fragments that the page opens over itself."""

    @pages.get("/calls/<sid>/why")
    @browsers.signed_in
    def why_waiting(sid: str) -> str:
        found = supervising.explaining.call(sid)
        return view.page("why.html", heading="Why is this caller waiting?", found=found)

    @pages.get("/agents/<agent_id>/why")
    @browsers.signed_in
    def why_no_call(agent_id: str) -> str:
        found = supervising.explaining.agent(agent_id)
        return view.page("why.html", heading="Why does this agent get no call?", found=found)

    @pages.get("/agents/<agent_id>")
    @browsers.signed_in
    def agent(agent_id: str) -> str:
        found = supervising.changing.abilities(agent_id)
        queues, reasons = list(settings.queues), settings.away_reasons
        return view.page("agent.html", id=agent_id, found=found, queues=queues, reasons=reasons)


def _add_actions(
    pages: Blueprint,
    browsers: BrowserSessions,
    view: SupervisorView,
    supervising: SupervisionServices,
    settings: Settings,
) -> None:
    def action(path: str) -> Callable:
        """Register a change, answered with the present regions."""

        def add(change: Callable) -> Callable:
            @wraps(change)
            def done(**names: str) -> Any:
                change(**names)
                return view.look(g.agent, fresh=True).as_dict()

            return pages.post(path)(browsers.signed_in(done))

        return add

    @action("/agents/<agent_id>/state")
    def state(agent_id: str) -> None:
        reason = plain(request.form.get("reason", ""), 100)
        if reason and reason not in settings.away_reasons:
            abort(400, "There is no such reason.")
        supervising.changing.set_state(agent_id, request.form.get("state", ""), g.agent, reason)

    @action("/agents/<agent_id>/abilities")
    def abilities(agent_id: str) -> None:
        queues = {name: level for name in settings.queues if (level := _level(f"queue-{name}"))}
        skills = _skills(request.form.get("skills", ""))
        supervising.changing.set_abilities(agent_id, queues, skills, g.agent)

    @action("/agents/<agent_id>/help/answer")
    def answer_help(agent_id: str) -> None:
        supervising.help.answer(agent_id, g.agent)

    @action("/agents/<agent_id>/help/close")
    def close_help(agent_id: str) -> None:
        supervising.help.close(agent_id, g.agent)

    @action("/calls/<sid>/join/<mode>")
    def join(sid: str, mode: str) -> None:
        if mode == "take_over":
            supervising.joining.take_over(g.agent, sid)
        else:
            supervising.joining.start(g.agent, sid, mode)

    @action("/leave")
    def leave() -> None:
        supervising.joining.stop(g.agent)


def _level(field: str) -> int:
    """Return the level; 0 means not served."""
    typed = request.form.get(field, "0")
    return int(typed) if typed in tuple("123456789") else 0


def _skills(typed: str) -> dict[str, int]:
    """Return levels by name from `german:2, refunds`. Raises ChangeRefused."""
    found = {}
    for part in filter(None, (part.strip() for part in plain(typed, 2000).split(","))):
        name, colon, level = (piece.strip() for piece in part.partition(":"))
        if not name.replace("_", "").replace("-", "").isalnum() or len(name) > 64:
            raise ChangeRefused(f"{part} is no skill: write them like german:2, refunds.")
        if colon and level not in tuple("123456789"):
            raise ChangeRefused(f"{part}: a level is a number from 1 to 9.")
        found[name] = int(level or 1)
    return found
