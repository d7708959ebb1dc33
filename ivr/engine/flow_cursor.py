"""Where the caller stands during a turn, and the account kept of it: path, inputs, trace."""

from __future__ import annotations

from typing import Any

from ivr.engine.context import CallContext
from ivr.engine.events import DigitsPressed, Event, RecordingEnded, SpeechHeard
from ivr.engine.flow import Flow, FlowSet, FlowSource
from ivr.engine.serialization import read_ahead
from ivr.engine.session import IN_FLOW, INPUT_LIMIT, PATH_LIMIT, FlowPosition, Session
from ivr.engine.step import Step, Visit
from ivr.engine.trace import ENTERED, MISSING, TraceEntry

PERSON, MESSAGE, CALLBACK, RETURNED = "@person:", "@message:", "@callback:", "@returned:"
SURE, UNSURE = "sure", "unsure"
FAILED, POUNDS, AHEAD, SECRET = "@failed", "@pounds", "@ahead", "@secret"
VALUE_LIMIT = 500
HIDDEN = "•••"


class FlowCursor:
    """`before` is the session at the beginning of the turn, `ahead` what the caller pressed or said before
    the question it answers, and `secret` whether that may have been meant for a sensitive one. Keys of the
    scratch that begin with @ are the engine's."""

    def __init__(self, flow_set: FlowSet, session: Session, context: CallContext) -> None:
        self.flow_set, self.session, self.before, self.context = flow_set, session, session, context
        self.trace: list[TraceEntry] = []
        self.ahead: Event | None = read_ahead(session.scratch.get(AHEAD))
        self.secret = bool(session.scratch.get(SECRET))

    # Looking things up --------------------------------------------------------------------------------------

    def flow(self) -> Flow:
        """The innermost flow."""
        return self.flow_set.flows[self.session.place.flow]

    def step(self) -> Step:
        """The step the caller stands on. Raises KeyError when the book has no such step."""
        name = self.session.place.step
        implicit = self.flow_set.implicit
        if implicit is not None and name.startswith("@"):
            if name.startswith(PERSON):
                return implicit.queue(name.removeprefix(PERSON))
            if name.startswith(MESSAGE):
                return implicit.message(name.removeprefix(MESSAGE))
            if name.startswith(CALLBACK):
                return implicit.callback(name.removeprefix(CALLBACK))
            if name.startswith(RETURNED):
                sure, kept, queue = name.removeprefix(RETURNED).split(":", 2)
                return implicit.returned(kept, queue, sure == SURE)
        return self.flow().steps[name]

    def step_if_any(self) -> Step | None:
        """The same, or None."""
        try:
            return self.step()
        except Exception:  # a fault is being handled already
            return None

    def is_sensitive(self) -> bool:
        """Whether nobody may see what the caller gives at the step where they stand."""
        step = self.step_if_any()
        return step is not None and step.is_sensitive()

    def own_memory(self) -> dict[str, Any]:
        """The step's own memory."""
        return {key: value for key, value in self.session.scratch.items() if not key.startswith("@")}

    def visit(self) -> Visit:
        """What the step is given."""
        session = self.session.with_(scratch=self.own_memory())
        failed = self.session.scratch.get(FAILED, 0)
        return Visit(session, self.context, self.session.place.step, self.flow(), failed, self.ahead)

    # Keeping account ----------------------------------------------------------------------------------------

    def stand_at(self, name: str, scratch: dict[str, Any] | None = None) -> None:
        """Move the caller to a step of the flow they are in."""
        place = FlowPosition(self.session.place.flow, name)
        entry = {"at": self.context.now.isoformat(), "flow": place.flow, "step": name}
        self.session = self.session.with_(
            frames=(*self.session.frames[:-1], place),
            scratch=scratch or {},
            path=(*self.session.path, entry)[-PATH_LIMIT:],
        )
        self.note(ENTERED)

    def begin_again(self) -> str:
        """The name of the first step of the flow that was dialled, for a caller of whom nothing is known."""
        first = self.flow_set.flows[self.session.frames[0].flow]
        self.session = self.session.with_(
            frames=(FlowPosition(first.name, first.start),),
            language=first.languages[0],
            variables={},
            hidden=(),
            status=IN_FLOW,
            queue="",
        )
        return first.start

    def note(self, what: str, **details: Any) -> None:
        """Add to the trace what happened at the step where the caller stands."""
        place = self.session.place
        flow = self.flow_set.flows.get(place.flow)
        source = flow.sources.get(place.step, FlowSource("", 0)) if flow else FlowSource("", 0)
        kind = getattr(flow.steps.get(place.step), "kind", "") if flow else ""
        self.trace.append(TraceEntry(what, place.flow, place.step, kind, source.file, source.line, details))

    def note_missing(self, visit: Visit) -> None:
        """Trace the variables that a prompt wanted and that had no value."""
        if visit.missing:
            self.note(MISSING, names=list(dict.fromkeys(visit.missing)))

    def list_input(self, event: Event, understood: bool, at: str = "", hidden: bool = False) -> None:
        """Keep what the caller keyed or said `at` a step (this one), so that nobody need ask again; `hidden`
        when it may have been meant for a sensitive step."""
        match event:
            case DigitsPressed(digits):
                kind, value = "keys", digits
            case SpeechHeard(text, _):
                kind, value = "speech", text
            case RecordingEnded(recording, _, _):
                kind, value = "recording", recording
            case _:
                return
        entry = {
            "at": self.context.now.isoformat(),
            "step": at or self.session.place.step,
            "kind": kind,
            "value": HIDDEN if hidden or self.is_sensitive() else value[:VALUE_LIMIT],
            "understood": understood,
        }
        self.session = self.session.with_(inputs=(*self.session.inputs, entry)[-INPUT_LIMIT:])
