"""Wrap-up waits while the note is typed; the notes of the last calls stay open to their author for a day."""

from __future__ import annotations

import pytest

from ivr.floor.transaction import Retry
from ivr.flowfiles.settings_file import read_settings
from ivr.jobs.reconciliation import Reconciliation
from ivr.service.agents import OfferOfAnother
from ivr.store import erasing, floor
from ivr.store.jobs import Job
from tests.desk.conftest import SETTINGS, START, World

DAY = 86400.0
QUEUE = "  billing: {title: Billing, wrap_up_seconds: 60}"
TYPING = (
    "  billing: {title: Billing, wrap_up_seconds: %d, wrap_up_typing_seconds: %d, wrap_up_limit_seconds: %d}"
)


def with_times(world: World, *times: int) -> World:
    return World(world.db, world.clock, read_settings(SETTINGS.replace(QUEUE, TYPING % times)))


def hung_up(world: World, sid: str = "CA1") -> None:
    world.talk(world.ring(sid=sid))
    world.agents.hang_up("desk-1", sid)


def over(world: World) -> Retry | None:
    """What the clock does when wrap-up time runs out."""
    watch = Reconciliation(world.transactions, world.offers, None, lambda *_: None)
    return watch.wrap_up_over(Job(1, "wrap_up_over", "", 0, 0, {"agent": "desk-1"}, 0.0))


def types(world: World, seconds: float, version: int, sid: str = "CA1") -> None:
    world.clock.now += seconds
    world.agents.save_note("desk-1", sid, f"typed {version}", version)


@pytest.fixture
def agent(world) -> World:
    world.agent()
    world.customer()
    return world


def test_each_saved_change_moves_the_end(agent):
    hung_up(agent)
    types(agent, 55, 1)
    assert agent.agents.status("desk-1").due_at == agent.clock.now + 20
    types(agent, 15, 2)
    assert agent.agents.status("desk-1").due_at == agent.clock.now + 20
    assert over(agent).after == pytest.approx(20)
    assert agent.agents.status("desk-1").state == "wrapping_up"
    agent.clock.now += 20
    over(agent)
    assert agent.agents.status("desk-1").state == "available"


def test_who_types_early_keeps_the_time_there_is(agent):
    hung_up(agent)
    types(agent, 5, 1)
    assert agent.agents.status("desk-1").due_at == START + 60


def test_typing_has_a_limit_of_its_own(agent):
    world = with_times(agent, 30, 20, 90)
    hung_up(world)
    for version in range(1, 9):
        types(world, 10, version)
    assert world.agents.status("desk-1").due_at == START + 90
    types(world, 10, 9)
    over(world)
    assert world.agents.status("desk-1").state == "available"


def test_zero_is_without(agent):
    world = with_times(agent, 30, 0, 90)
    hung_up(world)
    types(world, 29, 1)
    assert world.agents.status("desk-1").due_at == START + 30


def test_without_wrap_up_no_call_is_offered_while_a_note_is_typed(agent):
    world = with_times(agent, 0, 20, 90)
    world.talk(world.ring())
    types(world, 5, 1)
    world.clock.now += 3
    world.agents.hang_up("desk-1", "CA1")
    assert over(world).after == pytest.approx(17)
    assert world.agents.status("desk-1").state == "wrapping_up"


def test_more_time_that_was_asked_for_is_not_cut(agent):
    world = with_times(agent, 30, 20, 60)
    hung_up(world)
    world.agents.extend_wrap_up("desk-1", 600)
    types(world, 50, 1)
    assert world.agents.status("desk-1").due_at == START + 630


def test_a_note_stays_open_for_a_day(agent):
    hung_up(agent)
    types(agent, 1, 1)
    agent.agents.wrap_up_done("desk-1")
    hung_up(agent, "CA2")
    types(agent, DAY - 10, 2)
    with agent.db.read() as connection:
        kept = connection.exec_driver_sql("SELECT note FROM contact WHERE call_sid = 'CA1'").scalar()
    assert agent.cards.note("CA1", "desk-1") == ("typed 2", 2)
    assert kept is None or kept == "typed 2"
    agent.clock.now += 11
    with pytest.raises(OfferOfAnother):
        agent.agents.save_note("desk-1", "CA1", "too late", 3)


def test_a_note_of_a_caller_who_left_before_the_talk_is_kept(agent):
    agent.ring()
    with agent.transactions.begin() as tx:
        agent.offers.caller_left(tx, "CA1")
    types(agent, 1, 1)
    assert agent.cards.note("CA1", "desk-1") == ("typed 1", 1)


def test_a_note_is_its_authors_alone(agent):
    agent.agent("desk-2")
    hung_up(agent)
    with pytest.raises(OfferOfAnother):
        agent.agents.save_note("desk-2", "CA1", "not mine", 1)


def test_nothing_is_written_about_a_caller_who_was_erased(agent):
    hung_up(agent)
    types(agent, 1, 1)
    agent.agents.wrap_up_done("desk-1")
    with agent.db.write() as unit:
        erasing.erase(unit.connection, "ALFKI", ["+14155550123"], ["CA1"])
    with pytest.raises(OfferOfAnother):
        agent.agents.save_note("desk-1", "CA1", "again", 2)
    assert agent.agents.last_calls("desk-1") == []


def test_the_last_calls_with_their_notes(agent, browser_of):
    for sid in ("CA1", "CA2"):
        hung_up(agent, sid)
        types(agent, 5, 1, sid)
        agent.agents.set_disposition("desk-1", sid, "solved")
        agent.agents.wrap_up_done("desk-1")
    agent.ring(sid="CA3")  # is not over
    listed = agent.agents.last_calls("desk-1")
    assert [(one.call_sid, one.who, one.text, one.disposition) for one in listed] == [
        (sid, "Alfreds Futterkiste", "typed 1", "solved") for sid in ("CA2", "CA1")
    ]
    browser = browser_of()
    browser.sign_in()
    page = browser.get("/desk/calls/last", headers={"Accept": "text/html"}).text
    assert page.count("<textarea") == 2 and "Alfreds Futterkiste" in page and 'data-call="CA1"' in page
    agent.clock.now += DAY + 10
    assert agent.agents.last_calls("desk-1") == []


def test_the_wrap_up_of_another_call_does_not_wait(agent):
    """A note of an earlier call is typed: the wrap-up of this one ends when it ends."""
    hung_up(agent)
    agent.agents.wrap_up_done("desk-1")
    hung_up(agent, "CA2")
    with agent.db.read() as connection:
        before = floor.find_agent(connection, "desk-1").due_at
    types(agent, 50, 1, "CA1")
    assert agent.agents.status("desk-1").due_at == before
