"""Several customers have the caller's number: the flow asks for what only one of them knows, and chooses."""

from __future__ import annotations

import pytest

from ivr.customers.matching import record_matches
from ivr.scenarios.recorded_calls import recorded
from ivr.service.caller_identification import CallerIdentification
from ivr.service.erasing import erase
from ivr.service.screen_pop.cards import CardService
from ivr.store import calls, customers, journal
from ivr.store.customers import CustomerRow
from tests.service.calling_back import CUSTOMER, bookings, calling_back, customer_phone
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.houses import journal as lines
from tests.service.houses import row_of

NORTH, SOUTH = "C-1042", "C-2077"
WHO = """
number: {ask: "Press 0 for a person. Your number.", digits: 4, save: key, next: who}
who: {lookup: customer, with: {WITH: "{{ key }}"}, LIMITfound: hello, missing: number, locked: closed}
hello: {menu: "Hello {{ customer.name | default('stranger') }}.", keys: {1: book}}
book: {callback: support, next: bye}
closed: {hang_up: Locked.}
bye: {hang_up: Bye.}
"""
BORN = WHO.replace("WITH", "born").replace("digits: 4", "digits: 8").replace("LIMIT", "")
BY_ID = WHO.replace("WITH", "id").replace("LIMIT", "")
LIMITED = WHO.replace("WITH", "id").replace("LIMIT", 'limit: "{{ caller.number }}", tries: 3, ')
AT_ONCE = """
who: {lookup: customer, with: {name: South Office}, found: hello, missing: bye}
hello: {menu: "Press 0 for a person. {{ customer.name }}.", keys: {1: bye}}
bye: {hang_up: Bye.}
"""
BOOKED_FIRST = """
book: {callback: support, say: Press 0 for a person., next: number}
number: {ask: Your number., digits: 4, save: key, next: who}
who: {lookup: customer, with: {id: "{{ key }}"}, found: bye, missing: number}
bye: {hang_up: Bye.}
"""
LANGUAGES = """
number: {ask: {en-US: "Press 0 for a person. Your number.", es-US: "Marque 0 para una persona."}, digits: 4, save: key, next: who}
who: {lookup: customer, with: {id: "{{ key }}"}, found: language, missing: number}
language:
  language: {en-US: "For English, press 1.", es-US: "Para español, pulse 2."}
  keys: {1: en-US, 2: es-US}
  known: true
  next: bye
bye: {hang_up: {en-US: Bye., es-US: "Adiós, {{ customer.name }}."}}
"""  # noqa: E501


def office(line, numbers=(CUSTOMER,)) -> None:
    with line.database.write() as unit:
        both = (NORTH, "North Office", "1980-05-17"), (SOUTH, "South Office", "1991-12-03")
        for each, name, born in both:
            fields = {"born": born, "empty": ""}
            row = CustomerRow(each, name, "", "es-US" if each == SOUTH else "en-US", "", fields, 0.0)
            customers.save(unit.connection, row, list(numbers))


@pytest.fixture
def house(rehearse, tmp_path):
    def make(steps: str = BY_ID):
        line = rehearse(calling_back(tmp_path, steps))
        office(line)
        return line

    return make


def keyed(line, keys: str, from_: str = CUSTOMER, **form: str):
    caller = line.dial(from_, **form)
    line.run(2)
    caller.press(keys)
    line.run(3)
    return caller


def card_of(line, caller, agent: str = "desk-1"):
    return CardService(line.database, line.clock.time, line.settings).card(caller.sid, agent)


def identifying(line) -> CallerIdentification:
    real = line.line
    return CallerIdentification(
        real.transactions, real.agents._completion, real.settings, real.calls.callbacks.taken_up.said
    )


def kept(line, sid: str):
    with line.database.read() as connection:
        return calls.find(connection, sid)


# The choice -----------------------------------------------------------------------------------------------


def test_the_customer_whose_number_is_keyed_is_calling(house):
    line = house()
    caller = keyed(line, "2077")
    assert "Hello South Office." in caller.heard
    row = row_of(line, caller)
    assert (row.customer_id, row.session["customer"]["name"]) == (SOUTH, "South Office")
    assert lines(line, "looked_up") == [{"source": "customer", "status": "found"}]
    (chosen,) = lines(line, "customer_chosen")
    assert chosen == {"customer": SOUTH, "of": 2, "by": "flow"}
    assert line.account.faults == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("keys", "who"), [("17051980", NORTH), ("05171980", NORTH), ("19911203", SOUTH), ("12031991", SOUTH)]
)
def test_a_date_of_birth_is_keyed_with_the_day_or_the_month_or_the_year_first(house, keys, who):
    line = house(BORN)
    assert row_of(line, keyed(line, keys)).customer_id == who


@ON_SQLITE
@pytest.mark.parametrize("from_", ["anonymous", "+14155550188", "+15555555555"])
def test_a_number_that_is_nobodys_chooses_nobody_whatever_is_keyed(house, from_):
    line = house()
    caller = keyed(line, "2077", from_)
    assert row_of(line, caller).customer_id is None
    assert not any("Office" in said for said in caller.heard)


def test_a_choice_that_matches_nobody_is_asked_again_and_the_second_try_counts(house):
    line = house()
    caller = keyed(line, "9999")
    assert row_of(line, caller).customer_id is None
    caller.press("1042")
    line.run(3)
    assert row_of(line, caller).customer_id == NORTH and "Hello North Office." in caller.heard


@ON_SQLITE
def test_what_is_guessed_with_a_number_that_is_shown_is_limited_by_the_day(house):
    line = house(LIMITED)
    for keys in ("1111", "2222", "3333"):
        assert row_of(line, keyed(line, keys)).customer_id is None
    caller = keyed(line, "2077")
    assert "Locked." in caller.heard and row_of(line, caller).customer_id is None


@ON_SQLITE
def test_who_is_found_is_not_counted_against_the_limit(house):
    line = house(LIMITED)
    for _ in range(5):
        assert row_of(line, keyed(line, "2077")).customer_id == SOUTH


@ON_SQLITE
def test_the_language_of_the_customer_who_was_chosen_is_spoken(rehearse, tmp_path):
    settings = calling_back(tmp_path, LANGUAGES)
    flow = tmp_path / "flows" / "main.yaml"
    flow.write_text(flow.read_text().replace("languages: [en-US]", "languages: [en-US, es-US]"))
    line = rehearse(settings)
    office(line)
    caller = keyed(line, "2077")
    assert "Adiós, South Office." in caller.heard


@ON_SQLITE
def test_a_restart_between_the_question_and_the_answer_changes_nothing(house):
    line = house()
    caller = line.dial(CUSTOMER)
    line.run(2)
    line.restart()
    caller.press("2077")
    line.run(3)
    assert row_of(line, caller).customer_id == SOUTH


@ON_SQLITE
def test_a_flow_that_looks_first_of_all_chooses_before_the_call_is_on_record(house):
    line = house(AT_ONCE)
    caller = line.dial(CUSTOMER)
    line.run(3)
    assert row_of(line, caller).customer_id == SOUTH
    caller.press("0")
    line.add_agent("desk-1", ["support"])
    line.run(3)
    assert card_of(line, caller).customer.name == "South Office"


@pytest.mark.parametrize(
    ("record", "given", "is_fit"),
    [
        ({"id": "C-1042"}, {"id": "1042"}, True),
        ({"id": "C-1042"}, {"ID": "c 1042"}, True),
        ({"id": "C-1042"}, {"id": "042"}, False),
        ({"id": "10-42"}, {"id": "1042"}, True),
        ({"id": "1042"}, {"id": 1042}, True),
        ({"account number": "77"}, {"account_number": 77.0}, True),
        ({"born": ""}, {"born": ""}, False),
        ({"born": None}, {"born": None}, False),
        ({}, {"born": "1"}, False),
        ({"id": "1"}, {}, False),
        ({"id": "1"}, {"id": "..."}, False),
        ({"id": "1", "born": "1980-05-17"}, {"id": "1", "born": "17051981"}, False),
        ({"id": "1", "born": "1980-05-17"}, {"id": "1", "born": "1980-05-17"}, True),
        ({"name": "Müller"}, {"name": "MÜLLER"}, True),
    ],
)
def test_values_fit_as_people_key_them_and_nothing_empty_fits(record, given, is_fit):
    assert record_matches(record, given) is is_fit


@ON_SQLITE
def test_two_whom_the_values_fit_are_as_good_as_nobody(house):
    line = house(BORN)
    with line.database.write() as unit:
        twin = CustomerRow("C-3", "Twin", "", "", "", {"born": "17.05.1980"}, 0.0)
        customers.save(unit.connection, twin, [CUSTOMER])
    assert row_of(line, keyed(line, "17051980")).customer_id is None


# What it counts for ---------------------------------------------------------------------------------------


def books(line, caller) -> None:
    for _ in range(2):
        caller.press("1")
        line.run(8)
    assert bookings(line)[-1].state == "booked"


def test_the_callback_is_that_of_the_customer_who_was_chosen(house):
    line = house()
    caller = keyed(line, "2077")
    books(line, caller)
    (booked,) = bookings(line)
    assert booked.customer_id == SOUTH
    phone, agent = customer_phone(line, "answer"), line.add_agent("desk-1", ["support"])
    line.run(30)
    phone.press("1")
    picks_up(line, agent)
    line.run(3)
    card = CardService(line.database, line.clock.time, line.settings).card(booked.call_sid, "desk-1")
    assert card.customer.name == "South Office"
    assert [one["id"] for one in card.choices] == [NORTH, SOUTH] and card.chosen_by == "flow"


@ON_SQLITE
def test_a_choice_after_the_booking_goes_over_to_the_callback(house):
    line = house(BOOKED_FIRST)
    caller = line.dial(CUSTOMER)
    line.run(12)
    caller.press("1")
    line.run(8)
    (booked,) = bookings(line)
    assert booked.customer_id is None
    caller.press("2077")
    line.run(3)
    (booked,) = bookings(line)
    ours = kept(line, booked.call_sid)
    assert (booked.customer_id, ours.customer_id) == (SOUTH, SOUTH)
    assert ours.session["customer"]["name"] == "South Office"


def asks_again(line, keys: str):
    """A later call of the number, which does not take up the place, is identified and wants to book."""
    again = line.dial(CUSTOMER, StirVerstat="TN-Validation-Passed-A")
    line.run(20)
    again.press(keys)
    line.run(3)
    again.press("1")
    line.run(8)
    return again


@ON_SQLITE
@pytest.mark.parametrize(("keys", "state"), [("2077", "cancelled"), ("1042", "booked")])
def test_who_was_chosen_cancels_their_own_callback_and_not_that_of_another(house, keys, state):
    line = house()
    books(line, keyed(line, "2077"))
    again = asks_again(line, keys)
    again.press("2")
    line.run(5)
    assert bookings(line)[-1].state == state, again.heard


@ON_SQLITE
def test_the_agent_corrects_what_the_caller_keyed_and_a_colleague_does_not(house):
    line = house()
    caller = keyed(line, "2077")
    caller.press("0")
    agent = line.add_agent("desk-1", ["support"])
    line.add_agent("desk-2", ["support"], available=False)
    picks_up(line, agent)
    line.run(3)
    card = card_of(line, caller)
    assert (card.customer.name, card.chosen, card.chosen_by) == ("South Office", SOUTH, "flow")
    identifying(line).choose("desk-1", caller.sid, NORTH)
    assert row_of(line, caller).customer_id == NORTH
    with pytest.raises(Exception, match=caller.sid):
        identifying(line).choose("desk-2", caller.sid, SOUTH)
    caller.hang_up()
    line.run(5)
    with line.database.read() as connection:
        found = customers.contacts_of(connection, NORTH, CUSTOMER)
    assert len(found) == 1
    assert [one["by"] for one in lines(line, "customer_chosen")] == ["flow", "agent"]


AFTER_THE_TALK = """
hello: {menu: Press 0 for a person., keys: {1: help}}
help: {queue: support, next: number}
number: {ask: Your number., digits: 4, save: key, next: who}
who: {lookup: customer, with: {id: "{{ key }}"}, found: known, missing: stranger}
known: {hang_up: We know you.}
stranger: {hang_up: We do not know you.}
"""


@pytest.mark.parametrize(("said", "heard"), [(NORTH, "We do not know you."), (SOUTH, "We know you.")])
def test_the_agent_who_talked_with_them_has_the_last_word(house, said, heard):
    line = house(AFTER_THE_TALK)
    caller = keyed(line, "1")
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(30)
    assert caller.talking_to == {agent.address}
    identifying(line).choose("desk-1", caller.sid, said)
    agent.hang_up()
    assert line.account.run_until(lambda: caller.speaking == "Your number.", 60)
    caller.press("2077")
    line.run(3)
    assert heard in caller.heard and row_of(line, caller).customer_id == said


@ON_SQLITE
def test_who_was_chosen_is_the_customer_in_the_flow_that_is_entered_next(rehearse, tmp_path):
    settings = calling_back(tmp_path, BY_ID.replace("found: hello", "found: inner").replace(
        "hello: {", "inner: {flow: other, next: hello}\nhello: {"))  # fmt: skip
    (tmp_path / "flows" / "other.yaml").write_text(
        "flow: other\ntitle: T\nlanguages: [en-US]\nhuman: support\nstart: hi\nsteps:\n"
        '  hi: {say: "Inside {{ customer.name }}.", next: back}\n  back: {leave: flow}\n'
    )
    line = rehearse(settings)
    office(line)
    assert "Inside South Office." in keyed(line, "2077").heard


@ON_SQLITE
def test_nothing_of_a_customer_who_was_chosen_stays_when_they_are_erased(house):
    line = house()
    caller = keyed(line, "2077")
    caller.press("0")
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(3)
    identifying(line).choose("desk-1", caller.sid, NORTH)
    mine = keyed(line, "2077")
    for one in (caller, mine):
        one.hang_up()
    line.run(60)
    assert erase(line.line.transactions, SOUTH) is not None
    with line.database.read() as connection:
        chosen = [one for one in journal.of_call(connection, caller.sid) if one.kind == "customer_chosen"]
        chosen += [one for one in journal.of_call(connection, mine.sid) if one.kind == "customer_chosen"]
    assert [one.body["customer"] for one in chosen] == ["", NORTH, ""]
    assert kept(line, caller.sid).customer_id == NORTH and kept(line, mine.sid).session == {}


@ON_SQLITE
def test_the_record_of_a_call_tells_how_many_had_the_number(house):
    line = house()
    chosen, unknown = keyed(line, "2077"), keyed(line, "9999")
    for one in (chosen, unknown):
        one.hang_up()
    line.run(30)
    found = [recorded(line.database, one.sid, "UTC") for one in (chosen, unknown)]
    assert [(one.customer.id if one.customer else "", one.others) for one in found] == [(SOUTH, 1), ("", 2)]
