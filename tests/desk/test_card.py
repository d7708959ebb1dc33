"""What stands on the card, who may see it, and that nothing on it can do anything."""

from __future__ import annotations

import re

import pytest

from ivr.service.screen_pop.cards import CardOfAnother
from ivr.store import journal
from tests.desk.conftest import START, a_session

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "</template><iframe srcdoc='<script>alert(1)</script>'>",
    "\u202e=cmd|' /C calc'!A0",
]


@pytest.fixture
def card(world):
    world.agent()
    world.customer()
    world.contact(at=START - 86400)
    world.contact(at=START - 90 * 86400, channel="call", summary="Delivery late", seconds=312)
    world.warn("Ask for the password first")
    world.warn("Long over", expires_at=START - 1)
    world.ring()
    return world.cards.card("CA1", "desk-1")


def test_who_is_calling(card):
    assert (card.customer.name, card.customer.numbers) == ("Alfreds Futterkiste", ("+14155550123",))
    assert card.customer.fields == {"plan": "gold", "city": "Berlin"}
    assert card.number_shown == "+1 415-555-0123"
    assert card.trust.startswith("B: ")


def test_what_they_wait_for_and_were_told(card):
    assert (card.waiting_for, card.waiting_for_title, card.waited_s) == ("billing", "Billing", 45)
    assert card.promised["spoken"] == "one to three minutes"
    assert card.wanted_person


def test_what_they_did_and_said(card):
    assert card.path == ("welcome", "department", "tell_order")
    assert card.path_words == ("welcome", "department", "tell order")
    assert [(one["asked"], one["value"], one["understood"]) for one in card.inputs] == [
        ("department", "1", True),
        ("order", "where is my parcel", True),
        ("pin", "•••", False),
    ]
    assert card.facts == {"order number": "123456", "order sent on": "2026-03-01", "order status": "sent"}


def test_what_is_sensitive_is_nowhere_on_the_card(world):
    session = a_session("CA1", "billing")
    session["session"]["variables"] |= {"maiden_name": "s3cret", "account": {"password": "s3cret", "id": 7}}
    world.agent()
    world.customer()
    world.ring(session=session)
    card = world.cards.card("CA1", "desk-1")
    assert "s3cret" not in str(card.as_dict()) and "9911" not in str(card.as_dict())
    assert card.facts["account id"] == 7


def test_history_is_the_latest_of_every_kind_and_only_theirs(world, card):
    assert [(one["channel"], one["summary"]) for one in card.history] == [
        ("email", "Asked for a copy of an invoice"),
        ("call", "Delivery late"),
    ]
    world.customer(id="OTHER", name="Somebody else", numbers=["+14155550199"])
    world.contact(customer_id="OTHER", summary="Not yours to read", at=START - 5)
    for day in range(12):
        world.contact(at=START - 1000 - day, summary=f"sms {day}", channel="sms")
    again = world.cards.card("CA1", "desk-1")
    assert len(again.history) == 10 and again.history[0]["summary"] == "sms 0"
    assert "Not yours" not in str(again.as_dict())


def test_warnings_end_by_themselves(card):
    assert [warning["text"] for warning in card.warnings] == ["Ask for the password first"]


def test_calls_this_week_count_this_one_and_those_on_their_other_numbers(world):
    world.agent()
    world.customer(numbers=["+14155550123", "+14155550124"])
    world.call("CA8", caller="+14155550124")
    world.contact(channel="call", at=START - 2 * 86400)
    world.contact(channel="call", at=START - 8 * 86400)
    world.contact(channel="email", at=START - 86400)
    world.ring()
    assert world.cards.card("CA1", "desk-1").calls_this_week == 3


def test_a_number_nobody_knows_has_its_own_history(world):
    world.agent()
    world.contact(customer_id=None, number="+14155550177", summary="Wrong number", channel="call")
    world.ring(caller="+14155550177", customer_id=None)
    card = world.cards.card("CA1", "desk-1")
    assert card.customer is None and card.history[0]["summary"] == "Wrong number"


def test_withheld_numbers_share_nothing(world):
    world.agent()
    world.contact(customer_id=None, number="", summary="Somebody withheld")
    session = a_session("CA1", "billing")
    session["session"]["call"] |= {"caller": "", "caller_raw": "anonymous", "attested": "A"}
    world.ring(caller="", customer_id=None, session=session)
    card = world.cards.card("CA1", "desk-1")
    assert (card.history, card.calls_this_week, card.trust) == ((), 0, "Number withheld")


def test_a_call_that_just_began_has_a_card(world):
    world.agent()
    world.ring(session={"session": {}, "customer": {}, "heard": []}, customer_id=None)
    assert world.cards.card("CA1", "desk-1").path == ()


def test_whose_card_it_is_at_each_moment(world):
    world.agent()
    world.agent("desk-2")
    world.customer()

    def sees(agent: str) -> bool:
        try:
            return bool(world.cards.card("CA1", agent))
        except CardOfAnother:
            return False

    offer = world.ring()
    assert (sees("desk-1"), sees("desk-2"), sees("nobody")) == (True, False, False)
    world.talk(offer)
    assert (sees("desk-1"), sees("desk-2")) == (True, False)
    world.agents.hang_up("desk-1", "CA1")
    assert sees("desk-1")
    world.agents.wrap_up_done("desk-1")
    assert not sees("desk-1")


def test_an_agent_disabled_in_a_talk_sees_no_more(world):
    world.agent()
    world.customer()
    world.talk(world.ring())
    world.accounts.disable("desk-1")
    with pytest.raises(CardOfAnother):
        world.cards.card("CA1", "desk-1")


def test_steps_have_the_names_people_gave_them(world):
    world.agent()
    world.customer()
    world.ring()
    world.cards._step_title = lambda revision, flow, step: {"tell_order": "Order status"}.get(step, "")
    assert world.cards.card("CA1", "desk-1").path_words[-1] == "Order status"


def test_the_note_of_an_agent_before_is_on_the_card(world, desk):
    world.agent("desk-2")
    world.customer()
    offer = world.ring("desk-2")
    world.agents.save_note("desk-2", "CA1", "Wants the invoice again", 1)
    world.agents.decline("desk-2", offer)
    world.agents.go_available("desk-1")
    world.offer("desk-1")
    assert "Wants the invoice again" in desk.get("/desk/now").json["regions"]["note"]


def test_who_was_shown_a_card_is_written_down(world, card):
    world.cards.note_shown("CA1", "desk-1")
    with world.db.read() as connection:
        kinds = [(row.kind, row.agent_id) for row in journal.of_call(connection, "CA1")]
    assert ("card_shown", "desk-1") in kinds


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_was_said_or_stored_is_html(world, desk, payload):
    poison(world, payload)
    for text in (desk.get("/desk/").text, *desk.get("/desk/now").json["regions"].values()):
        assert not re.search(r"<(script(?! type=\"module\")|img|svg|iframe)", text)
        assert not re.search(r"<[^>]*\s(onerror|onload|srcdoc)=[^>]*>", re.sub(r'"[^"]*"', '""', text))
    page = desk.get("/desk/now").json["regions"]
    escaped = payload.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert escaped.replace('"', "&#34;").replace("'", "&#39;")[:12] in page["card"]


def poison(world, payload: str) -> None:
    """The payload in every field that comes from outside."""
    world.customer(
        name=payload, company=payload + "2", language=payload, email=payload, fields={payload: payload}
    )
    world.contact(
        **dict.fromkeys(("summary", "note", "agent_name", "disposition", "channel", "outcome"), payload)
    )
    world.warn(payload)
    session = a_session("CA1", "billing")
    inner = session["session"]
    inner["call"] |= {"name": payload, "attested": payload}
    inner["variables"] |= {payload: payload, "order": {payload: payload}}
    inner["inputs"] = [{"at": 0, "step": payload, "kind": payload, "value": payload, "understood": False}]
    inner["path"] = [{"flow": "main", "step": payload}]
    inner["language"] = payload
    world.talk(world.ring(session=session))
    world.agents.save_note("desk-1", "CA1", payload, 1)
    world.agents.set_disposition("desk-1", "CA1", payload)


def test_the_card_names_all_who_have_the_number_and_takes_nobody_for_known(world):
    world.agent()
    world.customer(id="C1", name="Ann", numbers=["+14155550177"])
    world.customer(id="C2", name="Ben", numbers=["+14155550177"])
    world.ring(caller="+14155550177", customer_id=None)
    card = world.cards.card("CA1", "desk-1")
    assert card.customer is None and card.customers == ("Ann", "Ben")
