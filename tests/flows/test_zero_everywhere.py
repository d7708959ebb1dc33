"""Promise 1, walked: every state of every shipped flow that a caller can reach, and 0 pressed in each.

The walk is over the engine with the real flow files: from every state each key, silence, speech, recording
and transfer that the instruction allows is tried, until no new state turns up.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.engine.context import CallContext, OpeningState, QueueContext, WaitContext
from ivr.engine.effects import AskCallback, BookCallback, CancelCallback, JoinQueue, LookUp
from ivr.engine.events import (
    CallbackBooked,
    CallbackCancelled,
    CallbackTerms,
    DigitsPressed,
    Event,
    InputTimedOut,
    LookedUp,
    QueueReported,
    RecordingEnded,
    SpeechHeard,
    TransferEnded,
)
from ivr.engine.instructions import Dial, HangUp, Instruction, Join, Listen, Record
from ivr.engine.interpreter import resume, start
from ivr.engine.session import ENDED, WAITING, CallInfo, Session, from_json, to_json
from ivr.flowfiles.loader import live_book
from ivr.flowfiles.settings_file import load_settings

ROOT = Path(__file__).parents[2]
SETTINGS = load_settings(ROOT / "config.yaml", {})
BOOK = live_book(SETTINGS)
OPEN_HOURS = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # Monday, 10:00 in New York


class AlwaysClosed:
    """The sample company is there round the clock; its flows must work for one that is not."""

    def at(self, instant: datetime) -> OpeningState:
        return OpeningState(False, next_open=instant + timedelta(hours=9))


SEVERAL = "open, several customers"  # and all of them have the caller's number
OPENING = {
    "open": SETTINGS.calendars,
    SEVERAL: SETTINGS.calendars,
    "closed": {name: AlwaysClosed() for name in SETTINGS.calendars},
    **{f"{name} closed": {**SETTINGS.calendars, name: AlwaysClosed()} for name in SETTINGS.calendars},
}
LATER = "2026-03-03T09:00:00-05:00"
SAMPLES = ("1", "2", "3", "4", "9", "#", "*", "123456", "1234", "12")


@dataclass(frozen=True)
class State:
    session: Session
    instruction: Instruction


def facts(opening: str, language: str, wait: WaitContext | None = None) -> CallContext:
    return CallContext(
        now=OPEN_HOURS,
        zone=SETTINGS.timezone,
        calendars=OPENING[opening],
        queues={name: QueueContext(name) for name in SETTINGS.queues},
        customer={"matches": 2} if opening == SEVERAL else {"name": "Alfreds", "language": language},
        wait=wait,
        targets=SETTINGS.targets,
    )


def stands(queue: str, staffed: bool) -> WaitContext:
    return WaitContext(queue, 2, 60.0, staffed, True, 1800.0, 60.0, 200.0)


def turned(
    session: Session, event: Event | None, world: CallContext, staffed: bool, flow: str = ""
) -> State | None:
    """One turn as the service takes it. None when the call is over."""
    wait = stands(session.queue or "support", staffed) if session.status == WAITING else None
    if event is None:
        turn = start(BOOK, flow, session.call, world)
    else:
        stored = from_json(json.loads(json.dumps(to_json(session))))
        turn = resume(BOOK, stored, event, replace(world, wait=wait))
    for _ in range(5):
        if turn.instruction is not None or not turn.effects:
            break
        match turn.effects[-1]:
            case JoinQueue(queue=queue):
                wait = stands(queue, staffed)
                told: Event = QueueReported(wait)
            case AskCallback():
                told = CallbackTerms(session.call.caller, times=(LATER,), now=False)
            case BookCallback():
                told = CallbackBooked("booked", at=LATER)
            case CancelCallback():
                told = CallbackCancelled("cancelled")
            case LookUp():
                told = LookedUp("missing")
            case _:
                break
        turn = resume(BOOK, turn.session, told, replace(world, wait=wait))
    if turn.session.status == ENDED or turn.instruction is None:
        return None
    return State(turn.session, turn.instruction)


def may_happen(instruction: Instruction) -> list[Event]:
    if isinstance(instruction, Listen):
        keys = [key for key in SAMPLES if instruction.digits is None or len(key) <= instruction.digits]
        return [InputTimedOut(), SpeechHeard("order"), *map(DigitsPressed, keys)]
    if isinstance(instruction, Record):
        return [RecordingEnded("RE1", 7, "#"), RecordingEnded("", 0, "")]
    if isinstance(instruction, Dial):
        return [TransferEnded(status) for status in ("completed", "busy", "no-answer", "failed")]
    return []


def zero(instruction: Instruction) -> list[Event]:
    """What pressing 0, or a failed transfer, looks like here."""
    if isinstance(instruction, Listen):
        person = [SpeechHeard("I want an agent please")] if instruction.speech else []
        return [DigitsPressed("0"), *person]
    if isinstance(instruction, Record):
        return [RecordingEnded("RE2", 3, "0")]
    return [TransferEnded("failed")] if isinstance(instruction, Dial) else []


def mark(state: State) -> str:
    """States that differ only in times, or in what the caller keyed long ago, are one."""
    session = to_json(state.session)
    scratch = {
        name: value for name, value in session["scratch"].items() if not isinstance(value, float | int)
    }
    kept = [session["frames"], session["status"], sorted(scratch), type(state.instruction).__name__]
    return json.dumps([*kept, session["scratch"].get("tries")], default=str)


def walk(flow: str, opening: str, language: str, staffed: bool) -> tuple[list[State], set[tuple[str, str]]]:
    """Every state that can be reached, and every step that was entered on the way."""
    world = facts(opening, language)
    call = CallInfo("CA1", "+14155550123", next(iter(SETTINGS.numbers)))
    empty = Session(call, BOOK.revision, language, ())
    first = turned(empty, None, world, staffed, flow)
    assert first is not None
    found, todo, entered = {mark(first): first}, [first], set()
    while todo:
        state = todo.pop()
        for event in may_happen(state.instruction):
            reached = turned(state.session, event, world, staffed)
            if reached is not None:
                entered |= {(visit["flow"], visit["step"]) for visit in reached.session.path}
            if reached is None or isinstance(reached.instruction, HangUp | Join):
                continue
            if mark(reached) not in found:
                found[mark(reached)] = reached
                todo.append(reached)
        assert len(found) < 3000
    return list(found.values()), entered


CASES = [
    (flow, opening, language, staffed)
    for flow in sorted(set(SETTINGS.numbers.values()))
    for opening in OPENING
    for language in ("en-US", "es-US")
    for staffed in (True, False)
]


@pytest.mark.parametrize(("flow", "opening", "language", "staffed"), CASES)
def test_promise_1_zero_finds_a_person_from_every_state(flow, opening, language, staffed):
    states, _ = walk(flow, opening, language, staffed)
    assert len(states) >= 5
    for state in states:
        for event in zero(state.instruction):
            reached = turned(state.session, event, facts(opening, language), staffed)
            place = state.session.frames[-1]
            assert reached is not None, f"{event} at {place} ended the call"
            assert reached.session.status == WAITING, f"{event} at {place}: {reached.session.frames}"
            assert reached.session.wanted_person


def test_every_step_of_the_shipped_flows_is_walked():
    """The walk means nothing for steps it never reaches."""
    entered = set().union(*(walk(*case)[1] for case in CASES))
    steps = {(flow.name, step) for flow in BOOK.flows.values() for step in flow.steps}
    missed = {
        (name, step) for name, step in steps - entered if BOOK.flows[name].steps[step].kind != "hang_up"
    }
    assert missed == set()


def test_promise_1_the_first_prompt_says_so():
    from ivr.engine.person_requests import announces_zero

    for flow in set(SETTINGS.numbers.values()):
        call = CallInfo("CA1", "+14155550123", next(iter(SETTINGS.numbers)))
        turn = start(BOOK, flow, call, facts("open", "en-US"))
        assert isinstance(turn.instruction, Listen)
        text = " ".join(prompt.text for prompt in turn.instruction.prompts)
        assert announces_zero(text, "en-US")
