"""Makes the JSON Schema of a scenario from the models that read it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ivr.flowfiles.schema import DIALECT, explain
from ivr.scenarios.given import Given
from ivr.scenarios.scenario_file import VERBS

Schema = dict[str, Any]


def scenario_schema() -> Schema:
    """Return the schema. A line under `then` is one of the verbs, recognised by its keys."""
    shared: Schema = {}
    given = _described(Given, shared)
    for word, verb in VERBS.items():
        described = _described(verb, shared)
        described["required"] = sorted({word, *described.get("required", [])})
        shared[f"then_{word}"] = {**described, "title": word}
    bare = {"enum": [word for word, verb in VERBS.items() if verb.bare]}
    lines = [{"$ref": f"#/$defs/then_{word}"} for word in VERBS]
    parts = {
        "scenario": {"type": "string", "description": "what it shows, in a sentence"},
        "given": given,
        "then": {"type": "array", "minItems": 1, "items": {"anyOf": [bare, *lines]}},
    }
    whole = {"type": "object", "additionalProperties": False, "required": ["scenario", "then"]}
    return _as_written(
        {"$schema": DIALECT, "title": "Presszero scenario", **whole, "properties": parts, "$defs": shared}
    )


def _described(model: type[BaseModel], shared: Schema) -> Schema:
    described = model.model_json_schema()
    explain(described, model, getattr(model, "word", ""))
    shared.update(described.pop("$defs", {}))
    return described


def _as_written(schema: Any) -> Any:
    """Accept both types: editors take `presses: 1` for a number, and to us everything written is text."""
    if isinstance(schema, list):
        return [_as_written(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {key: _as_written(value) for key, value in schema.items()}
    if schema.get("type") == "string" and not {"enum", "const", "format"} & set(schema):
        inside["type"] = ["string", "number"]
    return inside
