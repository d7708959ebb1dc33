"""What may be done about each failure of Twilio's API (facts 4, F-TW)."""

from __future__ import annotations

import pytest
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ReadTimeout
from twilio.base.exceptions import TwilioRestException
from twilio.http.response import Response

from ivr.carrier.base import AMBIGUOUS, GONE, PERMANENT, RETRYABLE, CarrierError, Leg
from ivr.carrier.twilio import TwilioCarrier


def rest(status: int, code: int | None = None) -> TwilioRestException:
    return TwilioRestException(status, "/Calls", "no", code)


FAILURES = [
    (rest(429, 20429), RETRYABLE, RETRYABLE),
    (rest(500, 20500), AMBIGUOUS, RETRYABLE),
    (rest(503), AMBIGUOUS, RETRYABLE),
    (rest(400, 21211), PERMANENT, PERMANENT),
    (rest(401, 20003), PERMANENT, PERMANENT),
    (rest(403, 21215), PERMANENT, PERMANENT),
    (rest(400, 21220), GONE, GONE),
    (rest(404, 20404), GONE, GONE),
    (ReadTimeout("slow"), AMBIGUOUS, RETRYABLE),
    (NoConnection("Connection refused"), RETRYABLE, RETRYABLE),
    (NoConnection("Connection reset by peer"), AMBIGUOUS, RETRYABLE),
    (OSError("broken pipe"), AMBIGUOUS, RETRYABLE),
]


class Failing:
    """An HTTP client whose every request fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def request(self, *_, **__):
        raise self.error


@pytest.mark.parametrize(("error", "creating", "other"), FAILURES)
def test_F_TW_only_what_was_surely_not_done_may_be_repeated(error, creating, other):
    carrier = TwilioCarrier("AC" + "0" * 32, "token", http_client=Failing(error))
    urls = {"answer_url": "https://a/b", "status_url": "https://a/c", "fallback_url": "https://a/d"}
    requests = {
        lambda: carrier.ring("+15550002001", "+15550001000", ring_seconds=20, **urls): creating,
        lambda: carrier.hang_up("CA1"): other,
        lambda: carrier.redirect("CA1", "https://a/b"): other,
        lambda: carrier.fetch("CA1"): other,
        lambda: carrier.find_legs("+15550002001", "+15550001000", 0.0): other,
    }
    for request, kind in requests.items():
        with pytest.raises(CarrierError) as caught:
            request()
        assert caught.value.kind == kind


def test_which_legs_are_over():
    assert all(Leg("CA1", status).over for status in ("completed", "busy", "failed", "no-answer", "canceled"))
    assert not any(Leg("CA1", status).over for status in ("queued", "initiated", "ringing", "in-progress"))


class Written:
    """An HTTP client that keeps what is asked of it, and answers that the call was made."""

    def request(self, _method, _url, data=None, **_):
        self.data = data
        return Response(201, '{"sid": "CA1"}')


@pytest.mark.parametrize(("keys", "sent"), [("wwww12", "wwww12"), ("", None)])
def test_keys_are_pressed_when_the_phone_answers(keys, sent):
    client = Written()
    carrier = TwilioCarrier("AC" + "0" * 32, "token", http_client=client)
    urls = {"answer_url": "https://a/b", "status_url": "https://a/c", "fallback_url": "https://a/d"}
    assert carrier.ring("+15550002001", "+15550001000", ring_seconds=20, keys=keys, **urls) == "CA1"
    assert client.data.get("SendDigits") == sent
