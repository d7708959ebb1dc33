"""`ivr report waits`: compares announced waits with real ones."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import click

from ivr.cli.report.report_options import asked, instants, must_be_a_queue, opened_line, write_csv
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.jobs.announced_estimates import AnnouncementRecords

HEAD = (
    *("day", "promises", "outcomes", "kept", "late", "bias", "width", "gone", "open"),
    *("withdrawn", "needless"),
)
KEY = (
    "kept: the wait ended inside the range that was said (at least 80 % is the aim).",
    "late: more than a quarter beyond its upper end, or hung up after it (at most 5 % is the aim).",
    "bias: expected against real waits of those answered; above 0 callers were told more than came.",
    "width: median width of the ranges.",
    "gone: hung up or left before the upper end, which says nothing either way. open: still waiting.",
    'withdrawn: callers were told "it is taking longer than we expected"; each promise counts once.',
    "needless: withdrawn, though the caller was then answered by the promised moment.",
)
LINE = "{:<12}{:>9}{:>10}{:>8}{:>8}{:>8}{:>9}{:>7}{:>7}{:>11}{:>10}"


@click.command()
@asked(days=7)
def waits(days: int, since: str, until: str, as_json: bool, as_csv: bool, queue: str) -> None:
    """Were the announced waits honest? By queue and local day.

    kept: outcomes inside the announced range. late: beyond 1.25 times its upper end, or hung up after it.
    bias: expected against real waits; above 0 % callers were told more than came. width: median of the range.
    gone: went before the upper end, which says nothing either way. open: still waiting.
    withdrawn: callers were told that it takes longer. needless: and were answered by the promised moment.
    """
    database, settings = opened_line()
    must_be_a_queue(queue, settings)
    record = AnnouncementRecords(Transactions(database, time.time, NotificationBus()), settings.queues)
    record.sum_up()  # add the journal's lines since the worker last ran
    period, begin, end = instants(settings, database, days, since, until)
    found = record.report(settings.timezone, begin, end, queue)
    database.close()
    if as_json:
        asked_for = {"since": period.since, "until": period.until}
        click.echo(json.dumps({**asked_for, **found}, ensure_ascii=False))
    elif as_csv:
        write_csv(rows(found))
    else:
        click.echo("\n".join(sentences(found)))


def rows(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return a row for each queue and local day."""
    for queue, of in found["queues"].items():
        for day in of["by_day"]:
            yield {"queue": queue, **day}


def sentences(found: Mapping[str, Any]) -> Iterator[str]:
    """Return the report as lines of text."""
    for queue, of in found["queues"].items():
        yield f"{queue}: {_standing(of)}"
        yield from _outcome(of["total"])
        if of["by_day"]:
            yield LINE.format(*HEAD)
            yield from (_line(day["day"], day) for day in of["by_day"])
            yield _line("all", of["total"])
        if of["kept_back"]["promises"]:
            yield _line("kept back", of["kept_back"])
        yield ""
    if any(of["by_day"] for of in found["queues"].values()):
        yield from KEY


def _standing(of: Mapping[str, Any]) -> str:
    if of["silent"]:
        return f"silent, callers hear only their position, since {of['why']}."
    if not of["total"]["promises"]:
        return "no wait was announced."
    return "waits are announced."


def _outcome(total: Mapping[str, Any]) -> Iterator[str]:
    """Summarise the whole time in a sentence or two."""
    if not total["outcomes"]:
        return
    kept, late, known = _percent(total["coverage"]), _percent(total["late"]), total["outcomes"]
    yield f"Of {known:,} announcements whose outcome is known, {kept} were kept and {late} came late."
    if total["bias"] is not None and abs(total["bias"]) >= 0.01:
        than = "longer" if total["bias"] > 0 else "shorter"
        yield f"The expected wait was {_percent(abs(total['bias']))} {than} than the real one."


def _line(name: str, of: Mapping[str, Any]) -> str:
    return LINE.format(
        name,
        of["promises"],
        of["outcomes"],
        _percent(of["coverage"]),
        _percent(of["late"]),
        _percent(of["bias"], "+"),
        "-" if of["width_s"] is None else f"{of['width_s']:.0f} s",
        of["gone_early"],
        of["open"],
        of["withdrawn"],
        of["needless"],
    )


def _percent(share: float | None, sign: str = "") -> str:
    return "-" if share is None else f"{100 * share:{sign}.0f} %"
