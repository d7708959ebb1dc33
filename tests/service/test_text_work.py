"""Texts of people whom nobody has on the phone: work for a queue, answered by text, closed with a result."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from ivr.service import text_work
from ivr.service.cards import CardService
from ivr.service.closing import Closing
from ivr.service.erasing import erase
from ivr.service.offers import TooLate
from ivr.service.spool import SpoolImport
from ivr.service.texts import TextRefused
from ivr.service.work import NoSuchWork, WorkService
from ivr.settings import SettingsProblems, load_settings, read_settings
from ivr.store import calls, customers, texts
from ivr.store.customers import CustomerRow
from ivr.store.database import DatabaseUnavailable
from ivr.store.tables import call, contact
from ivr.store.work_tables import work_item
from tests.service.driving import all_at_once, posts, talks
from tests.service.houses import journal, row_of, settings_of

CALLER, LINE = "+14155550123", "+15550001000"
STEPS = """hello: {menu: Welcome. Press 1., keys: {1: help}}
help: {queue: support, next: bye}
bye: {hang_up: Bye.}"""


def house(folder, more: str = "texts: {queue: support}\n"):
    settings_of(folder, STEPS)
    path = folder / "config.yaml"
    path.write_text(path.read_text().replace("{support: {}}", "{support: {}, sales: {}}") + more)
    return load_settings(path, {})


@pytest.fixture
def line(rehearse, tmp_path):
    line = rehearse(house(tmp_path))
    line.phone = line.add_agent("desk-1", ["support"])
    line.works = WorkService(line.line.changes, Closing())
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("Z1", "Zed", "", "", "", {}, 1.0), [CALLER])
    return line


def comes_in(line, body: str, sid: str = "SM1", **more: str) -> int:
    form = {"MessageSid": sid, "From": CALLER, "To": LINE, "NumMedia": "0", "Body": body, **more}
    return posts(line, "/sms/incoming", **form).status_code


def items(line) -> list[tuple[str, str, str, str]]:
    """(kind, queue, number, state) of all work."""
    with line.database.read() as connection:
        rows = connection.execute(select(work_item).order_by(work_item.c.id))
        return [(row.kind, row.queue, row.number, row.state) for row in rows]


def taken(line, agent: str = "desk-1") -> int:
    [one] = line.works.seen_by(agent).items
    line.works.take(one.work.id, agent)
    return one.work.id


def thread(line, agent: str = "desk-1"):
    return line.works.conversation(line.works.seen_by(agent).mine.work)


OPEN = ("text", "support", CALLER, "open")


# What becomes work -----------------------------------------------------------------------------------------


def test_a_text_is_work_for_the_queue_with_the_card_of_a_call(line):
    comes_in(line, "Where is my parcel?")
    [one] = line.works.seen_by("desk-1").items
    assert (one.customer, one.words, items(line)) == ("Zed", "Where is my parcel?", [OPEN])
    taken(line)
    card = CardService(line.database, line.line.changes.clock, line.settings).card_of_work("SM1", "desk-1")
    assert (card.channel, card.customer.name, card.number) == ("text", "Zed", CALLER)
    assert [one["summary"] for one in card.history] == ["Where is my parcel?"]
    assert [one["kind"] for one in card.open_matters] == ["text"]


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
        SpoolImport(line.line.changes, tmp_path / "emergency.jsonl", line.settings, line.line.shelf).run()
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


# Answering -------------------------------------------------------------------------------------------------


def test_the_answer_goes_out_once_from_the_number_they_wrote_to(line):
    comes_in(line, "Where is my parcel?")
    number = taken(line)
    seen = thread(line).seen
    line.works.reply(number, "desk-1", "  It comes today.\r\nBye\x1b[31m ", seen)
    with pytest.raises(TooLate, match="meanwhile"):
        line.works.reply(number, "desk-1", "It comes today.", seen)
    line.run(2)
    [sent] = line.exchange.messages
    assert (sent["to"], sent["from"], sent["body"]) == (CALLER, LINE, "It comes today.\nBye[31m")
    last = thread(line).messages[-1]
    assert (last.direction, last.outcome) == ("out", "sent") and last.agent_name
    line.works.reply(number, "desk-1", "Anything else?", thread(line).seen)
    line.run(2)
    assert len(line.exchange.messages) == 2


def test_two_clicks_at_once_send_once(line):
    comes_in(line, "Hello")
    number = taken(line)
    seen = thread(line).seen

    def click() -> str:
        try:
            line.works.reply(number, "desk-1", "Hi", seen)
        except TooLate:
            return "late"
        return "sent"

    assert sorted(all_at_once(click, click, click)) == ["late", "late", "sent"]
    line.run(2)
    assert len(line.exchange.messages) == 1


def test_who_wants_no_texts_gets_none_and_the_desk_says_so(line):
    comes_in(line, "Where is my parcel?")
    number = taken(line)
    comes_in(line, "STOP", "SM2")
    shown = thread(line)
    assert shown.refused == "STOP" and [one.words for one in shown.messages][-1] == "STOP"
    with pytest.raises(TextRefused, match="want no texts"):
        line.works.reply(number, "desk-1", "It comes today.", shown.seen)
    line.run(2)
    assert line.exchange.messages == []


@pytest.mark.parametrize(("body", "why"), [("", "something"), (" \n\x00", "something"), ("x" * 1001, "1000")])
def test_what_cannot_be_sent_is_said(line, body, why):
    comes_in(line, "Hello")
    with pytest.raises(TextRefused, match=why):
        line.works.reply(taken(line), "desk-1", body, thread(line).seen)


def test_only_who_has_it_answers_and_nobody_answers_a_voicemail_so(line):
    comes_in(line, "Hello")
    number = taken(line)
    line.add_agent("desk-2", ["support"])
    line.add_agent("desk-3", ["sales"])
    with pytest.raises(TooLate):
        line.works.reply(number, "desk-2", "Hi", 99)
    with pytest.raises(NoSuchWork):
        line.works.reply(number, "desk-3", "Hi", 99)
    with pytest.raises(NoSuchWork):
        line.works.reply(number + 1, "desk-1", "Hi", 99)


def test_its_result_stands_in_the_history_and_not_before_all_was_read(line):
    comes_in(line, "Where is my parcel?")
    number = taken(line)
    seen = thread(line).seen
    comes_in(line, "Forget it", "SM2")
    with pytest.raises(TooLate, match="written again"):
        line.works.finish(number, "desk-1", "solved", seen)
    line.works.finish(number, "desk-1", "solved", thread(line).seen)
    assert [one[3] for one in items(line)] == ["done"]
    with line.database.read() as connection:
        rows = customers.contacts_of(connection, "Z1", CALLER)
    assert {(one.disposition, one.queue) for one in rows} == {("solved", "support")}
    assert all(one.agent_name for one in rows)


def test_it_is_finished_while_they_write_again(line):
    """Whichever is first: what was written is in open work, or the agent is told."""
    comes_in(line, "Hello")
    number = taken(line)
    seen = thread(line).seen

    def finish() -> str:
        try:
            line.works.finish(number, "desk-1", "solved", seen)
        except TooLate:
            return "told"
        return "done"

    how, _ = all_at_once(finish, lambda: comes_in(line, "One more thing", "SM2"))
    assert [one[3] for one in items(line)] == (["taken"] if how == "told" else ["done", "open"])


# Erasing ---------------------------------------------------------------------------------------------------


def test_who_is_erased_has_no_texts_to_answer(line):
    comes_in(line, "I am Quagmire")
    taken(line)
    assert erase(line.line.changes, "Z1").calls == 1
    assert items(line) == []
    with line.database.read() as connection:
        kept = [tuple(row) for row in connection.execute(select(contact)).all()]
        row = calls.find(connection, "SM1")
    assert "Quagmire" not in json.dumps(kept) and CALLER not in json.dumps(kept)
    assert (row.caller, row.customer_id) == ("", None)
    assert comes_in(line, "Me again", "SM1") == 200, "told once more by the carrier"


def test_the_record_of_a_conversation_is_over_when_it_begins():
    row = text_work.conversation("SM1", CALLER, LINE, None, 5.0)
    assert row.ended_at == row.started_at == 5.0
