"""A year of a support line: its sums as reports read them, and calls as lines of the journal."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from math import sin

from ivr.acd.reports.sums import LINE, WAIT_BOUNDS, Tally
from ivr.store import report_sums
from ivr.store.database import Database
from ivr.store.journal import JournalRow

DAYS = 365
LAST_DAY = date(2026, 11, 22)
STEPS = 40
DISPOSITIONS = ("solved", "follow-up needed", "order sent again", "refund", "wrong department")


def fill_sums(
    database: Database, calls: int, queues: int, agents: int, last: date = LAST_DAY, days: int = DAYS
) -> None:
    """What so many calls come to, a day and a queue at a time: a report reads nothing else."""
    chance = random.Random(7)
    names = ["support", "billing", *(f"queue-{number}" for number in range(3, queues + 1))][:queues]
    for number in range(days):
        day = last - timedelta(days=days - 1 - number)
        busy = (0.35 if day.weekday() > 4 else 1.25) * (1 + 0.2 * sin(number / 25)) * chance.uniform(0.9, 1.1)
        tally = Tally()
        whole = round(calls / days * busy)
        _line(tally, day.isoformat(), whole, chance)
        for place, queue in enumerate(names):
            share = 0.6 / queues if place > 1 else 0.2 + 0.6 / queues
            _queue(tally, day.isoformat(), queue, round(whole * share * 0.8), chance)
        for agent in range(agents):
            _agent(tally, day.isoformat(), f"desk-{agent + 1}", chance)
        with database.write() as unit:
            report_sums.add(unit.connection, tally)


def _line(tally: Tally, day: str, calls: int, chance: random.Random) -> None:
    tally.queue(
        day, LINE, calls=calls, served=round(calls * 0.22), hung_up=round(calls * 0.04),
        zeroed=round(calls * chance.uniform(0.2, 0.3)), in_line=round(calls * 0.72),
    )  # fmt: skip
    for step in range(STEPS):
        visits = round(calls / (1 + step))
        tally.detail("step", day, LINE, f"main/step_{step}", visits, round(visits * chance.uniform(0, 0.3)))


def _queue(tally: Tally, day: str, queue: str, entered: int, chance: random.Random) -> None:
    strain = chance.uniform(0.6, 1.6)
    abandoned = round(entered * 0.06 * strain)
    answered = entered - abandoned - round(entered * 0.05)
    wait = 14 * strain
    promises = round(answered * 0.6)
    tally.queue(
        day, queue, entered=entered, answered=answered,
        in_goal=round(answered * min(0.97, 1.12 - 0.25 * strain)),
        abandoned=abandoned, abandoned_short=round(abandoned * 0.3), abandoned_late=round(abandoned * 0.5),
        left_callback=round(entered * 0.03), left_voicemail=round(entered * 0.02),
        wait_answered_s=answered * wait, wait_gone_s=abandoned * wait * 2, longest_wait_s=wait * 12,
        talks=answered, talk_s=answered * chance.uniform(200, 260), hold_s=answered * 11.0,
        wrap_s=answered * 28.0, known_talks=round(answered * 0.93), repeats=round(answered * 0.11 * strain),
        promises=promises, promises_judged=round(promises * 0.9), promises_late=round(promises * 0.04),
        promises_kept=round(promises * 0.9 * chance.uniform(0.82, 0.93)),
        callbacks_booked=round(entered * 0.03), callbacks_kept=round(entered * 0.027),
        callbacks_broken=round(entered * 0.002), voicemails=round(entered * 0.02),
    )  # fmt: skip
    left = answered
    for bound in WAIT_BOUNDS:
        here = round(left * min(1.0, bound / (40 * strain)))
        tally.detail("wait", day, queue, str(bound), here)
        left -= here
    for place, name in enumerate(DISPOSITIONS):
        tally.detail("disposition", day, queue, name, round(answered / (2 + place)))
    for step in range(6):
        tally.detail("reason", day, queue, f"main/step_{step}", round(entered / (2 + step)))
    tally.detail("fact", day, queue, "orders: found", round(entered / 3))
    tally.detail("question", day, queue, f"where is my order {chance.randrange(60)}", 2)
    ratings = round(answered * 0.1)
    tally.detail("rating", day, queue, "8f14e45fceea how_was_it", ratings, ratings * chance.uniform(3.8, 4.6))


def _agent(tally: Tally, day: str, agent: str, chance: random.Random) -> None:
    talks = chance.randrange(30, 60)
    on_call, wrap = talks * 235.0, talks * 28.0
    tally.agent(
        day, agent, offered=talks + 2, accepted=talks, missed=1, declined=1, talks=talks, talk_s=on_call,
        hold_s=talks * 11.0, wrap_s=wrap, on_call_s=on_call, ringing_s=talks * 5.0,
        available_s=max(0.0, 25_000 - on_call - wrap), away_s=3000.0,
    )  # fmt: skip


def journal_of(calls: int, begin: float) -> Iterator[JournalRow]:
    """Calls that go through a menu into a line and are answered, as a real line writes them."""
    for number in range(calls):
        sid, at, agent = f"CA{number:032}", begin + number * 7.0, f"desk-{number % 20}"
        queue = ("support", "billing")[number % 2]
        yield JournalRow(
            at, "arrived", sid, None, None, {"caller": f"+1415{number % 900_000:07}", "flow": "main"}
        )
        for step in ("welcome", "department", "order"):
            yield JournalRow(
                at + 1, "entered", sid, None, None, {"flow": "main", "step": step, "kind": "menu"}
            )
            yield JournalRow(at + 2, "heard", sid, None, None, {"flow": "main", "step": step, "kind": "menu"})
        yield JournalRow(at + 3, "queued", sid, None, queue, {"priority": 0, "entered_at": at + 3})
        yield JournalRow(at + 3, "promised", sid, None, queue, {"low_s": 0.0, "high_s": 60.0, "position": 1})
        yield JournalRow(at + 9, "offered", sid, agent, queue, {"waited_s": 6.0})
        yield JournalRow(at + 9, "agent_offered", None, agent, None, {"was": "available", "lasted_s": 40.0})
        yield JournalRow(at + 14, "agent_on_call", None, agent, None, {"was": "offered", "lasted_s": 5.0})
        yield JournalRow(at + 14, "connected", sid, agent, queue, {"waited_s": 11.0})
        yield JournalRow(
            at + 90, "agent_wrapping_up", None, agent, None, {"was": "on_call", "lasted_s": 76.0}
        )
        yield JournalRow(at + 90, "talk_ended", sid, agent, queue, {"seconds": 76.0})
        yield JournalRow(
            at + 90, "disposition_set", sid, agent, None, {"disposition": DISPOSITIONS[number % 5]}
        )
        yield JournalRow(at + 90, "ended", sid, None, None, {"outcome": "talked"})
        yield JournalRow(
            at + 99, "agent_available", None, agent, None, {"was": "wrapping_up", "lasted_s": 9.0}
        )
