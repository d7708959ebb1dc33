"""A caller who rings us again while a place is kept (F-CB-03, promise 4)."""

from __future__ import annotations

import time

import pytest

from ivr.store import callbacks, calls, customers, tables
from ivr.store.customers import CustomerRow
from tests.service.calling_back import (
    CUSTOMER,
    STEPS,
    bookings,
    books,
    calling_back,
    customer_phone,
    rings_to,
)
from tests.service.driving import (
    ON_SQLITE,
    all_at_once,
    another_line,
    asks_for_person,
    picks_up,
    posts,
)
from tests.service.witness_checks import rows

MINUTE = 60.0
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture
def back(rehearse, tmp_path):
    return lambda steps=STEPS, **callbacks: rehearse(calling_back(tmp_path, steps, **callbacks))


def takes_up(line, number: str = CUSTOMER, after: float = 2, **form: str):
    """A call from this number, in which the key is pressed for the place that is kept."""
    again = line.dial(number, **form)
    line.run(after)
    again.press("1")
    line.run(3)
    return again


@ON_SQLITE
def test_F_CB_03_who_rings_back_while_booked_gets_the_place(back):
    line = back()
    books(line)
    line.run(5 * MINUTE)
    asks_for_person(line, "+14155550124")
    again = takes_up(line, after=15)
    assert "To take the place of the callback, press 1." in " ".join(again.heard)
    (row,) = bookings(line)
    assert row.state == "merged"
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(3)
    assert again.talking_to == {agent.address}, "before the one who came later"
    assert rings_to(line) == [], "never both"


@ON_SQLITE
def test_F_CB_03_who_rings_back_while_being_dialled(back):
    line = back()
    books(line)
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert line.account.run_until(lambda: customer.ringing, 20)
    again = takes_up(line)
    assert not customer.ringing, "our leg ends"
    picks_up(line, agent)
    line.run(3)
    assert again.talking_to == {agent.address}
    (row,) = bookings(line)
    assert row.state == "merged"
    assert len(rings_to(line)) == 1


@ON_SQLITE
@pytest.mark.parametrize("key", ["", "9", "0"])
def test_a_colleague_from_the_same_switchboard_uses_up_no_callback(back, key):
    """Nothing is taken up in silence, nor by asking for a person."""
    line = back()
    books(line)
    line.run(MINUTE)
    colleague = line.dial(CUSTOMER)
    line.run(2)
    if key:
        colleague.press(key)
    line.run(20)
    if key != "0":
        assert "Welcome. Press 1." in " ".join(colleague.heard)
        colleague.press("0")
        line.run(2)
    assert [row.state for row in bookings(line)] == ["booked"]
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(60)
    colleague.hang_up()
    line.run(5)
    phone = customer_phone(line)
    line.line.agents.go_away("desk-1")
    line.line.agents.go_available("desk-1")
    assert line.account.run_until(lambda: phone.ringing, 300), "who booked is called"


@ON_SQLITE
def test_nothing_of_the_earlier_call_is_in_that_of_a_colleague(back):
    steps = """hello: {menu: Welcome. Press 1., keys: {1: ask}}
ask: {ask: Your order number., digits: 4, save: order, next: help}
help: {queue: support, next: bye}
bye: {hang_up: Bye.}"""
    line = back(steps)
    caller = line.dial(CUSTOMER)
    line.run(2)
    caller.press("1")
    line.run(2)
    caller.press("7351")
    line.run(10)
    caller.press("1")
    line.run(3)
    caller.press("1")
    line.run(15)
    assert [row.state for row in bookings(line)] == ["booked"]
    colleague = line.dial(CUSTOMER)
    line.run(20)
    with line.database.read() as connection:
        session = calls.find(connection, colleague.sid).session["session"]
    assert (session["variables"], session["inputs"]) == ({}, []) and "7351" not in str(session)
    colleague.hang_up()
    owner = takes_up(line)
    with line.database.read() as connection:
        session = calls.find(connection, owner.sid).session["session"]
    assert session["variables"] == {"order": "7351"}, "who has the place need not say it again"


ATTESTED = {"StirVerstat": "TN-Validation-Passed-A"}


@ON_SQLITE
@pytest.mark.parametrize(
    ("owners", "form", "state"),
    [
        (["C1"], ATTESTED, "merged"),
        (["C1"], {}, "booked"),
        (["C1"], {"StirVerstat": "TN-Validation-Passed-B"}, "booked"),
        (["C1", "C2"], ATTESTED, "booked"),
        ([], ATTESTED, "booked"),
    ],
)
def test_silence_is_enough_only_where_the_number_is_attested_and_one_customers(back, owners, form, state):
    line = back()
    with line.database.write() as unit:
        for who in owners:
            customers.save(unit.connection, CustomerRow(who, who, "", "", "", {}, 1.0), [CUSTOMER])
    books(line)
    line.run(MINUTE)
    again = line.dial(CUSTOMER, **form)
    line.run(30)
    assert [row.state for row in bookings(line)] == [state]
    assert ("Welcome back." in " ".join(again.heard)) == (state == "merged")


@ON_SQLITE
def test_after_the_main_menu_nothing_is_taken_up(back):
    line = back()
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("C1", "Ann", "", "", "", {}, 1.0), [CUSTOMER])
    books(line)
    line.run(MINUTE)
    again = line.dial(CUSTOMER, **ATTESTED)
    line.run(2)
    again.press("3")
    line.run(3)
    assert "Welcome. Press 1." in " ".join(again.heard)
    again.press("0")
    line.run(10)
    assert [row.state for row in bookings(line)] == ["booked"]


@ON_SQLITE
@pytest.mark.parametrize("form", [ATTESTED, {}])
def test_cancelling_by_key_wants_an_attested_number(back, form):
    """Else the address that cancels is sent to the number."""
    line = back(text=True)
    books(line)
    again = line.dial(CUSTOMER, **form)
    line.run(2)
    again.press("2")
    line.run(20)
    (row,) = bookings(line)
    heard, texts = " ".join(again.heard), line.account.texts.received_by(CUSTOMER)
    if form:
        assert row.state == "cancelled" and "Your callback is cancelled." in heard
        assert "your callback was cancelled by a call from this number" in texts[-1]
    else:
        assert row.state == "booked" and "we have sent a text message to this number" in heard
        assert row.token in texts[-1] and len(texts) == 2
    assert "Welcome. Press 1." in " ".join(again.heard)


@ON_SQLITE
def test_where_no_text_can_be_sent_it_stays_booked_and_the_caller_hears_how_to_cancel(back):
    line = back(text=False)
    books(line)
    again = line.dial(CUSTOMER)
    line.run(2)
    again.press("2")
    line.run(5)
    assert [row.state for row in bookings(line)] == ["booked"]
    assert "When we call, press 2 to cancel it." in " ".join(again.heard)


BOOKS = """hello: {menu: Welcome. Press 1., keys: {1: book}}
book: {callback: support, next: hello}"""


@ON_SQLITE
@pytest.mark.parametrize("own_call", [True, False])
def test_key_2_of_the_step_callback_is_guarded_too(back, own_call):
    line = back(BOOKS, text=True)
    first = line.dial(CUSTOMER)
    line.run(2)
    first.press("1")
    line.run(2)
    first.press("1")
    line.run(5)
    assert [row.state for row in bookings(line)] == ["booked"]
    caller = first
    if not own_call:
        first.hang_up()
        caller = line.dial(CUSTOMER)
        line.run(20)  # nothing is pressed in the welcome
    line.run(3)
    caller.press("1")
    line.run(2)
    caller.press("2")
    line.run(3)
    assert [row.state for row in bookings(line)] == ["cancelled" if own_call else "booked"]


@ON_SQLITE
def test_the_owner_of_the_number_is_told_that_the_place_was_taken_up(back):
    line = back(text=True)
    books(line)
    takes_up(line)
    assert "has taken the place of your callback" in line.account.texts.received_by(CUSTOMER)[-1]


@ON_SQLITE
@pytest.mark.parametrize(
    ("talk", "form", "state"), [(10, {}, "booked"), (10, ATTESTED, "merged"), (45, {}, "merged")]
)
def test_a_talk_that_is_too_short_uses_up_no_callback_unless_the_number_is_attested(back, talk, form, state):
    line = back()
    books(line)
    (first,) = bookings(line)
    again = takes_up(line, **form)
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(talk)
    again.hang_up()
    line.run(5)
    last = max(bookings(line), key=lambda row: row.since)
    assert last.state == state and last.token == first.token
    if state == "booked":
        entered = {row.call_sid: row.entered_at for row in rows(line, tables.queued_call)}
        assert entered[last.call_sid] == entered[first.call_sid], "at the place it had"


@ON_SQLITE
@pytest.mark.parametrize(("disposition", "state"), [("wrong person", "booked"), ("solved", "merged")])
def test_a_talk_that_ends_as_another_matter_uses_up_no_callback(back, disposition, state):
    line = back(booked_again_after=["wrong person"], dispositions=["solved", "wrong person"])
    books(line)
    again = takes_up(line)
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(60)
    again.hang_up()
    line.run(5)
    line.line.agents.set_disposition("desk-1", again.sid, disposition)
    assert max(bookings(line), key=lambda row: row.since).state == state


@ON_SQLITE
def test_the_place_of_who_was_cut_off_is_kept_again_when_a_stranger_had_it(back):
    line = back()
    first = asks_for_person(line)
    line.run(30)
    first.hang_up()
    line.run(20)
    stranger = takes_up(line)
    line.run(10)
    stranger.hang_up()
    line.run(5)
    again = line.dial(CUSTOMER)
    line.run(12)
    assert "A place in line has been kept for this number." in " ".join(again.heard)


@ON_SQLITE
def test_who_comes_back_to_a_kept_place_keeps_its_priority(back):
    """From the step that puts them before others they come back by a way that does not."""
    line = back("""hello: {menu: Welcome. Press 1., keys: {1: fast}}
fast: {queue: support, priority: 3}""")
    caller = line.dial(CUSTOMER)
    line.run(2)
    caller.press("1")
    line.run(10)
    caller.press("1")
    line.run(3)
    caller.press("1")
    line.run(1)
    assert [row.state for row in bookings(line)] == ["booked"]
    caller.press("0")
    line.run(2)
    assert [row.state for row in bookings(line)] == ["merged"], "in the call in which it was booked"
    first, _callback, again = sorted(rows(line, tables.queued_call), key=lambda row: row.since)
    assert (again.call_sid, again.state) == (caller.sid, "waiting")
    assert (again.priority, again.rank_at) == (3, first.rank_at)


@ON_SQLITE
def test_the_line_drops_and_the_caller_comes_back_to_the_same_place(back):
    line = back()
    first = asks_for_person(line)
    line.run(60)
    later = asks_for_person(line, "+14155550124")
    first.hang_up()
    line.run(120)
    again = takes_up(line, after=11)
    assert "A place in line has been kept for this number." in " ".join(again.heard)
    entered = {row.call_sid: row.entered_at for row in rows(line, tables.queued_call)}
    assert entered[again.sid] == entered[first.sid] < entered[later.sid]
    another = line.dial(CUSTOMER)
    line.run(2)
    assert "has been kept" not in " ".join(another.heard), "one place for one caller"


@ON_SQLITE
def test_a_caller_whose_line_dropped_keeps_the_priority_of_the_place(back):
    """They ring back, take the place up, leave it for the main menu and ask for a person there."""
    line = back("""hello: {menu: Welcome. Press 1., keys: {1: fast}}
fast: {queue: support, priority: 5}""")
    first = line.dial(CUSTOMER)
    line.run(2)
    first.press("1")
    line.run(60)
    first.hang_up()
    line.run(120)
    again = takes_up(line)
    line.run(10)
    was, now = sorted(rows(line, tables.queued_call), key=lambda row: row.since)
    assert (was.call_sid, now.call_sid, now.state) == (first.sid, again.sid, "waiting")
    assert (now.priority, now.rank_at) == (5, was.rank_at)


@ON_SQLITE
def test_too_late_or_without_a_number_nothing_is_kept(back):
    line = back()
    for number, wait in ((CUSTOMER, 11 * MINUTE), ("anonymous", 60)):
        first = asks_for_person(line, number)
        line.run(30)
        first.hang_up()
        line.run(wait)
        again = line.dial(number)
        line.run(3)
        assert "has been kept" not in " ".join(again.heard)
        again.hang_up()


@ON_SQLITE
def test_who_has_picked_up_is_not_cut_off_by_another_call_with_their_number(back):
    line = back()
    books(line)
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert line.account.run_until(lambda: customer.ringing, 20)
    customer.answer()
    line.run(2)
    other = asks_for_person(line, CUSTOMER)
    line.run(3)
    assert other.call.live
    assert [row.state for row in bookings(line)] == ["answered"]
    customer.press("1")
    picks_up(line, agent)
    line.run(3)
    assert customer.talking_to == {agent.address}


@ON_POSTGRES
def test_cancelling_and_news_of_the_leg_at_the_same_moment(back, database_url, monkeypatch):
    """The call is taken before its booking, or the two would wait for each other."""
    line = back()
    books(line)
    customer = customer_phone(line)
    line.add_agent("desk-1", ["support"])
    assert line.account.run_until(lambda: customer.ringing, 20)
    (row,), leg, two = bookings(line), rings_to(line)[0], another_line(line, database_url)
    sid, end, ended = "CA" + "9" * 32, callbacks.end, []
    caller = {"CallSid": sid, "From": CUSTOMER, "To": "+15550001000", **ATTESTED}
    assert "To cancel it, press 2." in posts(line, "/voice/incoming", **caller).text

    def slowly(*args, **named):
        ended.append(end(*args, **named))
        time.sleep(0.5)
        return ended[-1]

    monkeypatch.setattr(callbacks, "end", slowly)
    path = f"/voice/callbacks/{row.id}/1/answered"
    answers = all_at_once(
        lambda: posts(line, f"/voice/calls/{sid}/1/input", **caller, Digits="2"),
        lambda: (time.sleep(0.2), posts(two, path, CallSid=leg.sid))[1],
    )
    two.database.close()
    assert ended == [True] and "Your callback is cancelled." in answers[0].text
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "This callback is no longer needed." in answers[1].text, "nobody was told of a deadlock"


@ON_SQLITE
def test_who_came_back_and_hangs_up_in_line_is_still_called_back(back):
    line = back(text=True)
    books(line)
    (first,) = bookings(line)
    line.run(5 * MINUTE)
    again = takes_up(line)
    line.run(20)
    assert [row.state for row in bookings(line)] == ["merged"]
    again.hang_up()
    line.run(2)
    was, now = sorted(bookings(line), key=lambda row: row.state == "booked")
    assert (was.state, now.state) == ("merged", "booked")
    assert now.token == first.token, "the address they were sent is that of the booking there is"
    entered = {row.call_sid: row.entered_at for row in rows(line, tables.queued_call)}
    assert entered[now.call_sid] == entered[first.call_sid]
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert line.account.run_until(lambda: customer.ringing, 120)
    customer.answer()
    line.run(1)
    customer.press("1")
    picks_up(line, agent)
    line.run(3)
    assert customer.talking_to == {agent.address}
    assert sorted(row.state for row in bookings(line)) == ["connected", "merged"]


@ON_SQLITE
def test_who_came_back_and_talked_is_not_called_again(back):
    line = back()
    books(line)
    again, agent = takes_up(line), line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(40)
    again.hang_up()
    line.run(5)
    assert [row.state for row in bookings(line)] == ["merged"]
