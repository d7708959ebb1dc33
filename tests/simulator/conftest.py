"""The `line` fixture: a fresh exchange and a tiny application behind it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# With import mode "importlib" pytest puts nothing on the path; the tests share line_app.py.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.simulator.line_app import Line


@pytest.fixture
def line() -> Line:
    return Line()
