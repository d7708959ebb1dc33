"""Adds the lines of one finished call to the sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.acd.announced_estimates import AnnouncedEstimate, record
from ivr.acd.journal import JournalKind, NumberedLine
from ivr.acd.reports.measuring_rules import MeasuringRules, sane, seconds
from ivr.acd.reports.sums import LINE, WAIT_BOUNDS, Tally
from ivr.acd.wait_outcome import ABANDONED, VOICEMAIL

OURS = "cb-"
"""A call that we begin is a callback: no new demand, and its wait is that of a place kept."""
MOST_QUESTIONS = 5
HANDING_ON = ("transfer", "voicemail", "callback")
"""Step types that leave the matter to somebody: a call that ends in one was not settled by itself."""

STEP, REASON, FACT, QUESTION = "step", "reason", "fact", "question"
DISPOSITION, RATING, WAIT = "disposition", "rating", "wait"


@dataclass(frozen=True, slots=True)
class About:
    """Facts of a call's record beside its lines: a digest of the caller's number (empty when withheld), the
    flows' revision, and the caller's words that no step understood."""

    digest: str = ""
    revision: str = ""
    questions: tuple[str, ...] = ()


@dataclass
class QueueWait:
    """One wait in one line, until it ends in one way. `promises` are (said at, low, high)."""

    queue: str
    entered_at: float
    kept_place: bool = False
    promises: list[tuple[float, float, float | None]] = field(default_factory=list)
    answered_at: float | None = None
    waited: float | None = None


@dataclass
class RoutingPath:
    """How the call went so far."""

    stay: QueueWait | None = None
    step: str = ""
    queue: str = ""
    talked_at: float | None = None
    talked_in: str = ""
    zeroed: bool = False
    handed_on: bool = False
    in_line: bool = False
    disposition: str = ""
    facts: list[str] = field(default_factory=list)


def is_callback(call_sid: str | None) -> bool:
    return (call_sid or "").startswith(OURS)


def queue_of(lines: Iterable[NumberedLine]) -> str:
    """The queue that such a call belongs to: where it was talked to last, or where it last stood."""
    talked, stood = "", LINE
    for line in lines:
        if line.kind == JournalKind.TALK_ENDED:
            talked = line.queue or talked
        elif line.kind in (JournalKind.QUEUED, JournalKind.REQUEUED):
            stood = line.queue or stood
    return talked or stood


class CallSumming:
    """Adds one call to a tally, line by line; `finish` once it is over. `message_found`: a message turned up
    after the call had ended, so its caller did not give up."""

    def __init__(
        self, tally: Tally, rules: MeasuringRules, begun_at: float, about: About, message_found: bool = False
    ) -> None:
        self._tally, self._rules, self._about = tally, rules, about
        self._message_found = message_found
        self.day = rules.day(begun_at)
        self.way = RoutingPath()

    def take(self, line: NumberedLine) -> None:
        """One line, in the order of the journal."""
        handler = _READ.get(line.kind)
        if handler is not None and sane(line.at):
            handler(self, line, line.body or {})

    def finish(self, line: NumberedLine) -> None:
        """The line `ended`."""
        self._end_stay("left_otherwise", line.at)
        if not is_callback(line.call_sid):
            outcome = VOICEMAIL if self._message_found else str((line.body or {}).get("outcome") or "")
            alone = not (self.way.in_line or self.way.zeroed or self.way.handed_on)
            self._tally.queue(
                self.day,
                LINE,
                calls=1,
                served=float(alone and outcome == "finished"),
                hung_up=float(not self.way.in_line and outcome == "hung_up"),
                zeroed=float(self.way.zeroed),
                in_line=float(self.way.in_line),
            )
        queue = self.way.talked_in or self.way.queue
        if self.way.disposition:
            self._tally.detail(DISPOSITION, self.day, queue, self.way.disposition, 1)
        for fact in dict.fromkeys(self.way.facts):
            self._tally.detail(FACT, self.day, queue, fact, 1)
        for question in self._about.questions[:MOST_QUESTIONS]:
            self._tally.detail(QUESTION, self.day, queue, question, 1)

    # In the flow --------------------------------------------------------------------------------------------

    def _entered(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        name = _step(body)
        if name:
            self._tally.detail(STEP, self.day, LINE, name, 1)
            self.way.step = name
            self.way.handed_on |= body.get("kind") in HANDING_ON

    def _asked_for_person(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        """A caller who presses 0 in a line already has what they ask for."""
        name = _step(body)
        if name:
            self._tally.detail(STEP, self.day, LINE, name, 0, 1)
            self.way.zeroed = True

    def _looked_up(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        source, status = body.get("source"), body.get("status")
        if source and status:
            self.way.facts.append(f"{source}: {status}")

    # In line ------------------------------------------------------------------------------------------------

    def _queued(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        self._end_stay("left_otherwise", line.at)
        entered = body.get("entered_at")
        entered = float(entered) if sane(entered) and entered <= line.at else line.at
        queue = line.queue or LINE
        given = bool(body.get("given_to"))  # by one agent to another: no second caller in line
        kept = given or is_callback(line.call_sid) or body.get("kind") == "callback"
        self.way.stay = QueueWait(queue, entered, kept)
        self.way.queue, self.way.in_line = queue, True
        if not kept:
            self._count(self.way.stay, entered=1)
            if self.way.step:
                self._tally.detail(REASON, self.day, queue, self.way.step, 1)

    def _requeued(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        stay, queue = self.way.stay, line.queue or LINE
        if stay is None:
            return
        self._judge(stay, "moved", line.at)
        if not stay.kept_place:
            self._count(stay, moved_out=1)
        stay.queue, stay.promises = queue, []
        self.way.queue = queue
        if not stay.kept_place:
            self._count(stay, moved_in=1)

    def _promised(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        low, high = seconds(body.get("low_s")), seconds(body.get("high_s"))
        usable = high is not None or body.get("high_s") is None
        if self.way.stay is not None and low is not None and usable:
            self.way.stay.promises.append((line.at, low, high))

    def _connected(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        stay = self.way.stay
        if stay is not None:
            stay.answered_at = line.at
            stay.waited = seconds(body.get("waited_s"))

    def _offer_failed(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        """An agent who was gone before the caller came: the answer was none."""
        if self.way.stay is not None:
            self.way.stay.answered_at = None

    def _talk_ended(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        self.way.talked_at, self.way.talked_in = line.at, line.queue or LINE
        self._end_stay("left_otherwise", line.at)

    def _abandoned(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        if line.queue:
            self._end_stay("left_voicemail" if self._message_found else ABANDONED, line.at)

    def _left(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        """Without a queue it is, in old journals, what the engine now calls `ended_here`."""
        if line.queue:
            reason = body.get("reason")
            self._end_stay(
                f"left_{reason}" if reason in ("callback", "voicemail") else "left_otherwise", line.at
            )

    def _disposition_set(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        self.way.disposition = str(body.get("disposition") or "")

    def _rated(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        rate(self._tally, self.day, self.way.talked_in or self.way.queue, self._about.revision, body)

    # The end of a stay --------------------------------------------------------------------------------------

    def _end_stay(self, how: str, at: float) -> None:
        stay, self.way.stay = self.way.stay, None
        if stay is None:
            return
        if stay.answered_at is not None:
            self._judge(stay, "answered", stay.answered_at)
        else:
            self._judge(stay, "abandoned" if how == "abandoned" else "left", at)
        if stay.kept_place:
            return
        if stay.answered_at is not None:
            self._answered(stay, stay.answered_at)
        elif how == "abandoned":
            self._gave_up(stay, max(0.0, at - stay.entered_at))
        else:
            self._count(stay, **{how: 1})

    def _answered(self, stay: QueueWait, at: float) -> None:
        waited = max(0.0, at - stay.entered_at)  # in this line: a talk before they were given on is no wait
        waited = waited if stay.waited is None else min(waited, stay.waited)
        in_goal = float(waited <= self._rules.target(stay.queue))
        self._count(stay, answered=1, in_goal=in_goal, wait_answered_s=waited, longest_wait_s=waited)
        bound = next((each for each in WAIT_BOUNDS if waited <= each), None)
        name = "longer" if bound is None else str(bound)
        self._tally.detail(WAIT, self._rules.day(stay.entered_at), stay.queue, name, 1)

    def _gave_up(self, stay: QueueWait, waited: float) -> None:
        short = waited <= self._rules.short_s
        late = waited > self._rules.target(stay.queue) and not short
        self._count(
            stay,
            abandoned=1,
            abandoned_short=float(short),
            abandoned_late=float(late),
            wait_gone_s=waited,
            longest_wait_s=waited,
        )

    def _judge(self, stay: QueueWait, outcome: str, at: float) -> None:
        """Count the outcomes of the waits that were announced in this stay."""
        made = [
            AnnouncedEstimate(stay.queue, said, low, high, None, outcome, at - said)
            for said, low, high in stay.promises
        ]
        if made:
            of = record(made)
            self._count(
                stay,
                promises=len(made),
                promises_judged=of.outcomes,
                promises_kept=of.kept,
                promises_late=of.late_ones,
            )

    def _count(self, stay: QueueWait, **counts: float) -> None:
        self._tally.queue(self._rules.day(stay.entered_at), stay.queue, **counts)


def rate(tally: Tally, day: str, queue: str, revision: str, body: Mapping[str, Any]) -> None:
    """One answer of a survey, where it is a number, by the revision of the flows that the caller heard."""
    answer = str(body.get("answer") or "")
    if answer.isascii() and answer.isdigit() and len(answer) <= 2:
        question = str(body.get("question") or "")[:100]
        tally.detail(RATING, day, queue, f"{revision[:12]} {question}", 1, float(answer))


def _step(body: Mapping[str, Any]) -> str:
    """flow/step of the flow's own steps; nothing for a line and the engine's own steps."""
    flow, step = str(body.get("flow") or ""), str(body.get("step") or "")
    if not step or step.startswith("@") or body.get("kind") == "queue":
        return ""
    return f"{flow}/{step}"


_READ: Mapping[str, Callable[[CallSumming, NumberedLine, Mapping[str, Any]], None]] = {
    JournalKind.ENTERED: CallSumming._entered,
    JournalKind.ASKED_FOR_PERSON: CallSumming._asked_for_person,
    JournalKind.LOOKED_UP: CallSumming._looked_up,
    JournalKind.QUEUED: CallSumming._queued,
    JournalKind.REQUEUED: CallSumming._requeued,
    JournalKind.PROMISED: CallSumming._promised,
    JournalKind.CONNECTED: CallSumming._connected,
    JournalKind.OFFER_FAILED: CallSumming._offer_failed,
    JournalKind.TALK_ENDED: CallSumming._talk_ended,
    JournalKind.ABANDONED: CallSumming._abandoned,
    JournalKind.LEFT: CallSumming._left,
    JournalKind.DISPOSITION_SET: CallSumming._disposition_set,
    JournalKind.RATED: CallSumming._rated,
}
