"""The position of one caller and everything remembered. Plain values: a session survives JSON between
turns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Any


def storable(value: Any) -> Any:
    """Return the value with everything removed that JSON cannot write."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {str(key): storable(item) for key, item in value.items()}
    return str(value)


PATH_LIMIT = 200
INPUT_LIMIT = 100
ON, PAUSING, PAUSED = "on", "pausing", "paused"
IN_FLOW, WAITING, TALKING, ENDED = "in_flow", "waiting", "talking", "ended"


@dataclass(frozen=True, slots=True)
class CallInfo:
    """The call as the carrier announced it.

    `caller` is E.164, or "" when there is no number that we can read; `caller_raw` is what arrived, and
    `caller_kind` what it is: readable, unreadable, placeholder or withheld ("" in calls from before).
    `attested` is the STIR/SHAKEN letter (A, B, C) or "": information only, never proof of who speaks.
    """

    sid: str
    caller: str
    dialled: str
    caller_raw: str = ""
    name: str = ""
    attested: str = ""
    caller_kind: str = ""


@dataclass(frozen=True, slots=True)
class FlowPosition:
    """A step of a flow."""

    flow: str
    step: str


@dataclass(frozen=True, slots=True)
class Session:
    """`frames` is the stack of flows, the innermost last. `scratch` belongs to the step the caller stands on
    and is emptied when they leave it. `path` lists the steps entered, oldest first, the oldest dropped past
    PATH_LIMIT. `inputs` lists what the caller keyed or said: {"at", "step", "kind", "value", "understood"},
    the oldest dropped past INPUT_LIMIT. `greeted` is set once the caller has been told that 0 reaches a
    person. `recording` of the call is "" (none), on, pausing (asked for, not yet sure) or paused. `hidden`
    names variables that nobody but the flow may see. `notices` maps ids of notices to the language in which
    the caller heard them.
    """

    call: CallInfo
    revision: str
    language: str
    frames: tuple[FlowPosition, ...]
    variables: dict[str, Any] = field(default_factory=dict)
    scratch: dict[str, Any] = field(default_factory=dict)
    path: tuple[dict[str, Any], ...] = ()
    inputs: tuple[dict[str, Any], ...] = ()
    status: str = IN_FLOW
    queue: str = ""
    wanted_person: bool = False
    faults: int = 0
    greeted: bool = False
    recording: str = ""
    hidden: tuple[str, ...] = ()
    notices: dict[str, str] = field(default_factory=dict)
    wanted_supervisor: bool = False

    @property
    def place(self) -> FlowPosition:
        return self.frames[-1]

    def with_(self, **changes: Any) -> Session:
        return replace(self, **changes)


def to_json(session: Session) -> dict[str, Any]:
    """Return a dict that `json` can write. It shares its contents with the session: write it, do not change
    it."""
    fields = {name: getattr(session, name) for name in Session.__slots__}
    fields["call"] = _plain(session.call)
    fields["frames"] = [_plain(place) for place in session.frames]
    return fields


def _plain(record: CallInfo | FlowPosition) -> dict[str, Any]:
    """Return a record as a dict without deep copies, which would take a tenth of a turn."""
    return {name: getattr(record, name) for name in record.__slots__}


def from_json(stored: dict[str, Any]) -> Session:
    """Return the session that `to_json` wrote. Raises KeyError or TypeError for anything else."""
    return Session(
        **{
            **stored,
            "call": CallInfo(**stored["call"]),
            "frames": tuple(FlowPosition(**frame) for frame in stored["frames"]),
            "path": tuple(stored["path"]),
            "inputs": tuple(stored["inputs"]),
            "hidden": tuple(stored.get("hidden", ())),
        }
    )
