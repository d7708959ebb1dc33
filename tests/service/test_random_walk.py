"""A random walk over the whole line: callers, agents and the clock do what they like, the promises hold.

Everything is real but Twilio: flows, webhooks, worker, database. The simulator's witness is the judge.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ivr.acd.states import IllegalMove
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.service.agents import TooLate
from ivr.store import floor, tables
from tests.once import shipped_settings, with_tables
from tests.service.witness_checks import check_calls, check_quiet_floor, rows

AGENTS = ("desk-1", "desk-2")
agents = st.sampled_from(AGENTS)
seconds = st.sampled_from([0.0, 0.2, 1.0, 3.0, 7.0, 12.0, 31.0])


class LineWalk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        database_url = with_tables(Path(self.folder.name) / "walk.db")
        self.line = SimulatedLine(shipped_settings(), database_url, alone=True)
        self.phones = {a: self.line.add_agent(a, ["support", "billing"], available=False) for a in AGENTS}
        self.callers: list = []

    def teardown(self) -> None:
        for caller in self.callers:
            caller.hang_up()
        self.line.run(120)
        check_quiet_floor(self.line)
        check_calls(self.line)
        self.line.close()
        self.folder.cleanup()

    def live(self) -> list:
        return [caller for caller in self.callers if caller.call.live]

    # What people do ------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.live()) < 3)
    @rule()
    def dials(self) -> None:
        self.callers.append(self.line.dial(f"+1415555{len(self.callers):04}"))
        self.line.account.settle()

    @precondition(lambda self: self.live())
    @rule(data=st.data(), keys=st.sampled_from(["0", "0", "0", "1", "2", "3", "9", "#", "*", "123456"]))
    def presses(self, data, keys) -> None:
        data.draw(st.sampled_from(self.live())).press(keys)
        self.line.account.settle()

    @precondition(lambda self: self.live())
    @rule(data=st.data())
    def hangs_up(self, data) -> None:
        data.draw(st.sampled_from(self.live())).hang_up()

    @precondition(lambda self: self.live())
    @rule(data=st.data())
    def says(self, data) -> None:
        data.draw(st.sampled_from(self.live())).say("I need a person.", seconds=2)

    @rule(agent=agents)
    def is_available(self, agent) -> None:
        self.line.line.agents.go_available(agent)

    @rule(agent=agents)
    def goes_away(self, agent) -> None:
        self.line.line.agents.go_away(agent, "lunch")

    @rule(agent=agents)
    def signs_out(self, agent) -> None:
        try:
            self.line.line.agents.sign_out(agent)
        except IllegalMove:
            return

    @rule(agent=agents, key=st.sampled_from(["1", "1", "1", "2", "5"]))
    def answers(self, agent, key) -> None:
        if self.phones[agent].ringing:
            self.phones[agent].answer()
        self.line.run(0.3)
        self.phones[agent].press(key)
        self.line.account.settle()

    @rule(agent=agents)
    def drops_the_phone(self, agent) -> None:
        self.phones[agent].hang_up()

    @rule(agent=agents, accepts=st.booleans())
    def clicks(self, agent, accepts) -> None:
        offer = self.line.line.agents.status(agent).offer
        if offer is None:
            return
        click = self.line.line.agents.accept if accepts else self.line.line.agents.decline
        try:
            click(agent, offer.id)
        except TooLate:
            return

    @rule(passed=seconds)
    def time_passes(self, passed) -> None:
        self.line.run(passed)

    # What must hold ------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_talked_to_twice(self) -> None:
        for caller in self.live():
            assert len(caller.talking_to) <= 1

    @invariant()
    def rows_agree(self) -> None:
        live = [row for row in rows(self.line, tables.offer) if row.state in floor.LIVE_OFFER_STATES]
        states = {row.id: row.state for row in rows(self.line, tables.agent)}
        wanted = {row.agent_id: "offered" if row.state == "pending" else "on_call" for row in live}
        busy = {name: state for name, state in states.items() if state in ("offered", "on_call")}
        assert busy == wanted and len(wanted) == len(live)
        places = {row.call_sid: row.state for row in rows(self.line, tables.queued_call) if not row.ended_at}
        for row in live:
            assert places[row.call_sid] == ("talking" if row.state == "connected" else "offered")


LineWalk.TestCase.settings = settings(
    max_examples=14,
    stateful_step_count=22,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_line_walk = LineWalk.TestCase
