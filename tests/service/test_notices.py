"""Notices: heard by everybody within two seconds, on every process; over by themselves; on record."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.floor.transaction import NotificationBus, Transactions
from ivr.service.notices import LONGEST, MOST_ON, NoticeBoard, NoticeProblem, NoticeService, until_moment
from ivr.store import notices as stored
from tests.service.driving import another_line, asks_for_person, posts
from tests.service.houses import journal

DOWN = "Our lines are down in the north."
ZONE = ZoneInfo("America/New_York")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE).timestamp()


@pytest.fixture
def notices(line):
    return NoticeService(Transactions(line.database, line.clock.time, NotificationBus()), line.settings)


def first_words(line, seconds: float = 3) -> str:
    caller = line.dial(from_=f"+1415555{1000 + int(line.clock.time()) % 9000:04}")
    line.run(seconds)
    heard = " ".join(caller.heard)
    caller.hang_up()
    line.run(1)
    return heard


def test_every_new_call_begins_with_it_and_still_says_that_0_reaches_a_person(line, notices):
    made = notices.set({"": DOWN, "es-US": "No hay línea."}, author="Ops")
    line.run(2)
    heard = first_words(line, 14)
    assert heard.startswith(DOWN) and "Press 0 at any time" in heard[: len(DOWN) + 50]
    assert heard.count(DOWN) == 1 and "Thank you for calling" in heard
    notices.end(made.id, "Ops")
    line.run(2)
    assert DOWN not in first_words(line)
    [began], [ended] = journal(line, "notice_set"), journal(line, "notice_ended")
    assert (began["author"], ended["author"], began["words"]["en-US"]) == ("Ops", "Ops", DOWN)


def test_0_works_in_it(line, notices):
    phone = line.add_agent("desk-1", ["support"])
    notices.set({"": DOWN})
    line.run(2)
    caller = asks_for_person(line)
    assert caller.heard[0].startswith("Our") and line.account.run_until(lambda: phone.ringing, 5)


def test_who_waits_in_the_queue_hears_it_once_and_nobody_else(line, notices):
    line.add_agent("desk-1", ["support"], available=False)
    caller = asks_for_person(line)
    line.run(5)
    notices.set({"": DOWN}, queue="support")
    notices.set({"": "Invoices are late."}, queue="billing")
    line.run(200)
    heard = " ".join(caller.heard)
    assert heard.count(DOWN) == 1 and "Invoices" not in heard


def test_another_process_knows_within_two_seconds(line, notices, database_url):
    other = another_line(line, database_url)
    form = {"From": "+14155550123", "To": "+15550001000"}
    posts(other, "/voice/incoming", CallSid="CA" + "1" * 32, **form)  # it has looked, and remembers
    notices.set({"": DOWN})
    line.run(2)
    answer = posts(other, "/voice/incoming", CallSid="CA" + "2" * 32, **form)
    assert DOWN in answer.text
    other.database.close()


def test_it_is_over_by_itself(line, notices):
    notices.set({"": DOWN}, until="10m")
    line.run(595)
    assert DOWN in first_words(line)
    line.run(10)
    assert DOWN not in first_words(line)
    on, over = notices.listed()
    assert on == [] and [one.words["en-US"] for one in over] == [DOWN]
    with pytest.raises(NoticeProblem, match="that is on"):
        notices.end(over[0].id)


def test_a_look_a_second_and_not_for_each_caller(line, notices, monkeypatch):
    looks = []
    real = stored.in_force
    monkeypatch.setattr(stored, "in_force", lambda *asked: looks.append(asked) or real(*asked))
    board = NoticeBoard()
    with line.database.read() as connection:
        for tenth in range(30):
            board.on(connection, NOON + tenth / 10)
        board.on(connection, NOON - 3600)  # the clock was put back
    assert len(looks) == 4


@pytest.mark.parametrize(
    ("words", "queue", "until", "why"),
    [
        ({"": " \n\t "}, "", "", "no words"),
        ({}, "", "", "no words"),
        ({"": "\u202e\u0000"}, "", "", "no words"),
        ({"": "a" * (LONGEST + 1)}, "", "", f"{LONGEST + 1} characters"),
        ({"": "<Hangup/>"}, "", "", "plain words: <"),
        ({"": "You are {{ name }}"}, "", "", "plain words: {{"),
        ({"": DOWN, "fr-FR": "Oui"}, "", "", "no language 'fr-FR'"),
        ({"": DOWN, "es-US": ""}, "", "", "no words"),
        ({"": DOWN}, "sales", "", "no queue 'sales'"),
        ({"": DOWN}, "", "soon", "no time"),
        ({"": DOWN}, "", "0m", "over already"),
        ({"": DOWN}, "", "2020-01-01 10:00", "over already"),
        ({"": DOWN}, "", "99d", "at most 31 days"),
        ({"": DOWN}, "", "99999d", "at most 31 days"),
        ({"": DOWN}, "", "2026-02-30 10:00", "no time"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(line, notices, words, queue, until, why):
    with pytest.raises(NoticeProblem) as problem:
        notices.set(words, queue, until)
    assert why in str(problem.value)
    assert notices.listed() == ([], [])


def test_so_many_that_nobody_would_hear_the_flow_are_refused(line, notices):
    for number in range(MOST_ON):
        notices.set({"": f"Number {number}."})
    with pytest.raises(NoticeProblem, match="end one first"):
        notices.set({"": "One more."})
    assert notices.end_all() == MOST_ON and notices.end_all() == 0


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("18:00", "2026-03-02 18:00"),
        ("9:30", "2026-03-03 09:30"),
        ("12:00", "2026-03-03 12:00"),
        ("2h", "2026-03-02 14:00"),
        ("90 min", "2026-03-02 13:30"),
        ("2026-03-09 08:00", "2026-03-09 08:00"),  # after the clocks went forward
        ("7d", "2026-03-09 13:00"),
    ],
)
def test_until(written, local):
    moment = datetime.fromtimestamp(until_moment(written, NOON, ZONE), ZONE)
    assert f"{moment:%Y-%m-%d %H:%M}" == local


def test_until_a_time_of_day_when_the_clocks_are_put_back():
    """A day of 25 hours: 18:00 is the one the staff see on their clock."""
    night = datetime(2026, 11, 1, 0, 30, tzinfo=ZONE).timestamp()
    assert datetime.fromtimestamp(until_moment("18:00", night, ZONE), UTC).hour == 23
