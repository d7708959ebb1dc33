"""Our requests and documents against what the phone company publishes: its OpenAPI document, served by Prism,
and the lists in its library."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
import requests

from ivr.carrier.base import CarrierError
from ivr.carrier.twilio import TIMEOUT_S, TwilioCarrier
from scripts.carrier_lists import WRITTEN, page
from tests.carrier.answering import EVERY, LEG
from tests.conformity import official
from tests.conftest import lacking

ACCOUNT = "AC" + "0" * 32
PARTICIPANTS = {
    "muted": {"muted": True},
    "heard": {"muted": False},
    "coaches": {"coached": LEG},
    "coaches nobody": {"coached": ""},
    "ends the room": {"ends_room": True},
    "leaves it": {"ends_room": False},
    "holds": {"hold_url": "https://line.test/voice/offers/o/hold#rt=4000&rc=3&rp=all"},
    "comes back": {"hold_url": ""},
    "takes over": {"muted": False, "coached": "", "ends_room": True},
}
URLS = {"answer_url": "https://a.example.com/b", "status_url": "https://a.example.com/c",
        "fallback_url": "https://a.example.com/d"}  # fmt: skip
EXAMPLES = {"Calls.json": "readEmptyDatesGreater", "Conferences.json": "readMyroom"}
"""Answers of one page: the examples of more name parameters that the description does not allow."""

RINGS = {
    "to a browser": ("client:desk_1", {}),
    "to SIP": ("sip:desk-1@example.com", {}),
    "with detection": ("+15550002001", {"machine_url": "https://a.example.com/m"}),
    "with digits": ("+15550002001", {"keys": "wwww12"}),
}


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    why = official.missing()
    if why:
        lacking("Node", why)


class Watching:
    """The HTTP client of Twilio's package, which writes down how the description took each request."""

    def __init__(self) -> None:
        from twilio.http.http_client import TwilioHttpClient

        self._client = TwilioHttpClient(timeout=TIMEOUT_S)
        self.refused: list[str] = []
        self.asked: set[tuple[str, str]] = set()
        self.count = 0

    def request(self, method, url, params=None, data=None, headers=None, **more):
        headers = dict(headers or {})
        example = EXAMPLES.get(url.rsplit("/", 1)[-1]) if method == "GET" else None
        if example:
            headers["Prefer"] = f"example={example}"
        answer = self._client.request(method, url, params=params, data=data, headers=headers, **more)
        self.count += 1
        self.asked.add((method, url.rsplit("/", 1)[-1]))
        if answer.status_code >= 400:
            self.refused.append(f"{method} {url} {params or data}: {answer.status_code} {answer.text[:400]}")
        return answer


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", str(official.PRISM), "mock", "-p", str(port), str(official.strict_description())]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                requests.get(base, timeout=1)
                break
            except requests.RequestException:
                assert process.poll() is None, "Prism did not start"
                time.sleep(0.1)  # a process that starts cannot tell
        yield base
    finally:
        process.terminate()
        process.wait(10)


def test_no_request_is_refused_by_the_official_description(prism, capsys):
    client = Watching()
    carrier = TwilioCarrier(ACCOUNT, "token", prism, client)
    works = {name: (lambda ask=ask: ask(carrier)) for name, ask in EVERY.items()}
    works |= {
        f"participant {name}": lambda change=change: carrier.change_participant("room", LEG, **change)
        for name, change in PARTICIPANTS.items()
    }
    works |= {
        f"ring {name}": lambda to=to, more=more: carrier.ring(
            to, "+15550001000", ring_seconds=20, **URLS, **more
        )
        for name, (to, more) in RINGS.items()
    }
    works |= {"account": carrier.account, "verified": lambda: carrier.is_verified("+15550001000")}
    failed = {}
    for name, work in works.items():
        try:
            work()
        except CarrierError as error:
            failed[name] = str(error)
    with capsys.disabled():
        print(f"\n{len(client.refused)} of {client.count} requests to {len(client.asked)} addresses refused")
    assert client.refused == [], "\n".join(client.refused)
    assert failed == {}, "an official example is no answer to us"


def test_the_lists_of_the_checks_are_those_of_the_official_library():
    assert WRITTEN.read_text() == page(), "run: python -m scripts.carrier_lists"


def test_a_request_that_is_wrong_is_refused(prism):
    """The description looks at what it is asked."""
    answer = requests.post(
        f"{prism}/2010-04-01/Accounts/{ACCOUNT}/Calls.json",
        data={"To": "+15550002001", "From": "+15550001000", "Timeout": "long", "Loudness": "9"},
        auth=(ACCOUNT, "token"),
        timeout=10,
    )
    assert answer.status_code >= 400


WRONG = [
    b"<Response><Say voice='Polly.Nobody'>a</Say></Response>",
    b"<Response><Say language='xx-YY'>a</Say></Response>",
    b"<Response><Say loud='yes'>a</Say></Response>",
    b"<Response><Speak>a</Speak></Response>",
    b"<Response><Gather numDigits='many'/></Response>",
    b"<Response><Gather input='voice'/></Response>",
    b"<Response><Dial><Conference statusCallbackEvent='begin'>r</Conference></Dial></Response>",
    b"<Response><Say><say-as interpret-as='phone'>1</say-as></Say></Response>",
    b"<Respond/>",
]


@pytest.mark.parametrize("document", WRONG)
def test_documents_that_are_wrong_are_complained_of(document):
    assert official.complaints(document)


def test_a_document_of_ours_is_not():
    document = (
        b"<Response><Gather input='dtmf speech' numDigits='1' timeout='4' speechTimeout='auto'"
        b" language='en-US'><Say language='en-US' voice='Polly.Joanna-Neural'>a<break time='1s'/></Say>"
        b"</Gather><Dial><Conference statusCallbackEvent='start end join leave announcement' beep='false'>"
        b"r</Conference></Dial><Hangup/></Response>"
    )
    assert official.complaints(document) == []
