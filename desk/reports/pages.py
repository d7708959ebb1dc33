"""The addresses below /reports. They only show; every figure is also there as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, request
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk import formatting
from desk.answered import when_out
from desk.error_pages import refuse_in_words
from desk.navigation import areas
from desk.reports.view import PERIODS, ReportQuery, asked_for, by_name, plotted, tiles, written
from desk.sessions import BrowserSessions
from ivr.acd.journal import JournalKind
from ivr.customers.numbers import for_people
from ivr.customers.safe_text import plain
from ivr.floor.alerting import note_looked_up
from ivr.service import roles
from ivr.service.accounts import AccountService
from ivr.service.agents import AgentService
from ivr.service.contacts import COLUMNS, Contacts, WrongSearch
from ivr.service.csv_export import Counted, sheet
from ivr.service.reports import ReportService
from ivr.settings import Settings
from ivr.store.database import Database

SEARCHED = ("number", "customer", "queue", "outcome", "words", "since", "until")
OUTCOMES = (
    "talked", "abandoned", "callback_booked", "voicemail", "hung_up", "finished", "sent", "received",
)  # fmt: skip
PAGES = {
    "": "Over time",
    "queues": "Queues",
    "agents": "Agents",
    "reasons": "Reasons",
    "satisfaction": "Satisfaction",
    "contacts": "Contacts",
}


def reports_blueprint(
    accounts: AccountService,
    agents: AgentService,
    database: Database,
    clock: Callable[[], float],
    settings: Settings,
    public_url: str = "",
) -> Blueprint:
    """The reports below /reports, for whoever is signed in and may see them. Hand it to `protect` too."""
    reports = Blueprint(
        "reports", __name__, url_prefix="/reports", static_folder="static", static_url_path="/static"
    )
    browsers = BrowserSessions(accounts, agents, public_url)
    service, contacts = ReportService(database, settings, clock), Contacts(database, settings)
    page = _page(settings, contacts)

    def note(kind: JournalKind, agent_id: str, query: Mapping[str, str], count: int, **more: bool) -> None:
        note_looked_up(database, clock(), kind, agent_id, query, count, **more)

    def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if not roles.may(g.role, roles.SEE_REPORTS):
                abort(403, "Your account may not see reports.")
            return view(*args, **kwargs)

        return browsers.signed_in(checked)

    _add_figures(reports, guarded, service, page, note)
    _add_contacts(reports, guarded, service, contacts, page, note)
    refuse_in_words(reports)
    return reports


Page = Callable[..., str]
Guard = Callable[[Callable[..., Any]], Callable[..., Any]]
Note = Callable[..., None]
"""(kind, agent, query, count, …) → in the journal."""


def _add_figures(reports: Blueprint, guarded: Guard, service: ReportService, page: Page, note: Note) -> None:
    def found(name: str, asked: ReportQuery) -> dict[str, Any]:
        period, queue = asked.period, asked.queue
        match name:
            case "":
                return service.over_time(period, queue, asked.weeks)
            case "queues":
                return service.by_queue(period)
            case "agents":
                return service.by_agent(period, queue)
            case "reasons":
                return service.reasons(period, queue)
            case "steps":
                return service.steps(period)
        return service.satisfaction(period, queue)

    def shown(name: str) -> str:
        asked = _asked(service)
        report = found(name, asked)
        more: dict[str, Any] = {}
        if name == "":
            total = report["total"]
            more = {
                "tiles": tiles(total, asked.queue),
                "plots": plotted(report["rows"], total["goal"], asked.weeks),
            }
        if name == "reasons":
            report = {"rows": by_name(report["rows"]), "steps": service.steps(asked.period)["rows"]}
        template = f"{name or 'over_time'}.html"
        return page(template, here=name, asked=asked, report=report, queues=service.queues, **more)

    def csv(name: str) -> Response:
        asked, title = _asked(service), name or "over-time"
        since, until = asked.period.since, asked.period.until
        query = {"report": title, "since": since, "until": until, "queue": asked.queue}
        rows = Counted(found(name, asked)["rows"])
        return _noted(
            _sheet(sheet(rows), f"{title}-{since}-{until}"), rows, note, JournalKind.REPORT_EXPORTED, query
        )

    for name in set(PAGES) - {"contacts"}:
        reports.get(f"/{name}", endpoint=name or "over_time")(guarded(_bound(shown, name)))
    for name in {*PAGES, "steps"} - {"contacts"}:
        path = name or "over-time"
        reports.get(f"/{path}.csv", endpoint=f"{path}_csv")(guarded(_bound(csv, name)))


def _bound(view: Callable[[str], Any], name: str) -> Callable[[], Any]:
    return lambda: view(name)


def _add_contacts(
    reports: Blueprint, guarded: Guard, service: ReportService, contacts: Contacts, page: Page, note: Note
) -> None:
    def typed() -> dict[str, str]:
        return {name: request.args.get(name, "")[:100] for name in SEARCHED}

    def query() -> dict[str, str]:
        return {name: words for name, value in typed().items() if (words := plain(value, 100))}

    @reports.get("/contacts")
    @guarded
    def search() -> str:
        asked, wrong, found, older = typed(), "", [], ""
        try:
            result = contacts.page(contacts.wanted(asked), request.args.get("after", "")[:60])
            found, older = result.contacts, result.older
            further = bool(request.args.get("after"))
            note(JournalKind.CONTACTS_SEARCHED, g.agent, query(), len(found), older=further)
        except WrongSearch as problem:
            wrong = str(problem)
        same = {name: value for name, value in asked.items() if value}
        return page(
            "contacts.html",
            here="contacts",
            asked=_asked(service, {}),
            typed=asked,
            found=found,
            wrong=wrong,
            queues=service.queues,
            outcomes=OUTCOMES,
            older=f"/reports/contacts?{urlencode({**same, 'after': older})}" if older else "",
            sheet=f"/reports/contacts.csv?{urlencode(same)}",
            first=not request.args.get("after"),
        )

    @reports.get("/contacts.csv")
    @guarded
    def export() -> Response:
        wanted = contacts.wanted(typed())
        rows = Counted(contacts.everything(wanted))
        return _noted(
            _sheet(sheet(rows, COLUMNS), "contacts"), rows, note, JournalKind.CONTACTS_EXPORTED, query()
        )


def _asked(service: ReportService, values: Mapping[str, str] | None = None) -> ReportQuery:
    return asked_for(service, request.args if values is None else values)


def _sheet(text: Iterator[str], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response((piece.encode() for piece in text), mimetype="text/csv; charset=utf-8", headers=headers)


def _noted(
    answer: Response, rows: Counted, note: Note, kind: JournalKind, query: Mapping[str, str]
) -> Response:
    """Return the answer; when it is sent or aborted, the number of exported rows is recorded."""
    agent_id = g.agent
    return when_out(answer, lambda: note(kind, agent_id, query, rows.number), f"export of {agent_id}")


def _page(settings: Settings, contacts: Contacts) -> Page:
    folder = Path(__file__).parent / "templates"
    templates = Environment(
        loader=FileSystemLoader([folder, folder.parent.parent / "templates" / "desk"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["areas"] = areas
    templates.filters.update(
        duration=formatting.duration,
        moment=lambda at: formatting.moment(at, contacts.zone),
        percent=lambda value: written("percent", value),
        span=lambda value: written("duration", value),
        number=lambda value: written("", value),
        hours=lambda value: written("hours", value),
        mean=lambda value: written("mean", value),
        words=lambda name: str(name).replace("_", " "),
        channel_word=formatting.channel_word,
        phone=lambda number: for_people(number) if number else "",
    )
    same = {"company": settings.company, "pages": PAGES, "periods": PERIODS}

    def page(template: str, **values: Any) -> str:
        return templates.get_template(template).render(**same, **values, csrf=generate_csrf())

    return page
