"""`ivr doctor` on the account and its numbers, over a real connection to a simulated Twilio."""

from __future__ import annotations

import threading

import pytest
from werkzeug.serving import make_server

from ivr.cli.doctor import _numbers
from ivr.cli.doctor_finding import BAD, GOOD
from ivr.cli.doctor_twilio import of_address
from ivr.environment import Environment, EnvironmentProblem
from ivr.flowfiles.settings_file import read_settings
from simulator import MovableClock, TwilioAccount, WsgiTransport
from simulator.rest.app import make_rest_app
from tests.carrier.answering import html, refuses, serving
from tests.cli.test_doctor import GOOD as VARIABLES

NUMBER, BASE = "+15550001000", "https://calls.example.com"
ACCOUNT = VARIABLES["TWILIO_ACCOUNT_SID"]
SETTINGS = "company: C\nnumbers: {'+15550001000': main}\nqueues: {support: {}}\n"
TEXTS = "texts: {queue: support}\n"


@pytest.fixture(autouse=True)
def no_fallback_is_fetched(monkeypatch):
    """What lies elsewhere has tests of its own."""
    monkeypatch.setattr("ivr.cli.doctor.fallbacks", lambda *_: iter(()))


@pytest.fixture
def twilio():
    """An exchange whose number is as the manual says, served on loopback."""
    account = TwilioAccount(
        clock=MovableClock(), account_sid=ACCOUNT, auth_token="token", transport=WsgiTransport({})
    )
    voice = f"{BASE}/voice"
    urls = f"{voice}/incoming", "https://elsewhere.example.com/bin", f"{voice}/status"
    account.add_number(NUMBER, *urls, sms_url=f"{BASE}/sms/incoming")
    server = make_server("127.0.0.1", 0, make_rest_app(account), threaded=True)
    account.api_base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield account
    server.shutdown()


def examined(base: str, more: str = "", **variables: str) -> list:
    given = {**VARIABLES, "TWILIO_API_BASE": base, **variables}
    return list(_numbers(Environment.from_mapping(given, serving=True), read_settings(SETTINGS + more)))


def bad(twilio, more: str = "") -> list[str]:
    return [found.what for found in examined(twilio.api_base, more) if found.state == BAD]


def test_all_is_well(twilio):
    assert bad(twilio, TEXTS) == []
    good = [found.what for found in examined(twilio.api_base) if found.state == GOOD]
    assert good[0] == "the Twilio account is upgraded and active" and f"{NUMBER} leads here" in good


ELSEWHERE = {
    "application": ({"voice_application_sid": "AP1"}, "calls go to the application AP1"),
    "trunk": ({"trunk_sid": "TK1"}, "calls go to the trunk TK1"),
    "GET": ({"voice_method": "GET"}, "voice URL is asked by GET"),
    "status by GET": ({"status_callback_method": "GET"}, "status URL is asked by GET"),
    "no voice": ({"capabilities": {"voice": False, "sms": True}}, "takes no calls"),
    "fax": ({"voice_receive_mode": "fax"}, "takes no calls"),
    "another voice URL": ({"voice_url": "https://demo.twilio.com/welcome"}, "voice URL"),
    "no voice URL": ({"voice_url": None}, "voice URL"),
    "no status URL": ({"status_callback": ""}, "status URL"),
}  # fmt: skip


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_number_that_leads_elsewhere(twilio, name):
    fields, said = ELSEWHERE[name]
    twilio.numbers[NUMBER].more = fields
    found = bad(twilio)
    assert any(said in what for what in found), found
    assert f"{NUMBER} leads here" not in [one.what for one in examined(twilio.api_base)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"sms_url": "https://demo.twilio.com/sms"}, "SMS URL"),
     ({"sms_method": "GET"}, "SMS URL is asked by GET"),
     ({"sms_application_sid": "AP2"}, "texts go to the application AP2")],
)  # fmt: skip
def test_texts_matter_where_texts_are_used(twilio, fields, said):
    twilio.numbers[NUMBER].more = fields
    assert bad(twilio) == []
    assert any(said in what for what in bad(twilio, TEXTS))


def test_overrides_of_the_connection_are_the_same_address(twilio):
    fragment = "#rt=5000&rc=2&rp=all"
    twilio.numbers[NUMBER].more = {"voice_url": f"{BASE}/voice/incoming{fragment}",
                                   "status_callback": f"{BASE}/voice/status{fragment}"}  # fmt: skip
    assert bad(twilio) == []


def test_a_trial_account_cannot_run_a_line(twilio):
    twilio.details = {"type": "Trial"}
    [found] = [one for one in examined(twilio.api_base) if one.state == BAD]
    assert "trial account, which cannot run a line" in found.what and "upgrade" in found.remedy


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_an_account_that_is_not_active(twilio, status):
    twilio.details = {"status": status}
    assert bad(twilio) == [f"the Twilio account is {status}"]


def test_the_number_that_is_shown_must_be_ours_or_verified(twilio):
    other = "caller_id: '+15550009999'\n"
    assert any("+15550009999 is neither" in what for what in bad(twilio, other))
    twilio.caller_ids.append("+15550009999")
    assert bad(twilio, other) == []


@pytest.mark.parametrize(
    ("answer", "said", "remedy"),
    [
        (refuses(401, 20003, "Authenticate"), "does not accept the account SID", "TWILIO_AUTH_TOKEN"),
        (refuses(401), "does not accept the account SID", "TWILIO_AUTH_TOKEN"),
        (html(403), "does not accept the account SID", "TWILIO_AUTH_TOKEN"),
        (refuses(404, 20404), "does not know this account", "TWILIO_ACCOUNT_SID"),
        (refuses(403, 20005, "Account not active."), "refuses this account: Account not active.", "console"),
        (refuses(429, 20429, "Slow down"), "answers with an error (Slow down", "try again"),
        (html(502), "answers with an error", "try again"),
        (html(200), "answers with an error", "try again"),
    ],
)
@pytest.mark.parametrize("healthy", [0, 1])
def test_why_twilio_tells_us_nothing(answer, said, remedy, healthy):
    """Also where it is a list that is refused: that came as another exception."""
    with serving() as server:
        account = (200, f'{{"sid": "{ACCOUNT}", "type": "Full", "status": "active"}}', "application/json")
        server.says(*[account] * healthy, answer)
        found = examined(f"http://127.0.0.1:{server.port}")[-1]
    assert said in found.what and remedy in found.remedy


@pytest.mark.parametrize(
    ("host", "callable_"),
    [("calls.example.com", True), ("8.8.8.8", True), ("localhost:8000", False), ("127.0.0.1", False),
     ("10.0.0.5", False), ("192.168.1.2:5000", False), ("172.16.0.9", False), ("[::1]", False),
     ("office.local", False), ("server", False), ("169.254.1.1", False), ("a.localhost", False)],
)  # fmt: skip
def test_hosts_that_twilio_cannot_call(host, callable_):
    given = {**VARIABLES, "PUBLIC_URL": f"https://{host}"}
    found = list(of_address(Environment.from_mapping(given, serving=True)))
    assert [one.state for one in found] == ([] if callable_ else [BAD])
    beside = Environment.from_mapping({**given, "TWILIO_API_BASE": "http://127.0.0.1:9"}, serving=True)
    assert list(of_address(beside)) == [], "a stand-in may be anywhere"


def test_a_host_with_an_underscore_is_refused_at_start():
    with pytest.raises(EnvironmentProblem, match="underscore"):
        Environment.from_mapping({**VARIABLES, "PUBLIC_URL": "https://my_host.example.com"}, serving=True)
