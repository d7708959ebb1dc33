"""Surveys by text: asked once, of whom it may be asked, answered in words and figures, ended by STOP."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from ivr.flowfiles.destinations import Destinations
from ivr.flowfiles.queue_settings import SmsSurveySettings
from ivr.flowfiles.settings_file import load_settings
from ivr.store import customers, messages
from ivr.store.customers import CustomerRow
from ivr.store.tables import text_survey
from tests.service.driving import picks_up, posts, talks
from tests.service.houses import contacts, journal, settings_of

CALLER, LINE = "+14155550123", "+15550001000"
STEPS = """hello: {menu: Welcome. Press 1., keys: {1: help}}
help: {queue: support, next: bye}
bye: {hang_up: Bye.}"""
SURVEY = """
      questions:
        - {ask: {en-US: How helpful were we?, de-DE: Wie war es?}, save: helped}
        - {ask: How easy was it?, save: easy}
      comment: {ask: What could we do better?, save: better}
      every_days: 30
      after_minutes: 5
"""


def house(folder, more: str = "", survey: str = SURVEY):
    settings_of(folder, STEPS)
    config = (
        f'company: Northwind\nnumbers: {{"{LINE}": main}}\nqueues:\n  support:\n    survey:{survey}{more}'
    )
    (folder / "config.yaml").write_text(config + "limits: {rest_calls_per_second: 10}\n")
    return load_settings(folder / "config.yaml", {})


@pytest.fixture
def on(rehearse, tmp_path):
    def make(more: str = "      hours: 00:00-24:00\n", known: bool = True):
        line = rehearse(house(tmp_path, more))
        if known:
            with line.database.write() as unit:
                customers.save(unit.connection, CustomerRow("Z1", "Zed", "", "", "", {}, 1.0), [CALLER])
        line.agent = line.add_agent("desk-1", ["support"])
        return line

    return make


def talked(line):
    caller = talks(line, line.agent)
    caller.hang_up()
    line.run(1)
    return caller


def said(line) -> list[str]:
    return [summary for _, summary, _ in contacts(line, messages.TEXT)]


def answers(line, body: str, sid: str) -> None:
    form = {"MessageSid": sid, "From": CALLER, "To": LINE, "NumMedia": "0", "Body": body}
    assert posts(line, "/sms/incoming", **form).status_code == 200
    line.run(1)


def test_asked_once_answered_in_turn_and_on_the_card_and_in_the_journal(on):
    line = on()
    talked(line)
    line.run(200)
    assert said(line) == [], "not before its time"
    line.run(120)
    [first] = said(line)
    assert first.startswith("Northwind: How helpful were we? Please answer") and "STOP" in first
    for sid, body in (("SM1", "4"), ("SM1", "4"), ("SM2", "Where is my parcel?"), ("SM3", " 5. Thanks")):
        answers(line, body, sid)  # the carrier tells of SM1 twice
    assert journal(line, "rated") == [
        {"question": "helped", "answer": "4"}, {"question": "easy", "answer": "5"},
        {"question": "better", "answer": "Thanks"},
    ]  # fmt: skip
    assert contacts(line, messages.SURVEY) == [
        (CALLER, "Survey by SMS: helped: 4, easy: 5, better: Thanks", "")
    ]
    assert said(line)[-1] == "Thank you for your answer."
    talked(line)
    line.run(400)
    assert journal(line, "survey_not_asked") == [{"why": "asked lately"}]


def test_the_comment_is_asked_for_after_the_last_number(on):
    line = on()
    talked(line)
    line.run(310)
    for sid, body in (("SM1", "4"), ("SM2", "1"), ("SM3", "Answer\u202e sooner")):
        answers(line, body, sid)
    assert "What could we do better?" in said(line)
    assert journal(line, "rated")[-1] == {"question": "better", "answer": "Answer sooner"}
    before = len(said(line))
    answers(line, "3", "SM4")
    assert len(said(line)) == before + 1 and len(journal(line, "rated")) == 3, "it is over: an ordinary text"


def test_stop_ends_it_and_nobody_who_said_it_is_asked(on):
    line = on()
    talked(line)
    line.run(310)
    answers(line, "STOP", "SM1")
    answers(line, "4", "SM2")
    assert journal(line, "rated") == [] and said(line)[1:] == ["STOP", "4"]
    with line.database.read() as connection:
        assert connection.execute(select(text_survey.c.state)).scalars().all() == ["refused"]
    line.run(31 * 86_400)
    talked(line)
    line.run(400)
    assert journal(line, "survey_not_asked")[-1] == {"why": "they want no texts from us"}


def test_who_only_called_from_a_number_nobody_vouches_for_is_not_asked(on):
    line = on(known=False)
    talked(line)
    line.run(400)
    assert said(line) == [] and journal(line, "survey_not_asked") == [
        {"why": "nobody vouches for the number"}
    ]


def test_quiet_hours_are_kept(on):
    """The rehearsal begins at 10:00 in New York, which is 15:00 here."""
    line = on("      hours: 03:00-04:00\n")
    talked(line)
    line.run(3600)
    assert said(line) == []
    line.run(12 * 3600)
    assert len(said(line)) == 1


def test_who_did_not_talk_is_not_asked_and_a_job_that_comes_twice_asks_once(on):
    line = on()
    caller = line.dial()
    line.run(2)
    caller.hang_up()
    line.run(400)
    assert said(line) == []
    row = talked(line)
    for _ in range(2):
        with line.line.transactions.begin() as tx:
            tx.job("ask_survey", f"ask_survey:{row.sid}", 0.0, {"call": row.sid, "queue": "support"})
        line.run(2)
    assert len(said(line)) == 1
    with line.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(text_survey)).scalar() == 1


def test_who_was_given_on_is_asked_about_the_queue_that_wants_to_know(on):
    line = on("      hours: 00:00-24:00\n  billing: {title: Billing}\n")
    other = line.add_agent("desk-2", ["billing"])
    caller = talks(line, line.agent)
    line.line.talks.transfer("desk-1", caller.call.sid, "queue:billing", "")
    picks_up(line, other)
    assert line.account.run_until(lambda: caller.talking_to == {other.address}, 20)
    caller.hang_up()
    line.run(400)
    assert [text.startswith("Northwind: How helpful were we?") for text in said(line)] == [True]


def test_answers_come_too_late(on):
    line = on("      hours: 00:00-24:00\n      answer_hours: 1\n")
    talked(line)
    line.run(310)
    line.run(3601)
    answers(line, "4", "SM1")
    assert journal(line, "rated") == []


@pytest.mark.parametrize(
    ("number", "country", "may"),
    [
        ("+14155550123", "US", True), ("+491701234567", "DE", True), ("+4930123456", "DE", False),
        ("+491701234567", "US", False), ("+19005550123", "US", False), ("+18005550123", "US", False),
        ("911", "US", False), ("", "US", False), ("sip:x", "US", False),
    ],
)  # fmt: skip
def test_only_mobile_numbers_of_our_country(number, country, may):
    assert Destinations.of(country).takes_texts(number) == may


def test_words_are_in_the_language_of_the_call():
    survey = SmsSurveySettings.model_validate(
        {"questions": [{"ask": {"en-US": "A", "de-DE": "B"}, "save": "x"}]}
    )
    assert [survey.questions[0].words(each) for each in ("de-DE", "fr-FR")] == ["B", "A"]
