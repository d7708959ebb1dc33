"""How each step is doing: the journal summed up as it grows, so that a page costs the same after a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.floor.transaction import Retry, Transactions
from ivr.store import flow_health, journal, revisions
from ivr.store.flow_health import CallStep, CanaryTally, Key
from ivr.store.jobs import Job
from ivr.store.revisions import LiveRow

EVERY_S = 5.0
BATCH = 1000
# Two transactions may commit in another order than their lines were numbered in. SQLite has one writer.
SETTLED_S = 10.0
KEPT_HOURS, LOST_S = 24 * 92, 2 * 86400.0

GAVE_UP = ("hung_up", "abandoned")  # in a step of the flow; while in line

# Kind of journal line → what it counts as, for the step it names.
COUNTED = {
    JournalKind.ENTERED: "entries",
    JournalKind.ASKED_FOR_PERSON: "zeroed",
    JournalKind.NO_INPUT: "no_input",
    JournalKind.NOT_UNDERSTOOD: "wrong",
    JournalKind.GAVE_UP: "errors",
    JournalKind.FAULT: "errors",
}


@dataclass
class StepHealthSums:
    """Sums of a batch of lines; `standing` is where each of its calls stands."""

    standing: dict[str, CallStep]
    begun: Mapping[str, tuple[str, float]]
    sums: dict[Key, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    over: list[CallStep] = field(default_factory=list)
    ends: dict[str, str] = field(default_factory=dict)
    corrected: list[tuple[str, float]] = field(default_factory=list)
    """(revision, when it began) of calls that were taken for hung up, and left a message."""

    def take(self, line: Any) -> None:
        """One line of the journal, in its order."""
        sid, body = line.call_sid, line.body
        if line.kind == JournalKind.END_CORRECTED:
            self._correct(sid, body)
            return
        if not sid or (sid not in self.standing and sid not in self.begun):
            return
        if sid not in self.standing:
            revision, began = self.begun[sid]
            self.standing[sid] = CallStep(sid, revision, began, "", "", line.at)
        if line.kind in COUNTED and body.get("step"):
            self._count(line, body, COUNTED[line.kind])
        elif line.kind == JournalKind.JOINED:
            self._leave(sid, line.at)
        elif line.kind == JournalKind.ENDED:
            self._end(sid, line.at, body)

    def _count(self, line: Any, body: Mapping[str, Any], what: str) -> None:
        here = self.standing[line.call_sid]
        flow, step = str(body.get("flow", "")), str(body["step"])
        if what == "entries":
            self._leave(here.call_sid, line.at)
            self.standing[here.call_sid] = replace(
                self.standing[here.call_sid], flow=flow, step=step, since=line.at
            )
        self.sums[int(line.at // 3600), here.revision, flow, step][what] += 1
        in_line = step.startswith("@") or body.get("kind") == "queue"
        if (what == "zeroed" and not in_line) or what == "errors":
            before = self.standing[here.call_sid]
            zeroed, erred = before.zeroed or what == "zeroed", before.erred or what == "errors"
            self.standing[here.call_sid] = replace(before, zeroed=zeroed, erred=erred)

    def _leave(self, sid: str, at: float) -> None:
        """The time between coming to a step and leaving it."""
        here = self.standing[sid]
        if here.step:
            counts = self.sums[int(at // 3600), here.revision, here.flow, here.step]
            counts["visits"] += 1
            counts["seconds"] += max(0.0, at - here.since)
        self.standing[sid] = replace(here, step="", flow="", since=at)

    def _end(self, sid: str, at: float, body: Mapping[str, Any]) -> None:
        here = self.standing[sid]
        # Whoever hangs up behind a message they left, or a callback they booked, has what they wanted.
        if here.step and body.get("outcome") in GAVE_UP:
            self.sums[int(at // 3600), here.revision, here.flow, here.step]["hung_up"] += 1
        self._leave(sid, at)
        self.over.append(self.standing.pop(sid))
        self.ends[sid] = str(body.get("outcome", ""))

    def _correct(self, sid: str, body: Mapping[str, Any]) -> None:
        """A call that was over turned out to have a message: take back that its caller gave up in a step."""
        if sid not in self.begun:
            return
        revision, began = self.begun[sid]
        if body.get("step"):
            hour = int(float(body.get("ended_at") or 0.0) // 3600)
            self.sums[hour, revision, str(body.get("flow", "")), str(body["step"])]["hung_up"] -= 1
        if body.get("was") == "hung_up":
            self.corrected.append((revision, began))

    def tallies(self, live: LiveRow | None) -> dict[str, CanaryTally]:
        """Calls of a trial: begun since it began, and over now. A call that hung up while in line waited too
        long, which is no fault of its flow."""
        if live is None or live.trial is None:
            return {}
        found: dict[str, CanaryTally] = {}
        for call in self.over:
            if call.began_at >= live.since and call.revision in (live.revision, live.trial):
                so_far = found.get(call.revision, CanaryTally())
                found[call.revision] = CanaryTally(
                    so_far.calls + 1,
                    so_far.errors + call.erred,
                    so_far.hung_up + (self.ends[call.call_sid] == "hung_up"),
                    so_far.zeroed + call.zeroed,
                )
        for revision, began in self.corrected:
            if began >= live.since and revision in (live.revision, live.trial):
                so_far = found.get(revision, CanaryTally())
                found[revision] = replace(so_far, hung_up=so_far.hung_up - 1)
        return found


def settled(lines: Iterable[Any], until: float) -> list[Any]:
    """The lines before the first that is too young to be sure that nothing comes before it."""
    found = []
    for line in lines:
        if line.at > until:
            break
        found.append(line)
    return found


class FlowHealth:
    """Sums up what the journal has gained, a thousand lines a transaction."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def job(self, _job: Job) -> Retry:
        """The worker's handler: it comes again by itself."""
        self.sum_up()
        return Retry(EVERY_S, timer=True)

    def sum_up(self) -> None:
        """Everything that is settled by now."""
        while self._batch():
            pass

    def _batch(self) -> bool:
        database = self._transactions.database
        with database.write() as unit:
            now, connection = self._transactions.clock(), unit.connection
            last = flow_health.cursor(connection)
            lines = journal.after(connection, last, BATCH)
            taken = settled(lines, now - (0.0 if database.is_sqlite else SETTLED_S))
            if not taken:
                flow_health.forget(connection, int(now // 3600) - KEPT_HOURS, now - LOST_S)
                return False
            sids = {line.call_sid for line in taken if line.call_sid}
            summing = StepHealthSums(
                flow_health.standings(connection, sids), flow_health.begun_calls(connection, sids)
            )
            for line in taken:
                summing.take(line)
            flow_health.add(connection, summing.sums)
            flow_health.add_tally(connection, summing.tallies(revisions.live(connection)))
            flow_health.save_standings(
                connection, summing.standing.values(), [call.call_sid for call in summing.over]
            )
            flow_health.move_cursor(connection, taken[-1].id)
            return len(taken) == BATCH
