"""Outages that a scenario can start and end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ivr.scenarios.simulated_line import SimulatedLine
from ivr.store.database import DatabaseUnavailable

FOR_EVER = 1_000_000


class Outages:
    """The outages: `database`: it does not answer. `rest`: the phone company refuses our requests. `carrier`:
    its requests to us get lost on the way."""

    def __init__(self, simulated: SimulatedLine) -> None:
        self._rehearsal = simulated
        self._lost: Any = None

    def begin(self, what: str) -> None:
        account = self._rehearsal.account
        if what == "database":
            database: Any = self._rehearsal.database
            database.read = database.write = _away
        elif what == "rest":
            for method in ("GET", "POST", "DELETE"):
                account.rest_faults.add(method, "", 503, times=FOR_EVER)
        else:
            self._lost = account.disturb(drop=lambda webhook: True)

    def end(self, what: str) -> None:
        account = self._rehearsal.account
        if what == "database":
            for name in ("read", "write"):
                vars(self._rehearsal.database).pop(name, None)
        elif what == "rest":
            account.rest_faults.clear()
        elif self._lost is not None:
            account.calm(self._lost)


@contextmanager
def _away() -> Iterator[Any]:
    raise DatabaseUnavailable("the scenario has taken the database away")
    yield
