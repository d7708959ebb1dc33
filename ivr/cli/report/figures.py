"""`ivr report day`, `week`, `queues`, `agents`, `reasons`, `steps`, `satisfaction`, `rebuild`."""

from __future__ import annotations

import time
from typing import Any

import click

from ivr.cli.report.report_options import (
    Column,
    asked,
    length,
    number,
    opened_line,
    percent,
    printed,
    reported,
    word,
)
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.jobs.report_sums import ReportSums

QUEUE_COLUMNS: list[Column] = [
    ("in_line", "in line", number),
    ("answered", "answered", number),
    ("service_level", "level", percent),
    ("goal", "goal", percent),
    ("speed_of_answer_s", "answer", length),
    ("longest_wait_s", "longest", length),
    ("abandonment", "abandoned", percent),
    ("abandoned_short", "short", number),
    ("handle_time_s", "handle", length),
    ("occupancy", "occupied", percent),
    ("first_contact_resolution", "resolved", percent),
    ("promises_kept", "promises", percent),
    ("callbacks_kept", "callbacks", percent),
]
LINE_COLUMNS: list[Column] = [
    ("calls", "calls", number),
    ("containment", "contained", percent),
    ("zero_out", "asked 0", percent),
]
AGENT_COLUMNS: list[Column] = [
    ("agent", "agent", word),
    ("name", "name", word),
    ("offered", "offered", number),
    ("accepted", "accepted", number),
    ("missed", "missed", number),
    ("declined", "declined", number),
    ("talks", "talks", number),
    ("handle_time_s", "handle", length),
    ("on_call_s", "on call", length),
    ("wrap_s", "wrap-up", length),
    ("available_s", "available", length),
    ("away_s", "away", length),
    ("occupancy", "occupied", percent),
    ("leave_asked", "leave asked", number),
    ("names_used", "name used", number),
]
REASON_COLUMNS: list[Column] = [
    ("kind", "kind", word),
    ("queue", "queue", word),
    ("name", "what", word),
    ("calls", "calls", number),
    ("share", "share", percent),
]
STEP_COLUMNS: list[Column] = [
    ("step", "step", word),
    ("visits", "visits", number),
    ("asked_for_person", "asked for a person", number),
    ("zero_out", "share", percent),
]
RATING_COLUMNS: list[Column] = [
    ("queue", "queue", word),
    ("revision", "revision", word),
    ("question", "question", word),
    ("ratings", "ratings", number),
    ("mean", "mean", number),
]
NOTHING = "Nothing happened in that time."


@click.command()
@asked(days=7)
def day(days: int, since: str, until: str, as_json: bool, as_csv: bool, queue: str) -> None:
    """Service level, waits, abandonment, handle time and promises, by local day.

    level: answered within the goal's seconds. answer: mean wait of the answered. short: hung up at once,
    which is not abandonment. handle: talk, holds and wrap-up. resolved: no second call within the repeat
    days. promises: announced waits that came true. See docs/reports.md.
    """
    found = reported(lambda service, period: service.over_time(period, queue), days, since, until, queue)
    printed(found, _over_time("day", queue), as_json, as_csv, NOTHING)


@click.command()
@asked(days=84)
def week(days: int, since: str, until: str, as_json: bool, as_csv: bool, queue: str) -> None:
    """The same by week, named by its Monday."""
    found = reported(
        lambda service, period: service.over_time(period, queue, weeks=True), days, since, until, queue
    )
    printed(found, _over_time("week", queue), as_json, as_csv, NOTHING)


@click.command()
@asked(days=7, queue=False)
def queues(days: int, since: str, until: str, as_json: bool, as_csv: bool) -> None:
    """The same by queue, against each queue's goal."""
    found = reported(lambda service, period: service.by_queue(period), days, since, until)
    printed(found, [("queue", "queue", word), *QUEUE_COLUMNS], as_json, as_csv, NOTHING)


@click.command()
@asked(days=7)
def agents(days: int, since: str, until: str, as_json: bool, as_csv: bool, queue: str) -> None:
    """Show what agents did: offers, talks, handle time, occupancy; with --queue the agents of that queue."""
    found = reported(lambda service, period: service.by_agent(period, queue), days, since, until, queue)
    printed(found, AGENT_COLUMNS, as_json, as_csv, NOTHING)


@click.command()
@asked(days=30)
def reasons(days: int, since: str, until: str, as_json: bool, as_csv: bool, queue: str) -> None:
    """Why people called: dispositions, steps they came from, what was looked up, what nobody understood."""
    found = reported(lambda service, period: service.reasons(period, queue), days, since, until, queue)
    printed(found, REASON_COLUMNS, as_json, as_csv, NOTHING)


@click.command()
@asked(days=30, queue=False)
def steps(days: int, since: str, until: str, as_json: bool, as_csv: bool) -> None:
    """At which steps callers ask for a person."""
    found = reported(lambda service, period: service.steps(period), days, since, until)
    printed(found, STEP_COLUMNS, as_json, as_csv, NOTHING)


@click.command()
@asked(days=90)
def satisfaction(days: int, since: str, until: str, as_json: bool, as_csv: bool, queue: str) -> None:
    """Show what callers keyed in surveys, by queue and revision of the flows."""
    found = reported(lambda service, period: service.satisfaction(period, queue), days, since, until, queue)
    printed(found, RATING_COLUMNS, as_json, as_csv, "Nobody was asked, or nobody answered.")


@click.command()
def rebuild() -> None:
    """Make every figure again from the journal. Each day is measured by the goals of that day."""
    database, settings = opened_line()
    begun = time.monotonic()
    lines = ReportSums(Transactions(database, time.time, NotificationBus()), settings).rebuild()
    database.close()
    click.echo(f"Read the journal up to line {lines} in {time.monotonic() - begun:.0f} s.")


def _over_time(name: str, queue: str) -> list[Any]:
    return [(name, name, word), *([] if queue else LINE_COLUMNS), *QUEUE_COLUMNS]
