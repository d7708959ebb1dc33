"""`ivr record`: turns a real call into a scenario, with personal data replaced."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import click

from ivr.cli.quiet_log import quiet_log
from ivr.environment import Environment
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.anonymization import lookups_without_person, without_person
from ivr.scenarios.draft_flows import nothing_to_play
from ivr.scenarios.environment import ScenarioEnvironment
from ivr.scenarios.playback import open_stage
from ivr.scenarios.recorded_caller import RecordedCaller, given_of
from ivr.scenarios.recorded_calls import CallEnding, RecordedCall, ending_of, recorded
from ivr.scenarios.scenario_output import events_of, scenario_text
from ivr.settings import Settings
from ivr.store.database import Database


@click.command()
@click.argument("call_sid")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here, not on the screen.")
@click.option("--config", type=click.Path(path_type=Path), help="The settings file (default: config.yaml).")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def record(call_sid: str, out: Path | None, config: Path | None, json_: bool) -> None:
    """Make a scenario of the call CALL_SID: what the caller did, played again in the flows of today.

    The caller's number and name and the digits they entered are replaced; keys of menus stay. What sources
    answered is written under lookups, with other words and digits. The scenario says what the flows say
    today, so it passes; where the real call ended elsewhere, that is reported.
    """
    settings = load_settings(config, os.environ)
    call = _find(call_sid, settings)
    quiet_log(logging.WARNING)
    text, ending = scenario_of(call, settings)
    same = ending.kind == call.ending.kind
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    if json_:
        report = {"call": call_sid, "file": str(out) if out else None, "scenario": text, "same_end": same}
        click.echo(json.dumps({**report, "was": str(call.ending), "is": str(ending)}, ensure_ascii=False))
        return
    click.echo(f"Written to {out}." if out else text, nl=bool(out))
    if not same:
        click.echo(f"The real call ended otherwise: {call.ending}; today: {ending}.", err=True)


def _find(call_sid: str, settings: Settings) -> RecordedCall:
    database = Database.open(Environment.from_mapping(os.environ).database_url)
    try:
        call = recorded(database, call_sid, settings.timezone)
    finally:
        database.close()
    if call is None:
        raise click.ClickException(f"there is no call {call_sid} that is over")
    return call


def scenario_of(call: RecordedCall, settings: Settings) -> tuple[str, CallEnding]:
    """Return the scenario's text, and where the call ends in the current flows."""
    with nothing_to_play():
        house = ScenarioEnvironment(settings)
    try:
        nobody = without_person(call, house.flow_set)
        lookups = lookups_without_person(call, house.flow_set)
        known = {name: answers for name, answers in lookups.items() if name in settings.sources}
        given = given_of(nobody, settings).model_copy(update={"lookups": known})
        context = open_stage(house, given)
        RecordedCaller(context, nobody, house.flow_set).play()
        with context.look() as connection:
            ending = ending_of(context.row(), connection)
        name = f"recorded on {call.at:%Y-%m-%d}: {call.ending}"
        return scenario_text(name, given, events_of(context)), ending
    finally:
        house.close()
