"""Blind transfers over the whole line: to a queue, to one agent, to a number outside (I-03, I-34, F-HU-n)."""

from __future__ import annotations

import pytest

from ivr.jobs.report_sums import ReportSums
from ivr.store import report_figures
from simulator.fault_injection import TIMEOUT
from tests.service.driving import ON_SQLITE, another_line, posts, state_of
from tests.service.giving_on import OUTSIDE, GivingOn, gap_s, settings_with
from tests.service.houses import form_of, journal, row_of
from tests.service.witness_checks import check_calls, check_quiet_floor

ALONE_S = 3.0


@pytest.fixture
def giving(rehearse):
    return lambda settings=None, **others: GivingOn(rehearse(settings or settings_with()), **others)


def ended_well(talk: GivingOn) -> None:
    talk.caller.hang_up()
    talk.line.run(180)
    check_calls(talk.line)
    check_quiet_floor(talk.line)
    assert "transfer" not in row_of(talk.line, talk.caller).session or talk.transfers()[-1][1] != "moving"


def test_to_a_queue_whose_agent_gets_them_at_once(giving):
    talk = giving()
    entered, since = talk.place().entered_at, talk.line.clock.time()
    agents_leg = talk.agent.call.sid
    talk.give("queue:billing")
    assert state_of(talk.line) == "wrapping_up"
    talk.picks_up("desk-2")
    assert talk.talks_with(talk.others["desk-2"])
    assert gap_s(talk.line, talk.caller, since) <= ALONE_S, "I-34"
    assert talk.agent.call is None, "who gave them on is off the phone"
    asked = [entry.detail["path"] for entry in talk.line.account.witness.of("rest") if entry.t >= since]
    moved = next(at for at, path in enumerate(asked) if talk.caller.sid in path)
    hung_up = next((at for at, path in enumerate(asked) if agents_leg in path), len(asked))
    assert moved < hung_up, "first the caller is moved, then the agent's phone is hung up"
    assert talk.place().entered_at == entered, "nobody loses their place by being given on"
    assert any("putting you through to billing" in said for said in talk.caller.heard)
    assert talk.transfers() == [("billing", "completed", "")]
    (asked,), (done,) = journal(talk.line, "transfer_asked"), journal(talk.line, "transferred")
    assert (asked["to"], asked["how"], done["transfer"]) == ("queue:billing", "blind", asked["transfer"])
    assert [body["by"] for body in journal(talk.line, "talk_ended")] == ["transferred"]
    ended_well(talk)


def test_to_one_agent_of_the_same_queue_though_another_has_waited_longer(giving):
    talk = giving(desk_2=["support"], desk_3=["support"])
    talk.give("agent:desk-3")
    talk.picks_up("desk-3")
    assert talk.talks_with(talk.others["desk-3"])
    rung = {call.to for call in talk.line.account.calls.values()}
    assert talk.others["desk-2"].address not in rung, "nobody else's phone rang"
    assert talk.transfers() == [("desk-3", "completed", "")]
    ended_well(talk)


def test_to_an_agent_of_another_queue(giving):
    talk = giving()
    talk.give("agent:desk-2")
    talk.picks_up("desk-2")
    assert talk.talks_with(talk.others["desk-2"]) and talk.place().queue == "billing"
    assert any("to a colleague" in said for said in talk.caller.heard)
    ended_well(talk)


@pytest.mark.parametrize("says_no", ["declines", "ignores", "phone is busy"])
def test_one_who_does_not_take_them_and_somebody_else_of_the_line_does(giving, says_no):
    """I-34: whose transfer fails is at the head of the line, and the agent who gave them on is told."""
    talk = giving(desk_2=["support"], desk_3=["support"])
    chosen, other = talk.others["desk-3"], talk.others["desk-2"]
    if says_no == "phone is busy":
        chosen.behaviour = "busy"
    talk.give("agent:desk-3")
    if says_no == "declines":
        assert talk.line.account.run_until(lambda: chosen.ringing, 20)
        chosen.answer()
        talk.line.run(1)
        chosen.press("2")
    assert talk.line.account.run_until(lambda: other.ringing, 60)
    ((target, state, reason),) = talk.transfers()
    assert (target, state) == ("desk-3", "returned") and reason
    shown = talk.line.line.talks.shown("desk-1", talk.caller.sid)
    assert (shown.last.state, shown.last.target_title) == ("returned", "desk-3")
    talk.picks_up("desk-2")
    assert talk.talks_with(other)
    assert [body["transfer"] for body in journal(talk.line, "transfer_returned")]
    ended_well(talk)


@ON_SQLITE
def test_who_gets_another_call_first_is_waited_for_and_no_longer(giving):
    """Between the click and the line the one agent may have been taken by somebody else."""
    talk = giving(desk_2=["billing"], desk_3=["support"])
    talk.give("agent:desk-3")
    talk.line.line.agents.go_away("desk-3")
    talk.line.run(60)
    assert talk.transfers()[0][1] == "returned" and talk.place().state == "waiting"
    ended_well(talk)


def test_to_a_number_outside_and_on_as_after_any_talk(giving):
    talk = giving()
    since = talk.line.clock.time()
    talk.give("number:warehouse;ext=12")
    assert talk.line.account.run_until(lambda: talk.outside.ringing, 20)
    assert gap_s(talk.line, talk.caller, since) <= ALONE_S, "I-34"
    assert talk.transfers() == [(f"{OUTSIDE};ext=12", "moving", None)]
    answers = [str(entry.detail.get("answer")) for entry in talk.line.account.witness.of("webhook")]
    assert any('sendDigits="wwww12"' in one and OUTSIDE in one for one in answers)
    talk.outside.answer()
    assert talk.talks_with(talk.outside)
    talk.line.run(5)
    talk.outside.hang_up()
    talk.line.run(1)
    assert talk.transfers() == [(f"{OUTSIDE};ext=12", "completed", "")]
    talk.line.run(60)
    assert talk.caller.status == "completed" and "Goodbye" in talk.caller.heard[-1]
    check_quiet_floor(talk.line)


@pytest.mark.parametrize("behaviour", ["busy", "no-answer"])
def test_nobody_outside_and_back_at_the_old_place(giving, behaviour):
    talk = giving()
    entered = talk.place().entered_at
    talk.outside.behaviour = behaviour
    talk.give("number:warehouse")
    talk.picks_up("desk-3")
    assert talk.talks_with(talk.others["desk-3"])
    assert any("you keep your place" in said for said in talk.caller.heard)
    assert talk.place().entered_at == entered and talk.place().queue == "support"
    assert talk.transfers() == [(OUTSIDE, "returned", behaviour)]
    ended_well(talk)


@ON_SQLITE
def test_0_before_the_number_is_dialled_is_a_person_here(giving):
    """Promise 1 holds for a caller who does not want to be given on."""
    talk = giving()
    talk.give("number:warehouse")
    talk.line.run(1)
    talk.caller.press("0")
    talk.picks_up("desk-3")
    assert talk.talks_with(talk.others["desk-3"]) and not talk.outside.ringing
    assert talk.transfers()[0][1] == "returned"
    ended_well(talk)


@ON_SQLITE
def test_from_hold_the_music_goes_on_until_they_are_moved(giving):
    talk = giving()
    talk.line.line.talks.hold("desk-1", talk.caller.sid)
    talk.line.run(10)
    since = talk.line.clock.time()
    talk.give("queue:billing")
    talk.picks_up("desk-2")
    assert talk.talks_with(talk.others["desk-2"]), "and they are not held there"
    assert gap_s(talk.line, talk.caller, since) <= ALONE_S
    (held,) = journal(talk.line, "hold_ended")
    assert held["seconds"] == pytest.approx(10, abs=0.5)
    ended_well(talk)


@ON_SQLITE
def test_the_agent_hangs_up_in_the_same_instant(giving):
    """The room ends before the carrier moves the caller: that brings them as well, and they are not asked
    whether they need help."""
    talk = giving()
    talk.line.line.talks.transfer("desk-1", talk.caller.sid, "queue:billing", "")
    talk.agent.hang_up()
    talk.line.run(1)
    talk.picks_up("desk-2")
    assert talk.talks_with(talk.others["desk-2"])
    assert not any("has ended" in said for said in talk.caller.heard)
    ended_well(talk)


@ON_SQLITE
@pytest.mark.parametrize(
    ("answer", "applied"), [(500, False), (TIMEOUT, False), (TIMEOUT, True), (400, False)]
)
def test_the_carrier_fails_and_nobody_is_dropped(giving, answer, applied):
    """F-TW: the caller stays with the agent until they are moved, or comes when the room has ended."""
    talk = giving()
    path = rf"/Calls/{talk.caller.sid}\.json$"
    talk.line.account.rest_faults.add("POST", path, answer, applied=applied, times=2)
    since = talk.line.clock.time()
    talk.give("queue:billing")
    talk.picks_up("desk-2")
    assert talk.talks_with(talk.others["desk-2"]) and talk.agent.call is None
    assert gap_s(talk.line, talk.caller, since) <= ALONE_S
    talk.line.account.rest_faults.clear()
    ended_well(talk)


@ON_SQLITE
def test_repeated_late_and_strange_requests_change_nothing(giving):
    talk = giving()
    turn = row_of(talk.line, talk.caller).turn
    path = f"/voice/calls/{talk.caller.sid}/{turn + 1}/transferred"
    before = posts(talk.line, path, **form_of(talk.caller)).data
    assert b"<Conference" in before, "who is not given on stays in the room"
    talk.line.run(1)
    talk.give("queue:billing")
    turn = row_of(talk.line, talk.caller).turn
    answers = {
        posts(talk.line, f"/voice/calls/{talk.caller.sid}/{turn}/transferred", **form_of(talk.caller)).data
    }
    answers.add(
        posts(talk.line, f"/voice/calls/{talk.caller.sid}/{turn}/talked", **form_of(talk.caller)).data
    )
    assert len(answers) == 1
    assert len(journal(talk.line, "transferred")) == 1 and talk.place().queue == "billing"
    talk.picks_up("desk-2")
    assert talk.talks_with(talk.others["desk-2"])
    ended_well(talk)


@ON_SQLITE
def test_the_process_dies_before_the_carrier_is_asked(giving, database_url):
    """The job is on record with the change: whoever comes next moves the caller."""
    talk = giving()
    talk.line.line.talks.transfer("desk-1", talk.caller.sid, "queue:billing", "")
    another = another_line(talk.line, database_url)
    another.worker.run_due()
    another.stop()
    talk.picks_up("desk-2")
    assert talk.talks_with(talk.others["desk-2"])
    ended_well(talk)


@ON_SQLITE
def test_the_talk_before_is_no_wait_in_the_reports(giving):
    """The queue they are given to answers for its own line alone."""
    talk = giving()
    talk.line.run(300)
    talk.give("queue:billing")
    talk.picks_up("desk-2")
    assert talk.talks_with(talk.others["desk-2"])
    ended_well(talk)
    ReportSums(talk.line.line.transactions, talk.line.settings).sum_up()
    with talk.line.database.read() as connection:
        sums = report_figures.by_queue(connection, "2000-01-01", "2100-01-01")
    assert (sums["billing"].entered, sums["billing"].answered) == (1, 1)
    assert sums["billing"].wait_answered_s < 20 and sums["support"].wait_answered_s < 20


def test_a_call_given_to_a_colleague_is_no_second_caller_in_line(giving):
    talk = giving(desk_2=["support"], desk_3=["support"])
    talk.give("agent:desk-3")
    talk.picks_up("desk-3")
    assert talk.talks_with(talk.others["desk-3"])
    ended_well(talk)
    ReportSums(talk.line.line.transactions, talk.line.settings).sum_up()
    with talk.line.database.read() as connection:
        support = report_figures.by_queue(connection, "2000-01-01", "2100-01-01")["support"]
    assert (support.entered, support.answered, support.talks) == (1, 1, 2)
