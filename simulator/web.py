"""The phone page and its JSON control interface, beside the REST API, for one computer only."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, request

from simulator.account import TwilioAccount
from simulator.phones import AgentPhone, Phone
from simulator.rest.app import add_rest_routes
from simulator.snapshot import call_view, phone_view, snapshot

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

QUIET_SECONDS = 10.0
"""Without news an event stream sends a snapshot so often, so that both ends notice a dead line."""

POLICY = "default-src 'self'; media-src *; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


class News:
    """Wakes event streams when something can be seen or heard that could not before."""

    def __init__(self, account: TwilioAccount) -> None:
        self._changed = threading.Condition()
        self._version = 0
        account.watch(self._tell)

    def _tell(self) -> None:
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def wait(self, seen: int) -> int:
        """Return as soon as there is news after `seen`, at the latest after QUIET_SECONDS."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen, timeout=QUIET_SECONDS)
            return self._version


def make_web_app(account: TwilioAccount, suggestions: list[tuple[str, str]] | None = None) -> Flask:
    """REST API and phone page. suggestions: (number, label) to call from."""
    app = Flask("simulator", template_folder=_beside("templates"), static_folder=None)
    add_rest_routes(app, account)
    page = Blueprint(
        "phone", __name__, url_prefix="/phone", static_folder=_beside("static"), static_url_path="/static"
    )
    _page_routes(page, account, suggestions or [])
    _call_routes(page, account)
    _phone_routes(page, account)
    app.register_blueprint(page)
    app.before_request(_only_this_computer)
    app.after_request(_headers)
    app.add_url_rule("/", "home", lambda: redirect("/phone/"))
    return app


def _beside(name: str) -> str:
    return str(Path(__file__).parent / name)


def _only_this_computer() -> Response | None:
    """A foreign page could point its own host name at 127.0.0.1, or post here across origins: refuse both."""
    if urlsplit(f"//{request.host}").hostname not in LOCAL_NAMES:
        return Response("This page is for this computer only.", 403)
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        return Response("Requests from other pages are refused.", 403)
    return None


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response


def _page_routes(page: Blueprint, account: TwilioAccount, suggestions: list[tuple[str, str]]) -> None:
    news = News(account)

    @page.get("/")
    def phone_page() -> str:
        return render_template("phone.html", numbers=list(account.numbers), suggestions=suggestions)

    @page.get("/api/events")
    def events() -> Response:
        def stream() -> Iterator[str]:
            seen = -1
            while True:
                seen = news.wait(seen)
                yield f"data: {json.dumps(snapshot(account))}\n\n"

        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(stream(), content_type="text/event-stream", headers=headers)

    @page.get("/api/witness")
    def witness() -> Response:
        with account.lock:
            records = [{k: v for k, v in r.items() if k != "detail"} | {"detail": _plain(r["detail"])}
                       for r in account.witness.as_records()]  # fmt: skip
        return jsonify(records)


def _plain(detail: dict[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in detail.items() if key != "request"}
    if isinstance(plain.get("answer"), bytes):
        plain["answer"] = plain["answer"].decode("utf-8", "replace")
    return plain


def _call_routes(page: Blueprint, account: TwilioAccount) -> None:
    @page.post("/api/dial")
    def dial() -> Any:
        asked = _body()
        caller = str(asked.get("from", ""))
        try:
            phone = account.dial(caller, str(asked.get("to", "")))
        except ValueError as wrong:
            return _refuse(str(wrong))
        if caller.startswith("+") and caller not in account.phones:
            account.add_phone(caller)  # whoever calls has a telephone, and may be called back
        return jsonify(sid=phone.sid)

    @page.get("/api/calls/<sid>")
    def call(sid: str) -> Any:
        with account.lock:
            found = account.calls.get(sid)
            return jsonify(call_view(account, found)) if found else _refuse(f"no call {sid}", 404)

    @page.post("/api/calls/<sid>/<action>")
    def act(sid: str, action: str) -> Any:
        found = account.calls.get(sid)
        if found is None or found.phone is None:
            return _refuse(f"no call {sid}", 404)
        return _do(found.phone, action)


def _phone_routes(page: Blueprint, account: TwilioAccount) -> None:
    @page.get("/api/phones")
    def phones() -> Any:
        with account.lock:
            return jsonify(phones=[phone_view(account, phone) for phone in account.phones.values()])

    @page.post("/api/phones/<path:address>/<action>")
    def use(address: str, action: str) -> Any:
        phone = account.phones.get(address)
        return _do(phone, action) if phone else _refuse(f"no phone {address}", 404)


def _do(phone: Phone, action: str) -> Any:
    """press {digits}, say {text}, hangup, and for ringing phones answer and decline."""
    asked = _body()
    try:
        if action == "press":
            phone.press(str(asked.get("digits", "")))
        elif action == "say":
            phone.say(str(asked.get("text", "")))
        elif action == "hangup":
            phone.hang_up()
        elif action in ("answer", "decline") and isinstance(phone, AgentPhone):
            phone.answer() if action == "answer" else phone.decline()
        else:
            return _refuse(f"a phone cannot {action}", 404)
    except (ValueError, RuntimeError) as wrong:
        return _refuse(str(wrong), 409)
    return jsonify(ok=True)


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _refuse(text: str, status: int = 400) -> Any:
    return jsonify(error=text), status
