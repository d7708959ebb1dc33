"""The page on which a customer sees and cancels a callback. The address is the key: there is no login, the
page shows nothing personal, and viewing it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, redirect, render_template_string, request
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException

from desk.callbacks.token_throttle import TokenThrottle
from desk.callbacks.wording import WORDS, words_in
from ivr.engine.context import CallContext
from ivr.engine.phrases import phrase
from ivr.floor.callback_lifecycle import CallbackLifecycle, lock_live_callback
from ivr.floor.transaction import Transactions
from ivr.settings import Settings
from ivr.store import callbacks
from ivr.store.callbacks import BOOKED, EXPIRED, CallbackRow

PAGE = (Path(__file__).parent / "page.html").read_text()
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


def callback_pages(transactions: Transactions, lifecycle: CallbackLifecycle, settings: Settings) -> Blueprint:
    pages = Blueprint(
        "callback_pages", __name__, url_prefix="/callback", static_folder="static", static_url_path="/static"
    )
    misses, page = TokenThrottle(transactions.clock), CallbackPage(settings, transactions.clock)

    @pages.get("/<token>")
    def shown(token: str) -> Response:
        return make_response(page.of(found(token)))

    @pages.post("/<token>")
    def cancelled(token: str) -> Response:
        """Cancel the callback. One that is being dialled can still be cancelled; a finished one stays
        unchanged."""
        row = found(token)
        with transactions.begin() as tx:
            now = lock_live_callback(tx, row)
            if now is not None:
                lifecycle.cancel(tx, now, "page")
        return redirect(f"/callback/{token}", 303)  # type: ignore[return-value]

    def found(token: str) -> CallbackRow:
        """Return the booking; 404 for an unknown address, 429 after too many of those. A right address always
        works: strangers must not close the page for customers."""
        row = None
        if TOKEN.fullmatch(token):
            with transactions.database.read() as connection:
                row = callbacks.with_token(connection, token)
        if row is None:
            refused = 429 if misses.too_many() else 404
            misses.count()
            abort(refused)
        return row

    @pages.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return make_response(page.refused(error.code), error.code or 500)

    return pages


class CallbackPage:
    """The page for a customer: of their callback in the language of the call, else in the browser's."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings, self._clock = settings, clock

    def of(self, row: CallbackRow) -> str:
        words = words_in(row.language)
        state = row.state if not row.live else "booked" if row.state == BOOKED else "dialling"
        if state == EXPIRED and not row.attempts:
            state = "not_called"
        when = words["turn"] if row.due_at <= self._clock() else self._from_time(row)
        language = row.language or self._settings.languages[0]
        return self._drawn(language, words[state], when if state == "booked" else "", row.live)

    def refused(self, code: int | None) -> str:
        """Answer without revealing whose callback it would have been."""
        language = request.accept_languages.best_match(list(WORDS)) or self._settings.languages[0]
        return self._drawn(language, words_in(language)["unknown" if code == 404 else "later"])

    def _drawn(self, language: str, said: str, when: str = "", live: bool = False) -> str:
        return render_template_string(
            PAGE,
            company=self._settings.company,
            language=language,
            words=words_in(language),
            said=said,
            when=when,
            live=live,
            csrf=generate_csrf() if live else "",
        )

    def _from_time(self, row: CallbackRow) -> str:
        at = datetime.fromtimestamp(row.due_at, UTC).astimezone(ZoneInfo(self._settings.timezone))
        facts = CallContext(now=datetime.fromtimestamp(self._clock(), UTC), zone=self._settings.timezone)
        language = row.language or self._settings.languages[0]
        return phrase("callback_when_at", language, facts, at=at.isoformat()).text
