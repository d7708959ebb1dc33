"""The JSON Schema of scenarios says what the reader takes."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from ivr.cli.schema import schema
from ivr.scenarios.given import Given
from ivr.scenarios.scenario_file import VERBS
from tests.scenarios.conftest import FLOWS

TYPES = {
    "object": dict, "array": list, "string": str, "number": (int, float), "integer": int,
    "boolean": bool, "null": type(None),
}  # fmt: skip


@pytest.fixture
def described(ivr):
    return json.loads(ivr(schema, "--scenarios").stdout)


def fits(value, part, whole) -> bool:
    """As much of JSON Schema as the schema uses."""
    if "$ref" in part:
        return fits(value, whole["$defs"][part["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in part:
        return any(fits(value, one, whole) for one in part["anyOf"])
    if "enum" in part and value not in part["enum"]:
        return False
    kinds = part.get("type", list(TYPES))
    if not any(isinstance(value, TYPES[kind]) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return False
    if isinstance(value, list):
        return all(fits(one, part.get("items", {}), whole) for one in value)
    if isinstance(value, dict):
        known, others = part.get("properties", {}), part.get("additionalProperties", True)
        return set(part.get("required", ())) <= set(value) and all(
            fits(one, known[key], whole) if key in known
            else others is not False and fits(one, others if isinstance(others, dict) else {}, whole)
            for key, one in value.items()
        )  # fmt: skip
    return True


def as_an_editor_reads(file):
    """YAML 1.2, in which dates are text."""
    loader = type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": {}})
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items():
        kept = [(tag, form) for tag, form in resolvers if not tag.endswith((":timestamp", ":bool"))]
        loader.yaml_implicit_resolvers[first] = kept
    loader.add_implicit_resolver("tag:yaml.org,2002:bool", YAML_BOOL, list("tf"))
    return list(yaml.load_all(file.read_text(), loader))


YAML_BOOL = re.compile("^(?:true|false)$")


def test_it_knows_every_verb_and_everything_given(described):
    assert {f"then_{word}" for word in VERBS} <= set(described["$defs"])
    assert set(described["properties"]["given"]["properties"]) == set(Given.model_fields)
    assert "music" in described["properties"]["then"]["items"]["anyOf"][0]["enum"]


@pytest.mark.parametrize("file", sorted((FLOWS / "scenarios").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_shipped_scenarios_fit(described, file):
    for scenario in as_an_editor_reads(file):
        assert fits(scenario, described, described), scenario


@pytest.mark.parametrize(
    "wrong",
    [
        {"then": ["music"]},
        {"scenario": "x", "then": ["presses"]},
        {"scenario": "x", "then": [{"heers": "hello"}]},
        {"scenario": "x", "then": [{"recorded": "maybe"}]},
        {"scenario": "x", "given": {"callr": "anonymous"}, "then": ["music"]},
    ],
)
def test_mistakes_do_not_fit(described, wrong):
    assert not fits(wrong, described, described)
