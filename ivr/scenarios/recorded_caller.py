"""Repeats a recorded call: does what the caller did then, whenever the line asks for it."""

from __future__ import annotations

from ivr.engine.flow import FlowSet
from ivr.engine.step import AskingStep
from ivr.scenarios.context import ScenarioContext
from ivr.scenarios.given import Given, GivenAgent, GivenCustomer
from ivr.scenarios.recorded_calls import KEYS, MESSAGE, SILENCE, SPEECH, Input, RecordedCall
from ivr.settings import Settings
from simulator.speech import seconds_to_say

STRANGE_S = 20.0
LONGEST_WAIT_S = 600.0
TICK_S = 0.5
ANSWER_S = 3.0
SOONEST_S = 1.0


def given_of(call: RecordedCall, settings: Settings) -> Given:
    """Return the world of the recorded call, as far as the record tells: an agent if one answered, the caller
    as known."""
    answered = call.answered_after is not None
    agent = GivenAgent(id="desk-1", queues=dict.fromkeys(settings.queues, 1), rings="answers", after=ANSWER_S)
    return Given(
        caller=call.caller or "anonymous",
        dialled=call.dialled if call.dialled in settings.numbers else None,
        at=call.at,
        agents=[agent] if answered else [],
        customers=[*([call.customer] if call.customer else []), *_others(call)],
    )


def _others(call: RecordedCall) -> list[GivenCustomer]:
    """Return the other customers with the number, whose identity is not in the record of the call."""
    return [
        GivenCustomer(id=f"another-{number}", name="Another customer", numbers=[call.caller])
        for number in range(1, call.others + 1)
    ]


class RecordedCaller:
    """Plays the inputs of a call on a stage where the number has just been dialled."""

    def __init__(self, context: ScenarioContext, call: RecordedCall, flow_set: FlowSet) -> None:
        self._stage, self._call, self._book = context, call, flow_set

    def play(self) -> None:
        inputs = list(self._call.inputs)
        while inputs and not self._stage.is_over:
            if self._stage.caller.talking_to:
                self._talk()
                continue
            if not self._reach(inputs[0]):
                break
            self._do(inputs.pop(0))
        self._end()

    def _reach(self, wanted: Input) -> bool:
        """Play until the line is where this input was given, or asks something and waits for an answer."""
        context = self._stage
        if wanted.kind == MESSAGE:
            return context.until(lambda: context.is_recorded, STRANGE_S * 3)
        limit = context.now + LONGEST_WAIT_S
        while context.now < limit and not context.is_over and not context.caller.talking_to:
            context.until(lambda: context.is_heard("dtmf"), STRANGE_S)
            if self._fits(wanted):
                return True
            context.run(TICK_S)
        return bool(context.caller.talking_to)

    def _fits(self, wanted: Input) -> bool:
        """Return whether an input fits: callers answer the question they hear, even if the draft asks a
        different one."""
        step = self._place()
        if _alike(step, wanted.step):
            return True
        flow = next((flow for flow in self._book.flows.values() if step in flow.steps), None)
        asks = flow is not None and isinstance(flow.steps[step], AskingStep)
        return asks and wanted.kind != SILENCE

    def _place(self) -> str:
        session = self._stage.row().session.get("session") or {}
        return str(session["frames"][-1]["step"]) if session.get("frames") else ""

    def _do(self, done: Input) -> None:
        context = self._stage
        if context.caller.talking_to:
            return
        if done.kind == KEYS:
            context.reach_middle("dtmf")
            context.did_at = context.now
            context.caller.press(done.value if set(done.value) <= set("0123456789*#") else "")
            context.settle()
            self._finish_keys(done.value)
        elif done.kind == SPEECH:
            context.reach_middle("speech")
            context.caller.say(done.value)
            context.run(seconds_to_say(done.value) + SOONEST_S)
        elif done.kind == SILENCE:
            turn = context.row().turn
            context.until(lambda: context.row().turn > turn, STRANGE_S)
        else:
            words = "A message for you."
            context.caller.say(words, float(done.value or 1))
            context.run(float(done.value or 1))
            context.caller.press("#")
            context.settle()

    def _finish_keys(self, keys: str) -> None:
        """End the entry: an answer of any length ends with the pound key or with silence, and the record has
        neither."""
        if len(keys) > 1:
            turn = self._stage.row().turn
            self._stage.until(lambda: self._stage.row().turn > turn, SOONEST_S)

    def _talk(self) -> None:
        context = self._stage
        if self._call.agent_hung_up_after is None:
            context.until(lambda: not context.caller.talking_to, SOONEST_S * 10)
            context.caller.hang_up()
            context.settle()
            return
        context.run(SOONEST_S * 10)
        for phone in context.agents.values():
            phone.hang_up()
        context.settle()
        context.until(lambda: context.is_heard("dtmf"), STRANGE_S)

    def _end(self) -> None:
        """End the call after the last input: the caller stays as long as then, or to the end."""
        context, call = self._stage, self._call
        if call.answered_after is not None:
            context.until(lambda: bool(context.caller.talking_to), LONGEST_WAIT_S)
            if context.caller.talking_to:
                self._talk()
        stays = LONGEST_WAIT_S
        if call.hung_up_after is not None:
            stays = max(SOONEST_S, call.hung_up_after - (context.now - context.caller.call.created))
        context.until(lambda: False, min(stays, LONGEST_WAIT_S))
        if not context.is_over:
            context.caller.hang_up()
        context.settle()
        context.run(SOONEST_S * 5)


def _alike(step: str, other: str) -> bool:
    """Return whether it is the same step; all of the engine's own ways to a person, and all its messages, are
    one."""
    same_kind = step.partition(":")[0] == other.partition(":")[0]
    return step == other or (step.startswith("@") and same_kind)
