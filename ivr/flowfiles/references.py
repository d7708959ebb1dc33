"""Finds the things that a step names, by the annotations of its fields (StepName, QueueName, …).

It reads what the author wrote, not the step built from it: a step with a mistake still leads somewhere.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from ivr.engine.step import ReferenceNames
from ivr.flowfiles.reader import KeyPath


@dataclass(frozen=True, slots=True)
class Reference:
    """`inside` is the path from the step to the name; `what` is step, flow, queue, calendar, …"""

    inside: KeyPath
    what: str
    name: str


def references(model: type[BaseModel], written: Any) -> list[Reference]:
    """Return everything that a step of this type, written like this, names, in the order of its fields."""
    return list(dict.fromkeys(_in_model(model, written, ())))


Finder = Callable[[Any, KeyPath], Iterator[Reference]]


@cache
def _finders(model: type[BaseModel]) -> dict[str, Finder]:
    """Return, for each field in which anything can be named, the function that finds it. Most steps
    have few."""
    hints = get_type_hints(model, include_extras=True)
    finders = {
        info.alias or name: _finder(hints.get(name, info.annotation))
        for name, info in model.model_fields.items()
    }
    return {key: finder for key, finder in finders.items() if finder is not None}


def _in_model(model: type[BaseModel], written: Any, inside: KeyPath) -> Iterator[Reference]:
    if isinstance(written, Mapping):
        for key, finder in _finders(model).items():
            if key in written:
                yield from finder(written[key], (*inside, key))


def _finder(hint: Any, what: str = "") -> Finder | None:
    """Return the function that finds the names in a value annotated like this; None if there can be none."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        named = [note.what for note in inner[1:] if isinstance(note, ReferenceNames)]
        return _finder(inner[0], named[0] if named else what)
    if origin in (Union, types.UnionType):
        return _in_any([_finder(branch, what) for branch in inner])
    if hint is str:
        return partial(_itself, what) if what else None
    if origin is None and isinstance(hint, type) and issubclass(hint, BaseModel):
        return partial(_in_model, hint) if _finders(hint) else None
    parts = [_finder(part) for part in inner[:2]]
    return partial(_in_parts, parts[0], parts[-1], len(parts) == 2) if any(parts) else None


def _in_any(branches: list[Finder | None]) -> Finder | None:
    finders = [branch for branch in branches if branch is not None]

    def find(written: Any, inside: KeyPath) -> Iterator[Reference]:
        for finder in finders:
            yield from finder(written, inside)

    return find if len(finders) > 1 else next(iter(finders), None)


def _itself(what: str, written: Any, inside: KeyPath) -> Iterator[Reference]:
    if isinstance(written, str):
        yield Reference(inside, what, written)


def _in_parts(
    first: Finder | None, second: Finder | None, pairs: bool, written: Any, inside: KeyPath
) -> Iterator[Reference]:
    """Yield names in a mapping's keys and values, or in the items of a list."""
    if pairs and isinstance(written, Mapping):
        for key, item in written.items():
            yield from first(key, (*inside, key)) if first else ()
            yield from second(item, (*inside, key)) if second else ()
    elif first and isinstance(written, list):
        for number, item in enumerate(written):
            yield from first(item, (*inside, number))


def values_in(model: BaseModel, inside: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Yield every single value of a step, with its path as the author wrote it."""
    for name, written in _as_written(type(model)):
        value = getattr(model, name)
        if _shape(type(value)) is None:
            yield (*inside, written), value
        else:
            yield from _values(value, (*inside, written))


@cache
def _as_written(model: type[BaseModel]) -> list[tuple[str, str]]:
    """Return each field, and the author's name for it."""
    return [(name, info.alias or name) for name, info in model.model_fields.items()]


@cache
def _shape(kind: type) -> type | None:
    """Return the type that a value of this type is an instance of; None for single values. Checking an
    abstract class is slow."""
    return next((shape for shape in (BaseModel, Mapping, list, tuple) if issubclass(kind, shape)), None)


def _values(value: Any, inside: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    shape = _shape(type(value))
    if shape is BaseModel:
        yield from values_in(value, inside)
    elif shape is Mapping:
        for key, item in value.items():
            yield from _values(item, (*inside, str(key)))
    elif shape is not None:
        for number, item in enumerate(value):
            yield from _values(item, (*inside, number))
    else:
        yield inside, value
