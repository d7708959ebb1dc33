"""Comments spoken in a survey: kept with the survey, heard on the card next time, nobody's work, erased."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ivr.engine.effects import KeepComment
from ivr.floor import comments
from ivr.service.erasing import erase
from ivr.service.screen_pop.cards import CardService
from ivr.service.work_item_callbacks import work_service
from ivr.service.work_items import NoSuchWork
from ivr.store import calls, customers
from ivr.store.customers import CustomerRow
from ivr.store.tables import contact, recording, work_item
from tests.service.driving import posts
from tests.service.houses import journal, row_of
from tests.service.test_voicemail import being_recorded

CALLER = "+14155550123"
STEPS = """
q: {survey: [{ask: How was it?, save: c}, {ask: How easy?, save: e}], comment: voice, next: a}
a: {menu: For help press 1., keys: {1: help}}
help: {queue: support}
"""


@pytest.fixture
def line(on):
    line = on(STEPS)
    line.works = work_service(line.line.transactions, line.line.calls, line.line.registry, line.settings)
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("Z1", "Zed", "", "", "", {}, 1.0), [CALLER])
    return line


def speaks(line, seconds: float = 4):
    """A caller who has rated and speaks a comment."""
    caller = line.dial(CALLER)
    line.run(4)
    for _ in range(2):
        caller.press("4")
        line.run(2)
    assert line.account.run_until(lambda: being_recorded(line), 20)
    if seconds:
        caller.say("More music please.", seconds=seconds)
        line.run(seconds + 0.5)
    return caller


def surveys(line) -> list[tuple[str, str | None]]:
    with line.database.read() as connection:
        found = connection.execute(select(contact).where(contact.c.channel == "survey"))
        return [(one.summary, one.recording_sid) for one in found]


def status(line) -> list[tuple[str, str]]:
    with line.database.read() as connection:
        return [tuple(one) for one in connection.execute(select(recording.c.kind, recording.c.status))]


def no_work(line) -> bool:
    with line.database.read() as connection:
        return connection.execute(select(work_item)).first() is None


def test_a_key_ends_it_and_it_belongs_to_the_survey(line):
    caller = speaks(line)
    caller.press("#")
    line.run(5)
    [(summary, sid)] = surveys(line)
    assert summary == "c: 4" and sid in line.account.recordings
    assert status(line) == [("comment", "stored")] and no_work(line)
    assert [one["seconds"] for one in journal(line, "comment_left")] == [4]
    caller.hang_up()
    line.run(2)
    assert row_of(line, caller).outcome != "voicemail"


def test_a_minute_is_the_most(line):
    speaks(line, seconds=80)
    [one] = line.account.recordings.values()
    assert one.end is not None and no_work(line)
    assert [said["seconds"] for said in journal(line, "comment_left")] == [60]


def test_F_HU_n_who_hangs_up_while_speaking_has_left_it(line):
    caller = speaks(line)
    caller.hang_up()
    line.run(5)
    assert surveys(line)[0][1] and no_work(line)
    assert row_of(line, caller).outcome != "voicemail"


def test_0_in_the_middle_is_a_person_who_can_hear_it(line):
    phone = line.add_agent("desk-1", ["support"])
    caller = speaks(line)
    caller.press("0")
    assert line.account.run_until(lambda: phone.ringing, 20)
    cards = CardService(line.database, line.line.transactions.clock, line.settings)
    [one] = cards.card(caller.sid, "desk-1").comments
    assert line.works.comment(caller.sid, "desk-1", one["recording"]).sid == one["recording"]


def test_silence_leaves_nothing(line):
    caller = speaks(line, seconds=0)
    line.run(10)
    assert surveys(line) == [("c: 4", None)] and journal(line, "comment_left") == []
    assert caller.status == "in-progress"


def test_the_next_call_has_it_on_the_card_and_nobody_else_has(line):
    speaks(line).hang_up()
    line.run(5)
    [(_, sid)] = surveys(line)
    phone = line.add_agent("desk-1", ["support"])
    line.add_agent("desk-2", ["support"], available=False)
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("Y1", "Yolanda", "", "", "", {}, 1.0), ["+14155550124"])
    again = line.dial(CALLER)
    line.run(4)
    again.press("0")
    assert line.account.run_until(lambda: phone.ringing, 20)
    assert line.works.comment(again.sid, "desk-1", sid).sid == sid
    for agent, call, what in (
        ("desk-2", again.sid, sid),
        ("desk-1", "CAnone", sid),
        ("desk-1", again.sid, "RE0"),
    ):
        with pytest.raises(NoSuchWork):
            line.works.comment(call, agent, what)
    again.hang_up()
    line.run(60)
    with pytest.raises(NoSuchWork):  # the call is over, and so is the right to hear
        line.works.comment(again.sid, "desk-1", sid)


def test_told_twice_and_after_the_call_it_is_kept_once(line):
    caller = speaks(line)
    caller.hang_up()
    line.run(5)
    [(_, sid)] = surveys(line)
    with line.line.transactions.begin() as tx:
        row = calls.find(tx.connection, caller.sid)
        comments.keep(tx, row, KeepComment(sid, 4))
        comments.keep(tx, row, KeepComment("REother", 4))
    assert surveys(line)[0][1] == sid and len(journal(line, "comment_left")) == 1
    form = {
        "CallSid": caller.sid,
        "RecordingSid": sid,
        "RecordingStatus": "completed",
        "RecordingDuration": "4",
    }
    posts(line, f"/voice/calls/{caller.sid}/recording/-", **form)
    assert no_work(line) and row_of(line, caller).outcome != "voicemail"


def test_who_is_erased_is_not_heard_any_more(line):
    speaks(line).hang_up()
    line.run(5)
    [(_, sid)] = surveys(line)
    assert erase(line.line.transactions, "Z1").recordings == 1
    line.run(10)
    assert surveys(line) == [("", None)] and status(line) == [("comment", "dropped")]
    assert [one["recording"] for one in journal(line, "recording_deleted")] == [sid]
