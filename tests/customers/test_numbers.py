"""Numbers in one form, and what they are worth."""

from __future__ import annotations

import pytest

from ivr.customers.numbers import (
    PLACEHOLDER,
    READABLE,
    UNREADABLE,
    WITHHELD,
    CallerId,
    caller_number,
    for_people,
    number_trust,
    read_caller,
    to_e164,
)


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
        "+7378742833", "+2562533", "client:desk-1", "client:+14155550123",
        "SIPS:x@example.com", "whatsapp:+14155550123",
    ],
)  # fmt: skip
def test_these_have_no_customer(raw):
    assert caller_number(raw) == ""


def test_a_caller_with_a_number_has_one():
    assert caller_number("+14155550123") == "+14155550123"


@pytest.mark.parametrize(
    "raw",
    [
        "+15555555555", "+10000000000", "+19999999999", "+11111111111", "+18888888888", "5555555555",
        "0000000",
        "+0000000000", "+17378742833", "+7378742833", "266696687", "+266696687", "+1266696687", "+8656696",
        "+86282452253", "+2562533", "+1234567890", "+11234567890", "sip:266696687@10.0.0.1", "0",
    ],
)  # fmt: skip
def test_what_stands_for_no_number_is_nobodys_number(raw):
    assert read_caller(raw) == CallerId("", PLACEHOLDER)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("sip:+14155550123@example.com", "+14155550123"),
        ("sip:+14155550123;ext=12@example.com", "+14155550123"),
        ("sips:+14155550123@example.com;user=phone", "+14155550123"),
        ("sip:14155550123@10.0.0.1", "+14155550123"),
        ("sip:4155550123@10.0.0.1:5060", "+14155550123"),
        ("sip:%2B14155550123@example.com", "+14155550123"),
        ('"Ann" <sip:+14155550123@example.com>', "+14155550123"),
        ("tel:+1-415-555-0123", "+14155550123"),
        ("tel:+14155550123;ext=45", "+14155550123"),
    ],
)
def test_the_number_of_an_address_is_looked_up_and_nobody_vouches_for_it(raw, number):
    assert read_caller(raw) == CallerId(number, READABLE, address=True)


@pytest.mark.parametrize("raw", ["+5215512345678", "+5491123456789", "+551187654321", "+525512345678"])
def test_a_number_in_a_form_that_networks_still_send_is_a_number(raw):
    assert read_caller(raw) == CallerId(raw, READABLE)


@pytest.mark.parametrize(
    "raw", ["+22507123456", "555-0123", "1000", "sip:1000@pbx.example", "sip:ann@h.test", "+999", "V1"]
)
def test_what_cannot_be_read_is_not_taken_for_withheld(raw):
    assert read_caller(raw).kind == UNREADABLE
    assert number_trust("", "", UNREADABLE, raw).startswith("Not readable")


@pytest.mark.parametrize("raw", ["", "  ", "anonymous", "Restricted", "sip:anonymous@a.invalid", "N/A"])
def test_withheld(raw):
    assert read_caller(raw) == CallerId("", WITHHELD)


@pytest.mark.parametrize("text", ["555-0123", "5550123", "(555) 0123"])
def test_a_number_without_its_area_code_is_none(text):
    assert to_e164(text, "US") == ""


@pytest.mark.parametrize(
    ("letter", "begins"), [("A", "A: "), ("b", "B: "), ("C", "C: "), ("", "Number not"), ("F", "Number not")]
)
def test_trust_in_words(letter, begins):
    assert number_trust(letter).startswith(begins)


def test_even_the_best_letter_does_not_say_who_speaks():
    assert "still to be checked" in number_trust("A")
    assert number_trust("A", "") == "Number withheld"
    assert number_trust("", "", PLACEHOLDER, "+15555555555").endswith("+15555555555 in its place")


def test_for_people():
    assert for_people("+14155550123") == "+1 415-555-0123"
    assert for_people("client:desk-1") == "client:desk-1"


@pytest.mark.parametrize("raw", ["Caller ID withheld", "Unavailable Number", "undefined", "Anonymous Caller"])
def test_other_words_for_a_number_that_is_not_shown(raw):
    assert read_caller(raw).kind == WITHHELD
