"""Numbers in one form, and what they are worth."""

from __future__ import annotations

import pytest

from ivr.customers.numbers import caller_number, for_people, number_trust, to_e164


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("+1 415 555 0123", "US", "+14155550123"),
        ("(415) 555-0123", "US", "+14155550123"),
        ("415.555.0123", "us", "+14155550123"),
        ("030 12345678", "DE", "+493012345678"),
        ("0049 30 12345678", "DE", "+493012345678"),
        ("+44 20 7946 0018", "US", "+442079460018"),
        ("", "US", ""),
        ("12", "US", ""),
        ("1-800-FLOWERS", "US", ""),
        ("+999999999999999999", "US", ""),
        ("+14155550123;ext=5", "US", ""),
        ("٤١٥٥٥٥٠١٢٣", "US", "+14155550123"),
        ("+1 415 555 0123" + "0" * 60, "US", ""),
        ("030 12345678", "", ""),
    ],
)
def test_to_e164(text, region, expected):
    assert to_e164(text, region) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "anonymous", "Anonymous", "unknown", "Restricted", "unavailable", "private", "", " ", "+266696687",
        "+7378742833", "+2562533", "client:desk-1", "client:+14155550123", "sip:+14155550123@example.com",
        "SIPS:x@example.com", "whatsapp:+14155550123",
    ],
)  # fmt: skip
def test_these_have_no_customer(raw):
    assert caller_number(raw) == ""


def test_a_caller_with_a_number_has_one():
    assert caller_number("+14155550123") == "+14155550123"


@pytest.mark.parametrize(
    ("letter", "begins"), [("A", "A: "), ("b", "B: "), ("C", "C: "), ("", "Number not"), ("F", "Number not")]
)
def test_trust_in_words(letter, begins):
    assert number_trust(letter).startswith(begins)


def test_even_the_best_letter_does_not_say_who_speaks():
    assert "still to be checked" in number_trust("A")
    assert number_trust("A", "") == "Number withheld"


def test_for_people():
    assert for_people("+14155550123") == "+1 415-555-0123"
    assert for_people("client:desk-1") == "client:desk-1"
