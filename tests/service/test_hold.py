"""A customer holds: music and signs of life, nobody hears them, and nobody forgets them."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from ivr.engine.instructions import Say
from ivr.engine.waiting.playback import GRID
from ivr.floor import hold_state
from ivr.service.agents import TooLate
from ivr.service.conversations.hold import music_played
from ivr.store import floor
from ivr.store.database import DatabaseUnavailable
from tests.service.driving import ON_SQLITE, picks_up, posts, state_of, talks
from tests.service.houses import journal, row_of
from tests.service.witness_checks import check_calls, check_quiet_floor, longest_silence, outcome

PARTICIPANTS = r"/Participants/CA"
STILL = "We are still with you. Thank you for holding."
SORRY = "I am sorry: the connection to your agent was lost. You keep your place in line."


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


def retrieve(line, caller) -> None:
    line.line.talks.retrieve("desk-1", caller.sid)
    line.run(0.5)


def shown(line, caller):
    return line.line.talks.shown("desk-1", caller.sid)


def heard(line, caller) -> list[str]:
    return [entry.detail["text"] for entry in line.account.witness.of("speech", caller.sid)]


def test_who_holds_hears_music_and_that_we_are_there_and_comes_back(on_a_talk):
    """I-03, I-34: while holding the caller hears only us, without a gap."""
    line, caller, agent = on_a_talk()
    hold(line, caller)
    began = line.clock.time() - 0.5
    assert caller.talking_to == set() and caller.music, "music, and nobody hears them"
    assert shown(line, caller).held_at == pytest.approx(began, abs=0.6)
    line.run(70)
    assert heard(line, caller).count(STILL) == 3, "not at once, and then with each round"
    assert longest_silence(line, line.account.calls[caller.sid]) <= 3.0
    retrieve(line, caller)
    assert caller.talking_to == {agent.address} and not caller.music
    assert shown(line, caller).held_at is None
    assert [body["seconds"] for body in journal(line.line, "hold_ended")] == [pytest.approx(70.5, abs=1)]
    assert len(journal(line.line, "hold_started")) == 1
    caller.hang_up()
    line.run(90)
    check_calls(line)
    check_quiet_floor(line)


@ON_SQLITE
def test_twice_is_once(on_a_talk):
    line, caller, agent = on_a_talk()
    for _ in range(2):
        hold(line, caller)
    for _ in range(2):
        retrieve(line, caller)
    assert len(journal(line.line, "hold_started")) == len(journal(line.line, "hold_ended")) == 1
    assert caller.talking_to == {agent.address}


@ON_SQLITE
def test_held_and_retrieved_before_the_carrier_was_asked(on_a_talk):
    """The job looks at the record when it runs, whoever asked for it."""
    line, caller, agent = on_a_talk()
    line.line.talks.hold("desk-1", caller.sid)
    line.line.talks.retrieve("desk-1", caller.sid)
    line.run(2)
    assert caller.talking_to == {agent.address}
    line.line.talks.hold("desk-1", caller.sid)
    line.line.talks.retrieve("desk-1", caller.sid)
    line.line.talks.hold("desk-1", caller.sid)
    line.run(2)
    assert caller.talking_to == set() and caller.music


@ON_SQLITE
def test_what_cannot_be_is_refused_in_words(on_a_talk):
    line, caller, _ = on_a_talk()
    line.add_agent("desk-2", ["support"], available=False)
    for agent_id, sid in (("desk-2", caller.sid), ("desk-1", "CAnobody")):
        with pytest.raises(TooLate, match="This call is over"):
            line.line.talks.hold(agent_id, sid)
    assert line.line.talks.shown("desk-2", caller.sid) is None
    caller.hang_up()
    line.run(3)
    with pytest.raises(TooLate, match="This call is over"):
        line.line.talks.hold("desk-1", caller.sid)


def test_the_agent_is_lost_while_the_customer_holds(on_a_talk):
    """F-AG-05, I-34: back in line at the old place, with a word of regret, and to somebody else."""
    line, caller, agent = on_a_talk()
    other = line.add_agent("desk-2", ["support"], available=False)
    with line.line.database.read() as connection:
        first = floor.queued(connection, row_of(line, caller).queued_id)
    hold(line, caller)
    line.run(30)
    agent.hang_up()
    line.run(8)
    assert SORRY in heard(line, caller) and caller.music
    assert longest_silence(line, line.account.calls[caller.sid]) <= 3.0
    with line.line.database.read() as connection:
        again = floor.queued(connection, row_of(line, caller).queued_id)
    assert again.id != first.id and again.state == "waiting"
    assert again.entered_at == first.entered_at and again.rank_at < first.rank_at
    assert state_of(line) == "wrapping_up"
    assert len(journal(line.line, "hold_ended")) == 1
    line.line.agents.go_available("desk-2")
    picks_up(line, other)
    assert line.account.run_until(lambda: caller.talking_to == {other.address}, 10)
    line.run(10)
    other.hang_up()
    line.run(3)
    assert heard(line, caller)[-1].startswith("The call with our team has ended."), "no loss any more"
    line.run(200)
    check_quiet_floor(line)


@ON_SQLITE
def test_the_agent_is_lost_and_only_the_watch_finds_out(on_a_talk):
    """F-AG-05, F-WH: both legs' reports are lost."""
    line, caller, agent = on_a_talk()
    hold(line, caller)
    line.account.disturb(drop=lambda webhook: webhook.url.endswith(("/left", "/status", "/room")))
    agent.hang_up()
    line.run(5)
    assert SORRY in heard(line, caller)
    caller.hang_up()
    line.run(200)
    check_quiet_floor(line)


@ON_SQLITE
def test_who_clicks_hang_up_has_ended_the_talk(on_a_talk):
    line, caller, _ = on_a_talk()
    hold(line, caller)
    line.line.agents.hang_up("desk-1", caller.sid)
    line.run(3)
    assert SORRY not in heard(line, caller)
    assert heard(line, caller)[-1].startswith("The call with our team has ended.")
    assert len(journal(line.line, "hold_ended")) == 1
    line.run(200)
    assert outcome(line, caller.sid) == "talked"
    check_quiet_floor(line)


@pytest.mark.parametrize("after", [0.0, 0.01, 0.5, 19.9, 20.3, 45.0])
@ON_SQLITE
def test_the_customer_hangs_up_on_hold(on_a_talk, after):
    """F-HU-n: at every boundary of the hold; the agent is free, and time on hold is counted once."""
    line, caller, agent = on_a_talk()
    line.line.talks.hold("desk-1", caller.sid)
    line.run(after)
    caller.hang_up()
    line.run(3)
    assert state_of(line) == "wrapping_up" and not agent.talking_to
    line.run(90)
    assert len(journal(line.line, "hold_ended")) == 1
    check_quiet_floor(line)


@pytest.mark.parametrize("after", [0.0, 0.01, 0.3])
@ON_SQLITE
def test_the_agent_hangs_up_just_after_the_click(on_a_talk, after):
    """F-HU-n."""
    line, caller, agent = on_a_talk()
    line.line.talks.hold("desk-1", caller.sid)
    line.run(after)
    agent.hang_up()
    line.run(8)
    assert SORRY in heard(line, caller) and caller.music
    caller.hang_up()
    line.run(90)
    check_quiet_floor(line)


@ON_SQLITE
def test_a_carrier_that_is_slow_to_hold_is_asked_again(on_a_talk):
    line, caller, _ = on_a_talk()
    line.account.rest_faults.add("POST", PARTICIPANTS, 500, times=2)
    hold(line, caller)
    line.run(5)
    assert caller.talking_to == set() and caller.music
    assert shown(line, caller).held_at is not None


@ON_SQLITE
def test_who_cannot_be_held_is_not_shown_as_held(on_a_talk):
    """The record says what is so: a customer who hears everything does not hold."""
    line, caller, agent = on_a_talk()
    line.account.rest_faults.add("POST", PARTICIPANTS, 400, times=9)
    hold(line, caller)
    line.run(10)
    assert caller.talking_to == {agent.address}
    assert shown(line, caller).held_at is None
    assert len(journal(line.line, "hold_failed")) == 1


@ON_SQLITE
def test_the_document_takes_only_what_the_carrier_plays(on_a_talk):
    """Play, Say, Pause and Redirect: anything else is silence (13238). Also for who does not hold."""
    line, caller, _ = on_a_talk()
    with line.line.database.read() as connection:
        offer = floor.live_offer_of_call(connection, caller.sid)
    path = f"/voice/offers/{offer.id}/hold"
    for room in (path, "/voice/offers/nobody/hold"):
        verbs = [verb.tag for verb in ElementTree.fromstring(posts(line, room).data)]
        assert set(verbs) == {"Play", "Redirect"} and verbs[-1] == "Redirect"
    hold(line, caller)
    line.run(30)
    verbs = [verb.tag for verb in ElementTree.fromstring(posts(line, path).data)]
    assert verbs[0] == "Say" and verbs[-1] == "Redirect" and set(verbs) == {"Say", "Play", "Redirect"}


@ON_SQLITE
def test_time_on_hold_is_counted_once_whatever_the_change_has_read_before(on_a_talk):
    """The code that ends a talk may hold a copy of the offer from before the customer came back."""
    line, caller, _ = on_a_talk()
    hold(line, caller)
    with line.line.transactions.begin() as tx:
        offer = floor.live_offer_of_call(tx.connection, caller.sid)
        hold_state.retrieve(tx, offer)
        line.line.offers.end_talk(tx, offer, "agent")
    line.run(3)
    assert len(journal(line.line, "hold_ended")) == 1 and SORRY not in heard(line, caller)


@ON_SQLITE
def test_music_goes_on_while_the_database_is_away(on_a_talk, monkeypatch):
    """F-DB, I-31: a document that failed would be silence until the agent comes back."""
    line, caller, agent = on_a_talk()
    hold(line, caller)

    def gone(*_):
        raise DatabaseUnavailable("gone")

    with monkeypatch.context() as patched:
        patched.setattr(line.line.database, "read", gone)
        line.run(60)
        assert caller.music
    retrieve(line, caller)
    assert caller.talking_to == {agent.address}
    check_calls(line)


@ON_SQLITE
def test_a_supervisor_who_takes_over_brings_the_customer_back(on_a_talk):
    """I-34: whoever has the call has the customer, and the hold ends with the part of who held."""
    line, caller, agent = on_a_talk()
    boss = line.add_agent("boss-1", ["support"], available=False)
    line.line.accounts.set_role("boss-1", "supervisor")
    line.line.agents.sign_in("boss-1")
    line.line.supervising.joining.start("boss-1", caller.sid, "listen")
    picks_up(line, boss)
    line.run(2)
    hold(line, caller)
    line.line.supervising.joining.take_over("boss-1", caller.sid)
    line.run(5)
    assert caller.talking_to == {boss.address} and not agent.talking_to
    assert len(journal(line.line, "hold_ended")) == 1
    boss.hang_up()
    line.run(3)
    assert SORRY not in heard(line, caller), "they did not hold any more"


@ON_SQLITE
def test_F_WH_the_answer_with_the_music_is_lost(on_a_talk):
    """There is no fallback for who holds: the carrier asks again, and none waits in silence for ever."""
    line, caller, _ = on_a_talk()
    lost = iter([True, False] * 3)
    line.account.disturb(lose_answer=lambda hook: "/hold" in hook.url and next(lost, False))
    hold(line, caller)
    line.run(650)
    assert next(lost, "all") == "all" and (caller.music or caller.speaking)


def test_a_customer_on_hold_hears_music_for_minutes_while_there_is_no_server(on_a_talk):
    line, caller, agent = on_a_talk()
    hold(line, caller)
    line.run(5)
    away = line.account.disturb(drop=lambda webhook: "/voice/" in webhook.url)
    line.run(180)
    assert caller.music and heard(line, caller).count(STILL) == 8, "one document for all of it"
    assert longest_silence(line, line.account.calls[caller.sid]) <= 3.0
    line.account.calm(away)
    line.run(40)
    assert caller.music
    retrieve(line, caller)
    assert caller.talking_to == {agent.address}


@ON_SQLITE
def test_music_goes_on_where_it_was_in_a_second_hold_and_in_the_next_document(on_a_talk):
    """No second of it is heard twice or left out, but for the grid on which it is cut."""
    line, caller, _ = on_a_talk()
    hold(line, caller)
    began = line.clock.time()
    line.run(270)  # ten rounds and more: two documents
    retrieve(line, caller)
    ended = line.clock.time()
    line.run(100)
    hold(line, caller)
    line.run(10)
    slices = [entry.detail for entry in line.account.witness.of("audio", caller.sid)]
    first = [span_of(one) for one in slices if began - 1 <= one["start"] < ended]
    [(again, _), *_] = [span_of(one) for one in slices if one["start"] > ended]
    assert len(first) >= 12 and all(
        abs(end - start) <= GRID for (_, end), (start, _) in pairwise(first) if start
    )
    heard_s = sum((one["end"] - one["start"]) for one in slices if began - 1 <= one["start"] < ended)
    assert heard_s > 144 and abs(again - heard_s % 144) <= 2 * GRID


def span_of(heard) -> tuple[int, int]:
    start, end = heard["url"].removesuffix(".wav").rpartition("/")[2].split("-")
    return int(start), int(end)


@pytest.mark.parametrize(("held_s", "played"), [(0, 0), (12.5, 12), (20, 20), (22, 20), (24, 21), (43, 40)])
def test_music_stands_still_during_a_sign_of_life(held_s, played):
    assert music_played(held_s, Say("x" * 45, "en-US")) == played
