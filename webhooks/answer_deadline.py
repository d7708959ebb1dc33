"""A caller hears nothing while we work, and the carrier does not wait for long: so all that the database does
in one webhook, reports of calls and conferences included, has one limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from ivr.store import deadlines


def answer_in_time(app: Flask, prefixes: tuple[str, ...] = ("/voice/", "/sms/")) -> None:
    """After the limit the database counts as away. What is asked elsewhere has limits of its own."""
    serve = app.wsgi_app

    def hurried(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(prefixes):
            return serve(environ, start_response)
        with deadlines.within(deadlines.TURN_S):
            return serve(environ, start_response)

    app.wsgi_app = hurried  # type: ignore[method-assign]
