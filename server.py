"""What gunicorn and the command line start. `gunicorn server:app` serves config.yaml and the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ivr.application import Application, build
from ivr.environment import Environment, EnvironmentProblem
from ivr.flowfiles.loader import FlowProblems
from ivr.flowfiles.settings_file import load_settings
from ivr.jobs.alerts import means_of
from ivr.jobs.smtp_client import SmtpClient
from ivr.logs import write_logs
from ivr.service.flow_registry import must_have_flows
from ivr.settings import SettingsProblems
from ivr.store.database import Database, DatabaseUnavailable
from ivr.store.deadlines import TURN_S
from ivr.store.migrate import OtherVersion, must_fit
from ivr.store.sqlite_file import acquire_lock


def application_from_environment(environ: Mapping[str, str] | None = None) -> Application:
    """The line that config.yaml and the environment describe. Prints what is wrong and exits 2."""
    environ = os.environ if environ is None else environ
    with _said_in_one_sentence():
        environment = Environment.from_mapping(environ, serving=True)
        return build(load_settings(environment.config, environ), environment, environ=environ)


def hold_the_file(environ: Mapping[str, str], passed_on: int | None = None) -> None:
    """Become the one server of a SQLite file, or say in one sentence that there is another, and exit 2.
    `passed_on` is the lock's descriptor where the process before this one holds the file already."""
    with _said_in_one_sentence():
        acquire_lock(Environment.from_mapping(environ).database_url, passed_on)


def must_be_servable(environ: Mapping[str, str]) -> None:
    """Before any worker is started: exits 2, having said what is wrong, when none could serve."""
    with _said_in_one_sentence():
        ask_before_start(environ)


def ask_before_start(environ: Mapping[str, str]) -> None:
    """Raises EnvironmentProblem, SettingsProblems, FlowProblems or DatabaseUnavailable when no server could
    start. A database that does not answer now is no reason: callers hear "one moment" until it does."""
    environment = Environment.from_mapping(environ, serving=True)
    settings = load_settings(environment.config, environ)
    must_have_flows(settings, environment.database_url)
    means_of(settings, environ)
    SmtpClient.given(environ)
    database = Database.open(environment.database_url, limit_s=TURN_S)
    try:
        must_fit(database)
    except OtherVersion:
        raise
    except DatabaseUnavailable as problem:
        print(f"The database does not answer: {problem}", file=sys.stderr)
    finally:
        database.close()


@contextmanager
def _said_in_one_sentence() -> Iterator[None]:
    try:
        yield
    except (EnvironmentProblem, SettingsProblems, FlowProblems, DatabaseUnavailable) as problem:
        print(problem, file=sys.stderr)
        raise SystemExit(2) from problem


def __getattr__(name: str) -> Any:
    """`server.app`, made when gunicorn asks for it; on SQLite the worker runs inside this one process."""
    if name != "app":
        raise AttributeError(name)
    write_logs()
    hold_the_file(os.environ)
    line = application_from_environment()
    line.start(works=line.database.is_sqlite)
    globals()["app"] = line.app
    return line.app
