"""The one way in which these tests drive a call: flows from YAML, a movable clock, and the session through
JSON between any two turns, so that nothing can hide in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import yaml

from ivr.engine.context import CallContext, QueueContext, WaitContext
from ivr.engine.effects import (
    AskCallback,
    BookCallback,
    CancelCallback,
    FetchRecording,
    JoinQueue,
    LookUp,
    PauseRecording,
    TakeUpPlace,
)
from ivr.engine.events import (
    AgentAccepted,
    CallbackBooked,
    CallbackCancelled,
    CallbackTerms,
    CallerHungUp,
    DigitsPressed,
    Event,
    InputTimedOut,
    LookedUp,
    PaymentEnded,
    PlaceTakenUp,
    QueueReported,
    RecordingEnded,
    RecordingFetched,
    RecordingPaused,
    SpeechHeard,
    TalkEnded,
    TransferEnded,
)
from ivr.engine.flow import Flow, FlowSet, FlowSource
from ivr.engine.hours import CalendarModel
from ivr.engine.instructions import Play, Say
from ivr.engine.interpreter import resume, start
from ivr.engine.session import CallInfo, Session, from_json, to_json
from ivr.engine.step import Step
from ivr.engine.turn import Turn
from ivr.steps import STEP_TYPES
from ivr.steps.built_in import BuiltIn

MORNING = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday, 10:00 in New York
MOST_ANSWERS = 4
ASKING = JoinQueue | LookUp | PauseRecording | FetchRecording | AskCallback | BookCallback
ASKING |= CancelCallback | TakeUpPlace
CALL = CallInfo("CA1", "+14155550123", "+15550001000", name="Ann Smith")


def step_from(written: dict[str, Any]) -> Step:
    kind = next(key for key in written if key in STEP_TYPES)
    return STEP_TYPES[kind].model_validate(written)


def flow_from(steps: str | dict[str, Any], name: str = "main", **settings: Any) -> Flow:
    """A flow whose first step is the first written. Scalars stay text, as in flow files."""
    written = yaml.load(steps, yaml.BaseLoader) if isinstance(steps, str) else steps
    defaults = {"title": name, "languages": ("en-US",), "human": "support", "start": next(iter(written))}
    sources = {step: FlowSource(f"flows/{name}.yaml", 10 + number) for number, step in enumerate(written)}
    built = {step: step_from(fields) for step, fields in written.items()}
    return Flow(name=name, steps=built, sources=sources, **{**defaults, **settings})


def book_from(*flows: Flow) -> FlowSet:
    return FlowSet("r1", {flow.name: flow for flow in flows}, {}, BuiltIn())


@dataclass
class World:
    """What the service would tell the engine."""

    now: datetime = MORNING
    wait: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)
    pauses: bool = True
    callback: dict[str, Any] = field(default_factory=dict)
    playable: str = "https://line.test/recordings/RE1"
    story: Session | None = None
    context: CallContext = field(default_factory=lambda: CallContext(now=MORNING, zone="America/New_York"))

    def answer(self, effect: Any) -> Event:
        """What comes back for an effect that wants an answer. `sources` maps a name to what is found."""
        if isinstance(effect, PauseRecording):
            return RecordingPaused(self.pauses)
        if isinstance(effect, FetchRecording):
            return RecordingFetched(self.playable)
        if isinstance(effect, LookUp):
            found = self.sources.get(effect.source, "failed")
            return LookedUp(found) if isinstance(found, str) else LookedUp("found", found)
        if isinstance(effect, AskCallback):
            return self.terms(effect)
        if isinstance(effect, BookCallback):
            return CallbackBooked(self.callback.get("status", "booked"), effect.at, self.callback.get("high"))
        if isinstance(effect, CancelCallback):
            return CallbackCancelled(self.callback.get("cancelling", "cancelled"))
        if isinstance(effect, TakeUpPlace):
            return PlaceTakenUp(self.story)
        return QueueReported(self.stands(effect.queue))

    def terms(self, asked: AskCallback) -> CallbackTerms:
        """Numbers that begin with 9 are refused; `callback` says the rest."""
        said = {name: self.callback[name] for name in ("now", "booked", "booked_at") if name in self.callback}
        times = tuple(self.callback.get("times", ("2026-03-02T10:00:00-05:00",)))
        refused = "special" if asked.number.startswith("9") else self.callback.get("refused", "")
        return CallbackTerms(asked.number or CALL.caller, refused, times=times, **said)

    def seen(self, queue: str) -> CallContext:
        return replace(self.context, now=self.now, wait=self.stands(queue) if queue else None)

    def stands(self, queue: str) -> WaitContext:
        usual = {
            "position": 3,
            "waited": 0,
            "staffed": True,
            "open": True,
            "max_wait": 900,
            "low": 130,
            "high": 290,
        }
        return WaitContext(queue, **{**usual, **self.wait})


class Driven:
    """One call. Every event goes through `do`; an effect that wants an answer gets it in the same webhook."""

    def __init__(
        self, flow_set: FlowSet, world: World | None = None, flow: str = "main", call: CallInfo = CALL
    ):
        self.flow_set, self.world = flow_set, world or World()
        self.effects: list[Any] = []
        self.trace: list[Any] = []
        self.turn = self._answered(start(flow_set, flow, call, self.world.seen("")))

    def do(self, event: Event, after: float = 5) -> Turn:
        self.world.now += timedelta(seconds=after)
        self.effects, self.trace = [], []
        session = through_json(self.turn.session)
        self.turn = self._answered(resume(self.flow_set, session, event, self.world.seen(session.queue)))
        return self.turn

    def _answered(self, turn: Turn) -> Turn:
        for number in count():
            self.effects += turn.effects
            self.trace += turn.trace
            asked = [one for one in turn.effects if isinstance(one, ASKING)]
            if turn.instruction is not None or not asked:
                return turn
            context = self.world.seen(turn.session.queue)
            # As the service does: who would be looked up for ever is put through to a person.
            endless = number >= MOST_ANSWERS and not isinstance(asked[-1], JoinQueue)
            report = DigitsPressed("0") if endless else self.world.answer(asked[-1])
            turn = resume(self.flow_set, through_json(turn.session), report, context)
        raise AssertionError("unreachable")

    # What a test asks

    @property
    def session(self) -> Session:
        return self.turn.session

    @property
    def at(self) -> str:
        return self.session.place.step

    @property
    def prompts(self) -> tuple:
        return getattr(self.turn.instruction, "prompts", ())

    @property
    def says(self) -> list[str]:
        return [prompt.text for prompt in self.prompts if isinstance(prompt, Say)]

    @property
    def plays(self) -> list[str]:
        return [prompt.path for prompt in self.prompts if isinstance(prompt, Play)]

    @property
    def does(self) -> str:
        return type(self.turn.instruction).__name__

    @property
    def happened(self) -> list[str]:
        return [entry.what for entry in self.trace]

    def press(self, keys: str, after: float = 5) -> Driven:
        self.do(DigitsPressed(keys), after)
        return self

    def silence(self, after: float = 5) -> Driven:
        self.do(InputTimedOut(), after)
        return self

    def speak(self, text: str) -> Driven:
        self.do(SpeechHeard(text, 0.9))
        return self

    def record(self, seconds: int, key: str = "#", name: str = "RE1") -> Driven:
        self.do(RecordingEnded(name, seconds, key))
        return self


def through_json(session: Session) -> Session:
    return from_json(json.loads(json.dumps(to_json(session), allow_nan=False)))


def event_from(written: Any) -> Event:
    """An event as golden files write it."""
    if isinstance(written, str):
        plain = {"silence": InputTimedOut(), "hung_up": CallerHungUp(), "talk_ended": TalkEnded()}
        return plain[written]
    ((what, value),) = ((key, value) for key, value in written.items() if key != "after")
    if what == "recorded":
        seconds, key, name = (*value.split(" "), "", "")[:3]
        return RecordingEnded(name or "RE1", int(seconds), key)
    makes = {
        "pressed": DigitsPressed,
        "said": SpeechHeard,
        "accepted": AgentAccepted,
        "transfer": TransferEnded,
        "paid": lambda result: PaymentEnded(result, "C1", "T1"),
    }
    return makes[what](value)


def world_from(written: dict[str, Any]) -> World:
    """The world as golden files write it."""
    numbers = {key: _number(value) for key, value in written.get("wait", {}).items()}
    queues = {
        name: QueueContext(name, **{key: _number(value) for key, value in settings.items()})
        for name, settings in written.get("queues", {}).items()
    }
    context = CallContext(
        now=MORNING,
        zone="America/New_York",
        calendars={name: CalendarModel(**one) for name, one in written.get("calendars", {}).items()},
        queues=queues,
        customer=written.get("customer", {}),
        last_survey_at=datetime.fromisoformat(written["surveyed"]) if "surveyed" in written else None,
        targets=written.get("targets", {}),
    )
    at = datetime.fromisoformat(written["at"]) if "at" in written else MORNING
    playable = "" if "late" in written else World.playable
    return World(
        playable=playable,
        now=at,
        wait=numbers,
        sources=written.get("sources", {}),
        callback={
            key: value if isinstance(value, list) else _number(value)
            for key, value in written.get("callback", {}).items()
        },
        pauses="pauses" not in written,
        context=context,
    )


def _number(value: str) -> Any:
    words = {"true": True, "false": False, "null": None}
    return words[value] if value in words else int(value) if value.lstrip("-").isdigit() else value
