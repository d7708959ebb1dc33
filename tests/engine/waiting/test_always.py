"""Whatever happens while somebody waits: every document hears 0, and none is silent (promises 1 and 2)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.engine.context import MusicPiece, OverflowRule, QueueStatus
from ivr.engine.effects import JoinQueue
from ivr.engine.instructions import Listen, Pause, Play, Say
from tests.engine.waiting.waiting import changed, effects, waiting

LONGEST_SILENCE = 30

rules = (
    st.builds(
        OverflowRule,
        after_s=st.sampled_from([None, 100.0]),
        line_over=st.sampled_from([3, 10]),
        queue=st.just("support"),
    )
    | st.just(OverflowRule(line_over=5, voicemail=True))
    | st.just(OverflowRule(after_s=200, transfer="partner"))
)
queues = st.fixed_dictionaries(
    {
        "announce_every": st.sampled_from([10, 30, 600]),
        "announce_in": st.sampled_from([None, frozenset()]),
        "announce_positions": st.booleans(),
        "pieces": st.sampled_from([(MusicPiece("a", 1),), (MusicPiece("a", 20), MusicPiece("b", 7))]),
        "messages": st.sampled_from([(), ({"en-US": "A tip."},)]),
        "voicemail": st.booleans(),
        "offered_after": st.sampled_from([None, 60.0]),
        "overflow": st.lists(rules, max_size=2).map(tuple),
        "most_waiting": st.sampled_from([None, 10]),
        "at_closing": st.sampled_from(["finish", "message"]),
    }
)
waits = st.fixed_dictionaries(
    {
        "position": st.integers(0, 12),
        "waited": st.sampled_from([0, 150, 5000]),
        "staffed": st.booleans(),
        "open": st.booleans(),
        "firm": st.booleans(),
        "ringing": st.booleans(),
        "low": st.sampled_from([None, 0, 100, 4000]),
    }
)
keys = st.sampled_from(["0", "1", "2", "3", "7", ""])
moves = st.lists(st.tuples(keys, st.integers(0, 40), waits), max_size=25)
lines = st.builds(
    QueueStatus, waiting=st.integers(0, 12), full=st.booleans(), open=st.booleans(), staffed=st.booleans()
)


def audible(instruction: Listen) -> bool:
    """Words or music, and never a long gap behind them."""
    sound = any(isinstance(one, Play) or (isinstance(one, Say) and one.text) for one in instruction.prompts)
    gaps = [one.seconds for one in instruction.prompts if isinstance(one, Pause)]
    return sound and sum(gaps) <= LONGEST_SILENCE


@settings(max_examples=200, deadline=None)
@given(queues, queues, st.fixed_dictionaries({"billing": lines, "support": lines}), waits, moves)
def test_every_document_of_a_wait_hears_0_and_makes_a_sound(billing, support, floor, first, happens):
    driven = waiting(
        billing, queues={"support": support}, lines=floor, targets={"partner": "+14155550100"}, **ends(first)
    )
    stood = ["billing"]
    for key, after, wait in happens:
        joined = [effect.queue for effect in effects(driven, JoinQueue)]
        stood += [queue for queue in joined if queue != stood[-1]]
        if driven.does in ("HangUp", "Record", "Dial"):
            break
        assert driven.does == "Listen" and audible(driven.turn.instruction), driven.turn
        assert driven.turn.instruction.digits == 1 or driven.at.startswith("@callback:")
        assert not driven.session.faults, driven.trace
        changed(driven, lines=floor)
        driven.world.wait = ends(wait)
        driven.press(key, after) if key else driven.silence(after)
        if key == "0":
            assert driven.does != "HangUp" or not wait["open"]
    assert stood in (["billing"], ["billing", "support"])  # a rule leads on, and never to and fro


def ends(wait: dict) -> dict:
    """A low end brings its high end."""
    return {**wait, "high": None if wait["low"] is None else wait["low"] * 2 + 60}


class Away(dict):
    """A floor that cannot be looked at."""

    def get(self, _name, _default=None):
        raise ConnectionError("no database")


def test_a_floor_that_cannot_be_seen_leads_to_a_message_of_the_queue_they_wanted():
    """Promise 1: before joining only the step knows the queue."""
    driven = waiting({"most_waiting": 5}, lines=Away())
    assert driven.at == "@message:billing"
    assert "Sorry, something went wrong on our side." in driven.says
