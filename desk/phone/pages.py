"""The addresses below /desk/phone: a token to register with, and the regular report of the phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, abort, g, request

from desk.sessions import BrowserSessions
from ivr.service.browser_phone_leases import BrowserPhoneService

TAB = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)


def phone_blueprint(browsers: BrowserSessions, phones: BrowserPhoneService) -> Blueprint:
    """To be nested into the desk's own blueprint, which guards it."""
    pages = Blueprint(
        "phone", __name__, url_prefix="/phone", static_folder="static", static_url_path="/static"
    )

    def action(path: str) -> Callable:
        def add(view: Callable) -> Callable:
            return pages.post(path)(_of_agent(browsers, view))

        return add

    @action("/token")
    def token() -> Any:
        made, seconds = phones.token(g.agent)
        return {"token": made, "seconds": seconds}

    @action("/here")
    def here() -> Any:
        """Record that this tab can be rung. Only one tab may report; another one sends `take` to become the
        phone."""
        return {"held": phones.here(g.agent, _tab(), request.form.get("take") == "1")}

    @action("/gone")
    def gone() -> Any:
        phones.gone(g.agent, _tab())
        return {}

    return pages


def _of_agent(browsers: BrowserSessions, view: Callable[..., Any]) -> Callable[..., Any]:
    """Handle requests that pages send by themselves, which do not use the session: a timer keeps nobody
    signed in."""

    @wraps(view)
    def answered() -> Any:
        g.agent = browsers.agent(used=False)
        if g.agent is None:
            return {"message": "You are signed out. Please sign in again."}, 401
        return view()

    return answered


def _tab() -> str:
    tab = request.form.get("tab", "")
    if not TAB.fullmatch(tab):
        abort(400, "Which tab is it?")
    return tab
