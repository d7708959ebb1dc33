"""Which other things a step names, found by the annotations of its fields (StepName, QueueName, …)."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from ivr.engine.step import Names
from ivr.flowfiles.reader import KeyPath


@dataclass(frozen=True, slots=True)
class Reference:
    """`inside` is the path from the step to the name; `what` is step, flow, queue, calendar, …"""

    inside: KeyPath
    what: str
    name: str


def references(model: BaseModel) -> list[Reference]:
    """Everything that this step (or part of one) names, in the order of its fields."""
    return list(dict.fromkeys(_in_model(model, ())))


@cache
def _hints(model: type[BaseModel]) -> dict[str, tuple[str, Any]]:
    hints = get_type_hints(model, include_extras=True)
    return {
        name: (info.alias or name, hints.get(name, info.annotation))
        for name, info in model.model_fields.items()
    }


def _in_model(model: BaseModel, inside: KeyPath) -> Iterator[Reference]:
    for name, (key, hint) in _hints(type(model)).items():
        yield from _find(hint, getattr(model, name), (*inside, key))


def _find(hint: Any, value: Any, inside: KeyPath, what: str = "") -> Iterator[Reference]:
    if value is None:
        return
    if isinstance(value, BaseModel):
        yield from _in_model(value, inside)
    elif get_origin(hint) is Annotated:
        kind, *notes = get_args(hint)
        named = [note.what for note in notes if isinstance(note, Names)]
        yield from _find(kind, value, inside, named[0] if named else what)
    elif get_origin(hint) in (Union, types.UnionType):
        for branch in get_args(hint):
            yield from _find(branch, value, inside, what)
    elif isinstance(value, str):
        if what and hint is str:
            yield Reference(inside, what, value)
    else:
        yield from _in_collection(hint, value, inside)


def _in_collection(hint: Any, value: Any, inside: KeyPath) -> Iterator[Reference]:
    kinds = get_args(hint)
    if isinstance(value, Mapping) and len(kinds) == 2:
        for key, item in value.items():
            yield from _find(kinds[0], key, (*inside, str(key)))
            yield from _find(kinds[1], item, (*inside, str(key)))
    elif isinstance(value, (list, tuple)) and kinds:
        for number, item in enumerate(value):
            yield from _find(
                kinds[min(number, len(kinds) - 1)] if kinds[-1] is not ... else kinds[0],
                item,
                (*inside, number),
            )
