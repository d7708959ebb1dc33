"""Data sources under the control of a scenario, which never asks a real one.

The request to the real source is prepared all the same, by the code that sends it, so that an impossible
look-up fails here as it would in a call.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any

from ivr.customers.http_source import FAILED, FOUND, MISSING, HttpRequests, SourceFault
from ivr.engine.effects import LookUp
from ivr.engine.events import LookedUp
from ivr.engine.flow import FlowSet
from ivr.scenarios.given import GivenLookup
from ivr.scenarios.recorded_calls import Answered, RecordedCall
from ivr.settings import Settings
from ivr.store.external_database import ForeignFault, statement


class StubSources:
    """Replaces the look-ups of a line: answers as `given: lookups` says; a source that it does not mention
    has failed. `asked` are the values of every look-up, by source.

    A slow source delays the webhook by as much, at most by the source's own time limit.
    """

    def __init__(self, settings: Settings, lookups: Mapping[str, Sequence[GivenLookup]]) -> None:
        self._lookups, self._late = lookups, 0.0
        self.asked: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self._sources = settings.sources
        self._limits = {name: source.settings.timeout for name, source in settings.sources.items()}

    def deadline(self, effect: LookUp) -> float:
        """Return the seconds that an answer takes at most."""
        return self._limits.get(effect.source, 0.0)

    def __call__(self, effect: LookUp, _sid: str = "") -> LookedUp:
        turn, told_in_turn = len(self.asked[effect.source]), self._lookups.get(effect.source)
        self.asked[effect.source].append(effect.parameters)
        if not told_in_turn:
            return LookedUp(FAILED)
        told = told_in_turn[min(turn, len(told_in_turn) - 1)]
        unasked = self._unasked(effect)
        if unasked:
            return LookedUp(unasked)
        limit = self.deadline(effect)
        self._late += min(told.slow, limit)
        if told.failed or told.slow > limit:
            return LookedUp(FAILED)
        if told.missing or told.found is None:
            return LookedUp(MISSING)
        return LookedUp(FOUND, told.found)

    def _unasked(self, effect: LookUp) -> str:
        """Return the result of a look-up for which no request would be sent; "" for one that would be
        sent."""
        source = self._sources.get(effect.source)
        try:
            if source and source.http:
                return "" if HttpRequests(source.http, {}).request(effect.parameters) else MISSING
            if source and source.sql:
                statement(source.sql.query, effect.parameters)
        except (SourceFault, ForeignFault):
            return FAILED
        return ""

    def lateness(self) -> float:
        """Return the seconds by which the webhook that asked comes late, once."""
        late, self._late = self._late, 0.0
        return late


class RecordedSources(StubSources):
    """Answers a repeated call as its sources did then, each request to a source in order.

    The record has whether something was found, and the value only if a variable of the call still holds it
    (`flow_set` are the flows it began with). Any other request is answered as well as possible, and `unknown`
    lists those without a known answer.
    """

    def __init__(self, settings: Settings, call: RecordedCall, flow_set: FlowSet) -> None:
        super().__init__(settings, {})
        self._values = found_in(call, flow_set)
        self._left: dict[str, deque[tuple[int, Answered]]] = defaultdict(deque)
        for number, answer in enumerate(call.answers):
            self._left[answer.source].append((number, answer))
        self.unknown: dict[str, None] = {}

    def __call__(self, effect: LookUp, _sid: str = "") -> LookedUp:
        left = self._left[effect.source]
        if not left:
            self.unknown[effect.source] = None
            return LookedUp(FAILED)
        number, answer = left.popleft()
        if answer.status == FOUND and number not in self._values:
            self.unknown[effect.source] = None
        return LookedUp(answer.status, self._values.get(number, {}) if answer.status == FOUND else None)


def found_in(call: RecordedCall, flow_set: FlowSet) -> dict[int, Any]:
    """Return the found values by the number of the answer. A later answer in the same variable covers the
    earlier."""
    by_variable: dict[str, int] = {}
    values: dict[int, Any] = {}
    for number, answer in enumerate(call.answers):
        flow = flow_set.flows.get(answer.flow)
        step = flow.steps.get(answer.step) if flow else None
        if answer.status != FOUND or step is None:
            continue
        variable = getattr(step, "save", None)
        if not variable:
            values[number] = {}  # nobody kept it, so it decided nothing
        else:
            by_variable[variable] = number
    known = {number: call.variables[name] for name, number in by_variable.items() if name in call.variables}
    return {**values, **known}
