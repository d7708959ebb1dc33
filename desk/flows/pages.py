"""The addresses below /flows. They only show; publishing is done where the files are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, request
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk import formatting
from desk.error_pages import refuse_in_words
from desk.flows.notices import add_notices
from desk.flows.view import PERIODS, FlowsView
from desk.navigation import areas
from desk.sessions import BrowserSessions
from ivr.flowfiles.drawing import stylesheet
from ivr.service.accounts import AccountService
from ivr.service.agents import AgentService
from ivr.service.flow_registry import FlowRegistry
from ivr.service.notices import NoticeService
from ivr.settings import Settings
from ivr.store.database import Database

HISTORY = {
    "published": "published",
    "trial": "on trial",
    "promoted": "trial made live",
    "withdrawn": "trial ended",
    "rolled_back": "rolled back to",
}


def flows_blueprint(
    accounts: AccountService,
    agents: AgentService,
    database: Database,
    registry: FlowRegistry,
    clock: Callable[[], float],
    settings: Settings,
    public_url: str = "",
    notices: NoticeService | None = None,
) -> Blueprint:
    """The page of flows below /flows, for whoever is signed in. Hand it to `protect` too."""
    flows = Blueprint(
        "flows", __name__, url_prefix="/flows", static_folder="static", static_url_path="/static"
    )
    browsers = BrowserSessions(accounts, agents, public_url)
    view = FlowsView(database, registry, settings, clock)
    templates = _templates(settings)

    def shown(template: str, values: dict[str, Any] | None) -> str:
        if values is None:
            abort(404, "There is no such flow or revision.")
        page = templates.get_template(template)
        return page.render(**values, csrf=generate_csrf(), company=settings.company, kinds=HISTORY)

    @flows.get("/")
    @browsers.signed_in
    def page() -> str:
        period = request.args.get("period", "today")
        asked = request.args.get("revision", "")[:64], request.args.get("flow", "")[:100]
        return shown("flow.html", view.page(*asked, period if period in PERIODS else "today"))

    @flows.get("/diff")
    @browsers.signed_in
    def diff() -> str:
        old, new = request.args.get("old", "")[:64], request.args.get("new", "")[:64]
        return shown("diff.html", view.difference(old, new))

    @flows.get("/static/drawing.css")
    def drawing() -> Response:
        return Response(stylesheet(), mimetype="text/css", headers={"Cache-Control": "max-age=3600"})

    if notices is not None:
        add_notices(flows, browsers, notices, settings, templates)
    refuse_in_words(flows)
    return flows


def _templates(settings: Settings) -> Environment:
    """Everything is escaped but the pictures, which escape what they are made of."""
    folder = Path(__file__).parent / "templates"
    templates = Environment(
        loader=FileSystemLoader([folder, folder.parent.parent / "templates" / "desk"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["areas"] = areas
    zone = ZoneInfo(settings.timezone)
    templates.filters.update(
        duration=formatting.duration,
        moment=lambda at: formatting.moment(at, zone),
        ago=formatting.ago,
        language=formatting.language,
    )
    return templates
