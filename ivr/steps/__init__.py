"""PURE: one file per step type. `STEP_TYPES` finds them, so a new type is a new file here with its tests."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from ivr.engine.step import Step


def _discover() -> dict[str, type[Step]]:
    found: dict[str, type[Step]] = {}
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        for thing in vars(import_module(f"{__name__}.{module.name}")).values():
            if not (isinstance(thing, type) and issubclass(thing, Step) and "kind" in vars(thing)):
                continue
            if found.setdefault(thing.kind, thing) is not thing:
                raise TypeError(f"two step types are called '{thing.kind}'")
    found.pop("", None)
    return found


STEP_TYPES: dict[str, type[Step]] = _discover()
"""Kind → class; the kind is the YAML key that names the type."""
