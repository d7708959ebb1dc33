"""What supervisors and wallboards see, help, and changes to agents: on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from ivr.acd.at_risk_signals import late_by, signs
from ivr.floor.wait_board import wait_board
from ivr.service.agents import TooLate
from ivr.service.supervision.agent_changes import ChangeRefused
from ivr.service.supervision.assistance import HelpService
from ivr.service.supervision.display_links import DisplayLinks, LinkProblem
from ivr.service.supervision.floor_board import FloorBoard, QueueFigures
from ivr.store.tables import journal, queue_day, queued_call
from tests.desk.conftest import START, Clock, World, opened


@pytest.fixture
def world(database_url) -> World:
    world = opened(database_url, Clock())
    world.agent()
    world.agent("desk-2")
    world.accounts.add("boss-1", "Shift lead", "+15550002099", ["support"], None, "supervisor")
    yield world
    world.db.close()


@pytest.fixture
def board(world) -> FloorBoard:
    return FloorBoard(world.db, world.clock, world.settings, wait_board(world.settings))


def lines(world, kind: str):
    with world.db.read() as connection:
        found = connection.execute(select(journal).where(journal.c.kind == kind).order_by(journal.c.id))
        return [(row.agent_id, row.body) for row in found]


def test_the_floor_as_it_is(world, board):
    world.call("CA1")
    world.call("CA2", "support")
    world.agents.go_available("desk-1")
    world.talk(world.offer("desk-1", "CA1"))
    look = board.look()
    states = {person.id: person.state for person in look.people}
    assert states == {"desk-1": "on_call"} and look.talks["desk-1"].call_sid == "CA1"
    waiting = {queue.name: [one.place.call_sid for one in queue.waiting] for queue in look.queues}
    assert waiting == {"support": ["CA2"], "billing": []}
    assert look.queues[0].longest_since == START - 45


def test_one_look_a_second_whatever_the_number_of_viewers(world, board):
    world.call("CA1")
    asked = []
    event.listen(world.db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    board.look()
    once = len(asked)
    assert once
    for _ in range(200):
        board.look()
    assert len(asked) == once
    world.clock.now += 1.1
    board.look()
    assert once < len(asked) <= 2 * once


def test_a_broken_promise_and_repeated_zeros_call_somebody_up(world, board):
    world.call("CA1", "support")
    with world.transactions.begin() as tx:
        for _ in range(3):
            tx.note("asked_for_person", call="CA1")
        told = {"position": 2, "low_s": 60, "high_s": 120, "spoken": "one to two minutes", "at": START - 300}
        tx.connection.execute(queued_call.update().values(promise=told, entered_at=START - 400))
    (one,) = board.look().queues[0].waiting
    assert one.late_s == 180
    assert one.signs == (
        "promise broken: 3 minutes over the wait they were told",
        "asked for a person 3 times",
        "waiting for 6 minutes",
    )


def test_the_third_call_within_a_week_calls_somebody_up(world, board):
    for number, days in enumerate((1, 3, 8)):
        gone = {"status": "ended", "ended_at": START, "queued_id": None}
        world.call(f"CA-old{number}", **gone, started_at=START - days * 86_400)
    with world.db.write() as unit:
        unit.connection.execute(queued_call.update().values(state="answered"))
    world.call("CA1", "support")
    (one,) = board.look().queues[0].waiting
    assert one.signs == ("3 calls within a week",)


@pytest.mark.parametrize(
    ("promise", "late"),
    [(None, None), ({}, None), ({"at": 10, "high_s": None}, None), ({"at": 10, "high_s": 60}, 30.0)],
)
def test_what_late_means(promise, late):
    assert late_by(promise, 100.0) == late


def test_patience_is_no_sign():
    assert signs(asked=1, called=2, waited_s=299, goal_s=20) == []


def test_help_is_asked_once_answered_once_and_closed(world, board):
    helping = HelpService(world.transactions, tell_agent=True)
    helping.ask("desk-1")
    helping.ask("desk-1")
    (asked,) = board.look().helps
    assert asked.agent_id == "desk-1" and asked.answered_by is None
    helping.answer("desk-1", "boss-1")
    with pytest.raises(TooLate, match="Somebody else"):
        helping.answer("desk-1", "desk-2")
    assert helping.help_status("desk-1").helper == "Shift lead"
    helping.close("desk-1", "boss-1")
    helping.close("desk-1", "boss-1")
    with pytest.raises(TooLate, match="no help any more"):
        helping.answer("desk-1", "boss-1")
    assert helping.help_status("desk-1").request is None
    assert [who for who, _ in lines(world, "help_asked")] == ["desk-1"]
    assert [body["by"] for _, body in lines(world, "help_closed")] == ["boss-1"]


def changing(world):
    from ivr.service.supervision.agent_changes import AgentChanges

    return AgentChanges(world.transactions, world.settings)


def test_a_state_set_by_a_supervisor_is_on_record(world):
    service = changing(world)
    service.set_state("desk-1", "available", "boss-1")
    assert world.agents.status("desk-1").state == "available"
    world.call("CA1")
    world.talk(world.offer("desk-1", "CA1"))
    service.set_state("desk-1", "away", "boss-1", "lunch")
    assert world.agents.status("desk-1").wish == "away", "a talk is never cut off"
    with pytest.raises(ChangeRefused):
        service.set_state("desk-1", "dancing", "boss-1")
    assert [(who, body["by"], body["state"]) for who, body in lines(world, "agent_set")] == [
        ("desk-1", "boss-1", "available"),
        ("desk-1", "boss-1", "away"),
    ]


def test_signing_out_ends_the_pages_too(world):
    token = world.accounts.sign_in("desk-1", "correct horse 1", "127.0.0.1")
    changing(world).set_state("desk-1", "available", "boss-1")
    changing(world).set_state("desk-1", "signed_out", "boss-1")
    assert world.agents.status("desk-1").state == "signed_out"
    assert world.accounts.session(token) is None


def test_queues_and_skills_with_what_they_were(world):
    service = changing(world)
    service.set_abilities("desk-1", {"support": 2}, {"german": 3}, "boss-1")
    found = service.abilities("desk-1")
    assert (found.queues, found.skills) == ({"support": 2}, {"german": 3})
    ((who, body),) = lines(world, "abilities_set")
    assert (who, body["by"], body["was_queues"]) == ("desk-1", "boss-1", {"billing": 1, "support": 1})
    for queues, skills in (({"nowhere": 1}, {}), ({"support": 0}, {}), ({}, {"german": 10})):
        with pytest.raises(ChangeRefused):
            service.set_abilities("desk-1", queues, skills, "boss-1")


def test_today_against_the_goal(world):
    with world.db.write() as unit:
        values = {"day": "2026-09-21", "queue": "support", "answered": 8, "in_goal": 6, "abandoned": 3}
        unit.connection.execute(queue_day.insert().values(abandoned_late=2, **values))
    today = QueueFigures(world.db, world.clock, world.settings).figures()
    support = today["support"]
    assert (support.level, support.abandoned, support.met) == (0.6, 3, False)
    assert today["billing"].level is None and today["billing"].met is None


def test_a_link_shows_its_queues_until_it_is_revoked(world):
    links = DisplayLinks(world.transactions, world.settings)
    secret = links.make("lobby", ["support"])
    assert links.queues(secret) == ["support"] and links.queues("guess") is None
    assert secret not in str([row.token_hash for row in links.listed()])
    assert links.revoke("lobby") == 1 and links.queues(secret) is None
    with pytest.raises(LinkProblem):
        links.revoke("lobby")
    for name, queues in (("<x>", []), ("hall", ["nowhere"])):
        with pytest.raises(LinkProblem):
            links.make(name, queues)
