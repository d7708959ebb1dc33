"""Clocks, companions, and a real process over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.serving import make_server

from simulator import HttpTransport, MovableClock, RealClock, TwilioAccount
from simulator.text_phone import TextPhone
from tests.simulator.line_app import ACCOUNT, AGENT, CALLER, NUMBER, TOKEN, twiml, wav


def test_timers_run_in_order_and_equal_times_as_asked():
    clock, seen = MovableClock(0.0), []
    clock.call_at(2, lambda: seen.append("late"))
    clock.call_at(1, lambda: seen.append("first"))
    clock.call_at(1, lambda: seen.append("second"))
    clock.call_at(1, lambda: seen.append("never")).cancel()
    clock.advance_to(5)
    while timer := clock.pop_due():
        timer.callback()
    assert seen == ["first", "second", "late"]


def test_companion_runs_at_its_own_times(line):
    runs = []

    def run_due():
        now = line.clock.time()
        runs.append(now)
        return now - now % 10 + 10

    line.account.add_companion(run_due)
    line.run(35)
    assert {10, 20, 30} <= {round(t - runs[0]) for t in runs}


def test_companion_may_use_rest(line):
    agent = line.agent()
    due = line.clock.time() + 60
    made = []

    def run_due():
        if line.clock.time() >= due and not made:
            made.append(line.client.calls.create(to=AGENT, from_=NUMBER, twiml="<Response/>"))
        return None if made else due

    line.account.add_companion(run_due)
    assert line.account.run_until(lambda: agent.ringing, limit=120)
    assert line.clock.time() == pytest.approx(due)


def test_restless_companion_is_told_apart_from_a_hang(line):
    line.account.add_companion(lambda: line.clock.time())
    with pytest.raises(RuntimeError, match="time stands still"):
        line.run(1)


def test_run_until_gives_up(line):
    start = line.clock.time()
    assert line.account.run_until(lambda: False, limit=7) is False
    assert line.clock.time() == start + 7


def test_same_run_gives_the_same_sids(line):
    from tests.simulator.line_app import Line

    assert line.call("<Say>x</Say>").sid == Line().call("<Say>x</Say>").sid


def test_text_phone_presses_keys_halfway(line):
    line.pages.update({"/a": "<Say>Thank you.</Say><Play>/m</Play>", "/m": wav(3)})
    lines = []
    voice = '<Gather action="/a" numDigits="1"><Say>' + "x" * 60 + "</Say></Gather>"
    line.pages["/voice"] = voice
    phone = TextPhone(line.account, lines.append).play(CALLER, NUMBER, keys="1")
    assert phone.status == "completed" and phone.heard[1] == "Thank you."
    assert line.account.witness.of("speech")[0].detail["end"] - line.account.witness.of("leg")[
        0
    ].t == pytest.approx(2, abs=0.2)
    assert any("presses   1" in text for text in lines) and any("stopped after 3 s" in text for text in lines)


def test_text_phone_obeys_lines(line):
    line.pages["/a"] = "<Say>Thank you.</Say><Pause length='60'/>"
    line.pages["/voice"] = '<Gather action="/a" numDigits="1"><Say>Press a key.</Say></Gather>'
    lines = []
    phone = TextPhone(line.account, lines.append).interact(CALLER, NUMBER, ["1\n", "\n"])
    assert line.at("/a")[0].params["Digits"] == "1" and phone.status == "completed"


@pytest.fixture
def web_line():
    """A tiny app on a real port."""
    app, seen = Flask("web line"), []

    @app.post("/voice/<name>")
    def voice(name):
        url = request.url_root.rstrip("/") + request.path
        signed = RequestValidator(TOKEN).validate(url, request.form, request.headers["X-Twilio-Signature"])
        seen.append((name, signed, request.form.to_dict()))
        if name == "status":
            return Response(status=204)
        body = '<Gather numDigits="1" action="/voice/menu" timeout="5"><Say>Press a key.</Say></Gather>'
        return Response(twiml(body if name == "incoming" else "<Say>Bye.</Say>"), content_type="text/xml")

    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()


def test_real_clock_over_http(web_line):
    base, seen = web_line
    account = TwilioAccount(
        clock=RealClock(), account_sid=ACCOUNT, auth_token=TOKEN, transport=HttpTransport()
    )
    try:
        account.add_number(NUMBER, f"{base}/voice/incoming", status_url=f"{base}/voice/status")
        phone = account.dial(CALLER, NUMBER)
        assert account.run_until(lambda: phone.speaking == "Press a key.", limit=5)
        phone.press("1")
        assert account.run_until(lambda: phone.heard[-1:] == ["Bye."], limit=5)
        assert account.run_until(lambda: len(seen) == 3, limit=5)
        assert all(signed for _, signed, _ in seen) and seen[1][2]["Digits"] == "1"
        assert not account.faults
    finally:
        account.close()


def test_own_process(web_line):
    base, _ = web_line
    command = [sys.executable, "-m", "simulator", "--account", ACCOUNT, "--token", TOKEN, "--phone", AGENT,
               "--number", f"{NUMBER}={base}", "--suggest", f"{CALLER}=Alfreds Futterkiste"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        url = json.loads(process.stdout.readline())["url"]
        dialled = fetch(f"{url}/phone/api/dial", {"from": CALLER, "to": NUMBER})
        call = f"{url}/phone/api/calls/{dialled['sid']}"
        assert wait_for(lambda: fetch(call)["speaking"] == "Press a key.")
        fetch(f"{call}/press", {"digits": "1"})
        assert wait_for(lambda: fetch(call)["heard"][-1] == "Bye.")
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = url
        client.calls.create(to=AGENT, from_=NUMBER, twiml="<Response><Pause length='30'/></Response>")
        phones = f"{url}/phone/api/phones"
        assert wait_for(lambda: fetch(phones)["phones"][0]["ringing"])
        fetch(f"{phones}/{AGENT}/answer", {})
        fetch(f"{phones}/{AGENT}/hangup", {})
        assert wait_for(lambda: fetch(phones)["phones"][0]["call"] is None)
        client.calls.create(to=CALLER, from_=NUMBER, twiml="<Response><Pause length='30'/></Response>")
        theirs = lambda: next(one for one in fetch(phones)["phones"] if one["address"] == CALLER)  # noqa: E731
        assert wait_for(lambda: theirs()["ringing"])  # who has called can be called back
        fetch(f"{phones}/{CALLER}/decline", {})
        page = urllib.request.urlopen(f"{url}/phone/").read().decode()
        assert "Alfreds Futterkiste" in page and "<script>" not in page
        news = urllib.request.urlopen(f"{url}/phone/api/events").readline().decode()
        assert dialled["sid"] in news
        for header in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(urllib.request.Request(f"{url}/phone/api/phones", headers=header))
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0


def fetch(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return json.load(answer)


def wait_for(condition, tries=100):
    pause = threading.Event()
    return any(condition() or pause.wait(0.05) for _ in range(tries))
