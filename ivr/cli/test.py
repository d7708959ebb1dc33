"""`ivr test`: plays the scenarios beside the flows, over the real webhooks, without a telephone."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from functools import reduce
from operator import or_
from pathlib import Path

import click

from ivr.cli.quiet_log import quiet_log
from ivr.engine.flow import FlowSet
from ivr.flowfiles.loader import live_book, settings_in
from ivr.flowfiles.problems import Problem
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.coverage import Coverage, Taken, coverage
from ivr.scenarios.draft_flows import draft_book, nothing_to_play, refuse
from ivr.scenarios.playback import Result
from ivr.scenarios.results_output import as_json, of_coverage, of_failure, summary
from ivr.scenarios.runner import run
from ivr.scenarios.scenario_file import FOLDER, Scenario, read_scenarios, scenario_files
from ivr.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--flows", type=click.Path(path_type=Path), help="The flows of this folder: a draft.")
@click.option("--coverage", "with_coverage", is_flag=True, help="Say which steps and exits were not reached.")
@click.option("-k", "word", default="", help="Only scenarios with this in their name.")
@click.option("-v", "--verbose", is_flag=True, help="Name the scenarios that passed, too.")
@click.option("--config", type=click.Path(path_type=Path), help="The settings file (default: config.yaml).")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def test(
    paths: tuple[Path, ...],
    flows: Path | None,
    with_coverage: bool,
    word: str,
    verbose: bool,
    config: Path | None,
    json_: bool,
) -> None:
    """Run scenarios: files or folders; without PATH, the folder scenarios beside the flows.

    Exits 0 when all pass, 1 when one fails, 2 when a file has mistakes, 3 when there is nothing to play.
    """
    quiet_log(logging.CRITICAL)  # outages on purpose would fill the terminal; failures are reported
    own = settings_in(flows) if flows else None  # those that an import has made
    settings = load_settings(config or own, os.environ)
    began = time.perf_counter()
    with nothing_to_play():
        flow_set = draft_book(flows, settings) if flows else None
        scenarios = _wanted(paths, flows, word, settings, json_=json_)
        results = run(settings, scenarios, flow_set)
        covered = _covered(results, flow_set or live_book(settings)) if with_coverage else None
    seconds = time.perf_counter() - began
    if json_:
        click.echo(json.dumps(as_json(results, covered, seconds), ensure_ascii=False, indent=2))
    else:
        _print(results, covered, seconds, verbose=verbose)
    sys.exit(0 if all(result.passed for result in results) else 1)


def _wanted(
    paths: tuple[Path, ...], flows: Path | None, word: str, settings: Settings, *, json_: bool
) -> list[Scenario]:
    """Return the scenarios to play; none if any file has a mistake."""
    beside = flows / FOLDER if flows and (flows / FOLDER).is_dir() else settings.flows_path / FOLDER
    scenarios, problems = read_scenarios(scenario_files(paths or [beside]), settings)
    if problems:
        _refuse(problems, json_=json_)
    wanted = [scenario for scenario in scenarios if word.lower() in scenario.name.lower()]
    if not wanted:
        where = ", ".join(map(str, paths)) or str(beside)
        what = f"no scenario with {word!r} in its name" if word else "no scenario"
        refuse([f"{where}: there is {what}"], exit_code=3)
    return wanted


def _refuse(problems: list[Problem], *, json_: bool) -> None:
    if json_:
        found = [problem.to_json() for problem in problems]
        click.echo(json.dumps({"ok": False, "problems": found}, ensure_ascii=False, indent=2))
        sys.exit(2)
    refuse(problems)


def _covered(results: list[Result], flow_set: FlowSet) -> Coverage:
    return coverage(flow_set, reduce(or_, (result.taken for result in results), Taken()))


def _print(results: list[Result], covered: Coverage | None, seconds: float, *, verbose: bool) -> None:
    for result in results:
        if verbose and result.passed:
            click.echo(f"passed  {result.file}:{result.line}: {result.name}")
        for line in of_failure(result):
            click.echo(line)
    for line in of_coverage(covered) if covered else ():
        click.echo(line)
    click.echo(summary(results, seconds))
