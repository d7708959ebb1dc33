"""The real app on a database of its own, without a telephone network."""

from __future__ import annotations

import pytest

from ivr.environment import Environment
from ivr.scenarios.simulated_line import SimulatedLine
from tests.once import shipped_settings, with_tables


@pytest.fixture
def line(tmp_path, monkeypatch):
    monkeypatch.setattr(Environment, "emergency_file", tmp_path / "emergency.jsonl")
    simulated = SimulatedLine(shipped_settings(), with_tables(tmp_path / "line.db"))
    yield simulated
    simulated.close()
