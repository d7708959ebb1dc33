"""The verbs of callbacks: the caller is called back, calls again, and the line restarts in between."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from ivr.scenarios.context import PATIENCE_S, ExpectationFailed, ScenarioContext
from ivr.scenarios.verb import ScenarioVerb, Within
from ivr.store import callbacks
from simulator.call import Call
from simulator.phones import AgentPhone

STOPS_S = 120.0
WAITS_S = 900.0


class Called:
    """A customer's telephone in the call that we made to it."""

    def __init__(self, phone: AgentPhone, call: Call) -> None:
        self._phone, self.call, self.sid = phone, call, call.sid

    def __getattr__(self, name: str) -> Any:
        return getattr(self._phone, name)


class CalledBack(ScenarioVerb):
    """The caller's telephone rings: we call back. They answer it (also when nothing is said of it), or it is
    a machine that answers, or busy, or nobody comes. From an answer on, the caller is in this call. Without
    `within`, the patience is a quarter of an hour from when the callback is due."""

    word: ClassVar[str] = "called_back"
    bare: ClassVar[bool] = True
    called_back: Literal["answers", "ignores", "busy", "machine"] | None = None
    within: Within | None = None

    def play(self, context: ScenarioContext) -> None:
        account = context.simulated.account
        phone = account.phones[context.given.caller]
        patience = _patience(context) if self.within is None else self.within
        if not account.run_until(lambda: phone.ringing, patience):
            wanted = "the caller is called back"
            raise ExpectationFailed(
                f"{wanted} within {patience:g} seconds" if self.within else wanted, _how(context)
            )
        call = phone.call
        match self.called_back:
            case "busy":
                phone.decline()
            case "ignores":
                account.run_until(lambda: not phone.ringing, STOPS_S)
            case "machine":
                phone.behaviour = "machine"
                phone.answer()
                account.run_until(lambda: not call.live, STOPS_S)
                phone.behaviour = "manual"
            case _:
                phone.answer()
                context.caller, context.heard_to, context.heard_in = Called(phone, call), 0, 0
        context.settle()


class NotCalledBack(ScenarioVerb):
    """For so many seconds the caller's telephone does not ring."""

    word: ClassVar[str] = "not_called_back"
    not_called_back: Within

    def play(self, context: ScenarioContext) -> None:
        phone = context.simulated.account.phones[context.given.caller]
        if context.simulated.account.run_until(lambda: phone.ringing, self.not_called_back):
            wanted = f"the caller is not called for {self.not_called_back:g} seconds"
            raise ExpectationFailed(wanted, "the telephone rings")


class CallsAgain(ScenarioVerb):
    """The same caller dials the same number once more."""

    word: ClassVar[str] = "calls_again"
    bare: ClassVar[bool] = True
    calls_again: Literal[""] | None = None

    def play(self, context: ScenarioContext) -> None:
        extra = context.given.told_by_network
        context.caller = context.simulated.dial(context.given.caller, context.given.dialled or "", **extra)
        context.heard_to, context.heard_in = 0, 0
        context.did_at = context.now


class Restarts(ScenarioVerb):
    """The line is started anew: what it only remembered is forgotten."""

    word: ClassVar[str] = "restarts"
    bare: ClassVar[bool] = True
    restarts: Literal[""] | None = None

    def play(self, context: ScenarioContext) -> None:
        context.simulated.restart()


class CallbackVerb(ScenarioVerb):
    """The state of the callback that was booked last, and the number of attempts."""

    word: ClassVar[str] = "callback"
    callback: Literal["booked", "dialling", "answered", "connected", "cancelled", "merged", "expired", "none"]
    attempts: int | None = None

    def play(self, context: ScenarioContext) -> None:
        with context.look() as connection:
            last = callbacks.newest(connection)
        state = last.state if last else "none"
        if state != self.callback:
            raise ExpectationFailed(f"the callback is {self.callback}", f"it is {state}")
        if self.attempts is not None and (last is None or last.attempts != self.attempts):
            raise ExpectationFailed(
                f"{self.attempts} attempts to call back", f"{last.attempts if last else 0}"
            )


def _patience(context: ScenarioContext) -> float:
    """Return the time until the callback may come, plus the time it takes then. Without one, the usual
    limit."""
    with context.look() as connection:
        last = callbacks.newest(connection)
    if last is None or not last.live:
        return PATIENCE_S
    return max(0.0, last.due_at - context.now) + WAITS_S


def _how(context: ScenarioContext) -> str:
    with context.look() as connection:
        last = callbacks.newest(connection)
    if last is None:
        return "no callback is booked"
    zone = ZoneInfo(context.simulated.settings.timezone)
    due, now = (datetime.fromtimestamp(at, zone) for at in (last.due_at, context.now))
    return f"the callback is {last.state}, due from {due:%Y-%m-%d %H:%M} on; it is {now:%Y-%m-%d %H:%M} now"
