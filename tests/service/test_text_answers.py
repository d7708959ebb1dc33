"""Texts are answered by text, once, by who has taken them, and closed with a result."""

from __future__ import annotations

import pytest

from ivr.floor.offers import TooLate
from ivr.floor.outgoing_messages import SmsRefused
from ivr.service.work_items import NoSuchWork
from ivr.store import customers
from tests.service.driving import all_at_once
from tests.service.texting import CALLER, LINE, comes_in, house, items, taken, texting, thread


@pytest.fixture
def line(rehearse, tmp_path):
    return texting(rehearse(house(tmp_path)))


# Answering -------------------------------------------------------------------------------------------------


def test_the_answer_goes_out_once_from_the_number_they_wrote_to(line):
    comes_in(line, "Where is my parcel?")
    number = taken(line)
    seen = thread(line).seen
    line.works.reply(number, "desk-1", "  It comes today.\r\nBye\x1b[31m ", seen)
    with pytest.raises(TooLate, match="meanwhile"):
        line.works.reply(number, "desk-1", "It comes today.", seen)
    line.run(2)
    [sent] = line.account.messages
    assert (sent["to"], sent["from"], sent["body"]) == (CALLER, LINE, "It comes today.\nBye[31m")
    last = thread(line).messages[-1]
    assert (last.direction, last.outcome) == ("out", "sent") and last.agent_name
    line.works.reply(number, "desk-1", "Anything else?", thread(line).seen)
    line.run(2)
    assert len(line.account.messages) == 2


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
    assert len(line.account.messages) == 1


def test_who_wants_no_texts_gets_none_and_the_desk_says_so(line):
    comes_in(line, "Where is my parcel?")
    number = taken(line)
    comes_in(line, "STOP", "SM2")
    shown = thread(line)
    assert shown.refused == "STOP" and [one.words for one in shown.messages][-1] == "STOP"
    with pytest.raises(SmsRefused, match="want no texts"):
        line.works.reply(number, "desk-1", "It comes today.", shown.seen)
    line.run(2)
    assert line.account.messages == []


@pytest.mark.parametrize(("body", "why"), [("", "something"), (" \n\x00", "something"), ("x" * 1001, "1000")])
def test_what_cannot_be_sent_is_said(line, body, why):
    comes_in(line, "Hello")
    with pytest.raises(SmsRefused, match=why):
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
