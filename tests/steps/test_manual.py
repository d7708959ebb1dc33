"""Each step type's docstring is its manual page, with one example that is loaded and walked through here."""

from __future__ import annotations

import re
import textwrap

import pytest

from ivr.engine.events import DigitsPressed, InputTimedOut
from ivr.flowfiles.pydantic_errors import field_names
from ivr.steps import STEP_TYPES
from tests.engine.driving import Driven, book_from, flow_from, world_from

OFFICE = {"calendars": {"office": {"hours": {"mon-fri": "09:00-17:00"}, "zone": "America/New_York"}}}


def example(kind: str) -> str:
    page = textwrap.dedent("    " + STEP_TYPES[kind].__doc__)
    (found,) = re.findall(r"```yaml example\n(.*?)```", page, re.DOTALL)
    assert found.startswith("steps:\n")
    return textwrap.dedent(found.removeprefix("steps:\n"))


@pytest.mark.parametrize("kind", sorted(STEP_TYPES))
def test_the_example_of_the_manual_runs(kind: str):
    flow = flow_from(example(kind))
    assert any(step.kind == kind for step in flow.steps.values())
    for step in flow.steps.values():
        assert set(step.exits().values()) <= set(flow.steps)
    inner = flow_from("hello: {say: Hello., next: back}\nback: {leave: flow}", "identify")
    for event in (DigitsPressed("1"), InputTimedOut()):
        driven = Driven(book_from(flow, inner), world_from(OFFICE))
        for _ in range(6):
            driven.do(event)
            assert "fault" not in driven.happened, driven.trace


@pytest.mark.parametrize("kind", sorted(STEP_TYPES))
def test_the_main_value_stands_under_the_name_of_the_type(kind: str):
    assert kind in STEP_TYPES[kind].model_fields


@pytest.mark.parametrize("kind", sorted(STEP_TYPES))
def test_the_manual_describes_every_field(kind: str):
    page = STEP_TYPES[kind].__doc__
    common = {"next", "human", "tries", "timeout", kind}
    for name in set(field_names(STEP_TYPES[kind])) - common:
        assert name in page, f"the page of {kind} does not mention {name}"
