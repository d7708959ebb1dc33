"""A line of the journal, as reports, explanations and the wait estimator read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class JournalLine(Protocol):
    """What happened: `kind` in the past tense, `at` in epoch seconds, and whom it concerns."""

    at: float
    kind: str
    call_sid: str | None
    agent_id: str | None
    queue: str | None
    body: Mapping[str, Any] | None


class NumberedLine(JournalLine, Protocol):
    """A line with its number, by which a reader goes on where it stopped."""

    id: int
