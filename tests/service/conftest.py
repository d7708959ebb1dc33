"""The whole line over the simulator, its clock in the test's hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ivr.store.database
from ivr.environment import Environment
from ivr.scenarios.simulated_line import SimulatedLine
from tests import conftest
from tests.once import shipped_settings
from tests.service.houses import settings_of
from tests.service.shop import Shop

ROOT = Path(__file__).parents[2]

database_url = conftest.database_url  # with it, tests elsewhere get the line from here


@pytest.fixture
def rehearse(database_url: str, tmp_path: Path, monkeypatch) -> Iterator[Callable[..., SimulatedLine]]:
    """Makes a line on this test's own database (SQLite, then PostgreSQL); the shipped flows by default."""
    monkeypatch.setattr(Environment, "emergency_file", tmp_path / "emergency.jsonl")
    made: list[SimulatedLine] = []

    def make(settings=None, **parts) -> SimulatedLine:
        simulated = SimulatedLine(settings or shipped_settings(), database_url, **parts)
        made.append(simulated)
        return simulated

    yield make
    for simulated in made:
        simulated.close()


@pytest.fixture
def line(rehearse) -> SimulatedLine:
    return rehearse()


@pytest.fixture
def on(rehearse, tmp_path: Path) -> Callable[[str], SimulatedLine]:
    """Makes a line whose main flow has these steps."""
    return lambda steps: rehearse(settings_of(tmp_path, steps))


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


@pytest.fixture
def impatient(monkeypatch):
    """SQLite waits 20 ms instead of three seconds, so that a test need not."""
    monkeypatch.setattr(ivr.store.database, "BUSY_MS", 20)


@pytest.fixture
def locked(impatient, line, database_url):
    """`locked(True)`: another process (a backup, an administrator) holds the file; False lets it go."""
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)

    def switch(on: bool) -> None:
        other.execute("BEGIN IMMEDIATE" if on else "ROLLBACK")

    yield switch
    other.close()
