"""A participant on hold: what they hear, what is reported, what a hold document may say (facts 3.7, 4.5)."""

from __future__ import annotations

import pytest

from tests.simulator.line_app import AGENT, BASE, NUMBER, wav

SECOND = "+15550002002"


@pytest.fixture
def talk(line):
    """Caller and agent in a room; returns (the caller's phone, the agent's, change(phone, …))."""
    line.pages["/events"] = ""
    events = f'statusCallback="{BASE}/events" statusCallbackEvent="start end join leave hold modify"'
    room = f"<Dial><Conference {events}>room</Conference></Dial><Say>After.</Say>"
    agent = line.agent(behaviour="answer", answer_after=1.0)
    phone = line.call(room)
    line.pages["/agent"] = '<Dial><Conference endConferenceOnExit="true">room</Conference></Dial>'
    line.client.calls.create(to=AGENT, from_=NUMBER, url=f"{BASE}/agent")
    line.run(2)
    assert phone.talking_to == {AGENT}
    sid = line.client.conferences.list(friendly_name="room")[0].sid
    people = line.client.conferences(sid).participants

    def change(who, **what):
        changed = people(who.call.sid).update(**what)
        line.account.settle()
        return changed

    return phone, agent, change


def events(line) -> list[tuple[str, str]]:
    return [(r.params["StatusCallbackEvent"], r.params.get("Hold", "")) for r in line.at("/events")]


def test_hold_documents_go_on_by_redirect_and_know_the_room(line, talk):
    phone, _, change = talk
    line.pages.update({"/hold": "<Say>Still here.</Say><Play>/m</Play><Redirect/>", "/m": wav(5)})
    assert change(phone, hold=True, hold_url=f"{BASE}/hold", hold_method="POST").hold is True
    line.run(14)
    asked = line.at("/hold")
    assert len(asked) == 3 and {r.method for r in asked} == {"POST"}
    assert asked[0].params["FriendlyName"] == "room" and asked[0].params["CallSid"] == phone.sid
    assert phone.heard == ["Still here."] * 3
    change(phone, hold=False)
    line.run(10)
    assert len(line.at("/hold")) == 3 and phone.talking_to == {AGENT}
    assert ("participant-hold", "true") in events(line) and ("participant-unhold", "false") in events(line)


def test_a_hold_document_without_a_redirect_ends_in_silence(line, talk):
    phone, _, change = talk
    line.pages["/hold"] = "<Say>Once.</Say>"
    change(phone, hold=True, hold_url=f"{BASE}/hold")
    line.run(10)
    assert phone.heard == ["Once."] and phone.music is None and phone.talking_to == set()


def test_no_keys_are_taken_on_hold(line, talk):
    phone, _, change = talk
    line.pages["/hold"] = "<Gather><Say>Press 0.</Say></Gather>"
    change(phone, hold=True, hold_url=f"{BASE}/hold")
    line.run(3)
    assert [fault.code for fault in line.account.faults] == [13238]
    assert phone.heard == [] and phone.talking_to == set(), "on hold all the same"


def test_hold_without_an_address_is_the_built_in_music_and_twice_is_once(line, talk):
    phone, _, change = talk
    for _ in range(2):
        change(phone, hold=True)
    assert phone.music == "twilio:hold-music"
    for _ in range(2):
        change(phone, hold=False)
    held = [event for event, _ in events(line) if event in ("participant-hold", "participant-unhold")]
    assert held == ["participant-hold", "participant-unhold"]


def test_announcements_are_not_for_who_holds(line, talk):
    phone, agent, change = talk
    line.pages.update({"/hold": "<Play>/m</Play>", "/m": wav(60), "/news": "<Say>News.</Say>"})
    change(phone, hold=True, hold_url=f"{BASE}/hold")
    line.client.conferences(line.client.conferences.list()[0].sid).update(announce_url=f"{BASE}/news")
    line.run(3)
    assert agent.heard == ["News."] and phone.heard == [] and phone.music == f"{BASE}/m"


def test_the_room_ends_when_its_owner_leaves_while_the_other_holds(line, talk):
    phone, agent, change = talk
    change(phone, hold=True)
    agent.hang_up()
    line.account.settle()
    line.run(1)
    assert phone.heard == ["After."] and phone.music is None


def test_who_is_coached_hears_the_coach_while_the_customer_holds(line, talk):
    phone, agent, change = talk
    boss = line.account.add_phone(SECOND, behaviour="answer", answer_after=1.0)
    coach = f'<Dial><Conference coach="{agent.call.sid}">room</Conference></Dial>'
    line.pages["/boss"] = coach
    line.client.calls.create(to=SECOND, from_=NUMBER, url=f"{BASE}/boss")
    line.run(3)
    change(phone, hold=True)
    assert boss.talking_to == {AGENT} and phone.talking_to == set()
    change(boss, coaching=False)
    change(phone, hold=False)
    assert boss.talking_to == {AGENT, phone.address}
