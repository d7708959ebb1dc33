"""The REST API as the official SDK sees it (facts 4, 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulator import TIMEOUT, WsgiHttpClient
from simulator.rest.app import make_rest_app
from tests.simulator.line_app import ACCOUNT, AGENT, BASE, CALLER, NUMBER

EVENTS = ["initiated", "ringing", "answered", "completed"]


def create(line, **more):
    line.pages.setdefault("/agent", "<Say>Hello agent.</Say><Pause length='60'/>")
    given = {"to": AGENT, "from_": NUMBER, "url": f"{BASE}/agent", **more}
    return line.client.calls.create(**given)


def refusal(action, code, status=400):
    with pytest.raises(TwilioRestException) as refused:
        action()
    assert (refused.value.code, refused.value.status) == (code, status)


def test_call_out_and_its_callbacks(line):
    agent = line.agent()
    made = create(line, status_callback=f"{BASE}/status", status_callback_event=EVENTS)
    assert made.status == "queued" and made.direction == "outbound-api" and made.sid.startswith("CA")
    line.run(4)
    assert agent.ringing and made.fetch().status == "ringing"
    agent.answer()
    line.run(90)
    got = [(r.params["CallStatus"], r.params["SequenceNumber"]) for r in line.at("/status")]
    assert got == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]
    last = line.at("/status")[-1].params
    assert (last["CallDuration"], last["Duration"], last["CallbackSource"]) == (
        "61",
        "2",
        "call-progress-events",
    )
    done = made.fetch()
    assert done.status == "completed" and done.duration == "61" and done.end_time > done.start_time
    assert line.at("/agent")[0].params["CallStatus"] == "in-progress"


@pytest.mark.parametrize(("behaviour", "status"), [("busy", "busy"), ("no-answer", "no-answer")])
def test_unanswered(line, behaviour, status):
    line.agent(behaviour=behaviour)
    made = create(line, timeout=20, status_callback=f"{BASE}/status")
    line.run(20.1)
    assert made.fetch().status == status
    assert [r.params["CallStatus"] for r in line.at("/status")] == [status]
    assert not line.at("/agent")


def test_unknown_number_fails(line):
    made = create(line, to="+15557770000")
    line.account.settle()
    assert made.fetch().status == "failed"


def test_cancel_while_ringing_and_not_in_progress(line):
    agent = line.agent()
    made = create(line)
    line.account.settle()
    made.update(status="canceled")
    assert made.fetch().status == "canceled" and not agent.ringing
    other = create(line)
    line.account.settle()
    agent.answer()
    other.update(status="canceled")
    assert other.fetch().status == "in-progress"
    other.update(status="completed")
    assert other.fetch().status == "completed" and agent.call is None


def test_cancel_while_queued_reports_nothing(line):
    line.account.switches.calls_per_second = 1.0
    line.agent()
    create(line)
    second = create(line, to="client:x", status_callback=f"{BASE}/status", status_callback_event=EVENTS)
    line.run(0.5)
    second.update(status="canceled")
    line.run(10)
    assert second.fetch().status == "canceled" and not line.at("/status")


def test_pace_of_calls(line):
    line.account.switches.calls_per_second = 1.0
    phones = [line.account.add_phone(f"+1555000300{i}") for i in range(3)]
    for phone in phones:
        create(line, to=phone.address)
    line.run(1.5)
    assert [p.ringing for p in phones] == [True, True, False]


def test_redirect_of_a_live_leg_out_of_a_gather(line):
    line.pages["/moved"] = "<Say>Moved.</Say>"
    phone = line.call('<Gather action="/a"><Say>' + "x" * 300 + "</Say></Gather>")
    line.run(2)
    phone.press("1")
    line.client.calls(phone.sid).update(url=f"{BASE}/moved", method="GET")
    line.run(10)
    assert phone.heard[-1] == "Moved." and not line.at("/a") and line.at("/moved")[0].method == "GET"


def test_update_refusals(line):
    phone = line.call("")
    refusal(lambda: line.client.calls(phone.sid).update(url=f"{BASE}/x"), 21220)
    refusal(lambda: line.client.calls("CA" + "f" * 32).fetch(), 20404, 404)
    line.agent()
    ringing = create(line)
    line.account.settle()
    refusal(lambda: ringing.update(url=f"{BASE}/x"), 21220)
    long = "<Response><Say>" + "x" * 4000 + "</Say></Response>"
    refusal(lambda: line.client.calls(ringing.sid).update(twiml=long), 32018)
    assert line.client.calls(ringing.sid).fetch().status == "ringing", "what was refused changed nothing"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": ""}, 21201),
        ({"to": "not a number"}, 21211),
        ({"from_": "+19998887777"}, 21210),
        ({"url": "ftp://x"}, 21205),
        ({"url": None, "twiml": "<Response>"}, 12100),
        ({"timeout": 900}, 20001),
        ({"machine_detection": "Enable", "async_amd": "true"}, 21262),
    ],
)
def test_create_refusals(line, change, code):
    refusal(lambda: create(line, **change), code)
    assert not line.account.calls


def test_list_filters_and_pages(line):
    line.agent(behaviour="busy")
    start = datetime.fromtimestamp(line.clock.time(), UTC)
    for _ in range(5):
        create(line)
        line.run(60)
    line.call("<Pause length='60'/><Say>x</Say>")
    assert len(line.client.calls.list(to=AGENT, page_size=2)) == 5
    assert len(line.client.calls.list(from_=CALLER, to=NUMBER)) == 1
    assert len(line.client.calls.list(status="ringing")) == 1
    late = start + timedelta(seconds=150)
    assert len(line.client.calls.list(to=AGENT, start_time_after=late)) == 2
    assert len(line.client.calls.list(limit=3, page_size=1)) == 3


def test_wrong_credentials_and_unknown_paths(line):
    http = WsgiHttpClient(make_rest_app(line.account))
    refusal(
        lambda: Client(ACCOUNT, "wrong", http_client=http).calls.create(to=AGENT, from_=NUMBER, url=BASE),
        20003,
        401,
    )
    refusal(lambda: line.client.queues("QU" + "0" * 32).fetch(), 20404, 404)
    assert line.client.calls.list() == [], "nobody was called"


def test_machine_detection(line):
    line.agent(behaviour="machine")
    create(line, machine_detection="Enable")
    line.run(10)
    assert line.at("/agent")[0].params["AnsweredBy"] == "machine_start"
    other = line.account.add_phone("+15550002009", behaviour="answer")
    line.pages["/amd"] = ""
    create(line, to=other.address, machine_detection="Enable", async_amd="true",
           async_amd_status_callback=f"{BASE}/amd")  # fmt: skip
    line.run(10)
    assert line.at("/amd")[0].params["AnsweredBy"] == "human"
    assert "AnsweredBy" not in line.at("/agent")[1].params


def test_call_recording(line):
    phone = line.call("<Pause/><Say>" + "x" * 300 + "</Say>")
    line.run(2)
    line.pages["/ready"] = ""
    calls = line.client.calls(phone.sid)
    made = calls.recordings.create(recording_status_callback=f"{BASE}/ready")
    line.run(5)
    calls.recordings("Twilio.CURRENT").update(status="stopped")
    line.run(3)
    told = line.at("/ready")[0].params
    assert (told["RecordingDuration"], told["RecordingSource"]) == ("5", "StartCallRecordingAPI")
    assert made.status == "in-progress"
    media = WsgiHttpClient(make_rest_app(line.account)).request(
        "GET", f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{made.sid}.wav",
        auth=(ACCOUNT, line.account.auth_token),
    )  # fmt: skip
    assert media.status_code == 200 and media.headers["content-type"] == "audio/x-wav"


def test_messages_and_numbers(line):
    sent = line.client.messages.create(to=CALLER, from_=NUMBER, body="We will call you back at 3.")
    assert sent.status == "queued" and line.account.messages[0]["body"] == "We will call you back at 3."
    refusal(lambda: line.client.messages.create(to=CALLER, from_=NUMBER, body="x" * 1601), 21617)
    numbers = line.client.incoming_phone_numbers.list(phone_number=NUMBER)
    assert numbers[0].voice_url == f"{BASE}/voice"


def test_429_is_not_applied(line):
    line.agent()
    line.account.rest_faults.add("POST", r"/Calls\.json$", 429)
    refusal(lambda: create(line), 20429, 429)
    assert not line.account.calls
    assert create(line).sid


@pytest.mark.parametrize(("applied", "calls"), [(True, 1), (False, 0)])
def test_time_out_before_or_after_it_was_applied(line, applied, calls):
    line.agent()
    line.account.rest_faults.add("POST", r"/Calls\.json$", TIMEOUT, applied=applied)
    with pytest.raises(requests.exceptions.ReadTimeout):
        create(line)
    assert len(line.account.calls) == calls
    noted = line.account.witness.of("rest")[-1].detail
    assert noted["applied"] is applied and noted["timed_out"]


def test_500_after_it_was_applied(line):
    line.agent()
    line.account.rest_faults.add("POST", r"/Calls\.json$", 500, applied=True)
    refusal(lambda: create(line), 20500, 500)
    assert len(line.account.calls) == 1


def test_rest_request_inside_a_webhook(line):
    """An app that redirects the very call that asks it: the newer order wins, the answer is void."""
    line.pages["/moved"] = "<Say>Moved.</Say>"

    def voice(params):
        line.client.calls(params["CallSid"]).update(url=f"{BASE}/moved")
        return "<Say>Void.</Say>"

    line.pages["/next"] = voice
    phone = line.call("<Say>Hi.</Say><Redirect>/next</Redirect>")
    line.run(3)
    assert phone.heard[:2] == ["Hi.", "Moved."] and "Void." not in phone.heard
