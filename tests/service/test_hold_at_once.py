"""Holding and retrieving at the same moment: pages, processes and workers that overtake each other."""

from __future__ import annotations

import pytest

from ivr.service.agents import TooLate
from tests.service.driving import ON_SQLITE, all_at_once, another_line, state_of, talks
from tests.service.houses import journal
from tests.service.witness_checks import check_quiet_floor


@pytest.fixture
def on_a_talk(rehearse):
    def begin(settings=None):
        line = rehearse(settings)
        agent = line.add_agent("desk-1", ["support"])
        return line, talks(line, agent), agent

    return begin


def hold(line, caller) -> None:
    line.line.talks.hold("desk-1", caller.sid)
    line.run(0.5)


def shown(line, caller):
    return line.line.talks.shown("desk-1", caller.sid)


def test_hold_and_retrieve_at_once(on_a_talk, database_url):
    """F-WH-02: two pages of one agent, on two processes; the carrier ends as the record does."""
    line, caller, _ = on_a_talk()
    second = another_line(line, database_url)
    for _ in range(4):
        answers = all_at_once(
            lambda: line.line.talks.hold("desk-1", caller.sid),
            lambda: second.talks.retrieve("desk-1", caller.sid),
            lambda: second.talks.hold("desk-1", caller.sid),
        )
        assert answers == [None, None, None]
        line.run(2)
        held = shown(line, caller).held_at is not None
        assert (caller.talking_to == set()) == held
        begun, ended = (len(journal(line.line, f"hold_{what}")) for what in ("started", "ended"))
        assert begun - ended == int(held)
    second.database.close()


def test_hold_at_the_moment_in_which_the_customer_hangs_up(on_a_talk, database_url):
    """F-HU-n: whoever is first, nobody is left on the phone, and the time on hold ends."""
    line, caller, _ = on_a_talk()
    second = another_line(line, database_url)
    refused, _ = all_at_once(
        lambda: line.line.talks.hold("desk-1", caller.sid),
        lambda: second.calls.hung_up(caller.sid, "completed"),
    )
    assert refused is None or isinstance(refused, TooLate)
    caller.hang_up()
    line.run(120)
    begun, ended = (len(journal(line.line, f"hold_{what}")) for what in ("started", "ended"))
    assert begun == ended and state_of(line) == "available"
    second.database.close()
    check_quiet_floor(line)


@ON_SQLITE
def test_a_slow_hold_that_a_quick_retrieve_overtakes(on_a_talk):
    """F-WH-02 for jobs: another worker brings the customer back while the first still asks to hold them."""
    line, caller, agent = on_a_talk()
    carrier = line.line.talks._recording._recordings._carrier
    real = carrier.change_participant

    def slow(*args, **tx):
        del carrier.change_participant
        line.line.talks.retrieve("desk-1", caller.sid)
        line.line.worker.run_due()
        real(*args, **tx)

    carrier.change_participant = slow
    hold(line, caller)
    line.run(2)
    assert "change_participant" not in vars(carrier), "the slow one was asked"
    assert caller.talking_to == {agent.address} and not caller.music
