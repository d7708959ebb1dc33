"""What is forgotten: by number, by age, at the carrier, and in the very bytes of the files."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from ivr.application import FIRST_JOBS
from ivr.floor.voicemail import message
from ivr.flowfiles.policy_settings import RetentionSettings as Days
from ivr.jobs.retention import BATCHES, CALLS, RetentionService
from ivr.service.erasing import OfCustomers, StillHere, erase, erase_number
from ivr.service.inbound_sms import InboundSmsService, inbound_sms
from ivr.store import calls, customers, journal
from ivr.store import recordings as recording_store
from ivr.store.customers import ContactRow, CustomerRow
from ivr.store.journal import JournalRow
from ivr.store.tables import call, contact, job, recording
from ivr.store.tables import journal as lines
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.houses import contacts, settings_of
from tests.service.test_erasing import everything

NUMBER, OTHER = "+14155550123", "+14155550124"
DAY = 86_400.0
STEPS = """
hello: {ask: "Press 0 for a person. Your number.", digits: 4, save: number, next: send}
send: {text: "Your Quagmire order was sent.", next: help}
help: {queue: support}
"""


@pytest.fixture
def line(on):
    return on(STEPS)


def called(line, number: str = NUMBER, digits: str = "7351") -> str:
    """A call in which four digits were keyed, a text was sent, and the caller left the line."""
    caller = line.dial(number)
    line.run(2)
    caller.press(digits)
    line.run(10)
    caller.hang_up()
    line.run(5)
    return caller.sid


def later(line, seconds: float) -> None:
    """So much time passes in which nothing happens, and then the jobs that have come due."""
    line.clock.advance_to(line.clock.time() + seconds)
    line.run(5)


def texted(line, body: str = "I am Quagmire", sid: str = "SMin") -> None:
    form = {"MessageSid": sid, "From": NUMBER, "To": "+15550001000", "Body": body}
    assert InboundSmsService(line.line.transactions, line.settings).arrived(inbound_sms(form, "US"))


def files_of(line) -> dict[str, bytes]:
    """The very bytes of the database, its log and its shared memory."""
    path = Path(make_url(line.database.engine.url).database)
    return {one.name: one.read_bytes() for one in path.parent.glob(f"{path.name}*")}


def traces(line, *words: str) -> list[tuple[str, str]]:
    return [(name, word) for name, raw in files_of(line).items() for word in words if word.encode() in raw]


# By number ------------------------------------------------------------------------------------------------


def test_who_has_no_record_is_erased_by_number_and_another_caller_stays(line):
    called(line), called(line, OTHER, "8462")
    texted(line)
    line.run(3)
    assert all(word in everything(line.database) for word in (NUMBER, "7351", "Quagmire"))
    done = erase_number(line.line.transactions, NUMBER)
    assert (done.calls, done.numbers, done.texts) == (1, 1, 2)
    line.run(5)
    after = everything(line.database)
    assert not [word for word in (NUMBER, "7351", "I am Quagmire") if word in after]
    assert OTHER in after and "8462" in after
    assert [text["to"] for text in line.account.messages] == [OTHER]


def test_a_number_of_a_customer_is_erased_with_the_customer(line):
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("Z1", "Zoe", "", "", "", {}, 1.0), [NUMBER])
    called(line)
    with pytest.raises(OfCustomers) as caught:
        erase_number(line.line.transactions, NUMBER)
    assert caught.value.ids == ("Z1",)
    assert erase(line.line.transactions, "Z1").calls == 1


def test_who_is_on_the_phone_is_not_erased_before_that_is_over(line):
    caller = line.dial(NUMBER)
    line.run(2)
    with pytest.raises(StillHere):
        erase_number(line.line.transactions, NUMBER)
    caller.hang_up()
    line.run(2)
    assert erase_number(line.line.transactions, NUMBER).calls == 1


def test_a_number_of_nobody_is_no_fault(line):
    done = erase_number(line.line.transactions, "+14155559999")
    assert (done.calls, done.recordings, done.texts) == (0, 0, 0)


# In the bytes ---------------------------------------------------------------------------------------------


@ON_SQLITE
def test_nothing_erased_is_left_in_the_bytes_of_the_database_or_its_log(line):
    called(line, digits="7351")
    texted(line, "Quagmire of 12 Zebra Crescent")
    line.run(3)
    words = (NUMBER, "Zebra Crescent", "zebra")
    assert {name[-4:] for name, _ in traces(line, *words)} >= {"-wal"}
    erase_number(line.line.transactions, NUMBER)
    line.run(10)
    assert traces(line, *words) == []


@ON_SQLITE
def test_a_reader_only_puts_it_off(line):
    called(line)
    with line.database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM call").all()
        erase_number(line.line.transactions, NUMBER)
        assert not line.database.empty_log()
        line.run(3)
        with line.database.write() as unit:  # nobody else is kept from writing
            journal.write(unit.connection, [JournalRow(1.0, "fault")])
    line.run(5)
    assert traces(line, NUMBER) == []


@ON_SQLITE
def test_what_is_deleted_is_overwritten_wherever_sqlite_was_built(line):
    with line.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


# By age ---------------------------------------------------------------------------------------------------


def forgetting(line, **days: int) -> RetentionService:
    settings = line.settings.model_copy(update={"retention": Days(**days)})
    return RetentionService(line.line.transactions, settings)


def run(retention: RetentionService) -> None:
    while retention.job(None).after < 60:
        pass


def test_nothing_is_forgotten_unless_the_settings_say_so(line):
    called(line)
    later(line, 5000 * DAY)
    before = everything(line.database)
    run(forgetting(line, sign_ins=3650))
    assert NUMBER in everything(line.database) and before.count("Quagmire") > 0


def test_old_calls_lose_who_called_and_their_counts_stay(line):
    old = called(line)
    later(line, DAY * 20)
    young = called(line, OTHER, "8462")
    with line.database.read() as connection:
        counted = [connection.execute(select(func.count()).select_from(t)).scalar() for t in (call, contact)]
    later(line, DAY * 15)
    run(forgetting(line, calls=30, texts=30))
    line.run(10)
    after = everything(line.database)
    assert NUMBER not in after and "7351" not in after and OTHER in after and "8462" in after
    with line.database.read() as connection:
        left = [connection.execute(select(func.count()).select_from(t)).scalar() for t in (call, contact)]
        assert [calls.find(connection, sid).caller for sid in (old, young)] == ["", OTHER]
    assert left == counted
    assert [message["to"] for message in line.account.messages] == [OTHER]


def test_texts_go_here_and_at_the_carrier_and_calls_stay(line):
    called(line)
    texted(line)
    later(line, DAY * 8)
    run(forgetting(line, texts=7))
    line.run(5)
    assert line.account.messages == [] and "I am Quagmire" not in everything(line.database)
    assert [(number, words) for number, words, _ in contacts(line, "text")] == [("", "")] * 2
    assert NUMBER in everything(line.database)
    with line.database.read() as connection:
        parked = connection.execute(select(job.c.key).where(job.c.due.is_(None))).all()
    assert parked == [], "the text that came in is not at this carrier, and that is all right"


def left_message(line, sid: str, number: str) -> str:
    """A message in a queue; returns the sid of its call."""
    call_sid = called(line, number)
    with line.line.transactions.begin() as tx:
        message(tx, calls.find(tx.connection, call_sid), sid, "support", 5)
        calls.keep_recording(tx.connection, sid, call_sid, "voicemail", "support", 5, "stored", tx.now)
        recording_store.set_transcript(tx.connection, sid, "Quagmire speaking")
    return call_sid


def test_recordings_go_but_a_message_that_waits_for_an_answer_stays(line):
    done, waits = left_message(line, "REdone", NUMBER), left_message(line, "REwaits", OTHER)
    with line.database.write() as unit:
        unit.connection.exec_driver_sql(f"UPDATE work_item SET state = 'done' WHERE call_sid = '{done}'")
    later(line, DAY * 40)
    run(forgetting(line, recordings=7, calls=30))
    with line.database.read() as connection:
        kept = dict(connection.execute(select(recording.c.sid, recording.c.status)).all())
        asked = set(connection.execute(select(job.c.key).where(job.c.kind == "delete_recording")).scalars())
        assert calls.find(connection, waits).caller == OTHER, "there is something left to do"
        assert calls.find(connection, done).caller == ""
    assert kept == {"REdone": "dropped", "REwaits": "stored"} and asked == {"delete_recording:REdone"}


def test_a_call_that_was_put_off_is_forgotten_once_its_work_is_done(line):
    waits = left_message(line, "REwaits", OTHER)
    later(line, DAY * 40)
    retention = forgetting(line, calls=30)
    run(retention)
    line.line.worker.add(retention.handlers)
    later(line, DAY * 8)
    with line.database.write() as unit:
        assert calls.find(unit.connection, waits).caller == OTHER
        unit.connection.exec_driver_sql("UPDATE work_item SET state = 'done'")
    later(line, DAY * 8)
    with line.database.read() as connection:
        assert calls.find(connection, waits).caller == ""


def test_old_lines_of_the_journal_lose_their_words_and_sign_ins_go(line):
    with line.database.write() as unit:
        said = {"number": NUMBER, "times": 3}
        journal.write(unit.connection, [JournalRow(line.clock.time(), "text_received", body=said)])
        journal.write(unit.connection, [JournalRow(line.clock.time(), "sign_in", agent_id="desk-1")])
        journal.write(
            unit.connection, [JournalRow(line.clock.time() + 100 * DAY, "sign_in", agent_id="desk-1")]
        )
    later(line, 60 * DAY)
    run(forgetting(line, journal=30, sign_ins=30))
    with line.database.read() as connection:
        found = connection.execute(select(lines.c.kind, lines.c.body).order_by(lines.c.id)).all()
    assert [(one.kind, one.body.get("number"), one.body.get("times")) for one in found] == [
        ("text_received", "", 3),
        ("sign_in", None, None),
    ]


def test_imported_contacts_are_forgotten_by_their_own_age(line):
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("Z1", "Zoe", "", "", "", {}, 1.0), [NUMBER])
        now = line.clock.time()
        rows = [
            ContactRow(at, "Z1", "", "email", "in", "Zoe wrote", "", "", "", "", "", 0) for at in (5.0, now)
        ]
        customers.keep_contacts(unit.connection, rows)
    run(forgetting(line, calls=30))
    assert [words for _, words, _ in contacts(line, "email")] == ["", "Zoe wrote"]


def test_many_go_in_small_batches_and_the_job_comes_again(line):
    with line.database.write() as unit:
        for number in range(CALLS * 2 + 1):
            one = dict.fromkeys(("customer_id", "queued_id", "outcome", "agent_id", "disposition"))
            one |= {"sid": f"CA{number}", "caller": NUMBER, "dialled": "+15550001000", "flow": "main"}
            one |= {"revision": "r", "status": "ended", "session": "{}", "turn": 1, "leg_sid": None}
            one |= {"started_at": 5.0, "seen_at": 5.0, "ended_at": 6.0, "direction": "in"}
            unit.connection.execute(call.insert(), one)
    retention = forgetting(line, calls=30)
    left = []
    while retention.batch():
        with line.database.read() as connection:
            asked = select(func.count()).select_from(call).where(call.c.caller == NUMBER)
            left.append(connection.execute(asked).scalar())
    assert left == [CALLS + 1, 1, 0] and BATCHES > 1
    assert retention.job(None).after == 3600.0


def test_the_line_itself_forgets_by_the_clock(rehearse, tmp_path):
    settings = settings_of(tmp_path, STEPS).model_copy(update={"retention": Days(calls=30, texts=30)})
    line = rehearse(settings)
    for ask in FIRST_JOBS:
        ask(line.line.transactions)
    agent = line.add_agent("desk-1", ["support"])
    caller = line.dial(NUMBER)
    line.run(2)
    caller.press("0")
    picks_up(line, agent)
    line.run(5)
    caller.hang_up()
    line.run(60)
    assert NUMBER in everything(line.database)
    later(line, 32 * DAY)
    assert NUMBER not in everything(line.database)
