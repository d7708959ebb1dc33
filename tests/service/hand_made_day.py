"""Thirteen calls of one day with every ending, as lines of the journal, and what they come to by hand.

Times are seconds after 10:00 in New York on 2 March 2026. The goal is 20 seconds, short is 5 seconds, a
repeat is a call within 7 days. A to L begin at 1000 seconds times their place in the alphabet.

    call  number  what happens (seconds waited; talked; wrapped up)
    A     …01     support, answered 10; 100; 20. Promised 0-60: kept. "solved". Rated 5 in the call.
    B     …02     support, answered 20; 200; 10. "solved", after the end changed to "refund"; then rated 3.
    C     …03     support, answered 65; 300 with 60 on hold; 40. Promised 0-60: not kept, not late (≤ 75).
    D     …04     support, hung up after 3: short
    E     …05     support, hung up after 15: neither short nor late
    F     …06     support, hung up after 90: late. Promised 0-60: not kept, late.
    G     …07     support, left for voicemail after 400, message left
    H     …08     support, left for a callback after 50; the callback: an hour later, talk 120; 30
    I     …09     an order is looked up; the flow ends the call
    J     …10     says something nobody understands and hangs up in the menu
    K     …11     0 in the menu: support, promised 0-60, moved to billing, answered 30; 60; 15 by desk-2
    L     …01     A again: support, answered 5; 50; 10
    N     …12     support, sent away at closing after 70
"""

from __future__ import annotations

import json

from ivr.store import journal
from ivr.store.journal import JournalRow
from ivr.store.tables import call

DAY = "2026-03-02"
ZONE = "America/New_York"
TEN = 1772463600.0  # 2026-03-02 15:00 UTC
REVISION = "r1"

SUPPORT = {
    "entered": 11, "moved_out": 1, "answered": 4, "in_goal": 3, "abandoned": 3, "abandoned_short": 1,
    "abandoned_late": 1, "left_voicemail": 1, "left_callback": 1, "left_otherwise": 1,
    "wait_answered_s": 10 + 20 + 65 + 5, "wait_gone_s": 3 + 15 + 90, "longest_wait_s": 90,
    "talks": 5, "talk_s": 100 + 200 + 300 + 120 + 50, "hold_s": 60, "wrap_s": 20 + 10 + 40 + 30 + 10,
    "known_talks": 5, "repeats": 1, "promises": 4, "promises_judged": 3, "promises_kept": 1,
    "promises_late": 1, "callbacks_booked": 1, "callbacks_kept": 1, "voicemails": 1,
}  # fmt: skip
BILLING = {
    "moved_in": 1, "answered": 1, "wait_answered_s": 30, "longest_wait_s": 30, "talks": 1, "talk_s": 60,
    "wrap_s": 15, "known_talks": 1,
}  # fmt: skip
WHOLE_LINE = {"calls": 13, "served": 1, "hung_up": 1, "zeroed": 1, "in_line": 11}
DESK_1 = {
    "offered": 6, "accepted": 5, "missed": 1, "talks": 5, "talk_s": 770, "hold_s": 60, "wrap_s": 110,
    "on_call_s": 770, "ringing_s": 5 * 4 + 25, "available_s": 1000,
    "leave_asked": 1,  # of A; that the name was used was ticked and taken back
}  # fmt: skip
DESK_2 = {
    "offered": 1, "accepted": 1, "talks": 1, "talk_s": 60, "wrap_s": 15, "on_call_s": 60, "ringing_s": 4,
}  # fmt: skip

MEASURES = {
    "service_level": 3 / 5,  # of A, B, C, L and late F
    "speed_of_answer_s": 100 / 4,
    "abandonment": 2 / 6,  # E, F of those and A, B, C, L
    "handle_time_s": (770 + 110) / 5,
    "first_contact_resolution": 4 / 5,  # A was repeated by L
    "promises_kept": 1 / 3,
    "callbacks_kept": 1.0,
}
CONTAINMENT, ZERO_OUT = 1 / 13, 1 / 13
OCCUPANCY = (770 + 110) / (770 + 110 + 1000 + 45)


class Writer:
    """Writes lines in the order they are told, and the record of each call."""

    def __init__(self) -> None:
        self.lines: list[JournalRow] = []
        self.calls: list[dict] = []

    def line(self, at: float, kind: str, call_=None, /, agent=None, queue=None, **body) -> None:
        self.lines.append(JournalRow(TEN + at, kind, call_, agent, queue, body))

    def begins(self, sid: str, at: float, number: str, **session) -> None:
        if not sid.startswith("cb-"):
            self.line(at, "arrived", sid, caller=number, flow="main")
            self.line(at, "entered", sid, flow="main", step="department", kind="menu")
        self.calls.append(
            {
                "sid": sid, "caller": number, "dialled": "+15550001000", "flow": "main", "revision": REVISION,
                "status": "ended", "session": json.dumps({"session": session}), "turn": 1,
                "started_at": TEN + at, "seen_at": TEN + at,
            }
        )  # fmt: skip

    def ends(self, sid: str, at: float, outcome: str) -> None:
        self.line(at, "ended_here", sid, flow="main", step="department", kind="menu")
        self.line(at, "ended", sid, how="completed", outcome=outcome, seconds=1)

    def queued(self, sid: str, at: float, promised: bool = False, **more) -> None:
        self.line(at, "entered", sid, flow="main", step="support", kind="queue")
        self.line(at, "queued", sid, queue="support", priority=0, entered_at=TEN + at, **more)
        if promised:
            self.line(at, "promised", sid, queue="support", position=1, low_s=0, high_s=60, spoken="so long")

    def talks(self, sid, at, waited, talk, wrap, agent="desk-1", queue="support", hold=0.0) -> float:
        """Offered four seconds before the answer; returns when the talk is over."""
        begin = at + waited
        self.line(begin - 4, "agent_offered", agent=agent, was="available", lasted_s=0)
        self.line(begin - 4, "offered", sid, agent, queue, waited_s=waited - 4)
        self.line(begin, "agent_on_call", agent=agent, was="offered", lasted_s=4)
        self.line(begin, "connected", sid, agent, queue, waited_s=waited)
        if hold:
            self.line(begin + 100, "hold_ended", sid, agent, queue, seconds=hold)
        self.line(begin + talk, "agent_wrapping_up", agent=agent, was="on_call", lasted_s=talk)
        self.line(begin + talk, "talk_ended", sid, agent, queue, by="caller", seconds=talk)
        self.line(begin + talk + wrap, "agent_available", agent=agent, was="wrapping_up", lasted_s=wrap)
        return begin + talk

    def ticks(self, at, sid, courtesy: str, done: bool, talked_at: float, agent="desk-1") -> None:
        self.line(at, "courtesy_ticked", sid, agent, courtesy=courtesy, done=done, talked_at=TEN + talked_at)

    def gone(self, sid: str, at: float, waited: float, kind: str, reason: str = "hung up") -> None:
        self.line(at + waited, kind, sid, queue="support", reason=reason, waited_s=waited)


def hand_made_day() -> Writer:
    day = Writer()
    day.line(-1000, "agent_available", agent="desk-1", was="signed_out", lasted_s=1)
    day.line(0, "agent_offered", agent="desk-1", was="available", lasted_s=1000)
    day.line(0, "offered", "other", "desk-1", "support", waited_s=1)
    day.line(25, "agent_away", agent="desk-1", was="offered", lasted_s=25)
    day.line(25, "offer_expired", "other", "desk-1", "support", reason="")
    _answered(day)
    _not_answered(day)
    _in_the_flow(day)
    return day


def _answered(day: Writer) -> None:
    day.begins("A", 1000, "+14155550101")
    day.queued("A", 1000, promised=True)
    end = day.talks("A", 1000, 10, 100, 20)
    day.line(end, "disposition_set", "A", "desk-1", disposition="solved")
    day.line(end, "rated", "A", question="how_was_it", answer="5")
    day.ticks(end - 5, "A", "asked_leave", True, 1010)
    day.ticks(end - 4, "A", "used_name", True, 1010)
    day.ticks(end + 30, "A", "used_name", False, 1010)
    day.ends("A", end + 5, "talked")
    day.begins("B", 2000, "+14155550102")
    day.queued("B", 2000)
    end = day.talks("B", 2000, 20, 200, 10)
    day.line(end, "disposition_set", "B", "desk-1", disposition="solved")
    day.ends("B", end, "talked")
    day.line(end + 5, "disposition_set", "B", "desk-1", disposition="refund")
    day.line(end + 9, "rated", "B", question="how_was_it", answer="3")
    day.begins("C", 3000, "+14155550103")
    day.queued("C", 3000, promised=True)
    day.ends("C", day.talks("C", 3000, 65, 300, 40, hold=60), "talked")
    day.begins("K", 11000, "+14155550111")
    day.line(11000, "asked_for_person", "K", flow="main", step="department", kind="menu")
    day.queued("K", 11000, promised=True)
    day.line(11010, "asked_for_person", "K", flow="main", step="@line:support", kind="")
    day.line(11020, "requeued", "K", queue="billing", was="support")
    day.ends("K", day.talks("K", 11000, 30, 60, 15, "desk-2", "billing"), "talked")
    day.begins("L", 12000, "+14155550101")
    day.queued("L", 12000)
    day.ends("L", day.talks("L", 12000, 5, 50, 10), "talked")


def _not_answered(day: Writer) -> None:
    for sid, at, waited in (("D", 4000, 3), ("E", 5000, 15), ("F", 6000, 90)):
        day.begins(sid, at, f"+1415555010{at // 1000}")
        day.queued(sid, at, promised=sid == "F")
        day.gone(sid, at, waited, "abandoned")
        day.ends(sid, at + waited, "abandoned")
    day.begins("G", 7000, "+14155550107")
    day.queued("G", 7000)
    day.gone("G", 7000, 400, "left", "voicemail")
    day.line(7430, "voicemail_left", "G", queue="support", recording="RE1", seconds=20)
    day.ends("G", 7430, "voicemail")
    day.begins("H", 8000, "+14155550108")
    day.queued("H", 8000)
    day.gone("H", 8000, 50, "left", "callback")
    day.line(8050, "callback_booked", "H", queue="support", callback="1", call_sid="cb-1")
    day.begins("cb-1", 8050, "+14155550108")
    day.queued("cb-1", 8000)
    day.lines[-1].body["kind"] = "callback"
    day.ends("H", 8060, "callback_booked")
    end = day.talks("cb-1", 8000, 3600, 120, 30)
    day.line(end - 120, "callback_connected", "cb-1", "desk-1", "support", callback="1")
    day.ends("cb-1", end, "talked")
    day.begins("N", 13000, "+14155550112")
    day.queued("N", 13000)
    day.gone("N", 13000, 70, "left", "closed")
    day.ends("N", 13070, "finished")


def _in_the_flow(day: Writer) -> None:
    day.begins("I", 9000, "+14155550109")
    day.line(9010, "looked_up", "I", source="orders", status="found")
    day.ends("I", 9030, "finished")
    said = {"kind": "speech", "value": "Where is my  Flamingo", "understood": False}
    day.begins("J", 10000, "+14155550110", inputs=[said])
    day.line(10010, "not_understood", "J", flow="main", step="department", kind="menu")
    day.ends("J", 10020, "hung_up")


def write(database, day: Writer) -> None:
    with database.write() as unit:
        unit.connection.execute(call.insert(), day.calls)
        journal.write(unit.connection, day.lines)
