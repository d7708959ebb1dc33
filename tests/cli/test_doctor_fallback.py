"""`ivr doctor` on fallbacks: fetched as Twilio fetches them, from hosts that refuse what is not signed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from click.testing import CliRunner
from twilio.request_validator import RequestValidator

from ivr.cli import ivr
from ivr.cli.doctor_fallback import fallbacks, what_is_wrong
from ivr.environment import Environment, EnvironmentProblem

ROOT = Path(__file__).parents[2]
PUBLIC_URL, TOKEN, NUMBER = "https://calls.example.com", "token", "+15550001000"
ENVIRON = {
    "PUBLIC_URL": PUBLIC_URL,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "IVR_SECRET_KEY": "0123456789abcdef" * 2,
    "IVR_CONFIG": str(ROOT / "config.yaml"),
}
BACK = f"<Redirect>{PUBLIC_URL}/voice/fallback</Redirect>"


class Bin:
    """A host of static documents: `status`, `kind` and `body` are its answer."""

    def __init__(self) -> None:
        self.status, self.kind, self.body, self.method = 200, "text/xml", "", "POST"
        bin_ = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                bin_.answer(self, dict(parse_qsl(body)))

            def do_GET(self) -> None:
                bin_.answer(self, {})

            def log_message(self, *_: object) -> None:
                """Nothing is logged."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        signature = request.headers.get("X-Twilio-Signature", "")
        signed = RequestValidator(TOKEN).validate(self.url + request.path, form, signature)
        asked_well = signed and request.command == self.method and "AccountSid" in {*form, request.path[2:12]}
        request.send_response(self.status if asked_well else 403)
        request.send_header("Content-Type", self.kind)
        request.end_headers()
        request.wfile.write(self.body.encode())


@pytest.fixture
def bin_() -> Iterator[Bin]:
    made = Bin()
    yield made
    made.server.shutdown()
    made.server.server_close()


def environment(**more: str) -> Environment:
    return Environment.from_mapping({**ENVIRON, **more}, serving=True)


def printed() -> str:
    done = CliRunner().invoke(ivr, ["fallback"], env=ENVIRON)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_the_printed_document_elsewhere_is_good(bin_, method):
    bin_.body, bin_.method = printed(), method
    found = list(fallbacks({NUMBER: (bin_.url + "/", method)}, environment(FALLBACK_URL=bin_.url + "/")))
    states = [one.state for one in found]
    assert states == (["good", "good"] if method == "POST" else ["good", "bad"]), found
    assert found[0].what == f"{NUMBER}: fallback lies at 127.0.0.1 and leads back here"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (f"<Response><Say>One moment.</Say><Pause/>{BACK}</Response>", ""),
        (
            "<Response><Say>We are closed.</Say></Response>",
            "does not lead back to https://calls.example.com/voice",
        ),
        (
            f"<Response>{BACK.replace('calls', 'old')}</Response>",
            "but to https://old.example.com/voice/fallback",
        ),
        ("<Response><Dial>+15550002001</Dial></Response>", "dials"),
        (f"<Response><Dial>+15550002001</Dial>{BACK}</Response>", "dials"),
        (f"<Response><Say>One moment.{BACK}</Response>", "not well-formed"),
        (f"<Html>{BACK}</Html>", "no TwiML"),
    ],
)
def test_what_a_document_elsewhere_may_lack(bin_, body, says):
    bin_.body = f'<?xml version="1.0"?>{body}'
    wrong = what_is_wrong(bin_.url + "/", "POST", environment())
    assert says in wrong and bool(says) == bool(wrong)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "is not set"),
        (f"{PUBLIC_URL}/voice/fallback", "lies on this host"),
        ("https://calls.example.com:8443/x", "lies on this host"),
        ("ftp://elsewhere.example", "is no web address"),
        ("http://127.0.0.1:1/", "the connection is refused"),
        ("http://no.such.host.invalid/", "there is no such host"),
    ],
)
def test_a_fallback_that_does_not_help_is_bad_and_says_what_to_do(url, says):
    [found, *_] = fallbacks({NUMBER: (url, "POST")}, environment())
    assert found.state == "bad" and says in found.what and "ivr fallback" in found.remedy


@pytest.mark.parametrize(
    ("status", "kind", "says"), [(404, "text/xml", "HTTP 404"), (200, "application/json", "application/json")]
)
def test_an_answer_that_is_no_document(bin_, status, kind, says):
    bin_.status, bin_.kind, bin_.body = status, kind, printed()
    assert says in what_is_wrong(bin_.url + "/", "POST", environment())


def test_the_phones_that_we_ring_want_a_fallback_too(bin_):
    bin_.body = printed()
    [_, doubt] = fallbacks({NUMBER: (bin_.url + "/", "POST")}, environment())
    assert doubt.state == "doubtful" and bin_.url in doubt.remedy


def test_fallback_needs_to_know_where_it_leads():
    done = CliRunner().invoke(ivr, ["fallback"], env={**ENVIRON, "PUBLIC_URL": ""})
    assert isinstance(done.exception, EnvironmentProblem) and "PUBLIC_URL" in str(done.exception)
