"""Conferences: start, end, wait audio, reports, REST (facts 3.7, 4.5)."""

from __future__ import annotations

import pytest

from tests.simulator.line_app import AGENT, BASE, CALLER, NUMBER, wav

SECOND = "+15550002002"


def join(attributes: str = "", name: str = "room") -> str:
    return f"<Dial><Conference {attributes}>{name}</Conference></Dial><Say>After.</Say>"


@pytest.fixture
def agent(line):
    return line.agent(behaviour="answer", answer_after=1.0)


def bring(line, agent, attributes=""):
    """The agent's leg joins the room."""
    line.pages["/agent"] = join(attributes)
    line.client.calls.create(to=agent.address, from_=NUMBER, url=f"{BASE}/agent")
    line.run(agent.answer_after + 0.1)


def room(line):
    return next(iter(line.account.conferences.values()))


def test_one_participant_hears_music_and_two_hear_each_other(line, agent):
    phone = line.call(join())
    line.run(5)
    assert phone.music == "twilio:hold-music" and room(line).status == "init"
    bring(line, agent)
    assert phone.music is None and phone.music_seconds == pytest.approx(6, abs=0.2)
    assert phone.talking_to == {AGENT} and agent.talking_to == {CALLER}
    assert room(line).status == "in-progress"


def test_does_not_start_without_a_starter(line, agent):
    phone = line.call(join('startConferenceOnEnter="false"'))
    bring(line, agent, 'startConferenceOnEnter="false"')
    assert phone.talking_to == set() and phone.music and agent.music


def test_end_on_exit_ends_it_for_all_and_the_next_verb_runs(line, agent):
    phone = line.call(join())
    bring(line, agent, 'endConferenceOnExit="true"')
    agent.hang_up()
    line.account.settle()
    assert phone.heard == ["After."] and room(line).status == "completed"
    assert room(line).reason_ended == "participant-with-end-conference-on-exit-left"


def test_without_end_on_exit_the_other_stays_in_silence(line, agent):
    phone = line.call(join())
    bring(line, agent)
    agent.hang_up()
    line.run(5)
    assert phone.heard == [] and phone.music is None and room(line).status == "in-progress"
    phone.hang_up()
    line.run(1)
    assert room(line).reason_ended == "last-participant-left"


def test_name_is_free_again_after_the_end(line):
    first = line.call(join())
    first.hang_up()
    line.account.settle()
    line.call(join())
    assert len(line.account.conferences) == 2


def test_dial_action_gets_answered(line, agent):
    line.pages["/done"] = "<Say>Goodbye.</Say>"
    phone = line.call('<Dial action="/done"><Conference>room</Conference></Dial>')
    bring(line, agent, 'endConferenceOnExit="true"')
    agent.hang_up()
    line.account.settle()
    params = line.at("/done")[0].params
    assert params["DialCallStatus"] == "answered" and "DialCallSid" not in params
    assert phone.heard == ["Goodbye."]


def test_wait_url_is_asked_once_and_does_not_loop(line):
    line.pages.update({"/wait": "<Say>Please wait.</Say><Play>/m</Play>", "/m": wav(4)})
    phone = line.call(join('waitUrl="/wait"'))
    line.run(20)
    assert phone.heard == ["Please wait."] and phone.music is None and len(line.at("/wait")) == 1
    assert line.at("/wait")[0].params["FriendlyName"] == "room"


def test_wait_url_loops_with_an_empty_redirect(line):
    line.pages.update({"/wait": "<Play>/m</Play><Redirect/>", "/m": wav(4)})
    phone = line.call(join('waitUrl="/wait"'))
    line.run(11)
    assert len(line.at("/wait")) == 3 and phone.music


def test_empty_wait_url_is_silence_and_audio_may_be_the_answer(line):
    phone = line.call(join('waitUrl=""', "silent"))
    line.run(3)
    assert phone.music is None and phone.music_seconds == 0
    line.pages["/m"] = wav(4)
    other = line.call(join('waitUrl="/m" waitMethod="GET"', "loud"))
    assert other.music == f"{BASE}/m"


@pytest.mark.parametrize("page", ['<Gather numDigits="1"/>', f"<Dial>{AGENT}</Dial>", "<Hangup/>"])
def test_only_some_verbs_may_stand_in_a_wait_document(line, page):
    line.pages["/wait"] = page
    phone = line.call(join('waitUrl="/wait"'))
    assert line.fault_codes == [13238] and phone.heard == ["After."]


def test_keys_in_a_conference_reach_nothing(line, agent):
    phone = line.call(join())
    bring(line, agent)
    phone.press("0")
    line.account.settle()
    assert phone.talking_to == {AGENT}


def test_redirect_takes_the_leg_out_at_once(line, agent):
    line.pages["/moved"] = "<Say>Moved.</Say>"
    phone = line.call(join())
    bring(line, agent)
    line.client.calls(phone.sid).update(url=f"{BASE}/moved")
    line.account.settle()
    assert phone.heard == ["Moved."] and agent.talking_to == set() and agent.call is not None


def test_duplicate_label_goes_on_with_the_next_verb(line, agent):
    line.call(join('participantLabel="caller"'))
    bring(line, agent, 'participantLabel="caller"')
    assert agent.heard == ["After."] and line.fault_codes == [16025]


def test_reports_follow_the_first_participant(line, agent):
    line.pages.update({"/first": "", "/second": ""})
    events = 'statusCallbackEvent="start end join leave"'
    phone = line.call(join(f'statusCallback="/first" {events} participantLabel="caller"'))
    bring(line, agent, f'statusCallback="/second" {events} endConferenceOnExit="true"')
    agent.hang_up()
    line.account.settle()
    got = [(r.params["StatusCallbackEvent"], r.params["SequenceNumber"]) for r in line.at("/first")]
    assert got == [
        ("participant-join", "0"), ("participant-join", "1"), ("conference-start", "2"),
        ("participant-leave", "3"), ("participant-leave", "4"), ("conference-end", "5"),
    ]  # fmt: skip
    assert not line.at("/second")
    first, last = line.at("/first")[0].params, line.at("/first")[-1].params
    assert first["ParticipantLabel"] == "caller" and first["CallSid"] == phone.sid
    assert last["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    reasons = [r.params.get("ReasonParticipantLeft") for r in line.at("/first")[3:5]]
    assert reasons == ["participant_hung_up", "moderator_ended_conference"]


def test_mute_and_hold_change_who_hears_whom(line, agent):
    line.pages.update({"/hold": "<Play>/m</Play>", "/m": wav(20)})
    phone = line.call(join())
    bring(line, agent)
    people = line.client.conferences(room(line).sid).participants
    people(agent.call.sid).update(muted=True)
    assert phone.talking_to == set()
    hearing = [e for e in line.account.witness.of("hears", agent.call.sid) if e.detail["end"] is None]
    assert len(hearing) == 1
    people(agent.call.sid).update(muted=False)
    people(phone.sid).update(hold=True, hold_url=f"{BASE}/hold")
    line.account.settle()
    assert phone.talking_to == set() and phone.music == f"{BASE}/m"
    assert line.at("/hold")[0].method == "GET"
    people(phone.sid).update(hold=False)
    line.account.settle()
    assert phone.talking_to == {AGENT} and phone.music is None


def test_coach_is_heard_by_the_coached_only(line, agent):
    phone = line.call(join())
    bring(line, agent)
    boss = line.account.add_phone(SECOND, behaviour="answer", answer_after=1.0)
    bring(line, boss, f'coach="{agent.call.sid}"')
    assert boss.talking_to == {AGENT} and phone.talking_to == {AGENT}


def test_participants_list_fetch_and_kick(line, agent):
    phone = line.call(join('participantLabel="caller"'))
    bring(line, agent)
    people = line.client.conferences(room(line).sid).participants
    assert {p.call_sid for p in people.list()} == {phone.sid, agent.call.sid}
    assert people("caller").fetch().call_sid == phone.sid
    assert people("caller").delete()
    line.account.settle()
    assert phone.heard == ["After."] and len(people.list()) == 1


def test_participant_added_over_rest(line, agent):
    line.pages["/leg"] = ""
    phone = line.call(join())
    made = line.client.conferences("room").participants.create(
        from_=NUMBER, to=AGENT, label="agent", end_conference_on_exit=True, status_callback=f"{BASE}/leg",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )  # fmt: skip
    assert made.status == "queued" and made.label == "agent"
    line.run(2)
    assert phone.talking_to == {AGENT} and made.call_sid == agent.call.sid
    agent.hang_up()
    line.account.settle()
    assert phone.heard == ["After."]
    assert [r.params["CallStatus"] for r in line.at("/leg")][-1] == "completed"


def test_participant_add_rings_longer_than_asked(line):
    agent = line.agent()
    line.call(join())
    line.client.conferences("room").participants.create(from_=NUMBER, to=AGENT, timeout=10)
    line.run(14.9)
    assert agent.ringing
    line.run(0.2)
    assert not agent.ringing


def test_conference_update_ends_and_announces(line, agent):
    line.pages["/news"] = "<Say>One minute left.</Say>"
    phone = line.call(join())
    bring(line, agent)
    sid = room(line).sid
    line.client.conferences(sid).update(announce_url=f"{BASE}/news")
    line.run(2)
    assert phone.heard == agent.heard == ["One minute left."]
    assert phone.talking_to == {AGENT}
    ended = line.client.conferences(sid).update(status="completed")
    line.account.settle()
    assert ended.status == "completed" and phone.heard[-1] == "After."
    assert line.client.conferences.list(friendly_name="room", status="in-progress") == []


def test_hangup_on_star_leaves_the_room(line, agent):
    phone = line.call('<Dial hangupOnStar="true"><Conference>room</Conference></Dial><Say>After.</Say>')
    bring(line, agent)
    phone.press("*")
    line.account.settle()
    assert phone.heard == ["After."] and agent.call is not None
