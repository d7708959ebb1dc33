"""What the handler of a job is, and how it asks to be called again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.store.jobs import Job


@dataclass(frozen=True, slots=True)
class Retry:
    """Do this job again `after` seconds. A `timer` is no failure: its attempts are counted anew."""

    after: float
    timer: bool = False
    body: Mapping[str, Any] | None = None
Handler = Callable[[Job], Retry | None]
