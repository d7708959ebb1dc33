"""An erased customer is in no table any more; a grep through the whole database says so."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, inspect, select, text

from ivr.floor.outgoing_messages import ask_mail, text_from_agent
from ivr.service.erasing import Erased, StillHere, erase
from ivr.service.inbound_sms import InboundSmsService, inbound_sms
from ivr.service.outage_voicemail_file import blank_lines
from ivr.store import calls, customers, erasing, texts
from ivr.store.customers import ContactRow, CustomerRow, WarningRow
from ivr.store.database import Database
from ivr.store.metadata import metadata
from ivr.store.report_sums import digest_of
from ivr.store.tables import contact, customer, day_detail, job, journal, note, recording, report_caller
from tests.service.houses import row_of

WHO, NUMBER = "Zebulon Quagmire", "+14155550123"


@pytest.fixture
def line(on):
    line = on('hi: {ask: "Press 0 for a person. Your number.", digits: 4, save: number, next: hi}')
    with line.database.write() as unit:
        row = CustomerRow("Z1", WHO, "Quagmire Ltd", "en-US", "z@quagmire.test", {"plan": "q-plan"}, 1.0)
        customers.save(unit.connection, row, [NUMBER])
        customers.add_warning(unit.connection, WarningRow("Z1", "note", "Quagmire shouts", "a", 1.0, None))
        past = ContactRow(1.0, "Z1", "", "email", "in", "Quagmire wrote", "note", "a", "", "", "", 0)
        customers.keep_contacts(unit.connection, [past])
    return line


def everything(database: Database) -> str:
    """Every row of every table there is, also of those that only a migration knows (the text index)."""
    with database.read() as connection:
        names = inspect(connection).get_table_names()
        assert {table.name for table in metadata.sorted_tables} <= set(names)
        return "\n".join(
            f"{name}: {row}"
            for name in sorted(names)
            for row in connection.execute(text(f'SELECT * FROM "{name}"'))
        )


def called(line):
    caller = line.dial(NUMBER)
    line.run(3)
    caller.press("7351")
    line.run(2)
    return caller


def test_nothing_of_them_is_left_and_the_figures_are(line):
    caller = called(line)
    with line.database.write() as unit:
        values = {
            "call_sid": caller.sid,
            "agent_id": "a",
            "text": "Quagmire said",
            "version": 1,
            "updated_at": 1.0,
        }
        unit.connection.execute(note.insert(), values)
        kept = {"sid": "RE1", "call_sid": caller.sid, "kind": "voicemail", "queue": "", "seconds": 3}
        kept |= {"status": "stored", "made_at": 1.0, "transcript": "Quagmire speaking"}
        unit.connection.execute(recording.insert(), kept)
    with pytest.raises(StillHere):
        erase(line.line.transactions, "Z1")
    caller.hang_up()
    line.run(2)
    before = everything(line.database)
    assert "Quagmire" in before and NUMBER in before and "7351" in before
    with line.database.read() as connection:
        counted = [
            connection.execute(select(func.count()).select_from(t)).scalar() for t in (contact, journal)
        ]
    assert erase(line.line.transactions, "Z1") == Erased(calls=1, recordings=1, numbers=1)
    line.run(1)  # the text index is rid of their words
    after = everything(line.database)
    for trace in (WHO, "Quagmire", "quagmire", NUMBER, "7351", "q-plan"):
        assert trace not in after, trace
    with line.database.read() as connection:
        contacts, lines = (
            connection.execute(select(func.count()).select_from(t)).scalar() for t in (contact, journal)
        )
        asked = list(connection.execute(select(job.c.key).where(job.c.kind == "delete_recording")).scalars())
    assert [contacts, lines] == [counted[0], counted[1] + 1]  # and one line: that it was done
    assert asked == ["delete_recording:RE1"]
    assert erase(line.line.transactions, "Z1") is None
    assert row_of(line, caller).ended_at is not None


def test_a_fault_in_the_middle_leaves_everything(line, monkeypatch):
    before = everything(line.database)
    real = erasing.erase

    def half(*asked):
        real(*asked)
        raise RuntimeError("in the middle")

    monkeypatch.setattr(erasing, "erase", half)
    with pytest.raises(RuntimeError):
        erase(line.line.transactions, "Z1")
    assert everything(line.database) == before


def test_others_stay(line):
    with line.database.write() as unit:
        row = CustomerRow("Y1", "Yolanda", "", "", "", {}, 1.0)
        customers.save(unit.connection, row, ["+14155550124"])
    erase(line.line.transactions, "Z1")
    with line.database.read() as connection:
        assert list(connection.execute(select(customer.c.id)).scalars()) == ["Y1"]


def test_what_came_from_a_number_that_others_have_too_is_theirs_unless_it_is_known_whose(line):
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("Y1", "Yolanda", "", "", "", {}, 1.0), [NUMBER])
    mine, hers = called(line), called(line)
    mine.hang_up(), hers.hang_up()
    line.run(2)
    with line.database.write() as unit:
        calls.set_customer(unit.connection, mine.sid, "Z1")
        calls.set_customer(unit.connection, hers.sid, "Y1")
    assert erase(line.line.transactions, "Z1").calls == 1
    with line.database.read() as connection:
        assert customers.sole_with_number(connection, NUMBER) == "Y1"
        left = [calls.find(connection, one.sid) for one in (mine, hers)]
    assert [(row.caller, row.customer_id) for row in left] == [("", None), (NUMBER, "Y1")]


# What belongs to no call -----------------------------------------------------------------------------------


def texted(line, body: str, sid: str) -> None:
    form = {"MessageSid": sid, "From": NUMBER, "To": "+15550001000", "Body": body}
    assert InboundSmsService(line.line.transactions, line.settings).arrived(inbound_sms(form, "US"))


def asked_for(line, caller) -> None:
    """A text and a mail that are not sent yet, and a survey with a comment."""
    with line.line.transactions.begin() as tx:
        row = calls.find(tx.connection, caller.sid)
        text_from_agent(tx, row, NUMBER, "Dear Quagmire", "Desk one", line.settings)
        ask_mail(tx, row, "z@quagmire.test", "Dear Quagmire", "Mister Quagmire", "Desk one")
        tx.note("rated", call=caller.sid, question="helped", answer="4")
        tx.note("rated", call=caller.sid, question="better", answer="Call me Quagmire")
        values = {"kind": "question", "day": "2026-03-02", "queue": "", "total": 0}
        for words, number in (("quagmire speaking", 1), ("where is my parcel", 3)):
            tx.connection.execute(day_detail.insert(), {**values, "name": words, "number": number})
        heard = [{"kind": "speech", "value": words} for words in ("Quagmire speaking", "Where is my parcel")]
        session = {"session": {**row.session["session"], "inputs": heard}}
        calls.save(tx.connection, replace(row, session=session), was_turn=row.turn)
        talk = {"digest": digest_of(NUMBER), "day": "2026-03-02", "queue": "support", "at": tx.now}
        tx.connection.execute(report_caller.insert(), talk)


def test_texts_mails_surveys_and_figures_name_them_no_longer_and_stop_still_holds(line):
    caller = called(line)
    texted(line, "Quagmire here", "SM1")
    texted(line, "STOP", "SM2")
    caller.hang_up()
    line.run(2)
    with line.database.write() as unit:
        texts.opt_in_number(unit.connection, NUMBER)
    asked_for(line, caller)
    with line.database.write() as unit:
        texts.opt_out_number(unit.connection, NUMBER, "STOP Quagmire", 5.0)
    assert "SM1" in everything(line.database)
    erase(line.line.transactions, "Z1")
    line.run(1)
    after = everything(line.database)
    for trace in (WHO, "Quagmire", "quagmire", NUMBER, NUMBER[1:], "SM1", "SM2", digest_of(NUMBER)):
        assert trace not in after, trace
    with line.database.read() as connection:
        assert texts.refused_by(connection, NUMBER) and not texts.refused_by(connection, "+14155550199")
        details = connection.execute(select(day_detail.c.name, day_detail.c.number)).all()
        ratings = [
            body["answer"]
            for body in connection.execute(select(journal.c.body).where(journal.c.kind == "rated")).scalars()
        ]
        assert not connection.execute(
            select(job.c.id).where(job.c.kind.in_(("send_text", "send_mail")))
        ).all()
    assert details == [("where is my parcel", 2)] and ratings == ["4", ""]
    texted(line, "START", "SM3")  # who comes back may have texts again
    with line.database.read() as connection:
        assert texts.refused_by(connection, NUMBER) is None


def test_the_emergency_file_keeps_its_length_and_the_lines_of_others(line, tmp_path):
    spool = tmp_path / "emergency.jsonl"
    theirs, others = (
        json.dumps({"MessageSid": f"SM{number[-1]}", "From": number, "Body": "Quagmire", "CallSid": "CA9"})
        for number in (NUMBER, "+14155550124")
    )
    spool.write_text("\n".join([theirs, others.replace("Quagmire", "Hi"), theirs, f"broken {NUMBER}", ""]))
    length = spool.stat().st_size
    erase(line.line.transactions, "Z1", spool, "US")
    left = spool.read_text()
    assert spool.stat().st_size == length and NUMBER not in left and "Quagmire" not in left
    assert [json.loads(each) for each in left.splitlines()].count({}) == 3 and "+14155550124" in left
    assert blank_lines(tmp_path / "none", [NUMBER], [], "US") == 0
