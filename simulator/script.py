"""Runs one flow of control that takes (virtual) time: a generator that waits for events.

A script yields the epoch time until which it waits (None = for ever) and is sent the event: a `Key`, a
`Speech`, a `Signal`, or `TIMED_OUT`. Closing a script raises GeneratorExit where it waits, so every verb
cleans up in its own `finally`. In this way a REST redirect takes a leg out of any verb at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from simulator.clock import Timer
from simulator.core import SimulatorCore

Steps = Generator[float | None, Any, Any]

TIMED_OUT = "timed out"


@dataclass(frozen=True)
class Key:
    """The far end pressed one key: 0-9, * or #."""

    key: str


@dataclass(frozen=True)
class CallerSpeech:
    """The far end begins to say `text`, which takes `seconds`."""

    text: str
    seconds: float
    confidence: float = 0.9


@dataclass(frozen=True)
class Signal:
    """Something inside the exchange concerns this script: `about` says what, `value` carries more."""

    about: object
    value: Any = None


class Script:
    """Drives one generator; `when_over(result)` is called when it ends by itself, not when it is closed."""

    def __init__(
        self, account: SimulatorCore, steps: Steps, when_over: Callable[[Any], None] | None = None
    ) -> None:
        self._account = account
        self._steps = steps
        self._when_over = when_over
        self._inbox: deque[tuple[object, Timer | None]] = deque()
        self._timer: Timer | None = None
        self._running = False
        self._completion = False
        self.over = False

    def start(self) -> Script:
        self.post(None)
        return self

    def post(self, event: object, timer: Timer | None = None) -> None:
        """Tell the script what happened. While it is busy the event waits its turn."""
        # gi_running without _running: an abandoned exchange is being garbage collected.
        if self.over or self._completion or (self._steps.gi_running and not self._running):
            return
        self._inbox.append((event, timer))
        while self._inbox and not self._running and not self.over:
            event, timer = self._inbox.popleft()
            # A timer that was replaced in the meantime no longer means anything.
            if event is not TIMED_OUT or timer is self._timer:
                self._advance(event)

    def close(self) -> None:
        """End the script where it waits. A script that closes itself ends at its next wait."""
        if self.over or self._completion:
            return
        self._completion = True
        self._forget_timer()
        if not self._running:
            self.over = True
            self._steps.close()

    def _advance(self, event: object) -> None:
        self._forget_timer()
        self._running = True
        try:
            deadline = self._steps.send(event)
        except StopIteration as end:
            self.over = True
            self._running = False
            if self._when_over and not self._completion:
                self._when_over(end.value)
            return
        finally:
            self._running = False
        if self._completion:
            self.over = True
            self._steps.close()
        elif deadline is not None:
            self._set_timer(deadline)

    def _set_timer(self, deadline: float) -> None:
        timer = self._account.at(deadline, lambda: self.post(TIMED_OUT, timer))
        self._timer = timer

    def _forget_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
