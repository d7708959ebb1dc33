"""Text messages in both directions."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.simulator.line_app import BASE, CALLER, NUMBER


@pytest.fixture
def line(line):
    line.account.numbers[NUMBER].sms_url = f"{BASE}/sms"
    line.pages["/sms"] = "<Response/>"
    return line


def test_a_text_reaches_the_app_signed(line):
    sid = line.account.texts.send(CALLER, NUMBER, "Where is it?", attachments=1)
    line.account.settle()
    [request] = line.requests
    assert request.signed and request.path == "/sms"
    assert request.params["MessageSid"] == sid == request.params["SmsSid"]
    assert (request.params["From"], request.params["Body"]) == (CALLER, "Where is it?")
    assert request.params["NumMedia"] == "1"


def test_the_same_message_can_come_again(line):
    sid = line.account.texts.send(CALLER, NUMBER, "Hello")
    line.account.texts.send(CALLER, NUMBER, "Hello", sid=sid)
    line.account.settle()
    assert [request.params["MessageSid"] for request in line.requests] == [sid, sid]


def test_a_phone_keeps_what_it_received_and_answers(line):
    phone = line.call("<Hangup/>")
    line.client.messages.create(to=CALLER, from_=NUMBER, body="Your order left today.")
    assert phone.texts == ["Your order left today."]
    phone.text(NUMBER, "Thanks")
    line.account.settle()
    assert line.requests[-1].params["Body"] == "Thanks"


def test_stop_is_obeyed_by_the_carrier_until_start(line):
    line.account.texts.send(CALLER, NUMBER, "Stop")
    with pytest.raises(TwilioRestException) as refused:
        line.client.messages.create(to=CALLER, from_=NUMBER, body="News")
    assert refused.value.code == 21610
    line.account.texts.send(CALLER, NUMBER, "START")
    line.client.messages.create(to=CALLER, from_=NUMBER, body="News")
    assert line.account.texts.received_by(CALLER) == ["News"]


def test_only_numbers_of_the_exchange_take_texts(line):
    with pytest.raises(ValueError, match="not a number"):
        line.account.texts.send(CALLER, "+15559999999", "Hello")
