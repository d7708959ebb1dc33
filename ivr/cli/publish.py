"""`ivr publish` and `ivr rollback`: make flows live for new calls, and go back."""

from __future__ import annotations

import getpass
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from ivr.cli.quiet_log import quiet_log
from ivr.customers.csv_rows import UnreadableFile
from ivr.engine.flow import FlowSet
from ivr.environment import Environment, EnvironmentProblem
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.diff import compare
from ivr.flowfiles.loader import FlowProblems, load_book, stored, stored_book
from ivr.flowfiles.problems import Problem, SettingsProblems, errors
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.participants import CustomersUnreadable
from ivr.scenarios.playback import Result
from ivr.scenarios.results_output import of_failure, summary
from ivr.scenarios.runner import run
from ivr.scenarios.scenario_file import FOLDER, read_scenarios, scenario_files
from ivr.service.publishing import NothingNew, NothingToDo, Publishing, UnknownRevision, stored_texts
from ivr.settings import Settings
from ivr.store.database import Database, DatabaseUnavailable
from ivr.store.migrate import migrate
from ivr.store.revisions import Publication

NOT_PLAYED = EnvironmentProblem, FlowProblems, CustomersUnreadable, UnreadableFile, DatabaseUnavailable

_config = click.option("--config", type=click.Path(path_type=Path), help="The settings file.")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_author = click.option(
    "--author", default="", help="Who does it (default: git's user.name, or your account)."
)


@click.command()
@click.option("-m", "message", default="", help="What changed and why (default: the first changes).")
@click.option(
    "--share", type=click.IntRange(1, 100), default=100, help="Percent of new calls that go there first."
)
@click.option("--no-test", is_flag=True, help="Do not play the scenarios first.")
@_author
@_config
@_as_json
def publish(message: str, share: int, no_test: bool, author: str, config: Path | None, as_json: bool) -> None:
    """Check the flows, play their scenarios, and make them live for new calls.

    Every process follows within two seconds; calls in progress stay on the flows they began with. With
    --share 10 a tenth of new calls goes to the new flows, and all go back by themselves when those do worse.
    Publishing the same flows again without --share makes them live for everybody.
    """
    settings = load_settings(config, os.environ)
    flow_set, warnings = _checked(settings)
    checks: dict[str, Any] = {"warnings": warnings, "scenarios": _scenarios(settings, flow_set, no_test)}
    with _publishing(config) as (service, database):
        said = _changes(database, flow_set, settings)
        message = message or "; ".join(said[:3])
        try:
            done = service.publish(flow_set, author or who(), message, share, checks)
        except NothingNew:
            click.echo(_nothing_new(flow_set.revision, as_json))
            return
    _print(done, as_json, [f"  {line}" for line in said])


@click.command()
@click.argument("revision", required=False, default="")
@click.option("-m", "message", default="", help="Why.")
@_author
@_config
@_as_json
def rollback(revision: str, message: str, author: str, config: Path | None, as_json: bool) -> None:
    """End the trial, or go back to the revision before; with REVISION, to that one."""
    with _publishing(config) as (service, database):
        done = service.rollback(revision, author or who(), message)
        lost = _lost(database, done.revision, config)
    _print(done, as_json, [])
    for problem in lost:
        click.echo(f"warning: config.yaml has changed since: {problem}", err=True)


@contextmanager
def _publishing(config: Path | None) -> Iterator[tuple[Publishing, Database]]:
    """Open the use cases over the configured database; an error is one sentence and exit code 1."""
    database = Database.open(environment_of(config).database_url)
    try:
        if database.is_sqlite:
            logging.getLogger("alembic").setLevel(logging.WARNING)
            migrate(database)
        yield Publishing(Transactions(database, time.time, NotificationBus())), database
    except (NothingToDo, UnknownRevision) as fault:
        click.echo(str(fault)[:1].upper() + str(fault)[1:] + ".", err=True)
        sys.exit(1)
    finally:
        database.close()


def environment_of(config: Path | None) -> Environment:
    """Return the environment of the named settings file: without DATABASE_URL its database is beside it."""
    named = {"IVR_CONFIG": str(config)} if config else {}
    return Environment.from_mapping({**os.environ, **named})


def _checked(settings: Settings) -> tuple[FlowSet, int]:
    loaded = load_book(settings.flows_path, settings, shown=str(settings.flows_path))
    if loaded.flow_set is None:
        for problem in errors(loaded.problems):
            click.echo(str(problem), err=True)
        click.echo("Nothing was published: the live flows stay as they are.", err=True)
        sys.exit(1)
    return loaded.flow_set, len(loaded.problems)


def _lost(database: Database, revision: str, config: Path | None) -> list[Problem]:
    """Return names in a revision that config.yaml no longer has."""
    try:
        return stored(stored_texts(database, revision), load_settings(config, os.environ))[1]
    except (SettingsProblems, FlowProblems):  # ivr check says more of those
        return []


def _scenarios(settings: Settings, flow_set: FlowSet, skip: bool) -> dict[str, Any]:
    """Play the scenarios beside the flows. Exits 1 when one fails, and 2 when one could not be played;
    without any scenarios, publishing goes on."""
    folder = settings.flows_path / FOLDER
    files = [] if skip else _files(folder)
    if not files:
        if not skip:
            click.echo("There are no scenarios to play.", err=True)
        return {"played": False}
    began = time.perf_counter()
    results = _played(settings, flow_set, files)
    said = summary(results, time.perf_counter() - began)
    failed = [line for result in results for line in of_failure(result)]
    if not all(result.passed for result in results):
        _nothing_published([*failed, said], "a scenario failed", exit_code=1)
    return {"played": True, "summary": said}


def _files(folder: Path) -> list[Path]:
    """Return the files of scenarios. If something other than a folder is in their place, it does not count as
    having none."""
    try:
        if os.path.lexists(folder) and not folder.is_dir():
            raise UnreadableFile(f"{folder}: this is not a folder (put scenarios into one, or take it away)")
        return scenario_files([folder]) if folder.is_dir() else []
    except UnreadableFile as why:
        return _nothing_published([str(why)], "the scenarios could not be read", exit_code=2)


def _played(settings: Settings, flow_set: FlowSet, files: list[Path]) -> list[Result]:
    try:
        scenarios, problems = read_scenarios(files, settings)
        if not problems and scenarios:
            quiet_log(logging.CRITICAL)  # outages on purpose would fill the terminal; failures are reported
            return run(settings, scenarios, flow_set)
    except NOT_PLAYED as why:
        problems = [why]
    said = [str(problem) for problem in problems] or [f"{files[0]}: there is no scenario in it"]
    return _nothing_published(said, "the scenarios could not be played", exit_code=2)


def _nothing_published(lines: list[str], why: str, exit_code: int) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    click.echo(f"Nothing was published: {why} (--no-test publishes all the same).", err=True)
    sys.exit(exit_code)


def _changes(database: Database, flow_set: FlowSet, settings: Settings) -> list[str]:
    """Return the differences from the live flows, in words."""
    try:
        live = stored_book(stored_texts(database, "live"), settings)
    except (UnknownRevision, FlowProblems):
        return []
    return [sentence.text for change in compare(live, flow_set) for sentence in change.sentences]


def _nothing_new(revision: str, as_json: bool) -> str:
    if as_json:
        return json.dumps({"what": "nothing new", "revision": revision})
    return f"There is nothing new to publish: revision {revision} is live for all new calls already."


def who() -> str:
    """Return the name for the history: git's, or the account's."""
    try:
        asked = ["git", "config", "user.name"]
        name = subprocess.run(asked, capture_output=True, text=True, timeout=5).stdout.strip()  # noqa: S603
        return name or getpass.getuser()
    except (OSError, KeyError, subprocess.TimeoutExpired):
        return "unknown"


def _print(done: Publication, as_json: bool, changes: list[str]) -> None:
    if as_json:
        click.echo(json.dumps({"what": done.what, "revision": done.revision, "share": done.share,
                               "author": done.author, "message": done.message, "checks": dict(done.checks)},
                              ensure_ascii=False))  # fmt: skip
        return
    said = {
        "published": f"Revision {done.revision} is live for new calls.",
        "promoted": f"Revision {done.revision} was on trial and is now live for all new calls.",
        "trial": f"Revision {done.revision} gets {done.share} % of new calls; the rest stays as it was.",
        "withdrawn": f"The trial of revision {done.revision} is over: all new calls are as before.",
        "rolled_back": f"Back to revision {done.revision} for new calls.",
    }
    click.echo("\n".join([said[done.what], *changes[:20], *(["  …"] if len(changes) > 20 else [])]))
