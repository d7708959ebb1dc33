"""Reads calls from the database: what the caller did at which step, and how the call ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ivr.acd.journal import JournalKind
from ivr.scenarios.given import GivenCustomer
from ivr.store import calls, floor, journal
from ivr.store.calls import CallRow
from ivr.store.database import Connection, Database

KEYS, SPEECH, SILENCE, MESSAGE = "keys", "speech", "silence", "message"
PAGE = 1000
MOST_LINES = 5000


@dataclass(frozen=True)
class Input:
    """Something the caller did at a step: keys, speech, silence, or a message of so many seconds."""

    at: float
    step: str
    kind: str
    value: str = ""


@dataclass(frozen=True)
class Answered:
    """An answer of a data source at a step: found, missing or failed. The found value is not on record."""

    source: str
    status: str
    flow: str
    step: str


@dataclass(frozen=True)
class CallEnding:
    """The end of a call: the outcome, the queue if there was one, the last step of the flow itself."""

    outcome: str
    queue: str = ""
    step: str = ""

    @property
    def kind(self) -> tuple[str, str]:
        """Return the kind of the end; two calls of the same kind ended in the same place. Without a person or
        a message, the step is the place."""
        hung_up = self.outcome in ("hung_up", "finished")
        return self.outcome, self.step if hung_up else self.queue

    def __str__(self) -> str:
        where = f" in {self.queue}" if self.queue else ""
        return f"{self.outcome}{where} at {self.step or 'no step'}"


@dataclass(frozen=True)
class RecordedCall:
    """One call that is over. `answered_after` is None when no agent took it; times in seconds. `others` is
    how many customers had the number besides `customer`."""

    sid: str
    caller: str
    dialled: str
    at: datetime
    flow: str
    revision: str
    language: str
    inputs: tuple[Input, ...]
    ending: CallEnding
    path: tuple[str, ...]
    hung_up_after: float | None
    answered_after: float | None
    agent_hung_up_after: float | None
    customer: GivenCustomer | None
    answers: tuple[Answered, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    others: int = 0


def ended_since(database: Database, since: float) -> Iterator[str]:
    """Yield the SIDs of the calls that ended since then, the oldest first."""
    last = 0
    while True:
        with database.read() as connection:
            rows = journal.after(connection, last, most=PAGE)
        yield from (
            row.call_sid for row in rows if row.kind == JournalKind.ENDED and row.at >= since and row.call_sid
        )
        if len(rows) < PAGE:
            return
        last = rows[-1].id


def recorded(database: Database, sid: str, timezone: str) -> RecordedCall | None:
    """Return the call of that SID, or None when there is none or it has not ended."""
    with database.read() as connection:
        row = calls.find(connection, sid)
        if row is None or row.ended_at is None:
            return None
        lines = journal.of_call(connection, sid, most=MOST_LINES)
        queued = floor.queued(connection, row.queued_id) if row.queued_id else None
    session = row.session.get("session") or {}
    answered = next((line.at for line in lines if line.kind == JournalKind.CONNECTED), None)
    entered = next((line.at for line in lines if line.kind == JournalKind.QUEUED), row.started_at)
    by_agent = (
        line.at for line in lines if line.kind == JournalKind.TALK_ENDED and line.body.get("by") == "agent"
    )
    left = next(by_agent, None)
    ended = next((line for line in lines if line.kind == JournalKind.ENDED), None)
    hung_up = ended is not None and ended.body.get("how") != "finished"
    return RecordedCall(
        sid=sid,
        caller=row.caller,
        dialled=row.dialled,
        at=datetime.fromtimestamp(int(row.started_at), ZoneInfo(timezone)).replace(tzinfo=None),
        flow=row.flow,
        revision=row.revision,
        language=str(session.get("language") or "en-US"),
        inputs=tuple(sorted(_inputs(session, lines), key=lambda one: one.at)),
        ending=CallEnding(row.outcome or "", queued.queue if queued else "", _own_step(session)),
        path=tuple(str(visit.get("step", "")) for visit in session.get("path", ())),
        hung_up_after=row.ended_at - row.started_at if hung_up else None,
        answered_after=None if answered is None else answered - entered,
        agent_hung_up_after=None if left is None or answered is None else left - answered,
        customer=_customer(row),
        answers=tuple(_answers(lines)),
        variables=session.get("variables") or {},
        others=_others(row, lines),
    )


def ending_of(row: CallRow, connection: Connection) -> CallEnding:
    """Return how a call that was just played ended."""
    queued = floor.queued(connection, row.queued_id) if row.queued_id else None
    session = row.session.get("session") or {}
    return CallEnding(row.outcome or "still on the line", queued.queue if queued else "", _own_step(session))


def _own_step(session: dict[str, Any]) -> str:
    """Return the last step that an author wrote; the engine's own begin with @."""
    own = [str(visit.get("step", "")) for visit in session.get("path", ())]
    return next((step for step in reversed(own) if step and not step.startswith("@")), "")


def _inputs(session: dict[str, Any], lines: list[Any]) -> Iterator[Input]:
    last: tuple[str, str] | None = None
    for one in session.get("inputs", ()):
        # A key pressed ahead is listed where it was pressed and where it was taken: it was pressed once.
        now = (str(one.get("at")), str(one.get("value")))
        if one.get("kind") in (KEYS, SPEECH) and now != last:
            at = datetime.fromisoformat(now[0]).timestamp()
            yield Input(at, str(one["step"]), str(one["kind"]), str(one["value"]))
        last = now
    for line in lines:
        if line.kind == JournalKind.NO_INPUT:
            yield Input(line.at, str(line.body.get("step", "")), SILENCE)
        elif line.kind == JournalKind.VOICEMAIL_LEFT:
            yield Input(line.at, "", MESSAGE, str(line.body.get("seconds", 1)))


def _answers(lines: list[Any]) -> Iterator[Answered]:
    flow = step = ""
    for line in lines:
        if line.kind == JournalKind.ENTERED:
            flow, step = str(line.body.get("flow", "")), str(line.body.get("step", ""))
        elif line.kind == JournalKind.LOOKED_UP:
            yield Answered(str(line.body.get("source", "")), str(line.body.get("status", "")), flow, step)


def _others(row: CallRow, lines: list[Any]) -> int:
    """Return how many other customers had the number, as far as it was established."""
    facts = row.session.get("customer") or {}
    chosen = [int(line.body.get("of", 0)) for line in lines if line.kind == JournalKind.CUSTOMER_CHOSEN]
    if not facts.get("name"):
        return int(facts.get("matches", 0))
    return max(0, chosen[-1] - 1) if chosen else 0


def _customer(row: CallRow) -> GivenCustomer | None:
    """Return the customer for whom the line took the caller, as it knew them then."""
    facts = row.session.get("customer") or {}
    if not facts.get("name"):
        return None
    fixed = ("id", "name", "company", "language")
    fields = {str(name): str(value) for name, value in facts.items() if name not in fixed}
    return GivenCustomer(
        id=row.customer_id or "recorded",
        name=str(facts["name"]),
        company=str(facts.get("company", "")),
        language=str(facts.get("language", "")),
        numbers=[row.caller] if row.caller else [],
        fields=fields,
    )
