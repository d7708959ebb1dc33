"""Golden cases per step type: tests/steps/<kind>.yaml. A type without a file fails.

A case: `it` (its point), `steps` (a flow, first step first), `flows` (more), `world`, `happens` (events
after the call began, each 5 seconds after the turn before unless it says `after`), and what is expected of
the last turn: `says` (all texts), `languages` (of those), `hears` (parts of them), `plays`, `does` (the
instruction), `at` (the step), `effects`, `variables`, `happened` (the trace), `status`, `queue`, `recording`,
`inputs`, `hidden`; or `refused`: words with which the steps are not accepted.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from ivr.steps import STEP_TYPES
from tests.engine.driving import Driven, book_from, event_from, flow_from, step_from, world_from

HERE = Path(__file__).parent
EXPECTATIONS = {
    "says", "languages", "hears", "plays", "does", "at", "effects", "variables", "happened", "status",
    "queue", "recording", "inputs", "hidden",
}  # fmt: skip


def cases() -> list[Any]:
    found = []
    for file in sorted(HERE.glob("*.yaml")):
        for case in yaml.load(file.read_text(), yaml.BaseLoader):
            found.append(pytest.param(case, id=f"{file.stem}: {case['it']}"))
    return found


@pytest.mark.parametrize("kind", sorted(STEP_TYPES))
def test_every_step_type_has_golden_cases(kind: str):
    written = yaml.load((HERE / f"{kind}.yaml").read_text(), yaml.BaseLoader)
    uses = [case for case in written if any(kind in step for step in case["steps"].values())]
    assert len(uses) >= 2


@pytest.mark.parametrize("case", cases())
def test_golden(case: dict[str, Any]):
    unknown = set(case) - EXPECTATIONS - {"it", "steps", "flows", "settings", "world", "happens", "refused"}
    assert not unknown, f"the case has keys that nothing reads: {unknown}"
    if "refused" in case:
        with pytest.raises(ValidationError) as refusal:
            [step_from(fields) for fields in case["steps"].values()]
        assert case["refused"] in str(refusal.value)
        return
    assert EXPECTATIONS & set(case), "a case without expectations cannot fail"
    settings = {**case.get("settings", {})}
    if "languages" in settings:
        settings["languages"] = tuple(settings["languages"])
    flows = [flow_from(steps, name) for name, steps in case.get("flows", {}).items()]
    driven = Driven(
        book_from(flow_from(case["steps"], **settings), *flows), world_from(case.get("world", {}))
    )
    for event in case.get("happens", []):
        after = float(event.get("after", 5)) if isinstance(event, dict) else 5
        driven.do(event_from(event), after)
    for what in EXPECTATIONS & set(case):
        assert seen(driven, what, case[what]) == case[what], f"{what}, of {driven.turn}"


def seen(driven: Driven, what: str, expected: Any) -> Any:
    """What came of the call, in the words of the case."""
    match what:
        case "hears":
            heard = " ".join(driven.says)
            return expected if all(part in heard for part in expected) else heard
        case "languages":
            return [prompt.language for prompt in driven.prompts]
        case "effects":
            return [in_words(effect) for effect in driven.effects]
        case "variables":
            return {name: str(value) for name, value in driven.session.variables.items()}
        case "inputs":
            return [one["value"] for one in driven.session.inputs]
        case "hidden":
            return list(driven.session.hidden)
        case "status" | "queue" | "recording":
            return getattr(driven.session, what)
    return getattr(driven, what)


def in_words(effect: Any) -> str:
    """JoinQueue support 0"""
    values = [str(value) for value in asdict(effect).values() if value != {}]
    return " ".join(
        [type(effect).__name__, *(values if type(effect).__name__ != "NotePromise" else values[:3])]
    )
