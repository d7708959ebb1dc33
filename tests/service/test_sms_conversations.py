"""Texts of people whom nobody has on the phone: work for a queue, no call, and gone with who is erased."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from ivr.flowfiles.settings_file import read_settings
from ivr.jobs.outage_voicemail import OutageVoicemailImport
from ivr.service.contacts import Contacts
from ivr.service.erasing import erase
from ivr.service.screen_pop.cards import CardService
from ivr.settings import SettingsProblems
from ivr.store import calls, customers, texts
from ivr.store.database import DatabaseUnavailable
from ivr.store.tables import call, contact
from tests.service.driving import all_at_once, talks
from tests.service.houses import journal, row_of
from tests.service.texting import CALLER, OPEN, comes_in, house, items, taken, texting, thread


@pytest.fixture
def line(rehearse, tmp_path):
    return texting(rehearse(house(tmp_path)))


# What becomes work -----------------------------------------------------------------------------------------


def test_a_text_is_work_for_the_queue_with_the_card_of_a_call(line):
    comes_in(line, "Where is my parcel?")
    [one] = line.works.seen_by("desk-1").items
    assert (one.customer, one.words, items(line)) == ("Zed", "Where is my parcel?", [OPEN])
    taken(line)
    card = CardService(line.database, line.line.transactions.clock, line.settings).card_of_work(
        "SM1", "desk-1"
    )
    assert (card.channel, card.customer.name, card.number) == ("text", "Zed", CALLER)
    assert [one["summary"] for one in card.history] == ["Where is my parcel?"]
    assert [one["kind"] for one in card.open_matters] == ["text"]


def test_an_open_text_stands_under_its_queue_in_the_contacts(line):
    comes_in(line, "Where is my parcel?")
    comes_in(line, "STOP", "SM2", From="+14155550124")  # nobody has to read it
    contacts = Contacts(line.database, line.settings)
    found = {row["summary"]: row["queue"] for row in contacts.everything(contacts.wanted({}))}
    assert found == {"Where is my parcel?": "support", "STOP": ""}
    assert len(contacts.page(contacts.wanted({"queue": "support"})).contacts) == 1


def test_more_of_the_same_person_joins_until_it_is_done(line):
    comes_in(line, "Where is my parcel?")
    comes_in(line, "Hello?", "SM2")
    number = taken(line)
    comes_in(line, "Anybody?", "SM3")
    comes_in(line, "Mine too", "SM9", From="+14155550124")
    assert [one[2] for one in items(line)] == [CALLER, "+14155550124"]
    shown = thread(line)
    assert [one.words for one in shown.messages] == ["Where is my parcel?", "Hello?", "Anybody?"]
    line.works.finish(number, "desk-1", "solved", shown.seen)
    comes_in(line, "Thanks!", "SM4")
    assert [one[3] for one in items(line) if one[2] == CALLER] == ["done", "open"]


def test_texts_at_the_same_instant_make_one_piece_of_work(line):
    assert all_at_once(*[lambda n=n: comes_in(line, "Hello", f"SM{n}") for n in range(4)]) == [200] * 4
    assert items(line) == [OPEN]
    [one] = line.works.seen_by("desk-1").items
    line.works.take(one.work.id, "desk-1")
    assert len(thread(line).messages) == 4


def test_told_twice_it_is_work_once(line):
    for _ in range(3):
        comes_in(line, "Hello")
    assert items(line) == [OPEN]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        *[("STOP", ""), ("Help", ""), ("info", ""), ("HILFE", "")],
        *[("I need it", "HELP"), ("x", "STOP"), ("x", "START")],
    ],
)
def test_the_words_that_are_for_machines_make_no_work(line, body, told):
    comes_in(line, body, OptOutType=told)
    assert items(line) == []


@pytest.mark.parametrize("body", ["help me please", "Yes", "stop by tomorrow", "", "=1+1"])
def test_all_other_words_are_for_people(line, body):
    comes_in(line, body)
    assert items(line) == [OPEN]


def test_who_takes_back_their_refusal_asks_nothing(line):
    comes_in(line, "STOP")
    comes_in(line, "YES", "SM2")
    assert items(line) == []


def test_without_a_number_to_answer_there_is_no_work(line):
    comes_in(line, "Your code is 123", From="262966")
    comes_in(line, "Offers!", "SM2", From="NORTHWIND")
    assert items(line) == []


def test_without_the_setting_texts_only_join_the_history(rehearse, tmp_path):
    line = rehearse(house(tmp_path, ""))
    comes_in(line, "Hello")
    assert items(line) == []


def test_who_is_talking_to_an_agent_makes_no_work_and_who_waits_does(line):
    caller = talks(line, line.phone)
    comes_in(line, "It is 4711", From=row_of(line, caller).caller)
    assert items(line) == []
    waiting = line.dial("+14155550177")
    line.run(2)
    comes_in(line, "How long?", "SM2", From=row_of(line, waiting).caller)
    assert [one[2] for one in items(line)] == ["+14155550177"]


def test_a_text_of_hours_without_a_database_is_work_afterwards(line, tmp_path, monkeypatch):
    def away(*_):
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(texts, "is_new", away)
    comes_in(line, "Are you there?")
    monkeypatch.undo()
    for _ in range(2):
        OutageVoicemailImport(
            line.line.transactions, tmp_path / "emergency.jsonl", line.settings, line.line.registry
        ).run()
    assert items(line) == [OPEN]


def test_a_queue_that_there_is_not_is_said_with_its_place():
    text = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\ntexts: {queue: suport}\n'
    with pytest.raises(SettingsProblems) as found:
        read_settings(text)
    assert "there is no queue 'suport'" in str(found.value) and "support" in str(found.value)
    assert "config.yaml:4:16" in str(found.value)


# It is no call ---------------------------------------------------------------------------------------------


def test_it_counts_as_no_call(line):
    comes_in(line, "Hello")
    line.works.finish(taken(line), "desk-1", "solved", thread(line).seen)
    with line.database.read() as connection:
        assert customers.calls_since(connection, "Z1", [CALLER], 0.0) == 0
        assert texts.last_call_of(connection, CALLER) is None
        channels = connection.execute(select(contact.c.channel, contact.c.call_sid)).all()
        row = connection.execute(select(call).where(call.c.sid == "SM1")).one()
    assert [tuple(one) for one in channels] == [("text", None)], "no contact of a call"
    assert row.ended_at is not None and row.direction == "text"
    assert journal(line, "ended") == [], "which is what reports count"


# Erasing ---------------------------------------------------------------------------------------------------


def test_who_is_erased_has_no_texts_to_answer(line):
    comes_in(line, "I am Quagmire")
    taken(line)
    assert erase(line.line.transactions, "Z1").calls == 1
    assert items(line) == []
    with line.database.read() as connection:
        kept = [tuple(row) for row in connection.execute(select(contact)).all()]
        row = calls.find(connection, "SM1")
    assert "Quagmire" not in json.dumps(kept) and CALLER not in json.dumps(kept)
    assert (row.caller, row.customer_id) == ("", None)
    assert comes_in(line, "Me again", "SM1") == 200, "told once more by the carrier"
