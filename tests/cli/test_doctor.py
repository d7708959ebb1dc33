"""`ivr doctor` in words: why Twilio tells us nothing, and what to do."""

import pytest

from ivr.carrier.base import AMBIGUOUS, GONE, PERMANENT, RETRYABLE, CarrierError
from ivr.cli.doctor import _unanswered
from ivr.environment import Environment

GOOD = {
    "PUBLIC_URL": "https://calls.example.com",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "IVR_SECRET_KEY": "x" * 16,
}


@pytest.mark.parametrize(
    ("kind", "message", "code", "what", "remedy"),
    [
        (PERMANENT, "Authenticate", 20003, "does not accept the account SID", "TWILIO_AUTH_TOKEN"),
        (GONE, "not found", 20404, "does not know this account", "TWILIO_ACCOUNT_SID"),
        (RETRYABLE, "no connection: HTTPConnectionPool(…)", None, "cannot be reached at api.twilio", "DNS"),
        (AMBIGUOUS, "no answer: timed out", None, "cannot be reached", "firewall"),
        (RETRYABLE, "Too many requests", 20429, "answers with an error (Too many", "try again"),
    ],
)
def test_why_twilio_tells_us_nothing(kind, message, code, what, remedy):
    found = _unanswered(CarrierError(kind, message, code), Environment.from_mapping(GOOD, serving=True))
    assert what in found.what
    assert remedy in found.remedy
    assert "Pool" not in found.what + found.remedy


def test_another_address_of_the_api_is_suspected_first():
    environment = Environment.from_mapping({**GOOD, "TWILIO_API_BASE": "http://127.0.0.1:9"}, serving=True)
    found = _unanswered(CarrierError(RETRYABLE, "no connection: x"), environment)
    assert "127.0.0.1:9" in found.what
    assert "TWILIO_API_BASE" in found.remedy
