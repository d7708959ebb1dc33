"""The real app on a database of its own, without a telephone network."""

from __future__ import annotations

import pytest

from ivr.cli.rehearsal import Rehearsal
from ivr.settings import load_settings
from tests.service.conftest import ROOT


@pytest.fixture
def line(tmp_path, monkeypatch):
    monkeypatch.setattr("server._spool", lambda _environment: tmp_path / "emergency.jsonl")
    rehearsal = Rehearsal(load_settings(ROOT / "config.yaml", {}), f"sqlite:///{tmp_path / 'line.db'}")
    yield rehearsal
    rehearsal.close()
