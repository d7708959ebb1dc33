"""Faults on demand: webhooks that get lost, come twice, or come late, and REST requests that fail.

Every webhook is shown to the faults in force (see `Webhook`: kind, url, params, call_sid). The first that
applies wins. They are for tests; without any, everything works.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.webhook_message import Webhook

Predicate = Callable[["Webhook"], bool]
Seconds = Callable[["Webhook"], float]


def _never(webhook: Webhook) -> bool:
    return False


def _at_once(webhook: Webhook) -> float:
    return 0.0


@dataclass(eq=False)
class InjectedFault:
    """A fault for webhooks.

    drop: the connection fails (and is retried, as Twilio does). lose_answer: the app gets it, the answer is
    lost. duplicate: sent twice with the same token. delay: seconds until the answer is there; beyond 15 it
    times out. late: seconds before it is sent at all, so that others overtake it. status: the app is not
    asked, Twilio gets this HTTP status (0 = ask the app).
    """

    drop: Predicate = _never
    lose_answer: Predicate = _never
    duplicate: Predicate = _never
    delay: Seconds = _at_once
    late: Seconds = _at_once
    status: Callable[[Webhook], int] = lambda webhook: 0


class FaultInjection:
    """All disturbances in force; answers as one."""

    def __init__(self) -> None:
        self._active: list[InjectedFault] = []

    def add(self, disturbance: InjectedFault) -> InjectedFault:
        self._active.append(disturbance)
        return disturbance

    def stop(self, disturbance: InjectedFault | None = None) -> None:
        """Heal: this one, or all."""
        self._active = [d for d in self._active if disturbance is not None and d is not disturbance]

    def drops(self, webhook: Webhook) -> bool:
        return any(d.drop(webhook) for d in self._active)

    def loses_answer(self, webhook: Webhook) -> bool:
        return any(d.lose_answer(webhook) for d in self._active)

    def duplicates(self, webhook: Webhook) -> bool:
        return any(d.duplicate(webhook) for d in self._active)

    def delay(self, webhook: Webhook) -> float:
        return sum(d.delay(webhook) for d in self._active)

    def lateness(self, webhook: Webhook) -> float:
        return sum(d.late(webhook) for d in self._active)

    def status(self, webhook: Webhook) -> int:
        return next((status for d in self._active if (status := d.status(webhook))), 0)


TIMEOUT = "timeout"


@dataclass
class RestFault:
    """The next `times` matching REST requests fail: with an HTTP status, or TIMEOUT.

    applied: the request takes effect and only its answer is replaced; the caller cannot know. late: it takes
    effect so many seconds after that answer, as when it was held up on the way. code and said: Twilio's code
    and sentence in a refusal. body: what stands in the answer instead of Twilio's JSON.
    """

    method: str
    path: str
    answer: int | str
    applied: bool = False
    times: int = 1
    late: float = 0.0
    code: int = 0
    said: str = "simulated fault"
    body: str | None = None


@dataclass
class RestFaults:
    """Faults waiting for REST requests."""

    waiting: list[RestFault] = field(default_factory=list)

    def add(
        self,
        method: str,
        path: str,
        answer: int | str,
        *,
        applied: bool = False,
        times: int = 1,
        late: float = 0.0,
        code: int = 0,
        said: str = "simulated fault",
        body: str | None = None,
    ) -> RestFault:
        """`path` is a regular expression searched in the request's path, for example r"/Calls\\.json$"."""
        fault = RestFault(method, path, answer, applied, times, late, code, said, body)
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        self.waiting.clear()

    def take(self, method: str, path: str) -> RestFault | None:
        """The fault for this request, counted down."""
        for fault in self.waiting:
            if fault.method == method and re.search(fault.path, path):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
