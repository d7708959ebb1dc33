"""The fallback that is hosted elsewhere: who needs a document while the line cannot be reached stays, and is
where they were once it is back. Played with the very document that `ivr fallback` prints."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import ivr
from ivr.scenarios.simulated_line import PUBLIC_URL
from tests.service.calling_back import books, calling_back, customer_phone
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, posts, talks
from tests.service.houses import journal, row_of
from tests.service.witness_checks import check_calls, check_quiet_floor

ROOT = Path(__file__).parents[2]
BIN = "https://handler.example"
ENDED = "The call with our team has ended"
MOMENT = "One moment, please."
LEFT_OUT = 15.0  # seconds without a line


def printed() -> str:
    done = CliRunner().invoke(
        ivr, ["fallback"], env={"PUBLIC_URL": PUBLIC_URL, "IVR_CONFIG": str(ROOT / "config.yaml")}
    )
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@pytest.fixture
def kept(rehearse):
    """Makes a line with that document elsewhere."""

    def make(settings=None):
        line = rehearse(settings, fallback_url=f"{BIN}/kept")
        document = printed().encode()

        def app(_environ, start_response):
            start_response("200 OK", [("Content-Type", "text/xml")])
            return [document]

        line._transport.apps[BIN] = app
        return line

    return make


@contextmanager
def away(line):
    """Every connection to the line is refused; the telephones go on."""
    app = line._transport.apps.pop(PUBLIC_URL)
    try:
        yield
    finally:
        line._transport.apps[PUBLIC_URL] = app


def test_who_waits_stays_and_is_back_in_line_at_the_old_place(kept):
    line = kept()
    first, second = asks_for_person(line), asks_for_person(line, "+14155550188")
    places = [row_of(line, caller).queued_id for caller in (first, second)]
    line.run(5)
    with away(line):
        line.run(150)  # longer than one document of music
        assert first.status == second.status == "in-progress"
        assert MOMENT in first.heard and "Un momento, por favor." in first.heard
    assert line.account.run_until(lambda: first.music and second.music, 30)
    assert [row_of(line, caller).queued_id for caller in (first, second)] == places
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    assert line.account.run_until(lambda: first.talking_to == {agent.address}, 10)
    first.hang_up()
    second.hang_up()
    line.run(90)
    check_calls(line)


def test_a_new_caller_is_put_in_line(kept):
    line = kept()
    with away(line):
        caller = line.dial("+14155550199")
        line.run(LEFT_OUT)
        assert caller.heard.count(MOMENT) >= 2
    assert line.account.run_until(lambda: caller.music, 30)
    assert row_of(line, caller).status == "waiting"


def test_who_is_in_a_flow_hears_the_same_question_again(kept):
    line = kept()
    caller = line.dial()
    line.run(2)
    question = caller.speaking
    with away(line):
        line.run(LEFT_OUT)
    line.run(8)
    assert caller.heard.count(question) >= 1 and row_of(line, caller).ended_at is None
    caller.press("0")
    line.run(5)
    assert row_of(line, caller).status == "waiting"


@ON_SQLITE
def test_a_key_pressed_meanwhile_asks_for_a_person(kept):
    line = kept()
    caller = line.dial()
    line.run(2)
    with away(line):
        line.run(20)
        assert line.account.run_until(lambda: caller.listened_to and caller.speaking == MOMENT, 30)
    caller.press("0")
    line.run(10)
    assert row_of(line, caller).status == "waiting"


def test_who_talks_talks_on_and_is_asked_whether_they_still_need_somebody(kept):
    line = kept()
    agent = line.add_agent("desk-1", ["support"])
    caller = talks(line, agent)
    with away(line):
        line.run(5)
        assert caller.talking_to == {agent.address}
        agent.hang_up()
        line.run(LEFT_OUT)
        assert caller.status == "in-progress"
    assert line.account.run_until(lambda: any(ENDED in text for text in caller.heard), 20)
    caller.hang_up()
    line.run(90)
    check_quiet_floor(line)


def test_an_agent_who_picks_up_meanwhile_keeps_the_call(kept):
    line = kept()
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: agent.ringing, 20)
    with away(line):
        agent.answer()
        line.run(3)
        assert agent.heard[0] == MOMENT
    assert line.account.run_until(lambda: "Press 1" in (agent.speaking or ""), 20)
    agent.press("1")
    line.run(3)
    assert agent.talking_to and caller.talking_to == {agent.address}
    caller.hang_up()
    line.run(90)
    check_quiet_floor(line)


def test_a_customer_whom_we_call_back_stays_too(kept, tmp_path):
    line = kept(calling_back(tmp_path))
    books(line)
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert line.account.run_until(lambda: customer.ringing, 60)
    with away(line):
        customer.answer()
        line.run(8)
        assert MOMENT in customer.heard
    line.run(10)
    customer.press("1")
    picks_up(line, agent)
    assert line.account.run_until(lambda: customer.talking_to == {agent.address}, 20)
    with away(line):
        agent.hang_up()
        line.run(LEFT_OUT)
        assert customer.call is not None
    assert line.account.run_until(lambda: any(ENDED in text for text in customer.heard), 20)
    assert len(journal(line.line, "arrived")) == 1, "the customer's leg is no new caller"


@ON_SQLITE
def test_who_comes_back_again_and_again_is_put_through_to_a_person(kept):
    """The line answers, but what it says cannot be carried out."""
    line = kept()
    caller = line.dial()
    line.run(2)
    asked = []
    for _ in range(4):
        answer = posts(line, "/voice/fallback", CallSid=caller.sid, From=caller.address, Direction="inbound")
        asked.append(answer.text)
    assert all("/voice/resume/" in document for document in asked[:3])
    assert "/voice/rescue/" in asked[3]


@ON_SQLITE
def test_a_leg_that_nobody_knows_is_no_new_caller(kept):
    line = kept()
    answer = posts(line, "/voice/fallback", CallSid="CAstranger", Direction="outbound-api")
    assert "/voice/legs/CAstranger/0" in answer.text
    answer = posts(line, "/voice/legs/CAstranger/0", CallSid="CAstranger")
    assert "/voice/legs/CAstranger/1" in answer.text and MOMENT in answer.text
    assert "Hangup" in posts(line, "/voice/legs/CAstranger/8", CallSid="CAstranger").text
    assert posts(line, "/voice/legs/CAother/0", CallSid="CAstranger").status_code == 404
    assert journal(line.line, "arrived") == []
