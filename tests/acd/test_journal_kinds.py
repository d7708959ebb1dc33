"""The kinds of journal lines have those that are made of a state's name, and what the engine traces."""

from __future__ import annotations

import pytest

from ivr.acd import states
from ivr.acd.journal import JournalKind
from ivr.engine import turn

TRACED = [value for name, value in vars(turn).items() if name.isupper() and isinstance(value, str)]


@pytest.mark.parametrize("kind", TRACED)
def test_what_the_engine_traces_has_a_kind(kind):
    assert JournalKind(kind) == kind


@pytest.mark.parametrize("state", states.TABLES[states.AGENT])
def test_every_state_of_an_agent_has_a_kind(state):
    assert JournalKind(f"agent_{state}")


def test_a_misspelt_kind_is_refused():
    with pytest.raises(ValueError, match="agent_waiting"):
        JournalKind("agent_waiting")
