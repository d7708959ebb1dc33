"""The addresses below /wallboard: for signed-in users, and for screens with a link of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, request

from desk.error_pages import refuse_in_words
from desk.feed import Feed, TooManyStreams
from desk.sessions import BrowserSessions
from desk.wallboard.view import WallboardView
from ivr.service import roles
from ivr.service.supervision.display_links import DisplayLinks
from ivr.service.supervision.floor_board import FRESH_S
from ivr.settings import Settings

GONE = "There is no such link, or it was revoked."


def wallboard_blueprint(
    browsers: BrowserSessions, view: WallboardView, links: DisplayLinks, feed: Feed, settings: Settings
) -> Blueprint:
    wall = Blueprint(
        "wallboard", __name__, url_prefix="/wallboard", static_folder="static", static_url_path="/static"
    )

    def page(queues: Sequence[str], events: str) -> str:
        shown = view.look(queues)
        return view.page("wallboard.html", csrf="", shown=shown, events=events, company=settings.company)

    def stream(who: str, queues: Sequence[str], still: Callable[[], bool]) -> Any:
        try:
            look = lambda: view.look(queues) if still() else None  # noqa: E731
            opened = feed.open(who, look, lambda _: None, FRESH_S)
        except TooManyStreams:
            return {"message": "Too many pages are open."}, 503, {"Retry-After": "5"}
        answer = Response(opened, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
        answer.call_on_close(opened.close)
        return answer

    @wall.get("/")
    @browsers.signed_in
    def signed_in() -> str:
        chosen = view.known(request.args.get("queues", ""))
        return page(chosen, f"/wallboard/events?queues={','.join(chosen)}")

    @wall.get("/events")
    def events() -> Any:
        agent, token = browsers.agent(used=False), browsers.token
        if agent is None:
            return {"message": "You are signed out."}, 401
        chosen = view.known(request.args.get("queues", ""))
        return stream(
            f"wallboard:{agent}", chosen, lambda: roles.may(browsers.role_of(token), roles.SEE_WALLBOARD)
        )

    @wall.get("/shown/<secret>")
    def shown(secret: str) -> str:
        return page(_queues(secret), f"/wallboard/shown/{secret}/events")

    @wall.get("/shown/<secret>/events")
    def shown_events(secret: str) -> Any:
        return stream(f"wallboard:{secret}", _queues(secret), lambda: links.queues(secret) is not None)

    def _queues(secret: str) -> list[str]:
        queues = links.queues(secret)
        if queues is None:
            abort(404, GONE)
        return view.known(",".join(queues))

    refuse_in_words(wall)

    return wall
