"""Texts in both directions: once on the timeline, refusals obeyed, nothing lost without a database."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from ivr.carrier.base import PERMANENT, RETRYABLE, CarrierError
from ivr.customers.opt_out_words import cancels
from ivr.jobs.outage_voicemail import OutageVoicemailImport
from ivr.service.inbound_sms import inbound_sms
from ivr.store import customers, texts
from ivr.store.customers import CustomerRow
from ivr.store.database import DatabaseUnavailable
from ivr.store.tables import contact, opt_out
from tests.service.calling_back import bookings, books, calling_back
from tests.service.driving import all_at_once, posts, talks
from tests.service.houses import journal, row_of

CALLER, LINE = "+14155550123", "+15550001000"
FORM = {"MessageSid": "SM1", "From": CALLER, "To": LINE, "NumMedia": "0"}
HOSTILE = [
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "\u202eSTOP", "a\x00b\x1b[31m", "{{ 7 * 7 }}",
    "x" * 5000, "",
]  # fmt: skip


def comes_in(line, body: str, sid: str = "SM1", **more: str):
    return posts(line, "/sms/incoming", **{**FORM, "MessageSid": sid, "Body": body, **more})


def kept(line) -> list[tuple[str, str, str]]:
    """(direction, words, outcome) of every text."""
    with line.database.read() as connection:
        rows = connection.execute(select(contact).where(contact.c.channel == "text").order_by(contact.c.id))
        return [(row.direction, row.summary, row.outcome) for row in rows]


def refused(line) -> list[str]:
    with line.database.read() as connection:
        return list(connection.execute(select(opt_out.c.number)).scalars())


def test_a_text_joins_the_timeline_once_however_often_it_is_told(line):
    for _ in range(3):
        answer = comes_in(line, "Where is it?")
        assert (answer.status_code, answer.text) == (
            200,
            '<?xml version="1.0" encoding="UTF-8"?><Response />',
        )
    assert kept(line) == [("in", "Where is it?", "")]
    assert len(journal(line, "text_received")) == 1


def test_the_same_text_at_the_same_instant(line):
    answers = all_at_once(*[lambda: comes_in(line, "Hello").status_code] * 3)
    assert answers == [200, 200, 200]
    assert len(kept(line)) == 1


def test_it_belongs_to_the_customer_with_that_number(line):
    with line.database.write() as unit:
        row = CustomerRow("ALFKI", "Alfreds Futterkiste", "", "", "", {}, 0.0)
        customers.save(unit.connection, row, [CALLER])
    comes_in(line, "Hello", From="(415) 555-0123")
    with line.database.read() as connection:
        assert connection.execute(select(contact.c.customer_id, contact.c.number)).all() == [
            ("ALFKI", CALLER)
        ]


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_words_are_kept_as_words(line, body):
    assert comes_in(line, body, From="\x00<b>", To="\x1b[1m").status_code == 200
    with line.database.read() as connection:
        [row] = connection.execute(select(contact.c.summary, contact.c.note, contact.c.number)).all()
    assert row.summary and len(row.summary) <= 1000
    assert not any(char < " " or char == "\u202e" for char in "".join(row).replace("\n", ""))


def test_what_is_no_message_is_left_alone(line):
    assert posts(line, "/sms/incoming", From=CALLER, Body="x").status_code == 200
    assert posts(line, "/sms/incoming", MessageSid="../x", From=CALLER).status_code == 200
    assert line.line.app.test_client().post("/sms/incoming", data={**FORM, "Body": "x"}).status_code == 403
    assert kept(line) == []


@pytest.mark.parametrize("media", ["2", "2x", "-1", "999999", ""])
def test_attachments_are_mentioned(line, media):
    comes_in(line, "See", NumMedia=media)
    [(_, words, _)] = kept(line)
    assert words == ("See [2 attachments, not kept]" if media == "2" else "See")


# Refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["STOP", "stop.", " Unsubscribe ", "Alto", "ABMELDEN", "Arrêt", "désabonner"]
)
def test_the_words_of_refusal(line, word):
    comes_in(line, word)
    assert refused(line) == [CALLER]
    assert kept(line) == [("in", word.strip(), "wants no texts")]
    comes_in(line, "START", "SM2")
    assert refused(line) == []


@pytest.mark.parametrize("words", ["please stop by tomorrow", "Start with the invoice", "no", "Stopp mal!"])
def test_other_words_refuse_nothing(line, words):
    comes_in(line, words)
    assert refused(line) == []


def test_what_the_carrier_made_of_it_counts(line):
    comes_in(line, "no more please", OptOutType="STOP")
    assert refused(line) == [CALLER]
    comes_in(line, "ok again", "SM2", OptOutType="START")
    assert refused(line) == []


def test_a_withheld_sender_refuses_for_nobody(line):
    comes_in(line, "STOP", From="anonymous")
    assert refused(line) == []


SENDS = """
send: {text: Your order left today., next: wait}
wait: {say: Please wait., next: wait2}
wait2: {queue: support}
"""


def test_no_text_of_a_flow_goes_to_who_refused(on):
    line = on(SENDS)
    comes_in(line, "STOP")
    line.dial(CALLER)
    line.run(5)
    assert line.account.messages == []
    assert ("out", "Your order left today.", "refused") in kept(line)
    [said] = journal(line, "text_refused")
    assert said["why"] == "they want no texts from us"


def carrier_of(line):
    return line.line.calls._enquiries._recordings._carrier


def test_a_refusal_between_asking_and_sending_is_obeyed(on, monkeypatch):
    line = on(SENDS)
    tried = []

    def slow(*_) -> None:
        tried.append(1)
        raise CarrierError(RETRYABLE, "slow down", 20429)

    monkeypatch.setattr(carrier_of(line), "send_text", slow)
    line.dial(CALLER)
    line.run(1)
    assert len(tried) == 1
    comes_in(line, "STOP")
    line.run(30)
    assert len(tried) == 1
    assert ("out", "Your order left today.", "refused") in kept(line)


def test_a_refusal_that_only_the_carrier_knows_is_learnt(on, monkeypatch):
    line = on(SENDS)

    def unsubscribed(*_) -> None:
        raise CarrierError(PERMANENT, "Attempt to send to unsubscribed recipient", 21610)

    monkeypatch.setattr(carrier_of(line), "send_text", unsubscribed)
    line.dial(CALLER)
    line.run(5)
    assert refused(line) == [CALLER]
    assert [said["word"] for said in journal(line, "opted_out")] == ["told the carrier"]


# Who sees it, and what if -----------------------------------------------------------------------------


def test_the_agent_who_has_the_caller_is_told_at_once(line):
    phone = line.add_agent("desk-1", ["support"])
    caller = talks(line, phone)
    heard = line.line.bus.subscribe("agent:desk-1")
    comes_in(line, "I am the one on the phone", From=row_of(line, caller).caller)
    assert heard.wait(0)
    heard.close()


def test_texts_of_hours_without_a_database_are_taken_over(line, tmp_path, monkeypatch):
    def away(*_):
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(texts, "is_new", away)
    assert comes_in(line, "STOP").status_code == 200
    monkeypatch.undo()
    spool = tmp_path / "emergency.jsonl"
    [left] = [json.loads(row) for row in spool.read_text().splitlines()]
    assert left["Body"] == "STOP"
    for _ in range(2):  # by another process, which begins at the file's first line
        OutageVoicemailImport(line.line.transactions, spool, line.settings, line.line.registry).run()
    assert kept(line) == [("in", "STOP", "wants no texts")]
    assert refused(line) == [CALLER]


def test_a_form_of_anything_is_a_message_or_none():
    assert inbound_sms({}, "US") is None
    assert inbound_sms({"MessageSid": 7, "From": None, "Body": 5}, "US") is None
    message = inbound_sms({"SmsSid": "SM1", "From": "15551234567890123456789", "Body": None}, "US")
    assert (message.sender, message.body) == ("", "")


# Wishes in ordinary words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "Stop. Thank you", "STOP please", "please stop", "Stop texting me", "unsubscribe me", "no more texts",
        "Stopp bitte", "detener", "STOP!!!", "Stop sending me messages", "Don't text me",
        "take me off your list",
        "Keine Nachrichten mehr", "no más mensajes", "Plus de messages svp", "opt me out",
        "I want to opt out", "I don't want any more texts", "unsuscribe", "STOP svp", "Revoke consent",
        "hören Sie bitte auf", "dejen de escribirme", "Por favor, no me manden mensajes",
        "Ne m'envoyez plus de SMS", "désabonnement",
    ],
)  # fmt: skip
def test_a_wish_in_ordinary_words_is_obeyed(line, body):
    comes_in(line, body)
    assert refused(line) == [CALLER]


@pytest.mark.parametrize(
    "body",
    [
        "Please don't stop sending", "stop by tomorrow at 5?", "Can you stop?", "The bus stop is closed",
        "I want to cancel my order", "the end of the month", "Please do not stop the delivery",
        "cancel my subscription", "I don't want to wait", "hören Sie mich?", "no me llamen antes de las ocho",
    ],
)  # fmt: skip
def test_what_is_no_such_wish_refuses_nothing(line, body):
    comes_in(line, body)
    assert refused(line) == [] and kept(line) == [("in", body, "")]


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("Cancel my callback", True),
        ("please cancel the call back", True),
        ("Rückruf stornieren", True),
        ("annuler le rappel", True),
        ("cancelar la llamada", True),
        ("cancel my order", False),
        ("please don't cancel", False),
        ("call me back", False),
    ],
)
def test_a_callback_is_cancelled_in_ordinary_words(body, meant):
    assert cancels(body) is meant


def test_CANCEL_cancels_an_open_callback_first_and_only_then_stops(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path, text=True))
    books(line, CALLER)
    comes_in(line, "Cancel", "SM1")
    line.run(3)
    assert [row.state for row in bookings(line)] == ["cancelled"] and refused(line) == []
    assert "your callback is cancelled" in line.account.texts.received_by(CALLER)[-1]
    comes_in(line, "Cancel", "SM2")
    assert refused(line) == [CALLER]
