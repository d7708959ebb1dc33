"""Random walks over a small floor: calls come, agents click, offers expire, callers leave.

After each step the invariants I-03 to I-08 are looked up on the floor, not taken from the code under test.
"""

from collections import Counter

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ivr.acd.states import IllegalMove
from tests.acd.floor import LIVE, Agent, Floor

QUEUES = ("billing", "support")
CLICKS = ["sign_in", "go_available", "go_available", "go_away", "sign_out"]
PICK = st.integers(0, 1000)


class FloorWalk(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.floor = Floor()
        self.ended = Counter()

    @initialize(
        serving=st.lists(st.sampled_from([("billing",), ("support",), QUEUES]), min_size=1, max_size=4)
    )
    def opens(self, serving):
        self.floor.agents = [Agent(f"desk-{i}", queues) for i, queues in enumerate(serving)]
        for agent in self.floor.agents[:2]:
            self.floor.agent(agent, "sign_in")
            self.floor.agent(agent, "go_available")

    def offers(self, *states):
        return [offer for offer in self.floor.offers if offer.state in states]

    def calls(self, *states):
        return [call for call in self.floor.calls if call.state in states]

    def step(self):
        """Time passes, then whatever can be offered is, and the choice is judged (I-06)."""
        self.floor.now += 1.0
        waiting, free = self.floor.waiting(), {agent.id: agent for agent in self.floor.free()}
        made = self.floor.distribute()
        taken = {pair.call.id for pair in made}
        for pair in made:
            for call in waiting:
                could = call.queue in pair.agent.queues and pair.agent.id not in call.declined_by
                first = call.rank < pair.call.rank
                assert not (could and first and call.id not in taken), "a later caller was taken first"
            for other in free.values():
                idle_longer = other.idle_since < pair.agent.idle_since
                left_out = all(other.id != p.agent.id for p in made)
                could = pair.call.queue in other.queues and other.id not in pair.call.declined_by
                assert not (idle_longer and left_out and could), "a longer idle agent was passed over"

    @rule(queue=st.sampled_from(QUEUES), priority=st.integers(0, 1))
    def a_call_comes(self, queue, priority):
        self.floor.arrive(queue, priority)
        self.step()

    @rule(pick=PICK, event=st.sampled_from(CLICKS))
    def an_agent_clicks(self, pick, event):
        agent = self.floor.agents[pick % len(self.floor.agents)]
        if agent.state == "signed_out" and event in ("go_available", "go_away"):
            with pytest.raises(IllegalMove):
                self.floor.agent(agent, event)
        else:
            self.floor.agent(agent, event)
        self.step()

    @precondition(lambda self: self.offers("pending"))
    @rule(pick=PICK, event=st.sampled_from(["accepted", "accepted", "declined", "expired", "leg_failed"]))
    def an_offer_is_answered_or_not(self, pick, event):
        pending = self.offers("pending")
        offer = pending[pick % len(pending)]
        if event == "accepted":
            self.floor.accept(offer)
        else:
            self.floor.end_unanswered(offer, event)
        self.step()

    @precondition(lambda self: self.offers("accepted"))
    @rule(pick=PICK, works=st.booleans())
    def an_accepted_offer_is_joined_or_lost(self, pick, works):
        accepted = self.offers("accepted")
        offer = accepted[pick % len(accepted)]
        if works:
            self.floor.join(offer)
        else:
            self.floor.end_unanswered(offer, "leg_failed")
        self.step()

    @precondition(lambda self: self.offers("connected"))
    @rule(pick=PICK, lost=st.booleans())
    def a_talk_ends(self, pick, lost):
        connected = self.offers("connected")
        offer = connected[pick % len(connected)]
        (self.floor.agent_lost if lost else self.floor.talk_ended)(offer)
        self.step()

    @precondition(lambda self: self.calls("waiting", "offered", "talking"))
    @rule(pick=PICK)
    def a_caller_hangs_up(self, pick):
        there = self.calls("waiting", "offered", "talking")
        self.floor.caller_left(there[pick % len(there)])
        self.step()

    @precondition(lambda self: self.calls("waiting"))
    @rule(pick=PICK)
    def a_caller_leaves_the_line(self, pick):
        waiting = self.calls("waiting")
        self.floor.call(waiting[pick % len(waiting)], "left_queue")
        self.step()

    @rule()
    def wrap_ups_end(self):
        for agent in self.floor.agents:
            if agent.state == "wrapping_up":
                self.floor.agent(agent, "wrapped_up")
        self.step()

    @precondition(lambda self: self.floor.offers)
    @rule(pick=PICK, event=st.sampled_from(["accepted", "declined", "expired", "leg_failed", "caller_left"]))
    def a_late_event_about_an_ended_offer_changes_nothing(self, pick, event):
        offer = self.floor.offers[pick % len(self.floor.offers)]
        if offer.state not in LIVE:
            with pytest.raises(IllegalMove):
                self.floor.offer(offer, event)

    @invariant()
    def one_offer_per_call_and_per_agent(self):
        live = self.offers(*LIVE)
        for side in ([id(o.call) for o in live], [o.agent.id for o in live]):
            assert len(side) == len(set(side)), "I-03, I-04: two live offers"
        pending = {o.agent.id for o in live if o.state == "pending"}
        busy = {o.agent.id for o in live if o.state != "pending"}
        for agent in self.floor.agents:
            assert (agent.state == "offered") == (agent.id in pending)
            assert (agent.state == "on_call") == (agent.id in busy)

    @invariant()
    def offers_and_calls_agree(self):
        by_call = {id(o.call): o for o in self.offers(*LIVE)}
        for call in self.floor.calls:
            offer = by_call.get(id(call))
            expected = {None: None, "pending": "offered", "accepted": "offered", "connected": "talking"}
            if offer is not None or call.state in ("offered", "talking"):
                assert offer is not None and call.state == expected[offer.state], "I-05"

    @invariant()
    def nobody_idle_beside_work(self):
        for record in self.floor.waiting():
            for agent in self.floor.free():
                assert record.queue not in agent.queues or agent.id in record.declined_by, "I-08"

    @invariant()
    def places_are_kept_and_callers_accounted_for(self):
        for call in self.floor.calls:
            assert call.record.rank == call.place, "I-06: a place was lost"
            assert not (call.state == "answered" and not call.talked)
        counts = Counter(call.state for call in self.floor.calls)
        assert set(counts) <= {"waiting", "offered", "talking", "answered", "abandoned", "left"}

    @invariant()
    def wishes_are_kept_only_while_they_wait(self):
        for agent in self.floor.agents:
            assert agent.wish is None or agent.state in ("offered", "on_call", "wrapping_up")


FloorWalk.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestFloorWalk = FloorWalk.TestCase
