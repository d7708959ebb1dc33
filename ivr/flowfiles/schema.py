"""The JSON Schema of a flow file, made from the models that read it."""

from __future__ import annotations

from typing import Any

from ivr.flowfiles.complaints import field_names
from ivr.flowfiles.flow_file import FlowFile, StepTypes

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def flow_schema(step_types: StepTypes) -> dict[str, Any]:
    """A step is one of the step types; which one, its keys tell."""
    schema = FlowFile.model_json_schema()
    shared: dict[str, Any] = schema.pop("$defs", {})
    for kind, model in step_types.items():
        described = model.model_json_schema(by_alias=True)
        shared.update(described.pop("$defs", {}))
        described["required"] = sorted({kind, *described.get("required", [])})
        described["title"] = kind
        shared[f"step_{kind}"] = described
    steps = schema["properties"]["steps"]
    steps["additionalProperties"] = {"$ref": "#/$defs/step"}
    steps["propertyNames"] = {"pattern": "^[A-Za-z0-9_-]{1,64}$"}
    shared["step"] = {"anyOf": [_when(kind, step_types) for kind in step_types]}
    return {"$schema": DIALECT, "title": "Presszero call flow", **_without_title(schema), "$defs": shared}


def _when(kind: str, step_types: StepTypes) -> dict[str, Any]:
    """Of two types in one step, the one that has the other as a setting (queue with say) is meant."""
    rivals = [other for other in step_types if kind in field_names(step_types[other]) and other != kind]
    reference: dict[str, Any] = {"$ref": f"#/$defs/step_{kind}"}
    if rivals:
        reference = {"allOf": [reference, {"not": {"anyOf": [{"required": [other]} for other in rivals]}}]}
    return reference


def _without_title(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "title"}
