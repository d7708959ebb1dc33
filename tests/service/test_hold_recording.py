"""The agent pauses the recording for card data: shown as paused only when nothing is recorded."""

from __future__ import annotations

import pytest

from ivr.carrier.base import RETRYABLE, CarrierError
from ivr.service.agents import TooLate
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.houses import Died, journal

RECORDED = """
notice: {record: We record this call. Press 0 for a person., next: support}
support: {queue: support}
"""


@pytest.fixture
def recorded_talk(on):
    """A talk with desk-1 that is being recorded, unless the flow never says so."""

    def begin(steps: str = RECORDED):
        line = on(steps)
        agent = line.add_agent("desk-1", ["support"])
        caller = line.dial()
        picks_up(line, agent)
        assert line.account.run_until(lambda: caller.talking_to == {agent.address}, 10)
        line.run(5)
        return line, caller, agent

    return begin


def recordings(line) -> list[str]:
    return [one.status for one in line.account.recordings.values()]


def shown(line, caller) -> str:
    return line.line.talks.shown("desk-1", caller.sid).recording


def carrier(line):
    return line.line.talks._recording._recordings._carrier


def fails(sid: str) -> None:
    raise CarrierError(RETRYABLE, "no")


def test_paused_and_resumed_by_the_agent(recorded_talk):
    line, caller, agent = recorded_talk()
    assert (recordings(line), shown(line, caller)) == (["in-progress"], "on")
    for _ in range(2):
        line.line.talks.pause_recording("desk-1", caller.sid)
        assert (recordings(line), shown(line, caller)) == (["paused"], "paused"), "when it returns, not later"
    assert line.line.talks.shown("desk-1", caller.sid).paused_at is not None
    line.run(60)
    assert recordings(line) == ["paused"], "nothing resumes it but the agent"
    for _ in range(2):
        line.line.talks.resume_recording("desk-1", caller.sid)
        line.run(1)
        assert (recordings(line), shown(line, caller)) == (["in-progress"], "on")
    assert len(journal(line.line, "recording_paused_by_agent")) == 1
    assert len(journal(line.line, "recording_resumed_by_agent")) == 1
    assert caller.talking_to == {agent.address} and line.account.faults == []


@ON_SQLITE
def test_a_pause_ends_with_the_talk(recorded_talk):
    line, caller, agent = recorded_talk()
    line.line.talks.pause_recording("desk-1", caller.sid)
    agent.hang_up()
    line.run(1)
    assert recordings(line) == ["in-progress"], "of the rest of the call, as its flow says"


@ON_SQLITE
def test_what_cannot_be_paused_is_stopped(recorded_talk):
    line, caller, _ = recorded_talk()
    carrier(line).pause_recording = fails
    line.line.talks.pause_recording("desk-1", caller.sid)
    assert recordings(line)[0] in ("processing", "completed") and shown(line, caller) == "paused"
    del carrier(line).pause_recording
    line.line.talks.resume_recording("desk-1", caller.sid)
    line.run(1)
    assert recordings(line)[1:] == ["in-progress"], "what was stopped begins anew"


@ON_SQLITE
def test_an_agent_is_told_when_it_may_still_record(recorded_talk):
    line, caller, _ = recorded_talk()
    carrier(line).pause_recording = carrier(line).stop_recording = fails
    with pytest.raises(TooLate, match="do not ask for card details"):
        line.line.talks.pause_recording("desk-1", caller.sid)
    assert (recordings(line), shown(line, caller)) == (["in-progress"], "on")
    line.run(30)
    assert recordings(line) == ["in-progress"]


@ON_SQLITE
@pytest.mark.parametrize("asked", [True, False])
def test_a_process_that_dies_while_pausing_leaves_it_to_the_job(recorded_talk, asked):
    """Not shown as paused before it surely is; then it is seen to."""
    line, caller, _ = recorded_talk()
    really = carrier(line).pause_recording

    def dies(sid: str) -> None:
        if asked:
            really(sid)
        del carrier(line).pause_recording
        raise Died

    carrier(line).pause_recording = dies
    with pytest.raises(Died):
        line.line.talks.pause_recording("desk-1", caller.sid)
    assert shown(line, caller) == "on"
    line.run(9)
    assert (recordings(line), shown(line, caller)) == (["paused"], "paused")


@ON_SQLITE
def test_a_pause_while_the_recording_is_just_beginning(recorded_talk):
    """The job that begins it looks again, and finds it paused."""
    line, caller, _ = recorded_talk()
    real = carrier(line).resume_recording

    def overtaken(sid: str) -> None:
        del carrier(line).resume_recording
        line.line.talks.pause_recording("desk-1", caller.sid)
        real(sid)

    line.line.talks.pause_recording("desk-1", caller.sid)
    carrier(line).resume_recording = overtaken
    line.line.talks.resume_recording("desk-1", caller.sid)
    line.run(2)
    assert (recordings(line), shown(line, caller)) == (["paused"], "paused")


@ON_SQLITE
def test_where_nothing_is_recorded_nothing_is_paused(recorded_talk):
    line, caller, _ = recorded_talk("support: {queue: support}")
    assert shown(line, caller) == ""
    for ask in (line.line.talks.pause_recording, line.line.talks.resume_recording):
        with pytest.raises(TooLate, match="not being recorded"):
            ask("desk-1", caller.sid)
