"""Broken, hostile and random exports: one sentence, or a flow in which every path ends well."""

import copy
import json

import pytest
from exports import FLOWS, export, loaded, queue, say, split, widget
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.studio import NotAVoiceFlow, import_flow, read_export

GOOD = [json.loads(path.read_text()) for path in FLOWS]
# Where a call ends or waits for somebody; from each other step one of these must be ahead.
ENDS = {"queue", "hang_up", "voicemail", "transfer", "leave", "menu", "ask", "lookup"}


def document(**changes):
    return json.dumps({**json.loads(export(say("a", "Hello."))), **changes}).encode()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"[]", "one JSON object"),
        (b"42", "one JSON object"),
        (b"{}", "no list of widgets"),
        (b'{"states": {}}', "no list of widgets"),
        (b'{"states": []}', "no list of widgets"),
        (b'{"states": [1]}', "entry 1 of 'states' is not a widget"),
        (b'{"states": [{"name": "x"}]}', "widget 1 of 'states' has no type"),
        (b'{"states": [{"type": "trigger", "name": 5}]}', "widget 1 of 'states' has no name"),
        (b'{"states": [{"type": "trigger", "name": "T", "transitions": 5}]}', "'T' cannot be read"),
        (b'{"states": [{"type": "trigger", "name": "T", "transitions": [[]]}]}', "an exit of 'T'"),
        (b'{"states": [{"type": "say-play", "name": "S"}]}', "it has no trigger"),
        (b'{"states": [{"type": "trigger", "name": "T"}]}', "answers no calls"),
        (b'{"definition": "{", "friendly_name": "x"}', "is not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b'{"states": ' + b"9" * 5000 + b"}", "number too long"),
        (b" " * 2_000_001, "larger than 2 MB"),
        (document(states=[{"name": "T", "type": "trigger"}] * 2), "two widgets are called 'T'"),
        (document(states=[{"name": str(n), "type": "say-play"} for n in range(2000)]), "has 2000 widgets"),
        (export(say("a", "Hi."), incomingMessage="a"), "a messaging flow"),
        (export(say("a", "Hi."), incomingRequest="a"), "started by the REST API"),
        (export(say("a", "Hi."), incomingCall="b"), "calls go to 'b', which is missing"),
        (export(say("a", "Hi."), incomingCall="Trigger"), "leads to a trigger"),
    ],
    ids=range(26),
)
def test_what_is_no_voice_flow_is_one_sentence(raw, why):
    with pytest.raises(NotAVoiceFlow) as fault:
        read_export(raw)
    assert why in str(fault.value)
    assert "\n" not in str(fault.value) and len(str(fault.value)) < 200 and str(fault.value).endswith(".")


@pytest.mark.parametrize("wrapped", [lambda flow: flow, json.dumps])
def test_what_the_rest_api_answers_is_read_too(wrapped):
    inner = json.loads(export(say("a", "Hello."), description=""))
    result = import_flow(
        json.dumps({"friendly_name": "Main line", "definition": wrapped(inner)}).encode(), "x.json"
    )

    assert result.flow == "main_line"


def row(count, last):
    """A row of messages, one after the other."""
    return [
        say(f"say_{n}", f"Sentence {n}.", f"say_{n + 1}" if n + 1 < count else last) for n in range(count)
    ]


@pytest.mark.parametrize("last", [None, "say_0"])
def test_a_long_row_and_a_long_circle_come_to_an_end(last):
    result = import_flow(export(*row(400, last)), "long.json")

    assert loaded(result).flow_set is not None


def test_splits_that_all_lead_to_each_other():
    names = [f"s{n}" for n in range(60)]
    looks = '{{ "now" | date: "%H:%M" }}'
    every = [
        split(
            name,
            looks,
            *(("is_before_time", f"{n % 24}:{n % 60:02}", to) for n, to in enumerate(names)),
            otherwise=to,
        )
        for name, to in zip(names, [*names[1:], "bye"], strict=True)
    ]
    assert loaded(import_flow(export(*every, say("bye", "Goodbye.")), "x.json")).flow_set is not None


@pytest.mark.parametrize(
    "mark", ["{{", "{%", "<", "&", "{", "}}", "{{'", "<a ", "|", "\\", "'\"", "#: ", "%H"]
)
def test_marks_in_great_number(mark):
    text = mark * 4000
    result = import_flow(
        export(
            say("a", text, "b", language=text),
            widget(
                "b",
                "set-variables",
                {"next": "c"},
                variables=[{"key": text, "value": text}, {"key": "k", "value": f"{{{{{text}}}}}"}],
            ),
            split(
                "c", f"{{{{{text}}}}}", ("regex", text, "agents"), ("equal_to", text, "agents"), otherwise="a"
            ),
            queue(attributes=text),
            description=text,
        ),
        "x.json",
    )
    assert loaded(result).flow_set is not None


# Random changes ---------------------------------------------------------------------------------

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["{{flow.variables.x}}", "{{ 'now' | date: '%H:%M' }}", "0", "1", "{% if x %}", "\ud800", "null", "~"]
    ),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


@st.composite
def mutated(draw):
    """A sample with some of its values exchanged, taken out, or led elsewhere."""
    flow = copy.deepcopy(draw(st.sampled_from(GOOD)))
    names = [state["name"] for state in flow["states"]]
    for _ in range(draw(st.integers(1, 6))):
        state = draw(st.sampled_from(flow["states"]))
        what = draw(st.sampled_from(["lead", "lead", "property", "property", "type", "drop", "deep"]))
        if what == "lead" and state.get("transitions"):
            draw(st.sampled_from(state["transitions"]))["next"] = draw(
                st.sampled_from([*names, "nowhere", None])
            )
        elif what == "property" and state.get("properties"):
            state["properties"][draw(st.sampled_from(sorted(state["properties"])))] = draw(ODD)
        elif what == "type":
            state["type"] = draw(st.sampled_from([other.get("type") for other in flow["states"]]))
        elif what == "drop":
            state.pop(draw(st.sampled_from(sorted(state))), None)
            if not state:
                flow["states"].remove(state)
        elif what == "deep" and state.get("transitions"):
            exit_ = draw(st.sampled_from(state["transitions"]))
            exit_[draw(st.sampled_from(["event", "conditions", "next"]))] = draw(ODD)
    return json.dumps(flow).encode()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_whatever_is_changed_every_path_ends_with_a_person_or_a_goodbye(raw):
    try:
        result = import_flow(raw, "x.json")
    except NotAVoiceFlow as fault:
        assert "\n" not in str(fault) and "cannot be imported" not in str(fault)
        return
    read = loaded(result)
    assert read.flow_set is not None, [str(problem) for problem in read.problems]
    for flow in read.flow_set.flows.values():
        assert without_end(flow) == []


def without_end(flow):
    """Steps from which nothing ahead ends the call or waits for an answer."""
    good = {name for name, step in flow.steps.items() if step.kind in ENDS}
    for _ in flow.steps:
        good |= {name for name, step in flow.steps.items() if good & set(step.exits().values())}
    return sorted(set(flow.steps) - good)
