"""One callback is kept for a number and queue: who books again from their own phone is told of it."""

from __future__ import annotations

import time

import pytest

from ivr.store import callbacks, calls
from tests.service.calling_back import CUSTOMER, bookings, books, calling_back
from tests.service.driving import ON_SQLITE, all_at_once, another_line, asks_for_person, posts

ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
STEPS = """hello: {menu: Welcome. Press 1., keys: {1: help, 2: book}}
book: {callback: support, next: bye}
help: {queue: support, next: bye}
bye: {hang_up: Bye.}"""
EXISTS = "A callback to this number is booked already, and it keeps its place in line."


@pytest.fixture
def back(rehearse, tmp_path):
    return lambda **callbacks: rehearse(calling_back(tmp_path, **callbacks))


def about_to_confirm(line):
    caller = asks_for_person(line)
    line.run(8)
    caller.press("1")
    line.run(3)
    return caller


@ON_POSTGRES
def test_two_confirm_the_same_number_in_the_same_instant(back, database_url, monkeypatch):
    line = back()
    callers = [about_to_confirm(line) for _ in range(2)]
    two, add = another_line(line, database_url), callbacks.add

    def slowly(*args):
        added = add(*args)
        time.sleep(0.5)
        return added

    monkeypatch.setattr(callbacks, "add", slowly)

    def confirms(process, caller):
        with line.database.read() as connection:
            turn = calls.find(connection, caller.sid).turn
        form = {"CallSid": caller.sid, "From": CUSTOMER, "To": "+15550001000", "Digits": "1"}
        return lambda: posts(process, f"/voice/calls/{caller.sid}/{turn + 1}/input", **form).text

    first, second = sorted(
        all_at_once(confirms(line, callers[0]), confirms(two, callers[1])), key=lambda text: EXISTS in text
    )
    two.database.close()
    assert "Your callback is booked." in first
    assert EXISTS in second, "not taken for a fault of ours"
    assert [row.state for row in bookings(line)] == ["booked"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("key", "said", "state"),
    [("1", "Thank you. We will call you.", "booked"), ("2", "Your callback is cancelled.", "cancelled")],
)
def test_who_books_again_is_told_and_may_cancel(rehearse, tmp_path, key, said, state):
    line = rehearse(calling_back(tmp_path, STEPS))
    books(line)
    again = line.dial(CUSTOMER, StirVerstat="TN-Validation-Passed-A")
    line.run(20)  # past the welcome
    again.press("2")
    line.run(9)
    assert again.heard[-2:] == [EXISTS, "To keep it, press 1. To cancel the callback, press 2."]
    again.press(key)
    line.run(6)
    assert said in again.heard
    assert [row.state for row in bookings(line)] == [state]


@ON_SQLITE
def test_who_confirms_what_was_booked_meanwhile_is_told_and_keeps_waiting(back):
    line = back()
    first, second = about_to_confirm(line), about_to_confirm(line)
    first.press("1")
    line.run(5)
    second.press("1")
    line.run(9)
    assert EXISTS in second.heard
    second.press("1")
    line.run(5)
    assert second.call.live and [row.state for row in bookings(line)] == ["booked"]
