"""What may be done about each answer of Twilio's API: status × body × operation, over a real connection."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from twilio.http.response import Response

from ivr.carrier.base import ACCOUNT, AMBIGUOUS, GONE, PERMANENT, RETRYABLE, CarrierError, Leg
from ivr.carrier.twilio import TwilioCarrier
from tests.carrier.answering import (
    CLOSED,
    CREATES,
    EVERY,
    LEG,
    URLS,
    as_json,
    fine,
    html,
    refuses,
    serving,
)

UNKNOWN = "unknown"
"""Nobody can tell what became of it: ambiguous for what is made, else it may be asked again."""

problem = {"type": "https://…", "title": "Bad Request", "status": 400, "code": 21211, "detail": "No number."}
ANSWERS = {
    # Refusals in Twilio's own words
    "too many": (refuses(429, 20429), RETRYABLE),
    "fault of theirs": (refuses(500, 20500), UNKNOWN),
    "away": (refuses(503, 20503), UNKNOWN),
    "too slow": (refuses(408), UNKNOWN),
    "bad number": (refuses(400, 21211), PERMANENT),
    "unsubscribed": (refuses(400, 21610), PERMANENT),
    "number that is forbidden by itself": (refuses(403, 21610), PERMANENT),
    "over": (refuses(400, 21220), GONE),
    "not there": (refuses(404, 20404), GONE),
    "not there, without a code": (refuses(404), GONE),
    "other": (refuses(400, 20001), PERMANENT),
    # Reasons of the account
    "wrong token": (refuses(401, 20003), ACCOUNT),
    "unauthorized without a code": (refuses(401), ACCOUNT),
    "no money": (refuses(402), ACCOUNT),
    "account not active": (refuses(403, 20005), ACCOUNT),
    "account closed": (refuses(400, 10001), ACCOUNT),
    "trial": (refuses(400, 573002), ACCOUNT),
    "trial calls verified numbers": (refuses(400, 21219), ACCOUNT),
    "too many calls at once": (refuses(400, 10004), ACCOUNT),
    "our address": (refuses(400, 21205), ACCOUNT),
    "our number not verified": (refuses(400, 21210), ACCOUNT),
    "our number not valid": (refuses(400, 21212), ACCOUNT),
    "no number of ours": (refuses(400, 21213), ACCOUNT),
    "country": (refuses(403, 21215), ACCOUNT),
    "country, profile": (refuses(400, 21216), ACCOUNT),
    "country, texts": (refuses(400, 21408), ACCOUNT),
    # RFC 9457
    "problem details": ((400, json.dumps(problem), "application/problem+json"), PERMANENT),
    "problem details, account": (as_json(400, title="No", detail="Not verified.", code="21210"), ACCOUNT),
    # What is no answer of Twilio's
    "HTML, fault": (html(502), UNKNOWN),
    "HTML, done": (html(200), UNKNOWN),
    "HTML, bad request": (html(400), UNKNOWN),
    "HTML, not there": (html(404), UNKNOWN),
    "HTML, forbidden": (html(403), ACCOUNT),
    "HTML, too many": (html(429), RETRYABLE),
    "proxy wants a password": (html(407), RETRYABLE),
    "moved": (html(302), UNKNOWN),
    "nothing": ((200, "", "application/json"), UNKNOWN),
    "nothing, fault": ((500, "", "application/json"), UNKNOWN),
    "a list": ((200, "[]", "application/json"), UNKNOWN),
    "a number": ((200, "1", "application/json"), UNKNOWN),
    "half": ((200, '{"sid": "CA1', "application/json"), UNKNOWN),
    "odd code": (as_json(400, code="x" * 50, message=["?"]), PERMANENT),
    "without a name": (as_json(200), UNKNOWN),
    "a name that is none": (as_json(200, sid=7, call_sid=7, status=7, conferences=[{"sid": 7}]), UNKNOWN),
    "rows that are none": (as_json(200, calls=7, conferences=7, incoming_phone_numbers=7), UNKNOWN),
    "closed": (CLOSED, UNKNOWN),
}


@pytest.fixture(scope="module")
def server():
    with serving() as made:
        yield made


def kind_of(what: str, carrier: TwilioCarrier) -> str:
    with pytest.raises(CarrierError) as caught:
        EVERY[what](carrier)
    return caught.value.kind


@pytest.mark.parametrize("name", ANSWERS)
def test_F_TW_what_may_be_done_about_an_answer(server, name):
    answer, wanted = ANSWERS[name]
    found = {}
    for what in EVERY:
        if what.startswith("delete_") and wanted == UNKNOWN and name in CONTENT_WITHOUT_A_BODY:
            continue
        expected = wanted if wanted != UNKNOWN else AMBIGUOUS if what in CREATES else RETRYABLE
        kind = kind_of(what, server.says(answer))
        if kind != expected:
            found[what] = kind
    assert found == {}, f"wanted {wanted}"


CONTENT_WITHOUT_A_BODY = ("without a name", "a name that is none", "rows that are none")
"""Whoever deletes needs to be told nothing but that it was done."""


@pytest.mark.parametrize(
    ("answer", "kind"), [(refuses(401, 20003), ACCOUNT), (refuses(404, 20404), GONE), (html(500), RETRYABLE)]
)
@pytest.mark.parametrize("what", ["hold", "ends_room", "announce"])
def test_the_second_request_of_two_counts_as_well(server, what, answer, kind):
    """A room is looked up by its name first, and then changed."""
    assert kind_of(what, server.says(fine, answer)) == kind
    assert [method for method, _ in server.asked] == ["GET", "POST"]


@pytest.mark.parametrize("what", EVERY)
def test_an_answer_with_which_all_is_well(server, what):
    assert EVERY[what](server.says(fine)) in (None, LEG, []) or what in ("fetch", "recorded")


def test_what_twilio_said_is_kept(server):
    with pytest.raises(CarrierError) as caught:
        server.says(refuses(403, 21215, "Account not authorized to call +5215512345678.")).hang_up(LEG)
    assert (caught.value.code, caught.value.said) == (21215, "Account not authorized to call +5215512345678.")
    assert caught.value.only_country
    with pytest.raises(CarrierError) as caught:
        server.says((400, json.dumps(problem), "application/problem+json")).hang_up(LEG)
    assert (caught.value.code, caught.value.said) == (21211, "No number.")


def test_nobody_is_there():
    """Surely not made: there was never a connection."""
    with serving() as gone:
        carrier = gone.says(CLOSED)
    for what in EVERY:
        assert kind_of(what, carrier) == RETRYABLE


def test_a_host_that_does_not_exist():
    carrier = TwilioCarrier("AC" + "0" * 32, "token", "http://carrier.invalid")
    assert kind_of("ring", carrier) == RETRYABLE


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("12", 12), ("4.5", 4), ("12.0", 12), ("-1", 0), (None, 0), ("", 0), ("x", 0), ("nan", 0), ("1e999", 0),
     (7, 7), ([], 0), ("99999999999", 86_400)],
)  # fmt: skip
def test_lengths_of_recordings(server, written, seconds):
    carrier = server.says(as_json(200, sid="RE1", status="completed", duration=written))
    assert carrier.recorded("RE1").seconds == seconds


def test_which_legs_are_over():
    assert all(Leg("CA1", status).over for status in ("completed", "busy", "failed", "no-answer", "canceled"))
    assert not any(Leg("CA1", status).over for status in ("queued", "initiated", "ringing", "in-progress"))


@pytest.mark.parametrize(("ago", "ours"), [(-3, 1), (0, 1), (2, 1), (4, 1), (6, 0), (600, 0)])
def test_our_own_leg_is_found_when_our_clock_is_ahead_of_twilios(server, ago, ours):
    asked_at = datetime(2026, 3, 2, 15, 0, tzinfo=UTC).timestamp()
    made = format_datetime(datetime.fromtimestamp(asked_at - ago, UTC))
    call = {"sid": LEG, "status": "ringing", "date_created": made}
    carrier = server.says(as_json(200, calls=[call], page_size=50, next_page_uri=None))
    assert carrier.find_legs("+15550002001", "+15550001000", asked_at) == [Leg(LEG, "ringing")] * ours


class Written:
    """An HTTP client that keeps what is asked of it, and answers that the call was made."""

    def request(self, _method, _url, data=None, **_):
        self.data = data
        return Response(201, '{"sid": "CA1"}')


@pytest.mark.parametrize(("keys", "sent"), [("wwww12", "wwww12"), ("", None)])
def test_keys_are_pressed_when_the_phone_answers(keys, sent):
    client = Written()
    carrier = TwilioCarrier("AC" + "0" * 32, "token", http_client=client)
    assert carrier.ring("+15550002001", "+15550001000", ring_seconds=20, keys=keys, **URLS) == "CA1"
    assert client.data.get("SendDigits") == sent


def test_nothing_is_sent_when_it_is_too_late():
    client = Written()
    carrier = TwilioCarrier("AC" + "0" * 32, "token", http_client=client)
    with pytest.raises(CarrierError) as caught:
        carrier.ring("+15550002001", "+15550001000", ring_seconds=20, in_time=lambda: False, **URLS)
    assert caught.value.kind == RETRYABLE and not hasattr(client, "data")
