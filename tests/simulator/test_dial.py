"""Dial: ringing, answers, whisper, bridges, results (facts 3.5)."""

from __future__ import annotations

import pytest

from tests.simulator.line_app import AGENT, BASE, CALLER, NUMBER

SECOND = "+15550002002"
DIAL = f'<Dial action="/done" timeout="10">{AGENT}</Dial><Say>Never.</Say>'


@pytest.fixture
def done(line):
    line.pages["/done"] = "<Say>Done.</Say>"
    return lambda: line.at("/done")[0].params


def test_bridge_and_results(line, done):
    agent = line.agent()
    phone = line.call(DIAL)
    assert agent.ringing and agent.call.from_ == CALLER and phone.talking_to == set()
    line.run(2)
    agent.answer()
    line.account.settle()
    assert phone.talking_to == {AGENT} and agent.talking_to == {CALLER}
    line.run(30)
    agent.hang_up()
    line.account.settle()
    assert done()["DialCallStatus"] == "completed" and done()["DialCallDuration"] == "30"
    assert done()["DialBridged"] == "true" and phone.heard == ["Done."] and phone.talking_to == set()


def test_timeout_is_longer_by_five_seconds(line, done):
    agent = line.agent()
    line.call(DIAL)
    line.run(14.9)
    assert agent.ringing
    line.run(0.2)
    assert not agent.ringing and done()["DialCallStatus"] == "no-answer"


@pytest.mark.parametrize(("behaviour", "status"), [("busy", "busy"), ("no-answer", "no-answer")])
def test_unanswered(line, done, behaviour, status):
    line.agent(behaviour=behaviour)
    line.call(DIAL)
    line.run(40)
    assert done()["DialCallStatus"] == status


def test_declined_is_busy_and_unknown_number_fails(line, done):
    agent = line.agent()
    line.call(DIAL)
    agent.decline()
    line.account.settle()
    assert done()["DialCallStatus"] == "busy"
    line.call("<Dial action='/done'>+15559999999</Dial>")
    assert line.at("/done")[1].params["DialCallStatus"] == "failed"


def test_without_action_the_next_verb_runs(line):
    line.agent(behaviour="busy")
    phone = line.call(f"<Dial>{AGENT}</Dial><Say>Nobody there.</Say>")
    assert phone.heard == ["Nobody there."]


def test_caller_gives_up_while_it_rings(line, done):
    agent = line.agent()
    phone = line.call(DIAL)
    child = agent.call
    phone.hang_up()
    line.run(20)
    assert child.status == "canceled" and not agent.ringing and not line.at("/done")


def test_caller_hangs_up_on_the_bridge(line):
    agent = line.agent(behaviour="answer")
    phone = line.call(DIAL)
    line.run(5)
    child = agent.call
    phone.hang_up()
    line.run(1)
    assert child.status == "completed" and not line.at("/done")


def test_first_answer_wins(line):
    agent, other = line.agent(), line.account.add_phone(SECOND)
    phone = line.call(f"<Dial><Number>{AGENT}</Number><Number>{SECOND}</Number></Dial>")
    assert agent.ringing and other.ringing
    loser = agent.call
    other.answer()
    line.account.settle()
    assert phone.talking_to == {SECOND} and loser.status == "canceled" and agent.call is None


def test_sequential(line):
    agent, other = line.agent(behaviour="busy"), line.account.add_phone(SECOND, behaviour="answer")
    phone = line.call(f'<Dial sequential="true"><Number>{AGENT}</Number><Number>{SECOND}</Number></Dial>')
    line.run(3)
    assert agent.call is None and other.talking_to == {CALLER} and phone.talking_to == {SECOND}


WHISPER = f'<Dial action="/done"><Number url="/whisper">{AGENT}</Number></Dial>'


def test_whisper_accepted_with_a_key(line, done):
    line.pages["/whisper"] = '<Gather numDigits="1" action="/accept"><Say>Press 1.</Say></Gather><Hangup/>'
    line.pages["/accept"] = ""
    agent = line.agent(behaviour="answer")
    phone = line.call(WHISPER)
    line.run(3)
    assert agent.heard == ["Press 1."] and phone.talking_to == set() and phone.heard == []
    agent.press("1")
    line.account.settle()
    assert phone.talking_to == {AGENT}
    assert line.at("/accept")[0].params["ParentCallSid"] == phone.sid


def test_machine_never_presses_and_the_caller_is_not_stolen(line, done):
    line.pages["/whisper"] = '<Gather numDigits="1" action="/accept"><Say>Press 1.</Say></Gather><Hangup/>'
    line.agent(behaviour="machine")
    phone = line.call(WHISPER)
    line.run(20)
    assert done()["DialBridged"] == "false" and not line.account.witness.of("hears")
    assert phone.heard == ["Done."]


def test_dial_in_a_whisper_is_refused(line, done):
    line.pages["/whisper"] = f"<Dial>{SECOND}</Dial>"
    line.agent(behaviour="answer")
    line.call(WHISPER)
    line.run(10)
    assert 13201 in line.fault_codes


def test_answer_on_bridge_keeps_the_caller_ringing(line):
    agent = line.agent()
    phone = line.call(f'<Dial answerOnBridge="true">{AGENT}</Dial>')
    line.run(3)
    assert phone.status == "ringing"
    agent.answer()
    line.account.settle()
    assert phone.status == "in-progress"


def test_star_hangs_up_the_callee_only(line, done):
    agent = line.agent(behaviour="answer")
    phone = line.call(f'<Dial hangupOnStar="true" action="/done">{AGENT}</Dial>')
    line.run(4)
    phone.press("*")
    line.account.settle()
    assert agent.call is None and phone.heard == ["Done."]


def test_time_limit(line, done):
    line.agent(behaviour="answer")
    line.call(f'<Dial timeLimit="20" action="/done">{AGENT}</Dial>')
    line.run(23)
    assert done()["DialCallDuration"] == "20"


def test_child_status_callbacks(line):
    agent = line.agent(behaviour="answer")
    line.pages["/child"] = ""
    line.call(
        '<Dial><Number statusCallback="/child" statusCallbackEvent="initiated ringing answered completed">'
        f"{AGENT}</Number></Dial>"
    )
    line.run(5)
    agent.hang_up()
    line.account.settle()
    got = [(r.params["CallStatus"], r.params["SequenceNumber"]) for r in line.at("/child")]
    assert got == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]


def test_redirecting_the_child_frees_the_parent(line, done):
    line.pages["/elsewhere"] = "<Say>You were moved.</Say>"
    agent = line.agent(behaviour="answer")
    phone = line.call(DIAL)
    line.run(4)
    line.client.calls(agent.call.sid).update(url=f"{BASE}/elsewhere")
    line.account.settle()
    assert agent.heard == ["You were moved."] and phone.heard == ["Done."]
    assert "DialCallDuration" not in done() and phone.talking_to == set()


def test_redirecting_the_parent_hangs_up_the_child(line):
    line.pages["/elsewhere"] = "<Say>You were moved.</Say>"
    agent = line.agent(behaviour="answer")
    phone = line.call(DIAL)
    line.run(4)
    child = agent.call
    line.client.calls(phone.sid).update(url=f"{BASE}/elsewhere")
    line.account.settle()
    assert phone.heard == ["You were moved."] and child.status == "completed"


def test_client_and_sip(line):
    client, sip = line.account.add_phone("client:desk-1"), line.account.add_phone("sip:desk-1@example.com")
    line.call(
        '<Dial><Client><Identity>desk-1</Identity><Parameter name="card" value="7"/></Client>'
        "<Sip>sip:desk-1@example.com;transport=tls</Sip></Dial>"
    )
    assert client.ringing and sip.ringing


def test_recording_of_a_bridge(line, done):
    agent = line.agent(behaviour="answer")
    line.pages["/rec"] = ""
    line.call(
        f'<Dial record="record-from-answer" recordingStatusCallback="/rec" action="/done">{AGENT}</Dial>'
    )
    line.run(12)
    agent.hang_up()
    line.run(3)
    told = line.at("/rec")[0].params
    assert (told["RecordingSource"], told["RecordingDuration"]) == ("DialVerb", "10")
    assert done()["RecordingUrl"] == told["RecordingUrl"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (f"<Dial><Number>{AGENT}</Number><Conference>x</Conference></Dial>", 13000),
        ("<Dial/>", 13000),
        ("<Dial>nobody</Dial>", 13223),
        (f'<Dial callerId="+19998887777">{AGENT}</Dial>', 13214),
        ("<Dial><Sip>desk</Sip></Dial>", 32214),
        ("<Dial><Queue>support</Queue></Dial>", 12200),
        (f'<Dial timeout="3">{AGENT}</Dial>', 12200),
    ],
)
def test_bad_dials_are_refused(line, document, code):
    line.agent()
    line.call(document)
    assert line.fault_codes[0] == code


def test_caller_id_of_the_account_is_allowed(line):
    agent = line.agent()
    line.call(f'<Dial callerId="{NUMBER}">{AGENT}</Dial>')
    assert agent.call.from_ == NUMBER and not line.account.faults


def test_switch_asks_the_dial_action_of_a_caller_who_left(line, done):
    line.account.switches.dial_action_after_caller_left = True
    line.agent(behaviour="answer")
    phone = line.call(DIAL)
    line.run(5)
    phone.hang_up()
    line.account.settle()
    assert done()["CallStatus"] == "completed"
