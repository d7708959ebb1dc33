"""Makes the JSON Schema of a flow file from the models that read it."""

from __future__ import annotations

import inspect
import re
from typing import Any

from pydantic import BaseModel

from ivr.flowfiles.flow_file import FlowFile, StepTypes
from ivr.flowfiles.pydantic_errors import field_names

SAME_EVERYWHERE = {
    "next": ["The step that comes next."],
    "human": ["The queue in which 0 finds a person, from here."],
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def flow_schema(step_types: StepTypes) -> dict[str, Any]:
    """Return the schema, in which a step is one of the step types, recognised by its keys."""
    schema = FlowFile.model_json_schema()
    shared: dict[str, Any] = schema.pop("$defs", {})
    for kind, model in step_types.items():
        described = model.model_json_schema(by_alias=True)
        shared.update(described.pop("$defs", {}))
        described["required"] = sorted({kind, *described.get("required", [])})
        described["title"] = kind
        explain(described, model, kind)
        shared[f"step_{kind}"] = described
    if "step_menu" in shared:
        shared["step_menu"]["properties"]["keys"]["propertyNames"] = {"pattern": "^[1-9*#]$"}
    steps = schema["properties"]["steps"]
    steps["additionalProperties"] = {"$ref": "#/$defs/step"}
    steps["propertyNames"] = {"pattern": "^[A-Za-z0-9_-]{1,64}$"}
    shared["step"] = {"anyOf": [_when(kind, step_types) for kind in step_types]}
    return {"$schema": DIALECT, "title": "Presszero call flow", **_without_title(schema), "$defs": shared}


def explain(described: dict[str, Any], model: type[BaseModel], kind: str = "") -> None:
    """Add what an editor shows under the pointer: for each setting the sentences of the model's manual that
    mention it, for the key that names the type the type's description."""
    sentences = _sentences(model)
    bases = [base for base in model.__mro__[1:] if issubclass(base, BaseModel)]
    inherited = [each for base in bases for each in _sentences(base)]
    for name, setting in described.get("properties", {}).items():
        mentions = re.compile(rf"`{re.escape(name)}\b")
        told = [each for each in sentences if mentions.search(each)]
        told = told or [each for each in inherited if mentions.search(each)] or SAME_EVERYWHERE.get(name, [])
        told = sentences[:1] if name == kind else told
        if told and "description" not in setting:
            setting["description"] = " ".join(told)


def _sentences(model: type[BaseModel]) -> list[str]:
    """Return the manual text of a model without its example, in sentences."""
    if model is BaseModel:
        return []
    text = re.sub(r"```.*?```", "", inspect.cleandoc(model.__doc__ or ""), flags=re.DOTALL)
    return [part for part in re.split(r"(?<=[.;])\s+(?=[A-Z`])", " ".join(text.split())) if part]


def _when(kind: str, step_types: StepTypes) -> dict[str, Any]:
    """Return the condition for a type; of two types in one step, the one that has the other as a setting
    (queue with say) is meant."""
    rivals = [other for other in step_types if kind in field_names(step_types[other]) and other != kind]
    reference: dict[str, Any] = {"$ref": f"#/$defs/step_{kind}"}
    if rivals:
        reference = {"allOf": [reference, {"not": {"anyOf": [{"required": [other]} for other in rivals]}}]}
    return reference


def _without_title(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "title"}
