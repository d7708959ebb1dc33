"""A time limit for all database work of one webhook, including reports of calls and conferences: the caller
hears nothing meanwhile, and the carrier does not wait for long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from ivr.store import deadlines


def answer_in_time(app: Flask, prefixes: tuple[str, ...] = ("/voice/", "/sms/")) -> None:
    """Set the limit, after which the database counts as down. Requests to other systems have limits of their
    own."""
    serve = app.wsgi_app

    def hurried(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(prefixes):
            return serve(environ, start_response)
        with deadlines.within(deadlines.TURN_S):
            return serve(environ, start_response)

    app.wsgi_app = hurried  # type: ignore[method-assign]
