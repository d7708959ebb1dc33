"""Which other things a step names, found by the annotations of its fields (StepName, QueueName, …).

It looks at what the author wrote, not at the step made of it: a step with a mistake still leads somewhere.
"""

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


def references(model: type[BaseModel], written: Any) -> list[Reference]:
    """Everything that a step of this type, written like this, names, in the order of its fields."""
    return list(dict.fromkeys(_in_model(model, written, ())))


@cache
def _hints(model: type[BaseModel]) -> dict[str, Any]:
    hints = get_type_hints(model, include_extras=True)
    return {info.alias or name: hints.get(name, info.annotation) for name, info in model.model_fields.items()}


def _in_model(model: type[BaseModel], written: Any, inside: KeyPath) -> Iterator[Reference]:
    if isinstance(written, Mapping):
        for key, hint in _hints(model).items():
            if key in written:
                yield from _find(hint, written[key], (*inside, key))


def _find(hint: Any, written: Any, inside: KeyPath, what: str = "") -> Iterator[Reference]:
    origin = get_origin(hint)
    if origin is Annotated:
        kind, *notes = get_args(hint)
        named = [note.what for note in notes if isinstance(note, Names)]
        yield from _find(kind, written, inside, named[0] if named else what)
    elif origin in (Union, types.UnionType):
        for branch in get_args(hint):
            yield from _find(branch, written, inside, what)
    elif hint is str:
        if what and isinstance(written, str):
            yield Reference(inside, what, written)
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield from _in_model(hint, written, inside)
    elif isinstance(written, Mapping) and len(get_args(hint)) == 2:
        for key, item in written.items():
            yield from _find(get_args(hint)[0], key, (*inside, key))
            yield from _find(get_args(hint)[1], item, (*inside, key))
    elif isinstance(written, list) and get_args(hint):
        for number, item in enumerate(written):
            yield from _find(get_args(hint)[0], item, (*inside, number))


def values_in(model: BaseModel, inside: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every single value of a step, with its path as the author wrote it."""
    for name, info in type(model).model_fields.items():
        yield from _values(getattr(model, name), (*inside, info.alias or name))


def _values(value: Any, inside: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(value, BaseModel):
        yield from values_in(value, inside)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _values(item, (*inside, str(key)))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _values(item, (*inside, number))
    else:
        yield inside, value
