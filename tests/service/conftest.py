"""The whole line over the simulator, its clock in the test's hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.cli.rehearsal import Rehearsal
from ivr.settings import load_settings
from tests.service.houses import settings_of
from tests.service.shop import Shop

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request, tmp_path: Path) -> str:
    """As for other tests, but with our tables in it, copied."""
    if request.param == "postgres":
        return request.getfixturevalue("migrated_postgres_database")
    path = tmp_path / "presszero.db"
    shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def rehearse(database_url: str, tmp_path: Path, monkeypatch) -> Iterator[Callable[..., Rehearsal]]:
    """Makes a line on this test's own database (SQLite, then PostgreSQL); the shipped flows by default."""
    monkeypatch.setattr("server._spool", lambda _environment: tmp_path / "emergency.jsonl")
    made: list[Rehearsal] = []

    def make(settings=None, **parts) -> Rehearsal:
        rehearsal = Rehearsal(settings or load_settings(ROOT / "config.yaml", {}), database_url, **parts)
        made.append(rehearsal)
        return rehearsal

    yield make
    for rehearsal in made:
        rehearsal.close()


@pytest.fixture
def line(rehearse) -> Rehearsal:
    return rehearse()


@pytest.fixture
def on(rehearse, tmp_path: Path) -> Callable[[str], Rehearsal]:
    """Makes a line whose main flow has these steps."""
    return lambda steps: rehearse(settings_of(tmp_path, steps))


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()
