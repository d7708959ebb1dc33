"""Data sources of other packages: entry points of the group presszero.sources.

An entry point is called once, at the start, with (options, environment), and returns what is asked:
ask(values, seconds) → what is found: a mapping, or a list of them (what JSON cannot hold inside becomes
text), None when there is nothing. It may raise: that is a failed look-up like any other, and so is any other
answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from ivr.customers.http_source import FOUND, MISSING, Found, SourceFault, pruned
from ivr.environment import EnvironmentProblem
from ivr.flowfiles.source_settings import PluginSource

GROUP = "presszero.sources"


def source_plugins(
    name: str, source: PluginSource, environ: Mapping[str, str]
) -> Callable[[Mapping[str, Any], float], Found]:
    """Return what asks the source. Raises EnvironmentProblem when it is not installed, or does not start."""
    found = entry_points(group=GROUP, name=source.name)
    if not found:
        raise EnvironmentProblem(
            f"no installed package has the plug-in {source.name}: the data source {name} needs it "
            f"(an entry point of the group {GROUP})."
        )
    try:
        ask = next(iter(found)).load()(dict(source.options), environ)
    except Exception as error:  # foreign code: whatever it raises, the operator reads one sentence
        raise EnvironmentProblem(
            f"the plug-in {source.name} of the data source {name} does not start: {error!r}."
        ) from error

    def asked(values: Mapping[str, Any], until: float) -> Found:
        said = json.dumps(ask(dict(values), max(0.05, until - time.monotonic())), default=str)
        value = pruned(json.loads(said, parse_constant=lambda _name: None))
        if not isinstance(value, dict | list | None):
            raise SourceFault(f"the plug-in {source.name} answers with {type(value).__name__}, not a mapping")
        return Found(FOUND, value) if value else Found(MISSING)

    return asked
