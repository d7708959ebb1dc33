"""/flows/notices: messages that callers hear at once, set and ended by those who may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, g, redirect, request
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment

from desk import permissions
from desk.sessions import BrowserSessions
from ivr.service import roles
from ivr.service.notices import LONGEST, NoticeProblem, NoticeService
from ivr.settings import Settings


def add_notices(
    flows: Blueprint,
    browsers: BrowserSessions,
    notices: NoticeService,
    settings: Settings,
    templates: Environment,
) -> None:
    """Add the page and its two forms to the blueprint of the flows, which guards them."""
    titles = {
        name: queue.titles(settings.languages).get(settings.languages[0], "") or name.replace("_", " ")
        for name, queue in settings.queues.items()
    }
    page = templates.get_template("notices.html")
    fixed = {"languages": settings.languages, "titles": titles, "company": settings.company}

    def shown(problem: str = "", typed: Any = None) -> str:
        on, over = notices.listed()
        may_set = permissions.may(roles.SET_NOTICES)
        seen = {"on": on, "over": over, "problem": problem, "typed": typed or {}, "may_set": may_set}
        return page.render(
            **fixed, **seen, longest=LONGEST, csrf=generate_csrf(), problems=[], on_notices=True
        )

    @flows.get("/notices")
    @browsers.signed_in
    def notices_page() -> str:
        return shown()

    @flows.post("/notices")
    @browsers.signed_in
    def set_notice() -> Any:
        form = request.form
        try:
            words = _words(form, settings.languages)
            notices.set(words, form.get("queue", ""), form.get("until", ""), g.agent)
        except NoticeProblem as problem:
            return shown(str(problem), form), 400
        return redirect("/flows/notices", 303)

    @flows.post("/notices/<int:notice_id>/end")
    @browsers.signed_in
    def end_notice(notice_id: int) -> Any:
        try:
            notices.end(notice_id, g.agent)
        except NoticeProblem as problem:
            return shown(str(problem)), 409
        return redirect("/flows/notices", 303)


def _words(form: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Return the typed words by language; callers of every other language hear the first."""
    words = {tag: text for tag in languages if (text := form.get(f"words-{tag}", "")).strip()}
    if languages[0] not in words:
        raise NoticeProblem(f"the words in {languages[0]} are missing")
    return words
