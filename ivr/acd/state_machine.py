"""What a table of transitions is made of: states, where events lead, and how a state ends by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Deadline:
    """How a state ends when nobody ends it.

    `after` names the setting that holds the seconds, `event` is what the clock reports then.
    With `unless` the clock first looks whether that still holds and, if so, starts a new deadline.
    """

    after: str
    event: str
    unless: str = ""


@dataclass(frozen=True, slots=True)
class DeferredState:
    """The event is legal but cannot be carried out yet: keep the wish `then` and follow it later."""

    then: str


@dataclass(frozen=True, slots=True)
class State:
    """One row of a table: what the state means, where each event leads, and when it ends by itself.

    `corrections` are events by which late news corrects a state that is an end: nobody waits for them.
    """

    meaning: str
    moves: Mapping[str, str | DeferredState] = field(default_factory=dict)
    deadline: Deadline | None = None
    corrections: Mapping[str, str] = field(default_factory=dict)
