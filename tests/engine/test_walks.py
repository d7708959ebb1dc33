"""Random flows and events: what holds for every flow anybody can write (promises 1, 2 and 9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.engine.events import (
    AgentAccepted,
    CallerHungUp,
    DigitsPressed,
    InputTimedOut,
    PaymentEnded,
    RecordingEnded,
    SpeechHeard,
    TalkEnded,
    TransferEnded,
)
from ivr.engine.instructions import Dial, HangUp, Join, Listen, Pay, Record
from ivr.engine.session import ENDED, INPUT_LIMIT, PATH_LIMIT
from tests.engine.driving import Driven, World, book_from, flow_from, world_from

NAMES = ("a", "b", "c", "d", "e")
step_names = st.sampled_from((*NAMES, "nowhere"))
hostile = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "</Say><Dial>+1900</Dial>",
            "<break time='9s'/>",
            "{{ 9**9 }}",
            "&amp;",
            "\x00\x07",
            "]]>",
            "%s%n",
            "'; --",
        ]
    ),
)
texts = st.sampled_from(
    [
        "Hello.",
        "Hello {{ v }} and {{ caller.name }}.",
        "<p>Number {{ v | digits }}</p> {{ v | money }} {{ v | date }} {{ v | time }} {{ v | phone }}",
        "{{ v | count('one', 'many') }} {{ v | ordinal }} {{ v | list }} {{ v | number }} {{ no.such }}",
        {"es-US": "Hola {{ v }}.", "en-US": "Hi {{ v }}."},
    ]
)


def step(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(
        st.sampled_from(
            [
                "say",
                "menu",
                "ask",
                "hours",
                "branch",
                "set",
                "queue",
                "voicemail",
                "transfer",
                "flow",
                "leave",
                "hang_up",
                "language",
                "lookup",
                "text",
                "survey",
                "record",
                "pay",
            ]
        )
    )
    there, other, text = draw(step_names), draw(step_names), draw(texts)
    return {
        "say": {"say": text, "next": there},
        "menu": {
            "menu": text,
            "keys": {"1": there, "#": other},
            "words": {there: ["yes"]},
            "no_input": other,
        },
        "ask": {
            "ask": text,
            "save": "v",
            "next": there,
            "confirm": draw(st.booleans()),
            "speech": draw(st.booleans()),
            "sensitive": False,
        },
        "hours": {"hours": draw(st.sampled_from(["office", "none"])), "open": there, "closed": other},
        "branch": {"branch": [{"when": "v > 5 or customer.x", "next": there}], "otherwise": other},
        "set": {"set": {"v": "{{ caller.name }}{{ v }}"}, "next": there},
        "queue": {"queue": "billing", "next": draw(st.one_of(st.none(), step_names))},
        "voicemail": {"voicemail": "billing", "next": draw(st.one_of(st.none(), step_names))},
        "transfer": {
            "transfer": draw(st.sampled_from(["+14155550100", "nobody"])),
            "say": text,
            "busy": there,
        },
        "flow": {"flow": draw(st.sampled_from(["main", "inner", "none"])), "next": there},
        "leave": {"leave": "flow"},
        "hang_up": {"hang_up": draw(st.one_of(st.none(), texts))},
        "language": {
            "language": text,
            "keys": {"1": "en-US", "2": "es-US"},
            "known": draw(st.booleans()),
            "next": there,
        },
        "lookup": {
            "lookup": draw(st.sampled_from(["orders", "gone", "broken"])),
            "with": {"n": "{{ v }}"},
            "save": "v",
            "found": there,
            "missing": other,
        },
        "text": {"text": text, "to": "{{ v }}", "next": there},
        "survey": {
            "survey": [{"ask": text, "save": "v"}],
            "comment": {"ask": text, "save": "w"},
            "next": there,
        },
        "record": {"record": text, "consent": draw(st.booleans()), "next": there},
        "pay": {
            "pay": "Default",
            "amount": "{{ v }}",
            "paid": there,
            "failed": draw(st.sampled_from([None, other])),
        },
    }[kind]


@st.composite
def books(draw: st.DrawFn):
    flows = [
        flow_from(
            {name: step(draw) for name in NAMES},
            name,
            languages=draw(st.sampled_from([("en-US",), ("es-US", "en-US")])),
        )
        for name in ("main", "inner")
    ]
    return book_from(*flows)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = world_from({"calendars": {"office": {"hours": {"mon-fri": "09:00-17:00"}}}})
    world.sources = {"orders": draw(st.sampled_from([{"a": "1"}, "missing", "7"])), "gone": "missing"}
    world.pauses = draw(st.booleans())
    high = draw(st.one_of(st.none(), st.floats(0, 9000)))
    world.wait = {
        "open": draw(st.booleans()),
        "staffed": draw(st.booleans()),
        "position": draw(st.integers(0, 40)),
        "waited": draw(st.floats(0, 2000)),
        "low": None if high is None else high / 3,
        "high": high,
    }
    return world


events = st.one_of(
    st.text("0123456789*#", min_size=1, max_size=8).map(DigitsPressed),
    hostile.map(SpeechHeard),
    st.sampled_from(["yes", "agent", "una persona"]).map(SpeechHeard),
    st.just(InputTimedOut()),
    st.just(InputTimedOut()),
    st.builds(
        RecordingEnded, st.just("RE1"), st.integers(0, 60), st.sampled_from(["", "#", "0", "*", "hangup"])
    ),
    st.sampled_from(["completed", "busy", "no-answer", "failed", "canceled", "?"]).map(TransferEnded),
    st.just(AgentAccepted("room")),
    st.just(TalkEnded()),
    st.sampled_from(["success", "caller-interrupted-with-star", "?"]).map(
        lambda result: PaymentEnded(result, "C1", "T1")
    ),
)


def check_turn(driven: Driven) -> None:
    told = driven.turn.instruction
    assert told is not None, "a live call was told nothing"
    if isinstance(told, Listen):
        assert told.prompts, "a silent Listen"
        assert told.timeout >= 1
        assert told.finish_on != "0"
    if isinstance(told, HangUp):
        assert driven.session.status == ENDED
    for said in driven.says:
        assert said
        assert said.isprintable() or not any(ord(letter) < 32 for letter in said)
    assert len(driven.session.path) <= PATH_LIMIT
    assert len(driven.session.inputs) <= INPUT_LIMIT


@settings(max_examples=250, deadline=None)
@given(books(), worlds(), st.lists(events, max_size=12))
def test_every_walk_keeps_the_promises(flow_set, world, happening):
    driven = Driven(flow_set, world)
    heard_of_zero = False
    check_turn(driven)
    for event in happening:
        told = driven.turn.instruction
        if driven.session.status == ENDED:
            break
        heard_of_zero = heard_of_zero or any("0" in said for said in driven.says)
        if isinstance(told, Record | Dial | Pay | HangUp):
            assert heard_of_zero, "no prompt before this said that 0 reaches a person"
        zero_reaches_a_person(driven, flow_set)
        driven.do(event)
        check_turn(driven)


def zero_reaches_a_person(driven: Driven, flow_set) -> None:
    """From whatever the caller hears now, one 0 puts them in line, or keeps them there."""
    told = driven.turn.instruction
    if isinstance(told, Dial | Pay | Join | HangUp):
        return
    other = Driven.__new__(Driven)
    other.__dict__.update(driven.__dict__)
    other.world = replace(driven.world)
    other.do(RecordingEnded("RE1", 3, "0") if isinstance(told, Record) else DigitsPressed("0"))
    assert other.session.wanted_person
    step = other.session.place.step
    in_line = other.session.status == "waiting" and not step.startswith("@message")
    closed = other.session.queue == "" and not other.world.wait["open"]
    assert in_line or closed, (step, other.session.status)


@settings(max_examples=60, deadline=None)
@given(books(), worlds(), st.lists(events, max_size=5))
def test_a_caller_may_hang_up_at_any_instant(flow_set, world, happening):
    """F-HU-n: no instruction afterwards, and whatever comes later changes nothing."""
    driven = Driven(flow_set, world)
    for event in happening:
        driven.do(event)
    driven.do(CallerHungUp())
    assert driven.session.status == ENDED
    assert driven.turn.instruction is None
    after = driven.session
    driven.do(DigitsPressed("0"))
    assert driven.turn.instruction is None
    assert driven.session == after
    assert driven.effects == []


@settings(max_examples=100, deadline=None)
@given(hostile, hostile)
def test_what_a_caller_says_never_becomes_markup(said, name):
    """F-IN-02, promise 10: values fill text nodes only."""
    from xml.etree import ElementTree

    flow_set = book_from(
        flow_from(
            {
                "q": {"ask": "Who?", "speech": True, "save": "v", "next": "a"},
                "a": {"say": "<p>Hello {{ v }} {{ caller.name }}</p>", "next": "q"},
            }
        )
    )
    driven = Driven(flow_set).speak(said)
    for prompt in driven.prompts:
        if getattr(prompt, "markup", ""):
            tree = ElementTree.fromstring(f"<x>{prompt.markup}</x>")
            assert [child.tag for child in tree] == ["p"]
            assert len(tree[0]) == 0
