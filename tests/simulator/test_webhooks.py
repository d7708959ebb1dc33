"""Requests to the app: signatures, retries, redirects, cookies, tokens, disturbances (facts 1.1, 2)."""

from __future__ import annotations

import pytest
from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from simulator import MovableClock, TwilioAccount, WsgiTransport
from simulator.core import is_sid
from simulator.webhook import BadOverride, patience_for
from tests.simulator.line_app import ACCOUNT, BASE, CALLER, NUMBER, TOKEN, twiml


def test_every_webhook_is_signed_and_has_a_token(line):
    line.pages["/a"] = "<Pause length='1'/>"
    phone = line.call('<Gather action="/a?x=%C3%BC&amp;y=1" numDigits="1"/>')
    phone.press("1")
    line.run(3)
    assert [r.path for r in line.requests] == ["/voice", "/a", "/status"]
    assert all(r.signed for r in line.requests)
    tokens = [r.headers["I-Twilio-Idempotency-Token"] for r in line.requests]
    assert len(set(tokens)) == 3 and is_sid("CA" + tokens[0], "CA")


@pytest.mark.parametrize(
    ("base", "signed_base"),
    [
        ("http://line.test:8080", "http://line.test:8080"),
        ("https://line.test:8443", "https://line.test"),
        ("https://line.test", "https://line.test"),
    ],
)
def test_port_is_signed_for_http_only(base, signed_base):
    app, seen = Flask("port"), []

    @app.post("/voice")
    def voice():
        seen.append((request.headers["X-Twilio-Signature"], request.form.to_dict()))
        return Response(twiml(""), content_type="text/xml")

    account = TwilioAccount(
        clock=MovableClock(), account_sid=ACCOUNT, auth_token=TOKEN, transport=WsgiTransport({base: app})
    )
    account.add_number(NUMBER, f"{base}/voice")
    account.dial(CALLER, NUMBER)
    account.settle()
    signature, params = seen[0]
    expected = RequestValidator(TOKEN).compute_signature(f"{signed_base}/voice", params)
    assert signature == expected


def test_failed_connection_is_tried_once_more_with_the_same_token(line):
    dropped = []
    line.account.disturb(drop=lambda w: w.kind == "voice" and len(dropped) < 1 and not dropped.append(w))
    phone = line.call("<Say>Hello.</Say>")
    line.run(4.9)
    assert phone.heard == []
    line.run(0.2)
    assert phone.heard == ["Hello."] and not line.account.faults
    first, second = line.account.witness.of("webhook")
    assert first.detail["token"] == second.detail["token"] and second.detail["attempt"] == 2


def test_two_failed_connections_lead_to_the_fallback(line):
    line.pages["/fallback"] = "<Say>Please wait.</Say>"
    line.account.disturb(drop=lambda w: w.url.endswith("/voice"))
    phone = line.call("<Say>Hello.</Say>")
    line.run(10.1)
    assert phone.heard == ["Please wait."] and line.at("/fallback")[0].params["ErrorCode"] == "11205"
    assert not line.at("/voice")


def test_slow_answer_is_not_retried_and_times_out_after_fifteen_seconds(line):
    line.pages["/fallback"] = "<Say>Please wait.</Say>"
    line.account.disturb(delay=lambda w: 16.0 if w.url.endswith("/voice") else 0.0)
    phone = line.call("<Say>Hello.</Say>")
    line.run(14.9)
    assert phone.heard == []
    line.run(0.2)
    assert phone.heard == ["Please wait."] and len(line.at("/voice")) == 1


def test_lost_answer_was_still_processed_by_the_app(line):
    line.pages["/fallback"] = "<Say>Please wait.</Say>"
    line.account.disturb(lose_answer=lambda w: w.url.endswith("/voice"))
    phone = line.call("<Say>Hello.</Say>")
    line.run(16)
    assert len(line.at("/voice")) == 1 and phone.heard[0] == "Please wait."


def test_retry_policy_in_the_url(line):
    line.pages["/next"] = Response("busy", 503)
    line.call("<Redirect>/next#rc=3&amp;rp=5xx</Redirect>")
    assert len(line.at("/next")) == 4
    line.call("<Redirect>/next</Redirect>")
    assert len(line.at("/next")) == 5


@pytest.mark.parametrize("fragment", ["rc=6", "ct=50", "rp=never", "tt=20000"])
def test_bad_overrides(fragment):
    with pytest.raises(BadOverride):
        patience_for(f"{BASE}/x#{fragment}")


def test_overrides():
    patience = patience_for(f"{BASE}/x#ct=1000&rc=2&rp=ct,rt&tt=9000")
    assert (patience.connect, patience.retries, patience.total) == (1.0, 2, 9.0)
    assert patience.retries_on("rt") and not patience.retries_on("5xx")


def test_redirect_loses_the_digits(line):
    line.pages["/a"] = Response("", 308, {"Location": "/a/"})
    line.pages["/a/"] = "<Say>Moved.</Say>"
    phone = line.call('<Gather action="/a" numDigits="1"/>')
    phone.press("1")
    line.account.settle()
    moved = line.at("/a/")[0]
    assert phone.heard == ["Moved."] and "Digits" not in moved.params and moved.signed
    assert line.at("/a")[0].params["Digits"] == "1"


def test_redirects_without_end(line):
    line.call(Response("", 302, {"Location": "/voice"}))
    assert line.fault_codes[0] == 11215 and len(line.at("/voice")) == 11


def test_cookies_come_back_within_the_call(line):
    line.pages["/voice"] = Response(
        twiml("<Redirect>/next</Redirect>"),
        content_type="text/xml",
        headers={"Set-Cookie": "visit=7; Path=/"},
    )
    line.pages["/next"] = "<Pause/>"
    line.call()
    assert line.at("/next")[0].headers["Cookie"] == "visit=7"
    assert "Cookie" not in line.at("/voice")[0].headers


def test_duplicate_has_the_same_token_and_the_first_answer_counts(line):
    answers = iter(["<Say>One.</Say>", "<Say>Two.</Say>"])
    line.account.disturb(duplicate=lambda w: w.kind == "voice")
    phone = line.call(lambda params: next(answers))
    tokens = {r.headers["I-Twilio-Idempotency-Token"] for r in line.at("/voice")}
    assert len(line.at("/voice")) == 2 and len(tokens) == 1 and phone.heard == ["One."]


def test_late_webhook_is_overtaken(line):
    agent = line.agent()
    line.account.disturb(late=lambda w: 3.0 if w.params.get("CallStatus") == "initiated" else 0.0)
    line.client.calls.create(
        to=agent.address, from_=NUMBER, twiml="<Response/>", status_callback=f"{BASE}/status",
        status_callback_event=["initiated", "ringing"],
    )  # fmt: skip
    line.run(5)
    got = [(r.params["CallStatus"], r.params["SequenceNumber"]) for r in line.at("/status")]
    assert got == [("ringing", "1"), ("initiated", "0")]


def test_calm_ends_a_disturbance(line):
    disturbance = line.account.disturb(status=lambda w: 503)
    line.call("<Say>Hello.</Say>")
    line.account.calm(disturbance)
    assert line.fault_codes[0] == 11200
    assert line.call("<Say>Hello.</Say>").heard == ["Hello."]


def test_replay_is_byte_for_byte(line):
    line.call("<Say>Hello.</Say>")
    entry = line.account.witness.of("webhook")[0]
    answer = line.account.replay(entry)
    first, second = line.at("/voice")
    assert answer.status == 200 and first.params == second.params and second.signed
    assert first.headers == second.headers
    assert line.account.witness.of("webhook")[-1].detail["replay"]


def test_failing_status_callback_is_a_fault_and_nothing_else(line):
    line.pages["/status"] = Response("broken", 500)
    phone = line.call("")
    line.run(1)
    assert line.fault_codes == [11200] and phone.status == "completed" and not line.at("/fallback")


def test_app_that_raises_is_a_server_error(line):
    def broken(params):
        raise RuntimeError("a defect")

    line.app.testing = True
    line.call(broken)
    assert line.fault_codes[0] == 11200
