"""Error answers in the same words everywhere: a page for a person who opened an address, a message for a
request from one of our pages."""

from __future__ import annotations

from html import escape
from typing import Any

from flask import Blueprint, Flask, Response, make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ivr.acd.states import IllegalMove
from ivr.errors import Conflict, ServiceError
from ivr.store.database import DatabaseUnavailable

BUSY = "The database does not answer. Please try again in a moment."
PASSED = "That is not possible any more: things have moved on."
TOO_OLD = "This page is too old. Please load it again."
NOWHERE = "There is no such page. The address may be old, or mistyped."
TITLES = {403: "Not for your account", 404: "Nothing here", 503: "One moment, please"}


def refuse_in_words(pages: Blueprint) -> None:
    """Turn errors of these pages into words and the right status."""

    @pages.errorhandler(CSRFError)
    def without_token(_error: CSRFError) -> Any:
        return refusal(TOO_OLD, 400, reload=True)

    @pages.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        return refusal(error.description or error.name, error.code or 500)

    @pages.errorhandler(ServiceError)
    def not_done(error: ServiceError) -> Any:
        return refusal(error.words, error.status)

    @pages.errorhandler(IllegalMove)
    def passed(_error: IllegalMove) -> Any:
        return refusal(PASSED, Conflict.status)

    @pages.errorhandler(DatabaseUnavailable)
    def busy(_error: DatabaseUnavailable) -> Any:
        answer = refusal(BUSY, 503)
        answer.headers["Retry-After"] = "2"
        return answer


def say_nowhere(app: Flask) -> None:
    """Answer for addresses that do not exist at all."""

    # For all errors, not for 404 alone: Flask would prefer that to what the pages say themselves.
    @app.errorhandler(HTTPException)
    def nowhere(error: HTTPException) -> Any:
        ours = error.code == 404 and request.url_rule is None and _is_person()
        return refusal(NOWHERE, 404) if ours else error


def refusal(words: str, status: int, **more: Any) -> Response:
    """Return a page for a person at a browser, else JSON with `more`."""
    if not _is_person():
        return make_response({"message": words, **more}, status)
    title = TITLES.get(status, "That did not work")
    return Response(_PAGE.format(title=title, words=escape(words)), status, mimetype="text/html")


def _is_person() -> bool:
    """Return whether a person opened the address: browsers prefer HTML, our pages ask for JSON, programs for
    both."""
    accepted = request.accept_mimetypes
    return accepted["text/html"] > accepted["application/json"]


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="icon" href="/desk/static/icons/desk.svg" type="image/svg+xml">
<link rel="stylesheet" href="/desk/static/tokens.css">
<link rel="stylesheet" href="/desk/static/desk.css"></head>
<body class="sign-in"><main class="sign-in-box"><h1>{title}</h1>
<p class="lead">{words}</p>
<p><a class="button wide" href="/desk/">To your desk</a></p></main></body></html>
"""
