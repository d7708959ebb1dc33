"""PINs are not guessed: tries are counted for the account and the day, whoever calls, and few in one call."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ivr.engine.events import LookedUp
from ivr.store.tables import look_up_try
from tests.service.driving import ON_SQLITE
from tests.service.houses import Sources, journal, row_of

PIN = """
hi: {ask: "Your account. Press 0 for a person.", digits: 4, save: account, next: pin}
pin: {ask: Your PIN., digits: 6, sensitive: true, save: pin, next: verify}
verify:
  lookup: orders
  with: {number: "{{ account }}", pin: "{{ pin }}"}
  limit: "{{ account }}"
  found: in
  missing: pin
in: {say: "You are in.", next: hi}
"""
FREE = """
hi: {ask: "Your PIN. Press 0 for a person.", digits: 6, save: pin, next: verify}
verify: {lookup: orders, with: {number: "1", pin: "{{ pin }}"}, found: hi, missing: hi}
"""


class Accounts(Sources):
    """One account with one PIN."""

    def __call__(self, effect, sid: str = ""):
        self.asked.append(dict(effect.parameters))
        right = self.asked[-1] == {"number": "1204", "pin": "845127"}
        return LookedUp("found", {"state": "sent"}) if right else LookedUp("missing")


@pytest.fixture
def line(on):
    line = on(PIN)
    line.accounts = line.line.calls._enquiries = Accounts()
    return line


def guesses(line, account: str, pins: list[str], from_: str):
    caller = line.dial(from_)
    line.run(2)
    caller.press(account)
    line.run(2)
    for pin in pins:
        if row_of(line, caller).status != "in_flow":
            break
        caller.press(pin)
        line.run(2)
    return caller


def test_a_thousand_callers_guess_five_times_a_day_and_then_meet_a_person(line):
    callers = [guesses(line, "1204", ["111111", "222222"], f"+1415555{2000 + n}") for n in range(8)]
    assert len(line.accounts.asked) == 5
    assert [row_of(line, caller).status for caller in callers[4:]] == ["waiting"] * 4
    guesses(line, "1204", ["845127"], "+14155550123")
    assert len(line.accounts.asked) == 5, "also the right one, from the right telephone"
    guesses(line, "9999", ["111111"], "+14155550123")
    assert len(line.accounts.asked) == 6, "another account is not locked with it"


@ON_SQLITE
def test_an_account_that_does_not_exist_is_treated_alike(line):
    heard = {}
    for account in ("1204", "0000"):
        callers = [guesses(line, account, ["111111"], f"+1415555{2000 + n}") for n in range(7)]
        heard[account] = [(row_of(line, one).status, tuple(one.heard)) for one in callers]
    assert heard["1204"] == heard["0000"] and len(line.accounts.asked) == 10


def test_who_knows_the_pin_is_never_locked_out_by_knowing_it(line):
    for n in range(8):
        caller = guesses(line, "1204", ["845127"], f"+1415555{2000 + n}")
        assert "You are in." in " ".join(caller.heard)
    for _ in range(4):
        guesses(line, "1204", ["111111"], "+14155550123")
    assert "You are in." in " ".join(guesses(line, "1204", ["845127"], "+14155550123").heard)


def test_the_day_passes(line):
    for n in range(6):
        guesses(line, "1204", ["111111"], f"+1415555{2000 + n}")
    line.clock.advance_to(line.clock.time() + 86_401)
    assert "You are in." in " ".join(guesses(line, "1204", ["845127"], "+14155550123").heard)


def test_neither_account_nor_pin_can_be_read_where_tries_are_counted(line):
    guesses(line, "1204", ["111111"], "+14155550123")
    with line.database.read() as connection:
        rows = connection.execute(select(look_up_try.c.who)).scalars().all()
    assert len(rows) == 1 and len(rows[0]) == 64 and "1204" not in rows[0]
    assert "111111" not in str(journal(line, "look_up_refused"))


def test_a_call_asks_no_more_than_ten_times(on):
    line = on(FREE)
    line.accounts = line.line.calls._enquiries = Accounts()
    caller = line.dial()
    line.run(2)
    for number in range(14):
        caller.press(f"{number:06}")
        line.run(2)
    assert len(line.accounts.asked) == 10 and row_of(line, caller).status == "waiting"
    assert journal(line, "look_up_refused") == [{"source": "orders", "why": "too_many"}]
