"""The page on which a customer sees and cancels a callback. The address is the key: no login, nothing
personal, and nothing changes by looking."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, redirect, render_template_string, request
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException

from desk.callbacks.misses import Misses
from desk.callbacks.words import WORDS, words_in
from ivr.engine.facts import Facts
from ivr.engine.phrases import phrase
from ivr.service.callbacks.attempts import Callbacks
from ivr.service.callbacks.holding import live_held
from ivr.service.change import Changes
from ivr.settings import Settings
from ivr.store import callbacks
from ivr.store.callbacks import BOOKED, EXPIRED, CallbackRow

PAGE = (Path(__file__).parent / "page.html").read_text()
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


def callback_pages(changes: Changes, lives: Callbacks, settings: Settings) -> Blueprint:
    pages = Blueprint(
        "callback_pages", __name__, url_prefix="/callback", static_folder="static", static_url_path="/static"
    )
    misses = Misses(changes.clock)

    @pages.get("/<token>")
    def shown(token: str) -> Response:
        return page(found(token))

    @pages.post("/<token>")
    def cancelled(token: str) -> Response:
        """What is being dialled can still be cancelled; what is over stays as it is."""
        row = found(token)
        with changes.begin() as change:
            now = live_held(change, row)
            if now is not None:
                lives.cancel(change, now, "page")
        return redirect(f"/callback/{token}", 303)  # type: ignore[return-value]

    def found(token: str) -> CallbackRow:
        """The booking; 404 for an address that is none, 429 when too many of those were tried. Whoever knows
        theirs is let in all the same: strangers must not shut the page for customers."""
        row = None
        if TOKEN.fullmatch(token):
            with changes.database.read() as connection:
                row = callbacks.with_token(connection, token)
        if row is None:
            refused = 429 if misses.too_many() else 404
            misses.count()
            abort(refused)
        return row

    @pages.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        """In the language of the browser: whose callback it would have been is not known."""
        language = request.accept_languages.best_match(list(WORDS)) or settings.languages[0]
        words = words_in(language)
        said = words["unknown" if error.code == 404 else "later"]
        values = {"company": settings.company, "language": language, "words": words, "said": said}
        return make_response(render_template_string(PAGE, **values, when="", live=False), error.code or 500)

    def page(row: CallbackRow) -> Response:
        words = words_in(row.language)
        state = row.state if not row.live else "booked" if row.state == BOOKED else "dialling"
        if state == EXPIRED and not row.attempts:
            state = "not_called"
        when = words["turn"] if row.due_at <= changes.clock() else from_time(row)
        text = render_template_string(
            PAGE,
            company=settings.company,
            language=row.language or settings.languages[0],
            words=words,
            said=words[state],
            when=when if state == "booked" else "",
            live=row.live,
            csrf=generate_csrf(),
        )
        return make_response(text)

    def from_time(row: CallbackRow) -> str:
        at = datetime.fromtimestamp(row.due_at, UTC).astimezone(ZoneInfo(settings.timezone))
        facts = Facts(now=datetime.fromtimestamp(changes.clock(), UTC), zone=settings.timezone)
        language = row.language or settings.languages[0]
        return phrase("callback_when_at", language, facts, at=at.isoformat()).text

    return pages
