"""The addresses below /desk/file and the agent's own cases. Plain forms, which work without scripts: the page
opens beside the card, and the live feed does not touch what is being typed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, g, redirect, request
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from desk import formatting
from desk.screen import Screen
from desk.sessions import BrowserSessions
from ivr.service.cases import KINDS, CaseRefused, CaseService
from ivr.settings import Settings
from ivr.store import cases as store

LARGEST_ID = 2**31 - 1
NOTHING: Mapping[str, str] = {"form": ""}


def cases_blueprint(
    browsers: BrowserSessions, screen: Screen, cases: CaseService, settings: Settings
) -> Blueprint:
    """To be nested into the desk's own blueprint, which guards it."""
    pages = Blueprint("file", __name__, url_prefix="/file", static_folder="static", static_url_path="/static")
    shown = _CasePages(screen, cases, settings)

    @pages.get("/")
    @browsers.signed_in
    def mine() -> Any:
        return shown.mine()

    @pages.get("/<sid>")
    @browsers.signed_in
    def file(sid: str) -> Any:
        return shown.file(sid, before=_before(request.args.get("before", "")))

    def action(path: str) -> Callable:
        def add(view: Callable) -> Callable:
            return pages.post(path)(browsers.signed_in(_or_said(view, shown)))

        return add

    @action("/<sid>/warnings")
    def warn(sid: str, form: MultiDict) -> None:
        days, restricted = form.get("days", 0, type=int), "restricted" in form
        cases.warn(sid, g.agent, form.get("kind", ""), form.get("text", ""), days, restricted)

    @action("/<sid>/warnings/<int:warning_id>/end")
    def end(sid: str, form: MultiDict, warning_id: int) -> None:
        cases.end_warning(sid, g.agent, _id(warning_id))

    @action("/<sid>/cases")
    def open_case(sid: str, form: MultiDict) -> str:
        wanted = [form.get(name, "") for name in ("once", "title", "note", "due_on")]
        number, why_not = cases.open(sid, g.agent, *wanted, tell="tell" in form)
        return f"Case {number} is open, but the caller was not told: {why_not}" if why_not else ""

    @action("/<sid>/cases/<int:case_id>")
    def change(sid: str, form: MultiDict, case_id: int) -> None:
        version = form.get("version", 0, type=int)
        cases.change(g.agent, _id(case_id), max(0, min(version, LARGEST_ID)), form, sid if sid != "-" else "")

    return pages


class _CasePages:
    """Renders both pages."""

    def __init__(self, screen: Screen, cases: CaseService, settings: Settings) -> None:
        self._screen, self._cases, self._settings = screen, cases, settings

    def mine(self, message: str = "", typed: Mapping[str, str] = NOTHING) -> str:
        listed = self._cases.mine(g.agent)
        return self._page("cases.html", cases=listed, sid="-", message=message, typed=typed)

    def file(
        self,
        sid: str,
        message: str = "",
        before: tuple[float, int] | None = None,
        typed: Mapping[str, str] = NOTHING,
    ) -> str:
        """Render the file; `typed` is refused input, which stays in its form."""
        if sid == "-":
            return self.mine(message, typed)
        file = self._cases.file(sid, g.agent, before)
        told = {"message": message, "typed": typed, "before": before}
        return self._page("file.html", file=file, sid=sid, cases=file.cases, **told)

    def _page(self, template: str, **values: Any) -> str:
        return self._screen.page(
            template,
            csrf=generate_csrf(),
            company=self._settings.company,
            agent=g.agent,
            once=secrets.token_urlsafe(16),
            kinds={kind: formatting.WARNING_KINDS[kind] for kind in KINDS},
            states=formatting.CASE_STATES,
            people=self._cases.people(),
            closed=store.CLOSED,
            today=self._cases.today(),
            now=self._cases.now(),
            **values,
        )


def _or_said(view: Callable, shown: _CasePages) -> Callable:
    """Redirect to the page; or render the page with the refusal."""

    @wraps(view)
    def done(sid: str, **names: Any) -> Any:
        try:
            message = view(sid=sid, form=request.form, **names)
        except CaseRefused as refused:
            return shown.file(sid, str(refused), typed=_typed(view.__name__, names)), 409
        if message:
            return shown.file(sid, message)
        return redirect("/desk/file/" + ("" if sid == "-" else quote(sid, safe="")), 303)

    return done


def _typed(form: str, names: Mapping[str, Any]) -> Mapping[str, str]:
    """Return what was typed, and its `form`: the view's name, or the case."""
    if "case_id" in names:
        return {**request.form.to_dict(), "form": f"case-{names['case_id']}"}
    empty = dict.fromkeys(("kind", "text", "title", "note", "due_on"), "")
    return {**empty, **request.form.to_dict(), "form": form}


def _before(text: str) -> tuple[float, int] | None:
    """Return where a page of contacts begins, according to its link."""
    at, _, row = text.partition("-")
    try:
        return (float(at), min(int(row), LARGEST_ID)) if text else None
    except ValueError:
        abort(400, "There is no such page.")


def _id(number: int) -> int:
    return min(number, LARGEST_ID)
