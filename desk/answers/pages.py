"""The addresses below /desk/answers. They answer with parts of the agent's page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, g, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.answers.markdown import html
from desk.error_pages import refuse_in_words
from desk.sessions import BrowserSessions
from ivr.service.accounts import AccountService
from ivr.service.agents import AgentService
from ivr.service.knowledge_base import ArticleService

MOST_SENT_BEFORE = 1000
OUTCOMES = {
    "waiting": "on its way",
    "sending": "on its way",
    "sent": "sent",
    "refused": "not sent: refused",
    "unsure": "perhaps sent: nobody confirmed it",
}


def answers_blueprint(
    accounts: AccountService, agents: AgentService, answers: ArticleService, public_url: str = ""
) -> Blueprint:
    """Return the blueprint of articles on the agents' page. Its addresses are below /desk/, which is already
    guarded."""
    pages = Blueprint(
        "answers", __name__, url_prefix="/desk/answers", static_folder="static", static_url_path="/static"
    )
    browsers = BrowserSessions(accounts, agents, public_url)
    _add_reading(pages, browsers, answers)
    _add_doing(pages, browsers, answers)
    refuse_in_words(pages)
    return pages


def _add_reading(pages: Blueprint, browsers: BrowserSessions, answers: ArticleService) -> None:
    @pages.get("/calls/<sid>")
    @browsers.signed_in
    def proposals(sid: str) -> Any:
        if not answers.on:
            return "", 204
        found, wrong = answers.proposals(g.agent, sid), answers.problems()
        return {"html": _page("region.html", found=found, wrong=wrong, sid=sid), "count": len(found)}

    @pages.get("/calls/<sid>/search")
    @browsers.signed_in
    def search(sid: str) -> Any:
        found = answers.search(g.agent, sid, request.args.get("q", ""))
        return {"html": _page("list.html", found=found), "count": len(found)}


def _add_doing(pages: Blueprint, browsers: BrowserSessions, answers: ArticleService) -> None:
    def action(path: str) -> Callable:
        def add(view: Callable) -> Callable:
            return pages.post(f"/calls/<sid>/{path}")(browsers.signed_in(view))

        return add

    def field(name: str) -> str:
        return request.form.get(name, "")

    @action("searched")
    def searched(sid: str) -> dict[str, Any]:
        answers.searched(g.agent, sid, field("q"))
        return {}

    @action("open")
    def open_(sid: str) -> dict[str, Any]:
        return _article(answers.open(g.agent, sid, field("article"), field("q")))

    @action("send")
    def send(sid: str) -> dict[str, Any]:
        return _article(answers.send(g.agent, sid, field("article"), field("number"), _before()))

    @action("mail")
    def mail(sid: str) -> dict[str, Any]:
        address, confirmed = field("address"), field("confirmed") == "yes"
        return _article(answers.mail(g.agent, sid, field("article"), address, confirmed, _before()))

    @action("verdict")
    def verdict(sid: str) -> dict[str, Any]:
        helped = field("helped") == "yes"
        answers.judge(g.agent, sid, field("article"), helped, field("note"), field("q"))
        return {}


def _before() -> int:
    """Return how often, according to the page, it was sent in this call."""
    return max(0, min(request.form.get("before", 0, type=int), MOST_SENT_BEFORE))


def _article(opened: Any) -> dict[str, Any]:
    return {"html": _page("article.html", article=opened, body=html(opened.body), outcomes=OUTCOMES)}


def _page(template: str, **values: Any) -> str:
    return _TEMPLATES.get_template(template).render(**values)


# Everything is escaped but the Markdown, which the renderer has made harmless.
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
