"""Texts, recording, payments: what a call asks of the world outside, after the import."""

import pytest
from exports import entry, imported, only, queue, say, steps, widget


def send(**properties):
    exits = {"sent": "agents", "failed": "sorry"}
    return imported(widget("t", "send-message", exits, **properties), say("sorry", "Sorry."), queue())


def test_a_text_message_goes_to_the_caller_or_to_a_number():
    caller = send(body="Hi {{trigger.call.From}}", to="{{trigger.call.From}}", **{"from": "+15550009999"})
    one = only(caller, "text")[0]

    assert one["text"] == "Hi {{ caller.number }}"
    assert "to" not in one
    assert one["no_number"] == "sorry"
    assert "not from +15550009999" in " ".join(entry(caller, "t").reasons)
    assert only(send(body="Hi", to="+14155552671"), "text")[0]["to"] == "+14155552671"


@pytest.mark.parametrize(
    "properties",
    [{"body": "Hi", "to": "whatsapp:+14155552671"}, {"body": ""}, {"body": "Hi", "to": "{{flow.data.who}}"}],
)
def test_a_message_that_cannot_be_sent_is_left_out_and_said(properties):
    result = send(**properties)

    assert only(result, "text") == []
    assert "no text message is sent" in entry(result, "t").reasons[0]


def test_recording_begins_with_a_notice_in_the_language_of_the_flow():
    result = imported(
        widget("r", "record-call", {"success": "hi"}, record_call=True),
        say("hi", "Hola.", "agents", language="es-MX"),
        queue(),
    )

    assert only(result, "record")[0]["record"].startswith("Esta llamada se graba. Pulse 0")


def pay(**properties):
    exits = {"success": "thanks", "providerError": "sorry"}
    told = say("thanks", "Your number is {{widgets.take.PaymentConfirmationCode}}.")
    return imported(widget("take", "capture-payments", exits, **properties), told, say("sorry", "Sorry."))


def test_a_payment_is_a_payment_and_its_number_can_be_said():
    result = pay(payment_connector="Stripe", payment_amount="10.99", currency="eur")
    one = only(result, "pay")[0]

    assert (one["pay"], one["amount"], one["failed"]) == ("Stripe", "10.99", "sorry")
    assert f"{{{{ {one['save']}.confirmation }}}}" in str(steps(result))
    assert "EUR" in " ".join(entry(result, "take").reasons)
    token = only(pay(payment_token_type="reusable"), "pay")[0]
    assert (token["pay"], token["reusable"]) == ("Default", True)


def test_a_bank_account_is_left_to_a_person():
    result = pay(payment_method="ACH_DEBIT", payment_amount="10")

    assert only(result, "pay") == []
    assert "bank account" in entry(result, "take").reasons[0]
