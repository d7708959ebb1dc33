"""Plays scenarios: prepares the world, runs everything under `then:`, and reports the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ivr.scenarios.background_callers import PRELUDE_S, make_busy, stand_in_line
from ivr.scenarios.context import ExpectationFailed, ScenarioContext
from ivr.scenarios.coverage import Taken, taken_by
from ivr.scenarios.environment import ScenarioEnvironment
from ivr.scenarios.fault_injection import Outages
from ivr.scenarios.given import OUTAGES, Given
from ivr.scenarios.message_verbs import set_notices
from ivr.scenarios.participants import add_agent
from ivr.scenarios.scenario_file import Scenario, ScenarioLine
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.scenarios.stub_sources import StubSources
from ivr.scenarios.transcript import Uttered, transcript
from simulator.phones import AgentPhone


@dataclass(frozen=True)
class Failure:
    """The first difference: the line of the scenario, what it expected, and what came nearest."""

    line: int
    text: str
    wanted: str
    nearest: str


@dataclass(frozen=True)
class Result:
    """The result of one scenario. `seconds` of virtual time; `taken` for the coverage of the flows."""

    name: str
    file: str
    line: int
    failure: Failure | None
    transcript: tuple[Uttered, ...]
    taken: Taken
    seconds: float = 0.0
    faults: tuple[str, ...] = field(default=())

    @property
    def passed(self) -> bool:
        return self.failure is None


@dataclass(frozen=True)
class World:
    """The world before the call: the number to be dialled, the agents' phones, the possible outages."""

    simulated: SimulatedLine
    dialled: str
    agents: dict[str, AgentPhone]
    outages: Outages


def play(house: ScenarioEnvironment, scenario: Scenario) -> Result:
    """Play one scenario from its first line to the first that fails."""
    context = open_stage(house, scenario.given, scenario.customers)
    failure = None
    for line in scenario.then:
        failure = _play_line(context, line)
        if failure:
            break
    for what in OUTAGES:
        context.outages.end(what)
    with context.look() as connection:
        uttered = transcript(connection, context)
        taken = taken_by(connection, house.flow_set)
    return Result(
        scenario.name,
        scenario.file,
        scenario.line,
        failure,
        tuple(uttered),
        taken,
        context.now - context.caller.call.created,
        tuple(f"{fault.code} {fault.text}" for fault in context.simulated.account.faults),
    )


def _play_line(context: ScenarioContext, line: ScenarioLine) -> Failure | None:
    try:
        line.verb.play(context)
    except ExpectationFailed as unmet:
        return Failure(line.line, line.text, unmet.wanted, unmet.nearest)
    return None


def open_stage(
    house: ScenarioEnvironment, given: Given, customers: str = "", answers: StubSources | None = None
) -> ScenarioContext:
    """Prepare the world of `given` and dial the caller's number."""
    world = make_world(house, given, customers, answers)
    if given.caller.startswith("+") and given.caller not in world.simulated.account.phones:
        world.simulated.account.add_phone(given.caller)  # where we may call back
    caller = world.simulated.dial(given.caller, world.dialled, **given.told_by_network)
    return ScenarioContext(world.simulated, given, caller, world.agents, world.outages, house.answers)


def make_world(
    house: ScenarioEnvironment, given: Given, customers: str = "", answers: StubSources | None = None
) -> World:
    """Prepare everything but the call: other callers first, then agents, then outages."""
    at = given.at.replace(tzinfo=ZoneInfo(house.settings.timezone)).timestamp()
    busy = [agent for agent in given.agents if agent.state == "busy"]
    early = PRELUDE_S if busy or given.waiting else 0.0
    simulated = house.begin(at - early, given, customers, answers)
    dialled = given.dialled or next(iter(house.settings.numbers))
    phones = {}
    for agent in busy:
        phones[agent.id] = add_agent(simulated, agent)
        make_busy(simulated, agent, phones[agent.id], dialled)
    for queue, count in given.waiting.items():
        stand_in_line(simulated, queue, count, dialled)
    if early:
        simulated.run(at - simulated.clock.time())
    for agent in given.agents:
        if agent.state != "busy":
            phones[agent.id] = add_agent(simulated, agent)
    set_notices(simulated, given.notices or ())
    outages = Outages(simulated)
    for what in given.outages:
        outages.begin(what)
    return World(simulated, dialled, phones, outages)
