"""Steps that need the world outside, in whole calls: recordings, payments, texts, surveys."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ivr.carrier.base import AMBIGUOUS, PERMANENT, RETRYABLE, CarrierError
from ivr.floor.spending import segments
from ivr.store.tables import journal as lines
from ivr.store.tables import turn as turn_table
from tests.service.driving import posts
from tests.service.houses import Died, contacts, form_of, journal, row_of

# Recording ------------------------------------------------------------------------------------------------

RECORDED = """
notice: {record: We record this call. Press 0 for a person., next: pin}
pin: {ask: Your PIN., digits: 4, sensitive: true, save: pin, next: more}
more: {ask: Anything else., digits: 1, save: more, next: more}
"""


RECORDED_LATER = """
notice: {record: We record this call. Press 0 for a person., next: first}
first: {ask: One., digits: 1, save: a, next: pin}
pin: {ask: Your PIN., digits: 4, sensitive: true, save: pin, next: first}
"""


def fails(sid: str) -> None:
    raise CarrierError(RETRYABLE, "no")


def recordings(line) -> list[str]:
    return [one.status for one in line.account.recordings.values()]


def test_a_call_is_recorded_after_the_notice_and_not_while_something_sensitive_is_asked(on):
    line = on(RECORDED)
    caller = line.dial()
    line.run(1)
    assert recordings(line) == []
    line.run(4)
    assert "Your PIN." in caller.heard
    assert recordings(line) in ([], ["paused"]), "before the first digit"
    caller.press("1234")
    line.run(2)
    assert recordings(line) == ["in-progress"]
    row = row_of(line, caller)
    assert row.session["session"]["inputs"][0]["value"] == "•••"
    caller.hang_up()
    line.run(5)
    row = row_of(line, caller)
    assert "1234" not in str(row.session) and "pin" not in row.session["session"]["variables"]
    with line.database.read() as connection:
        written = [str(found) for found in connection.execute(select(lines)).all()]
    assert written and not any("1234" in one for one in written)
    assert [one["status"] for one in journal(line, "call_recorded")] == ["stored"]
    assert line.account.faults == []


def test_a_recording_that_cannot_be_paused_is_stopped(on):
    line = on(RECORDED_LATER)
    caller = line.dial()
    line.run(8)
    assert recordings(line) == ["in-progress"]
    outside = line.line.calls._enquiries
    outside._recordings._carrier.pause_recording = fails
    caller.press("1")
    line.run(1)
    assert "Your PIN." in caller.heard
    line.run(2)
    assert recordings(line)[0] in ("processing", "completed")


def test_where_nothing_can_be_stopped_nothing_sensitive_is_asked(on):
    line = on(RECORDED_LATER)
    caller = line.dial()
    line.run(8)
    carrier = line.line.calls._enquiries._recordings._carrier
    carrier.pause_recording = carrier.stop_recording = fails
    caller.press("1")
    line.run(1)
    assert "Your PIN." not in caller.heard and row_of(line, caller).status == "waiting"
    del carrier.stop_recording
    line.run(5)
    assert recordings(line)[0] in ("processing", "completed"), "tried again until it is stopped"


# Payments -------------------------------------------------------------------------------------------------

PAID = """
hi: {say: Welcome. Press 0 for a person., next: take}
take: {pay: Default, amount: "20.45", save: payment, paid: thanks, failed: sorry}
thanks: {ask: "Paid {{ payment.amount }}.", digits: 1, save: x, next: thanks}
sorry: {ask: Not paid., digits: 1, save: x, next: sorry}
"""


def paying(on):
    line = on(PAID)
    caller = line.dial()
    assert line.account.run_until(lambda: "Please enter your credit card" in str(caller.speaking), 40)
    return line, caller


def test_a_payment_in_a_call_and_no_digit_of_the_card_with_us(on):
    line, caller = paying(on)
    caller.press("4111111111111111#1230#123#")
    line.run(13)
    assert "Paid 20.45." in caller.heard
    with line.database.read() as connection:
        turns = [str(found) for found in connection.execute(select(turn_table)).all()]
    told = str(row_of(line, caller).session) + str(turns)
    assert "4111" not in told and "1111" not in told and "1230" not in told
    assert row_of(line, caller).session["session"]["variables"]["payment"]["confirmation"]
    assert line.account.faults == []


def test_a_card_keyed_into_the_notice_is_refused_in_words_and_no_digit_of_it_stays_with_us(on):
    line = on(PAID)
    caller = line.dial()
    assert line.account.run_until(lambda: "asked for your card" in str(caller.speaking), 40)
    for digit in "4377":
        caller.press(digit)
        line.run(0.5)
    assert line.account.run_until(lambda: "Please enter your credit card" in str(caller.speaking), 40)
    assert any("What you pressed was too early" in said for said in caller.heard)
    with line.database.read() as connection:
        turns = [str(found) for found in connection.execute(select(turn_table)).all()]
    inputs = row_of(line, caller).session["session"]["inputs"]
    assert not inputs and not any("'digits'" in one for one in turns)


def test_the_star_while_the_card_is_keyed_leads_to_a_person(on):
    line, caller = paying(on)
    caller.press("*")
    line.run(1)
    assert row_of(line, caller).status == "waiting"


def test_a_payment_that_is_refused(on):
    line, caller = paying(on)
    line.account.switches.pay_result = "payment-connector-error"
    line.run(13)
    assert "Not paid." in caller.heard


def test_the_same_report_of_a_payment_again(on):
    line, caller = paying(on)
    row = row_of(line, caller)
    form = form_of(caller, Result="success", PaymentConfirmationCode="C1")
    path = f"/voice/calls/{caller.sid}/{row.turn + 1}/paid"
    first = posts(line, path, **form).data
    assert b"Paid 20.45." in first and posts(line, path, **form).data == first


# Texts ----------------------------------------------------------------------------------------------------

TEXTED = """
ask: {ask: A number. Press 0 for a person., digits: {min: 1, max: 15}, save: to, next: send}
send: {text: Your order was sent., to: "{{ to }}", next: again}
again: {ask: Sent., digits: 1, save: x, next: own}
own: {text: Hello., next: again}
"""


def texted(on, number: str):
    line = on(TEXTED)
    caller = line.dial()
    line.run(1)
    caller.press(number + "#")
    line.run(3)
    return line, caller


def test_a_text_is_sent_once_and_is_in_the_history(on):
    line, _ = texted(on, "4155552671")
    (message,) = line.account.messages
    assert (message["to"], message["from"]) == ("+14155552671", "+15550001000")
    assert message["body"] == "Your order was sent."
    assert contacts(line, "text") == [("+14155552671", "Your order was sent.", "sent")]


@pytest.mark.parametrize("number", ["442079460018", "9005550123", "911", "1"])
def test_strangers_cannot_make_us_text_to_anywhere(on, number):
    line, _ = texted(on, number)
    assert line.account.messages == []
    assert [outcome for _, _, outcome in contacts(line, "text")] == ["refused"]
    assert journal(line, "text_refused")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("x", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 1000, 15),
    ],
)
def test_long_texts_are_several(body, count):
    assert segments(body) == count


def test_not_more_than_three_in_a_call(on):
    line, caller = texted(on, "4155552671")
    for _ in range(5):
        caller.press("5")
        line.run(3)
    assert len(line.account.messages) == 3


@pytest.mark.parametrize(("kind", "outcome", "tries"), [(AMBIGUOUS, "unsure", 1), (PERMANENT, "refused", 1)])
def test_an_unknown_outcome_is_not_tried_again(on, kind, outcome, tries):
    line = on(TEXTED)
    tried = []

    def fails(*given: str) -> None:
        tried.append(given)
        raise CarrierError(kind, "no")

    line.line.calls._enquiries._recordings._carrier.send_text = fails
    caller = line.dial()
    line.run(1)
    caller.press("4155552671#")
    line.run(60)
    assert len(tried) == tries
    assert [one for _, _, one in contacts(line, "text")] == [outcome]


def test_what_was_not_processed_is_tried_again(on):
    line = on(TEXTED)
    carrier = line.line.calls._enquiries._recordings._carrier
    real, tried = carrier.send_text, []

    def first_fails(*given: str) -> str:
        tried.append(given)
        if len(tried) == 1:
            raise CarrierError(RETRYABLE, "slow down", 20429)
        return real(*given)

    carrier.send_text = first_fails
    caller = line.dial()
    line.run(1)
    caller.press("4155552671#")
    line.run(10)
    assert len(tried) == 2 and len(line.account.messages) == 1
    assert [one for _, _, one in contacts(line, "text")] == ["sent"]


def test_a_process_that_dies_while_sending_sends_no_second_text(on):
    line = on(TEXTED)
    carrier = line.line.calls._enquiries._recordings._carrier

    def dies(*given: str) -> None:
        raise Died

    carrier.send_text = dies
    caller = line.dial()
    line.run(1)
    with pytest.raises(Died):
        caller.press("4155552671#")
        line.run(3)
    del carrier.send_text
    line.run(120)
    assert line.account.messages == []
    assert [one for _, _, one in contacts(line, "text")] == ["unsure"]


# Surveys --------------------------------------------------------------------------------------------------

SURVEYED = """
opinion: {survey: [{ask: "How was it? Press 0 for a person.", save: helped}], every_days: 30, next: bye}
bye: {hang_up: Thank you.}
"""


def test_an_answer_is_on_record_and_nobody_is_asked_twice(on):
    line = on(SURVEYED)
    caller = line.dial()
    line.run(1)
    caller.press("4")
    line.run(10)
    assert journal(line, "rated") == [{"question": "helped", "answer": "4"}]
    assert contacts(line, "survey") == [("+14155550123", "helped: 4", "")]
    again, other = line.dial(), line.dial(from_="+14155550124")
    line.run(1)
    assert not any("How was it" in text for text in again.heard)
    assert any("How was it" in text for text in other.heard)
