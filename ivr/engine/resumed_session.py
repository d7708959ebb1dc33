"""The story of a call that goes on in another one: of who was cut off, or is called back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ivr.engine.flow import FlowSet
from ivr.engine.flow_cursor import KEPT, PERSON
from ivr.engine.session import WAITING, CallInfo, FlowPosition, Session

IN_LINE = {"state": "waiting"}  # the queue step's memory of somebody who stands in line already


def in_line(flow_set: FlowSet, session: Session, queue: str, call: CallInfo, flow: str = "") -> Session:
    """The session as `call` goes on with it: standing in line of `queue`, with all that was said and keyed.

    What was announced is not promised to the other call, nothing is recorded without a new notice, and what
    only the flow may see is forgotten. Where the `flow_set` is a later one and no longer has the steps on the
    way, the caller stands in that line from the `flow` that was dialled.
    """
    frames = session.frames[:-1] if KEPT in session.scratch else session.frames
    if not all(_is_there(flow_set, place) for place in frames):
        frames = (FlowPosition(flow or next(iter(flow_set.flows)), f"{PERSON}{queue}"),)
    at = frames[-1]
    if not _waits_in(flow_set, at, queue):
        at = FlowPosition(at.flow, f"{PERSON}{queue}")
    shown = {name: kept for name, kept in session.variables.items() if name not in session.hidden}
    return session.with_(
        call=call,
        revision=flow_set.revision,
        frames=(*frames[:-1], at),
        scratch=dict(IN_LINE),
        variables=shown,
        hidden=(),
        status=WAITING,
        queue=queue,
        greeted=False,
        recording="",
        faults=0,
    )


def answered(memory: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The queue step's memory of a customer who has just been called back: their wait on the phone begins,
    and nobody is led elsewhere for the hours before."""
    return {**memory, "given_at": now.isoformat()}


def _is_there(flow_set: FlowSet, place: FlowPosition) -> bool:
    flow = flow_set.flows.get(place.flow)
    return flow is not None and (place.step.startswith("@") or place.step in flow.steps)


def _waits_in(flow_set: FlowSet, place: FlowPosition, queue: str) -> bool:
    """Is this a queue step of that queue?"""
    if place.step == f"{PERSON}{queue}":
        return True
    step = flow_set.flows[place.flow].steps.get(place.step)
    return step is not None and step.kind == "queue" and getattr(step, "queue", "") == queue
