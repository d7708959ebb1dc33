"""What every test would do again, with the same result, is done once in a process.

A line is built for nearly every test. To compile its hundred and seventy addresses and its pages, to read
the migrations, the settings and the flows, and to wait for the disk at every commit took longer than most do.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from jinja2 import Environment
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.routing.converters import DEFAULT_CONVERTERS

from ivr.acd.journal import JournalKind
from ivr.engine.flow import FlowSet
from ivr.flowfiles import loader
from ivr.flowfiles.settings_file import load_settings
from ivr.service import flow_registry
from ivr.settings import Settings
from ivr.store import database, journal
from ivr.store.commit_sync import CommitSync
from ivr.store.database import Connection, Database
from ivr.store.journal import JournalRow
from ivr.store.migrate import migrate

ROOT = Path(__file__).parents[1]

_compile = Rule.compile
_compiled: dict[tuple, Rule] = {}
_compile_page = Environment.compile
_pages: dict[tuple, CodeType] = {}
_read_scripts = ScriptDirectory.from_config
_scripts: dict[str, ScriptDirectory] = {}
_prepare = database._prepare_sqlite
_write = journal.write


def install(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rule, "compile", compile_once)
    patch.setattr(Environment, "compile", page_of)
    patch.setattr(ScriptDirectory, "from_config", scripts_of)
    patch.setattr(database, "_prepare_sqlite", prepare_without_waiting)
    for opener in (database._sqlite, database._postgres):
        patch.setattr(database, opener.__name__, sharing_statements(opener, Statements()))
    patch.setattr(CommitSync, "_sync_log", lambda _commits: None)
    patch.setattr(flow_registry, "live_book", book_of)
    patch.setattr(journal, "write", write_known_kinds)


def compile_once(rule: Rule) -> None:
    """Give the rule the parts, converters and builders of an earlier one that reads like it. The builders are
    given their rule when they are called, so that rules can share them; defaults would be part of them."""
    table = rule.map
    assert table is not None
    if rule.defaults or rule.subdomain or table.host_matching or table.converters != DEFAULT_CONVERTERS:
        _compile(rule)
        return
    key = rule.rule, rule.merge_slashes
    if key not in _compiled:
        _compile(rule)
        _compiled[key] = rule
        return
    like = _compiled[key]
    rule._parts, rule._trace, rule._converters = like._parts, like._trace, like._converters
    rule.arguments |= like.arguments
    rule._build = like._build.__func__.__get__(rule, None)
    rule._build_unknown = like._build_unknown.__func__.__get__(rule, None)


def page_of(environment: Environment, source: str, name: Any = None, filename: Any = None, *more: Any) -> Any:
    """A template out of a file, compiled. What flows say has no file, and is left alone."""
    if filename is None or more:
        return _compile_page(environment, source, name, filename, *more)
    options = environment.autoescape is True, environment.trim_blocks, environment.lstrip_blocks
    key = type(environment), options, name, filename, source
    if key not in _pages:
        _pages[key] = _compile_page(environment, source, name, filename)
    return _pages[key]


def scripts_of(config: Config) -> ScriptDirectory:
    """The migrations, which do not change while tests run."""
    place = str(config.get_main_option("script_location"))
    if place not in _scripts:
        _scripts[place] = _read_scripts(config)
    return _scripts[place]


def prepare_without_waiting(connection: sqlite3.Connection, record: Any) -> None:
    """Nothing here has to survive a power cut. What was committed survives the death of the process."""
    _prepare(connection, record)
    connection.execute("PRAGMA synchronous=OFF")


class Statements(LRUCache[tuple[Any, ...], Any]):
    """Statements compiled for one kind of database, whichever of its engines asked first. A key begins with
    the dialect of the engine; those of one kind compile alike."""

    def __init__(self) -> None:
        super().__init__(5000)

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


def sharing_statements(opener: Callable[..., Engine], statements: Statements) -> Callable[..., Engine]:
    def opened(*how: Any) -> Engine:
        engine = opener(*how)
        engine._compiled_cache = statements
        return engine

    return opened


def write_known_kinds(connection: Connection, lines: Iterable[JournalRow]) -> None:
    """A line of a kind that no reader can name is a mistake in whoever wrote it."""
    lines = list(lines)
    unknown = {line.kind for line in lines} - set(JournalKind)
    assert not unknown, f"journal lines of unknown kinds: {sorted(unknown)}"
    _write(connection, lines)


@cache
def shipped_settings() -> Settings:
    return load_settings(ROOT / "config.yaml", {})


@cache
def shipped_book() -> FlowSet:
    return loader.live_book(shipped_settings())


def book_of(settings: Settings) -> FlowSet:
    return shipped_book() if settings is shipped_settings() else loader.live_book(settings)


_folder = tempfile.TemporaryDirectory(prefix="presszero-tables-")


@cache
def migrated_file() -> Path:
    """A SQLite file with our tables, to be copied: migrating anew would cost every test."""
    path = Path(_folder.name) / "migrated.db"
    database = Database.open(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


def with_tables(path: Path) -> str:
    """URL of a new SQLite database with our tables in it."""
    shutil.copyfile(migrated_file(), path)
    return f"sqlite:///{path}"
