"""Walks one caller through the flows: `start` begins a call, `resume` takes one event. Both end in a
`Turn`."""

from __future__ import annotations

from ivr.engine.context import CallContext
from ivr.engine.effects import KeepComment, KeepVoicemail
from ivr.engine.events import CallerHungUp, Event, RecordingEnded
from ivr.engine.executor import Executor
from ivr.engine.flow import FlowSet
from ivr.engine.session import ENDED, CallInfo, FlowPosition, Session
from ivr.engine.trace import ENDED_HERE
from ivr.engine.turn import Turn


def start(flow_set: FlowSet, flow: str, call: CallInfo, context: CallContext) -> Turn:
    """The first turn of a call in the flow of that name. Raises KeyError when the book has no such flow."""
    first = flow_set.flows[flow]
    session = Session(
        call=call,
        revision=flow_set.revision,
        language=first.languages[0],
        frames=(FlowPosition(flow, first.start),),
    )
    return Executor(flow_set, session, context).begin()


def come_back(
    flow_set: FlowSet, flow: str, call: CallInfo, step: str, language: str, context: CallContext
) -> Turn:
    """The first turn of a call from a number for which a place is kept: `step` tells of it in the `language`
    of the earlier call. Nothing else of that call is in the session before the caller has taken it up."""
    session = Session(
        call=call, revision=flow_set.revision, language=language, frames=(FlowPosition(flow, step),)
    )
    return Executor(flow_set, session, context).begin()


def resume(flow_set: FlowSet, session: Session, event: Event, context: CallContext) -> Turn:
    """The next turn. Never raises for what a flow, a caller or the carrier does."""
    walk = Executor(flow_set, session, context)
    if session.status == ENDED:
        return _afterwards(walk, event)
    if isinstance(event, CallerHungUp):
        walk.stand_where_heard(event)
        walk.note(ENDED_HERE)
        return Turn(walk.session.with_(status=ENDED), None, (), tuple(walk.trace))
    return walk.take(event)


def _afterwards(walk: Executor, event: Event) -> Turn:
    """A hang-up can be reported before the recording it ended: the message is kept all the same."""
    if not isinstance(event, RecordingEnded):
        return Turn(walk.session, None)
    heard = walk.take(event)
    kept = tuple(effect for effect in heard.effects if isinstance(effect, KeepVoicemail | KeepComment))
    return Turn(heard.session.with_(status=ENDED) if kept else walk.before, None, kept)
