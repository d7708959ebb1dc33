"""F-CB-07, T-27: whom we do not call. And the page on which a customer cancels: the address is the key."""

from __future__ import annotations

import re

import pytest

from ivr.customers.numbers import to_e164
from ivr.floor.callback_rules import CallbackRules
from tests.service.calling_back import bookings, books, calling_back, customer_phone, rings_to
from tests.service.driving import ON_SQLITE
from tests.service.houses import contacts
from tests.service.witness_checks import check_quiet_floor

WRITTEN = """
911 112 999 933 411 611 +1911 +1411 +112 000 110
+19005550123 +19002345678 +19765550123 +19095550 +1900
+18005550123 +18885550123 +18335550123 +15005550006 +17005550123
+18765550123 +12425550123 +12645550123 +12685550123 +12845550123 +13455550123 +14415550123 +14735550123
+16495550123 +16645550123 +16715550123 +17215550123 +17585550123 +17675550123 +17845550123 +18095550123
+18685550123 +18695550123 +16135550123 +14165550123 +16045550123
+442079460000 +447700900123 +449098790000 +4930123456 +491721234567 +4919001234567 +33123456789 +33899123456
+88213123456 +8816123456 +870773123456 +882151234567 +979123456789 +3726001234 +37052123456 +22670123456
+2521234567 +25377123456 +37360123456 +5355512345 +67512345678 +6857512345 +6745551234 +6862812345
+15550002001 +10000000000 +11111111111 +12345 +1 +999999999999999 0 ## *67
"""
CORPUS = [*WRITTEN.split(), "+15550001000", "", "anonymous", "sip:x@example.org"]


def rules_of(tmp_path) -> CallbackRules:
    return CallbackRules(calling_back(tmp_path))


def test_F_CB_07_refused(tmp_path):
    rules = rules_of(tmp_path)
    assert [number for number in CORPUS if not rules.refusal(number)] == []
    assert [number for number in CORPUS if not rules.refusal(to_e164(number, "US"))] == []


def test_ordinary_numbers_are_called(tmp_path):
    rules = rules_of(tmp_path)
    assert [rules.refusal(f"+1{area}5550123") for area in (415, 212, 808, 907, 512)] == [""] * 5


@ON_SQLITE
def test_F_CB_07_refused_again_before_the_dialling(rehearse, tmp_path, monkeypatch):
    line = rehearse(calling_back(tmp_path))
    books(line)
    monkeypatch.setattr(CallbackRules, "refusal", lambda _self, _number: "special")
    customer_phone(line)
    line.add_agent("desk-1", ["support"])
    line.run(30)
    assert rings_to(line) == []
    assert [row.state for row in bookings(line)] == ["expired"]
    check_quiet_floor(line)


@pytest.fixture
def booked(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    books(line)
    return line


def page(line, how: str = "get", token: str = "", **form: str):
    client = line.line.app.test_client()
    path = f"/callback/{token or bookings(line)[0].token}"
    shown = client.get(path, base_url="https://line.test")
    if how == "get":
        return shown
    found = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
    form = {"csrf_token": found[1] if found else "", **form}
    headers = {"Referer": f"https://line.test{path}"}
    return client.post(path, data=form, base_url="https://line.test", headers=headers)


@ON_SQLITE
def test_looking_changes_nothing_and_tells_nothing_of_the_customer(booked):
    answer = page(booked)
    assert answer.status_code == 200
    assert "Your callback is booked." in answer.text
    assert not re.search(r"415|0123|support", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert [row.state for row in bookings(booked)] == ["booked"]


@ON_SQLITE
def test_the_button_cancels_and_a_second_time_changes_nothing(booked):
    for _ in range(2):
        assert page(booked, "post").status_code in (303, 400)
    assert [row.state for row in bookings(booked)] == ["cancelled"]
    assert "cancelled" in page(booked).text and "<button" not in page(booked).text
    booked.run(5)
    check_quiet_floor(booked)


@ON_SQLITE
def test_another_site_cannot_press_it(booked):
    assert page(booked, "post", csrf_token="").status_code == 400
    assert [row.state for row in bookings(booked)] == ["booked"]


@ON_SQLITE
def test_guessing_addresses_comes_to_an_end(booked):
    codes = [page(booked, token=f"{'x' * 20}{number}").status_code for number in range(80)]
    assert codes[0] == 404 and codes[-1] == 429
    assert page(booked).status_code == 200, "strangers do not shut the page for who knows the address"
    booked.run(61)
    assert page(booked, token="x" * 22).status_code == 404


@ON_SQLITE
def test_the_secret_address_stands_in_no_history(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    books(line)
    [row] = bookings(line)
    texts = [message["body"] for message in line.account.messages]

    assert [f"/callback/{row.token}" in text for text in texts] == [True]
    [(_, summary, _)] = contacts(line, "text")
    assert row.token not in summary and summary.endswith("/callback/…")
