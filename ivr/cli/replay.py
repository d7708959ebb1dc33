"""`ivr replay`: plays recorded calls through a draft and lists those that would have ended elsewhere."""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from ivr.cli.quiet_log import quiet_log
from ivr.engine.flow import FlowSet
from ivr.environment import Environment
from ivr.flowfiles.loader import FlowProblems, stored_book
from ivr.flowfiles.problems import listed
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.draft_flows import draft_book, nothing_to_play
from ivr.scenarios.environment import ScenarioEnvironment
from ivr.scenarios.playback import open_stage
from ivr.scenarios.recorded_caller import RecordedCaller, given_of
from ivr.scenarios.recorded_calls import CallEnding, RecordedCall, ended_since, ending_of, recorded
from ivr.scenarios.stub_sources import RecordedSources
from ivr.settings import Settings
from ivr.store import revisions
from ivr.store.database import Database

UNITS = {"m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}


@dataclass(frozen=True)
class Replayed:
    """One call: how it ended, how it ends when repeated unchanged, and how it ends in the draft.

    `unknown` are the data sources that were asked for something in the replay whose answer is unknown.
    """

    call: RecordedCall
    again: CallEnding
    draft: CallEnding
    unknown: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        return self.again.kind != self.draft.kind

    @property
    def elsewhere(self) -> bool:
        return self.differs and not self.unknown

    @property
    def open(self) -> bool:
        """Return whether it ends elsewhere, but perhaps only for want of an answer."""
        return self.differs and bool(self.unknown)

    @property
    def reproduced(self) -> bool:
        """Return whether the repeated call ends as the real one did; otherwise the record is incomplete."""
        return self.again.kind == self.call.ending.kind


@click.command()
@click.argument("draft", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--since", default="7d", show_default=True, help="How far back: 30m, 12h, 7d, 2w.")
@click.option("--most", default=1000, show_default=True, help="At most so many calls.")
@click.option("--config", type=click.Path(path_type=Path), help="The settings file (default: config.yaml).")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def replay(draft: Path, since: str, most: int, config: Path | None, json_: bool) -> None:
    """Send the calls of the last days through the flows in DRAFT, and list who would have ended elsewhere.

    Each call is played twice, in the flows it began with and in the draft, and the two ends are compared.
    Nobody is called, and nothing is written into the database.
    """
    settings = _without_card_source(load_settings(config, os.environ))
    quiet_log(logging.WARNING)
    database = Database.open(Environment.from_mapping(os.environ).database_url)
    try:
        with nothing_to_play():
            replayed = list(_replay(database, settings, draft, time.time() - seconds_of(since), most))
    finally:
        database.close()
    click.echo(json.dumps(as_json(replayed), ensure_ascii=False, indent=2) if json_ else in_words(replayed))


def _without_card_source(settings: Settings) -> Settings:
    """Return settings without the card's source, whose answers are not on record and decide nothing in a
    flow, so that a replay asks nothing."""
    customers = settings.customers.model_copy(update={"source": None})
    return settings.model_copy(update={"customers": customers})


def seconds_of(written: str) -> float:
    """Return seconds: 7d → 604800."""
    found = re.fullmatch(r"(\d+)([mhdw])", written.strip())
    if not found:
        raise click.BadParameter(f"{written!r} is not a length of time (write 30m, 12h, 7d or 2w)")
    return int(found[1]) * UNITS[found[2]]


def _replay(
    database: Database, settings: Settings, draft: Path, since: float, most: int
) -> Iterator[Replayed]:
    houses = _Houses(database, settings)
    in_draft = ScenarioEnvironment(settings, draft_book(draft, settings))
    try:
        for number, sid in enumerate(ended_since(database, since)):
            if number >= most:
                return
            call = recorded(database, sid, settings.timezone)
            if call is not None:
                yield _both(houses.of(call), in_draft, call)
    finally:
        in_draft.close()
        houses.close()


class _Houses:
    """One environment for each revision of the flows that calls began with."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._by_revision: dict[str, ScenarioEnvironment] = {}

    def of(self, call: RecordedCall) -> ScenarioEnvironment:
        if call.revision not in self._by_revision:
            self._by_revision[call.revision] = self._build(call.revision)
        return self._by_revision[call.revision]

    def close(self) -> None:
        for house in self._by_revision.values():
            house.close()

    def _build(self, revision: str) -> ScenarioEnvironment:
        """Build the environment of a revision; today's flows replace one that is gone, or that today's
        settings cannot read."""
        with self._database.read() as connection:
            texts = revisions.texts(connection, revision)
        try:
            return ScenarioEnvironment(self._settings, stored_book(texts, self._settings) if texts else None)
        except FlowProblems:
            return ScenarioEnvironment(self._settings)


def _both(then: ScenarioEnvironment, draft: ScenarioEnvironment, call: RecordedCall) -> Replayed:
    again, unknown_then = _played(then, call, then.flow_set)
    new, unknown = _played(draft, call, then.flow_set)
    return Replayed(call, again, new, tuple({**unknown_then, **unknown}))


def _played(
    house: ScenarioEnvironment, call: RecordedCall, began: FlowSet
) -> tuple[CallEnding, dict[str, None]]:
    """Return how the call ends in this environment, and the sources whose answers are unknown. `began`: the
    flows it began with."""
    answers = RecordedSources(house.settings, call, began)
    context = open_stage(house, given_of(call, house.settings), answers=answers)
    RecordedCaller(context, call, house.flow_set).play()
    with context.look() as connection:
        return ending_of(context.row(), connection), answers.unknown


def in_words(replayed: list[Replayed]) -> str:
    """Return a line for each call that would have ended elsewhere, then the counts."""
    lines = []
    for one in filter(lambda each: each.elsewhere, replayed):
        unsure = "" if one.reproduced else f" (unsure: the record says {one.call.ending})"
        lines.append(f"{one.call.sid} {one.call.at:%Y-%m-%d %H:%M}: {one.again} → {one.draft}{unsure}")
    moved = len(lines)
    for one in filter(lambda each: each.open, replayed):
        why = f"it is not on record what {listed(one.unknown)} answered"
        lines.append(
            f"{one.call.sid} {one.call.at:%Y-%m-%d %H:%M}: {one.again} → perhaps {one.draft} ({why})"
        )
    untold = len(lines) - moved
    count = f"{len(replayed)} call{'s' * (len(replayed) != 1)}"
    unsure = sum(not one.reproduced for one in replayed)
    same = len(replayed) - moved - untold
    told = f"{count}: {same} as before, {moved} elsewhere, {unsure} not reproduced"
    lines.append(f"{told}, {untold} cannot be told." if untold else f"{told}.")
    return "\n".join(lines)


def as_json(replayed: list[Replayed]) -> dict:
    """Return counts, and the calls that would have ended elsewhere."""
    moved = [one for one in replayed if one.elsewhere]
    untold = [one for one in replayed if one.open]
    return {
        "calls": len(replayed),
        "same": len(replayed) - len(moved) - len(untold),
        "elsewhere": len(moved),
        "not_reproduced": sum(not one.reproduced for one in replayed),
        "cannot_be_told": [{"call": one.call.sid, "not_on_record": list(one.unknown)} for one in untold],
        "callers": [
            {
                "call": one.call.sid,
                "at": one.call.at.isoformat(),
                "caller": one.call.caller,
                "was": one.again.__dict__,
                "would_be": one.draft.__dict__,
                "path": list(one.call.path),
                "reproduced": one.reproduced,
            }
            for one in moved
        ],
    }
