"""Lines of the journal, in their order, become a tally: calls when they end, agents as they move.

What is needed of earlier lines is handed in and handed back, so that it can be kept between two stretches;
the sums of all stretches are those of the whole journal, however it is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.acd.journal import JournalKind, NumberedLine
from ivr.acd.reports.call_sums import (
    DISPOSITION,
    About,
    CallSumming,
    is_callback,
    queue_of,
    rate,
)
from ivr.acd.reports.measuring_rules import MEASURED_BY, MeasuringRules, rules_from, sane, seconds
from ivr.acd.reports.sums import LINE, Tally
from ivr.acd.wait_outcome import ABANDONED

DAY_S = 86_400.0
WHOLE_CALL = (JournalKind.ENDED, JournalKind.RATED, JournalKind.DISPOSITION_SET, JournalKind.END_CORRECTED)
"""Kinds for which all lines of the call are needed."""
STATE_COUNTS = {
    "available": "available_s",
    "offered": "ringing_s",
    "on_call": "on_call_s",
    "wrapping_up": "wrap_s",
    "away": "away_s",
}
OFFER_COUNTS: Mapping[str, str] = {
    JournalKind.OFFERED: "offered",
    JournalKind.OFFER_EXPIRED: "missed",
    JournalKind.OFFER_DECLINED: "declined",
}
COURTESY_COUNTS = {"asked_leave": "leave_asked", "used_name": "names_used"}
CALLBACK_COUNTS: Mapping[str, str] = {
    JournalKind.CALLBACK_BOOKED: "callbacks_booked",
    JournalKind.CALLBACK_CONNECTED: "callbacks_kept",
    JournalKind.CALLBACK_EXPIRED: "callbacks_broken",
    JournalKind.CALLBACK_CANCELLED: "callbacks_withdrawn",
    JournalKind.VOICEMAIL_LEFT: "voicemails",
}


@dataclass(frozen=True, slots=True)
class LastTalk:
    """When and where somebody with this number was talked to last, and whether they have called since."""

    day: str
    queue: str
    at: float
    repeated: bool = False


@dataclass
class Memory:
    """The memory between two stretches. `wraps`: agent → (day, queue) of the last conversation; `talks`: by
    number."""

    rules: MeasuringRules
    wraps: dict[str, tuple[str, str]] = field(default_factory=dict)
    talks: dict[str, LastTalk] = field(default_factory=dict)


class JournalSums:
    """`calls` holds the lines of every call that a line of `WHOLE_CALL` names, `about` its record."""

    def __init__(
        self, memory: Memory, calls: Mapping[str, Sequence[NumberedLine]], about: Mapping[str, About]
    ) -> None:
        self.memory, self.tally = memory, Tally()
        self._calls, self._about = calls, about

    def take(self, line: NumberedLine) -> None:
        """One line. What makes no sense is passed over: a report must not stop at it."""
        handler = _READ.get(line.kind)
        if handler is not None and sane(line.at):
            handler(self, line, line.body or {})

    def _day(self, line: NumberedLine) -> str:
        return self.memory.rules.day(line.at)

    def _measured_by(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        self.memory.rules = rules_from(body)

    # Agents -------------------------------------------------------------------------------------------------

    def _offer(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        self.tally.agent(self._day(line), line.agent_id or "", **{OFFER_COUNTS[line.kind]: 1})

    def _connected(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        self.tally.agent(self._day(line), line.agent_id or "", accepted=1)
        waited = seconds(body.get("waited_s"))
        if waited is not None and line.queue and not is_callback(line.call_sid):
            self.tally.minute(line.at, line.queue, waited <= self.memory.rules.target(line.queue))

    def _abandoned(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        if self._is_late(line):
            self.tally.minute(line.at, line.queue or LINE, False)

    def _is_late(self, line: NumberedLine) -> bool:
        """Has this caller given up after the goal's seconds?"""
        waited, rules = seconds((line.body or {}).get("waited_s")), self.memory.rules
        if waited is None or not line.queue:
            return False
        return waited > max(rules.target(line.queue), rules.short_s)

    def _talk_ended(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        talked, day = seconds(body.get("seconds")) or 0.0, self._day(line)
        self.tally.queue(day, line.queue or LINE, talks=1, talk_s=talked)
        if line.agent_id:
            self.tally.agent(day, line.agent_id, talks=1, talk_s=talked)
            self.memory.wraps[line.agent_id] = (day, line.queue or LINE)

    def _hold_ended(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        held, day = seconds(body.get("seconds")) or 0.0, self._day(line)
        self.tally.queue(day, line.queue or LINE, hold_s=held)
        if line.agent_id:
            self.tally.agent(day, line.agent_id, hold_s=held)

    def _moved(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        """An agent left a state: the time in it, cut at midnights."""
        lasted, state = seconds(body.get("lasted_s")), body.get("was")
        if lasted is None or state not in STATE_COUNTS or not line.agent_id:
            return
        for day, span in self.memory.rules.spans(line.at - lasted, line.at):
            self.tally.agent(day, line.agent_id, **{STATE_COUNTS[state]: span})
        if state == "wrapping_up" and line.agent_id in self.memory.wraps:
            day, queue = self.memory.wraps[line.agent_id]
            self.tally.queue(day, queue, wrap_s=lasted)

    def _courtesy(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        """A tick, or one that was taken back, counts on the day of its talk."""
        name, talked_at = COURTESY_COUNTS.get(str(body.get("courtesy"))), body.get("talked_at")
        if name and line.agent_id and sane(talked_at):
            day = self.memory.rules.day(talked_at)
            self.tally.agent(day, line.agent_id, **{name: 1 if body.get("done") else -1})

    # Calls --------------------------------------------------------------------------------------------------

    def _simple(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        self.tally.queue(self._day(line), line.queue or LINE, **{CALLBACK_COUNTS[line.kind]: 1})

    def _ended(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        lines = self._before(line)
        if not line.call_sid or any(each.kind == JournalKind.ENDED for each in lines):
            return
        begun_at = next((each.at for each in lines if sane(each.at)), line.at)
        about = self._about.get(line.call_sid or "", About())
        summing = CallSumming(self.tally, self.memory.rules, begun_at, about)
        for each in lines:
            summing.take(each)
        summing.finish(line)
        self._repeats(line, begun_at, about.digest, summing)

    def _end_corrected(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        """A message of an ended call turned up. The call is counted once as it was and once as it is, and the
        difference is added."""
        lines = self._before(line)
        ended = next((each for each in lines if each.kind == JournalKind.ENDED), None)
        if ended is None or any(each.kind == JournalKind.END_CORRECTED for each in lines):
            return
        self.tally.add_difference(self._counted(lines, ended, False), self._counted(lines, ended, True))
        gone = next((each for each in lines if each.kind == ABANDONED), None)
        if gone is not None and self._is_late(gone):
            self.tally.minute(gone.at, gone.queue or LINE, False, -1.0)

    def _counted(self, lines: Sequence[NumberedLine], ended: NumberedLine, message_found: bool) -> Tally:
        """Return what a call adds to the sums."""
        tally = Tally()
        about = self._about.get(ended.call_sid or "", About())
        summing = CallSumming(tally, self.memory.rules, lines[0].at, about, message_found)
        for each in lines:
            if each.id < ended.id:
                summing.take(each)
        summing.finish(ended)
        return tally

    def _repeats(self, line: NumberedLine, begun_at: float, digest: str, call: CallSumming) -> None:
        """A caller who was talked to calls again: that talk did not settle it."""
        if not digest:
            return
        last, talks = self.memory.talks.get(digest), self.memory.talks
        within = self.memory.rules.repeat_days * DAY_S
        asks = last is not None and not last.repeated and not is_callback(line.call_sid)
        if last is not None and asks and 0.0 < begun_at - last.at <= within:
            self.tally.queue(last.day, last.queue, repeats=1)
            talks[digest] = replace(last, repeated=True)
        if call.way.talked_at is not None:
            talked_in, day = call.way.talked_in, self.memory.rules.day(call.way.talked_at)
            self.tally.queue(day, talked_in, known_talks=1)
            talks[digest] = LastTalk(day, talked_in, call.way.talked_at)

    def _late_rating(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        lines = self._before(line)
        if any(each.kind == JournalKind.ENDED for each in lines):
            day = self.memory.rules.day(lines[0].at)
            about = self._about.get(line.call_sid or "", About())
            rate(self.tally, day, queue_of(lines), about.revision, body)

    def _late_disposition(self, line: NumberedLine, body: Mapping[str, Any]) -> None:
        """Set or changed after the call had been counted."""
        lines = self._before(line)
        if not any(each.kind == JournalKind.ENDED for each in lines):
            return
        day, queue = self.memory.rules.day(lines[0].at), queue_of(lines)
        earlier = [each for each in lines if each.kind == JournalKind.DISPOSITION_SET]
        was = str((earlier[-1].body or {}).get("disposition") or "") if earlier else ""
        now = str(body.get("disposition") or "")
        for name, count in ((was, -1), (now, 1)):
            if name:
                self.tally.detail(DISPOSITION, day, queue, name, count)

    def _before(self, line: NumberedLine) -> list[NumberedLine]:
        """The earlier lines of its call that a calendar knows the time of."""
        found = self._calls.get(line.call_sid or "", ())
        return [each for each in found if each.id < line.id and sane(each.at)]


_READ: Mapping[str, Callable[[JournalSums, NumberedLine, Mapping[str, Any]], None]] = {
    MEASURED_BY: JournalSums._measured_by,
    **dict.fromkeys(OFFER_COUNTS, JournalSums._offer),
    **dict.fromkeys(CALLBACK_COUNTS, JournalSums._simple),
    JournalKind.CONNECTED: JournalSums._connected,
    JournalKind.ABANDONED: JournalSums._abandoned,
    JournalKind.TALK_ENDED: JournalSums._talk_ended,
    JournalKind.HOLD_ENDED: JournalSums._hold_ended,
    JournalKind.COURTESY_TICKED: JournalSums._courtesy,
    JournalKind.AGENT_AVAILABLE: JournalSums._moved,
    JournalKind.AGENT_OFFERED: JournalSums._moved,
    JournalKind.AGENT_ON_CALL: JournalSums._moved,
    JournalKind.AGENT_WRAPPING_UP: JournalSums._moved,
    JournalKind.AGENT_AWAY: JournalSums._moved,
    JournalKind.AGENT_SIGNED_OUT: JournalSums._moved,
    JournalKind.ENDED: JournalSums._ended,
    JournalKind.END_CORRECTED: JournalSums._end_corrected,
    JournalKind.RATED: JournalSums._late_rating,
    JournalKind.DISPOSITION_SET: JournalSums._late_disposition,
}
KINDS = tuple(_READ)
"""The kinds of line that a stretch must hold; the others are read with the whole call."""
