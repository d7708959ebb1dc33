"""T-01 to T-04, F-WH-11, F-WH-12: what Twilio did not sign changes nothing, what it did is understood."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Request
from twilio.request_validator import RequestValidator
from werkzeug.test import EnvironBuilder

from ivr.environment import Environment
from ivr.scenarios.simulated_line import AUTH_TOKEN, PUBLIC_URL
from tests.service.driving import posts, signed
from tests.service.witness_checks import snapshot
from webhooks.signature import Signature

FORM = {"CallSid": "CA" + "9" * 32, "From": "+14155550123", "To": "+15550001000", "CallStatus": "ringing"}
SAMPLES = {"sid": FORM["CallSid"], "number": "1", "kind": "input", "offer_id": "o1", "attempt": "1"}
SAMPLES |= {"language": "en-US", "kept": "-", "queue": "-", "step": "dial-0", "callback_id": "cb1"}
SAMPLES |= {"id": "s1", "times": "1", "digits": "1"}


def voice_paths(app) -> list[str]:
    """One path for every route that Twilio calls, and one that no route has."""
    paths = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/voice/", "/sms/")):
            with app.test_request_context():
                built = rule.build({name: SAMPLES[name] for name in rule.arguments}, append_unknown=False)
            paths.append(built[1])
    return [*paths, "/voice/no-such-route"]


def forgeries(path: str) -> dict[str, dict]:
    right = signed(path, FORM)["X-Twilio-Signature"]
    return {
        "no signature": {"data": FORM},
        "an empty one": {"data": FORM, "headers": {"X-Twilio-Signature": ""}},
        "a wrong one": {"data": FORM, "headers": {"X-Twilio-Signature": right[::-1]}},
        "a short one": {"data": FORM, "headers": {"X-Twilio-Signature": right[:10]}},
        "not ASCII": {"data": FORM, "headers": {"X-Twilio-Signature": "ü" * 28}},
        "another account's": {"data": FORM, "headers": signed(path, FORM, "another token")},
        "another form": {"data": {**FORM, "Digits": "0"}, "headers": signed(path, FORM)},
        "another path": {"data": FORM, "headers": signed(path + "x", FORM)},
        "a query": {
            "data": FORM,
            "headers": signed(path, FORM),
            "environ_overrides": {"RAW_URI": f"{path}?Digits=0"},
        },
        "JSON": {"json": FORM, "headers": signed(path, FORM)},
        "settings header": {"data": FORM, "headers": {"X-Twilio-Webhooks-Signature-Settings": "alg=none"}},
    }


def test_T_01_no_route_takes_what_is_not_signed(line):
    client, before = line.line.app.test_client(), snapshot(line)
    paths = voice_paths(line.line.app)
    assert len(paths) > 15
    for path in paths:
        for name, request in forgeries(path).items():
            assert client.post(path, **request).status_code == 403, (path, name)
        for method in ("get", "put", "delete", "head"):
            assert getattr(client, method)(path).status_code == 403, (path, method)
    assert snapshot(line) == before


def test_T_01_every_route_takes_what_is_signed(line):
    for path in voice_paths(line.line.app)[:-1]:
        assert posts(line, path, **FORM).status_code in (200, 204), path


def test_T_01_without_a_token_nothing_starts():
    for tokens in ((), ("",), ("right", "")):
        with pytest.raises(ValueError, match="token"):
            Signature(PUBLIC_URL, tokens)


@pytest.mark.parametrize(
    ("base", "target"),
    [
        ("https://line.test", "/voice/incoming"),
        ("https://line.test", "/voice/calls/CA1/1/input"),
        ("https://line.test", "/voice/again/1/CA1/2/input/eyJEIjoiMCJ9"),
        ("https://line.test", "/voice/odd%20path/%27quoted%27/%C3%BC/a+b/%2F"),
        ("http://line.test:8080", "/voice/incoming"),
        ("http://127.0.0.1:5000", "/voice/incoming"),
        ("https://line.test/ivr", "/voice/incoming"),
    ],
)
@pytest.mark.parametrize(
    "form", [FORM, {}, {"SpeechResult": "it's 5 + 5 = 10 % \U0001f600", "Empty": "", "b": "a b+c"}]
)
def test_T_04_the_signature_is_over_the_public_base_and_the_raw_target(base, target, form):
    """Whatever a proxy did to scheme, host and escapes on the way."""
    signature = RequestValidator("t").compute_signature(base + target, form)
    assert Signature(base, ("old", "t")).holds(asked(target, form, signature))
    assert not Signature(base, ("old", "t")).holds(asked(target + "x", form, signature))
    assert not Signature(base, ("old", "t")).holds(asked(target, {**form, "Digits": "0"}, signature))


def asked(target: str, form: dict[str, str], signature: str) -> Request:
    """As it arrives behind a proxy: another scheme, another host, escapes undone; the raw target is kept."""
    headers = {"X-Twilio-Signature": signature}
    built = EnvironBuilder("/", base_url="http://10.0.0.7:9000", method="POST", data=form, headers=headers)
    return Request({**built.get_environ(), "RAW_URI": target, "REQUEST_URI": target})


def raw(line, path: str, body: bytes):
    """A body as it is, signed as Twilio would sign what we read in it."""
    builder = EnvironBuilder(path, method="POST", data=body, content_type=FORM_TYPE)
    form = Request(builder.get_environ()).form
    signature = RequestValidator(AUTH_TOKEN).compute_signature(PUBLIC_URL + path, form)
    return line.line.app.test_client().post(
        path, data=body, content_type=FORM_TYPE, headers={"X-Twilio-Signature": signature}
    )


FORM_TYPE = "application/x-www-form-urlencoded"
WHO = b"CallSid=CA99999999999999999999999999999999&From=%2B14155550123&To=%2B15550001000"
BODIES = {
    "200 parameters": WHO + b"".join(b"&New%d=x" % n for n in range(200)),
    "repeated keys": WHO + b"&Digits=1&Digits=2&CallSid=CAother",
    "invalid UTF-8": WHO + b"&SpeechResult=%ff%fe%80&CallerName=%c3",
    "NUL": WHO + b"&CallerName=a%00b&Digits=%00&SpeechResult=%00",
    "control characters": WHO + b"&SpeechResult=%0d%0a%1b%5b31m",
    "long values": WHO + b"&SpeechResult=" + b"a" * 20_000,
    "nothing": b"",
    "no call": b"Digits=1",
    "a strange sid": b"CallSid=../../etc/passwd&From=x",
    "numbers that are none": WHO + b"&RecordingDuration=-1&Confidence=nan&DialCallDuration=1e9",
}


@pytest.mark.parametrize("body", BODIES)
def test_F_WH_11_odd_forms_are_no_server_errors(line, body):
    for path in voice_paths(line.line.app)[:-1]:
        status = raw(line, path, BODIES[body]).status_code
        assert status < 500, (path, status)


def test_F_WH_11_a_megabyte_is_refused(line):
    before = snapshot(line)
    for path in voice_paths(line.line.app)[:-1]:
        answer = line.line.app.test_client().post(
            path, data=b"A=" + b"x" * 1_000_000, content_type=FORM_TYPE, headers={"X-Twilio-Signature": "x"}
        )
        assert answer.status_code in (403, 413)
    assert snapshot(line) == before


def test_while_the_token_is_changed_both_are_good():
    """So that no call is refused on the way from one to the other."""
    given = {"PUBLIC_URL": PUBLIC_URL, "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "new",
             "TWILIO_AUTH_TOKEN_OLD": "old", "IVR_SECRET_KEY": "0123456789abcdef" * 2}  # fmt: skip
    both = Environment.from_mapping(given, serving=True)
    for environment, good in ((both, ["new", "old"]), (replace(both, twilio_auth_token_old=""), ["new"])):
        signature = Signature(PUBLIC_URL, environment.auth_tokens)
        for token in ("new", "old", "another", ""):
            by = RequestValidator(token).compute_signature(PUBLIC_URL + "/voice/incoming", FORM)
            assert signature.holds(asked("/voice/incoming", FORM, by)) is (token in good), token
    assert "old" not in repr(both)


def test_of_several_signatures_one_is_enough():
    right = signed("/voice/incoming", FORM)["X-Twilio-Signature"]
    signature = Signature(PUBLIC_URL, (AUTH_TOKEN,))
    assert signature.holds(asked("/voice/incoming", FORM, f"{'A' * 27}=,{right}"))
    assert not signature.holds(asked("/voice/incoming", FORM, f"x,{right}"))


@pytest.mark.parametrize("what", ["recording/support", "transcription", "call-recording", "join/o1"])
def test_a_form_of_one_call_says_nothing_of_another(line, what):
    before = snapshot(line)
    told = {"RecordingSid": "RE1", "RecordingStatus": "completed", "RecordingDuration": "9",
            "TranscriptionStatus": "completed", "TranscriptionText": "planted"}  # fmt: skip
    assert posts(line, f"/voice/calls/CA{'1' * 32}/{what}", **FORM, **told).status_code == 404
    assert snapshot(line) == before


def test_every_answer_is_hardened(line):
    client = line.line.app.test_client()
    for path in ("/", "/nowhere", "/healthz", "/readyz", "/metrics", "/recordings/RE1/9/x.wav",
                 "/voice/status", "/desk/sign-in", "/audio/nothing.wav"):  # fmt: skip
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "max-age" in headers["Strict-Transport-Security"] and "Cache-Control" in headers, path
