"""A tiny application for the simulator to call: paths with fixed TwiML, and a note of every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from simulator import AgentPhone, CallerPhone, MovableClock, TwilioAccount, WsgiHttpClient, WsgiTransport
from simulator.rest.app import make_rest_app

BASE = "https://line.test"
NUMBER = "+15550001000"
CALLER = "+14155550123"
AGENT = "+15550002001"
ACCOUNT = "AC" + "0" * 32
TOKEN = "auth-token-of-the-tests"

Page = str | Response | Callable[[dict[str, str]], Any]


@dataclass
class Request:
    """One request that the application got."""

    path: str
    method: str
    params: dict[str, str]
    headers: dict[str, str]
    signed: bool
    t: float


@dataclass
class Line:
    """The application, the exchange that calls it, and what the application was asked."""

    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = Flask("line")
        self.app.add_url_rule("/<path:path>", "page", self._answer, methods=["GET", "POST"])
        self.clock = MovableClock()
        self.account = TwilioAccount(
            clock=self.clock, account_sid=ACCOUNT, auth_token=TOKEN, transport=WsgiTransport({BASE: self.app})
        )
        self.account.add_number(
            NUMBER, f"{BASE}/voice", fallback_url=f"{BASE}/fallback", status_url=f"{BASE}/status"
        )
        self.pages["/status"] = Response(status=204)
        http = WsgiHttpClient(make_rest_app(self.account))
        self.client = Client(ACCOUNT, TOKEN, http_client=http)

    def _answer(self, path: str) -> Any:
        params = {**request.args.to_dict(), **request.form.to_dict()}
        url = BASE + request.environ["RAW_URI"]
        signature = request.headers.get("X-Twilio-Signature", "")
        signed = RequestValidator(TOKEN).validate(url, request.form, signature)
        self.requests.append(
            Request(f"/{path}", request.method, params, dict(request.headers), signed, self.clock.time())
        )
        page = self.pages.get(f"/{path}")
        if callable(page) and not isinstance(page, Response):
            page = page(params)
        if page is None:
            return Response("no such page", 404)
        if isinstance(page, str):
            return Response(twiml(page), content_type="text/xml")
        return page

    def call(self, voice: Page | None = None, **extra: str) -> CallerPhone:
        """Somebody calls; `voice` is the first document. Everything due at once has happened on return."""
        if voice is not None:
            self.pages["/voice"] = voice
        phone = self.account.dial(CALLER, NUMBER, **extra)
        self.account.settle()
        return phone

    def agent(self, **how: Any) -> AgentPhone:
        return self.account.add_phone(AGENT, **how)

    def at(self, path: str) -> list[Request]:
        """The requests to one path."""
        return [r for r in self.requests if r.path == path]

    def run(self, seconds: float) -> None:
        self.account.run_for(seconds)

    @property
    def fault_codes(self) -> list[int]:
        return [f.code for f in self.account.faults]


def twiml(body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>'


def wav(seconds: float) -> Response:
    """A file of µ-law silence."""
    return Response(b"\xff" * round(seconds * 8000), content_type="audio/ulaw")
