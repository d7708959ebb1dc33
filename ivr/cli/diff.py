"""`ivr diff`: shows what changed between two versions of the flows, in words and drawn."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from ivr.engine.flow import FlowSet
from ivr.environment import Environment
from ivr.flowfiles.diff import FlowChange, Sentence, compare, compare_settings, diff_svg
from ivr.flowfiles.diff.git import GitProblem, texts_at
from ivr.flowfiles.loader import NOT_FLOWS, SUFFIXES, FlowProblems, load_book, stored_book
from ivr.flowfiles.problems import errors
from ivr.flowfiles.settings_file import load_settings, read_settings
from ivr.service.publishing import UnknownRevision, stored_texts
from ivr.settings import Settings
from ivr.store.database import Database, DatabaseUnavailable


@dataclass(frozen=True, slots=True)
class Version:
    """One side: the flows, and the settings if it brings its own."""

    flow_set: FlowSet
    settings: Settings


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--git", "ref", metavar="REF", help="Compare what git has at REF with the files as they are.")
@click.option(
    "--svg", "picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw it into this file."
)
@click.option("--config", type=click.Path(path_type=Path), help="The settings file (default: config.yaml).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def diff(
    old: str | None,
    new: str | None,
    ref: str | None,
    picture: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Show what changed from OLD to NEW, in words.

    OLD and NEW are folders of flows, folders with a config.yaml, or published revisions (rev:HASH or
    rev:live). Without NEW: the files as they are. Without OLD: the live revision. Exits 0 also with changes.
    """
    settings = load_settings(config, os.environ)
    before = _at_git(ref, settings) if ref else _version(old or "rev:live", settings)
    after = _version(new, settings) if new else _version(str(settings.flows_path), settings)
    changes = compare(before.flow_set, after.flow_set)
    said = compare_settings(before.settings, after.settings)
    if picture:
        picture.write_text(diff_svg(changes, before.flow_set, after.flow_set), encoding="utf-8")
    click.echo(_json(changes, said) if as_json else _words(changes, said))


def _version(name: str, settings: Settings) -> Version:
    if name.startswith("rev:"):
        return _usable(lambda: Version(stored_book(_stored(name.removeprefix("rev:")), settings), settings))
    folder = Path(name)
    if not folder.is_dir():
        why = "is a file" if folder.is_file() else "does not exist"
        click.echo(f"{name} {why}: name a folder of flows, or a revision such as rev:live.", err=True)
        sys.exit(2)
    if (folder / "config.yaml").is_file():
        settings = load_settings(folder / "config.yaml")
        folder = settings.flows_path
    loaded = load_book(folder, settings, shown=str(folder), whole=False)
    return _usable(lambda: Version(_book(loaded), settings))


def _book(loaded) -> FlowSet:
    if loaded.flow_set is None:
        raise FlowProblems(errors(loaded.problems))
    return loaded.flow_set


def _stored(revision: str) -> dict[str, str]:
    database = Database.open(Environment.from_mapping(os.environ).database_url)
    try:
        return stored_texts(database, revision)
    except DatabaseUnavailable as fault:
        if "no such table" not in str(fault) and "does not exist" not in str(fault):
            raise
        raise UnknownRevision("nothing was ever published: name two folders, or use --git REF") from fault
    finally:
        database.close()


def _at_git(ref: str, settings: Settings) -> Version:
    def read() -> Version:
        folder = settings.folder.resolve()
        config = texts_at(folder, ref, "config.yaml").get("config.yaml")
        then = read_settings(config, f"{ref}:config.yaml") if config else settings
        texts = {
            name.removeprefix(f"{then.flows_folder}/"): text
            for name, text in texts_at(folder, ref, then.flows_folder).items()
        }
        flows = {
            name: text
            for name, text in texts.items()
            if name.lower().endswith(SUFFIXES) and name.split("/")[0] not in NOT_FLOWS
        }
        return Version(stored_book(flows, then), then)

    return _usable(read)


def _usable(read: Callable[[], Version]) -> Version:
    try:
        return read()
    except (FlowProblems, UnknownRevision, GitProblem) as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)


def _words(changes: list[FlowChange], said: list[Sentence]) -> str:
    lines: list[str] = []
    for change in changes:
        lines += [f"{change.flow}:", *(f"  {sentence.text}" for sentence in change.sentences)]
    if said:
        lines += ["config.yaml:", *(f"  {sentence.text}" for sentence in said)]
    return "\n".join(lines) or "Nothing changed."


def _json(changes: list[FlowChange], said: list[Sentence]) -> str:
    def plain(sentence: Sentence) -> dict[str, str]:
        return {"step": sentence.step, "what": sentence.what, "text": sentence.text}

    flows = [
        {
            "flow": change.flow,
            "what": change.what,
            "renamed": change.renamed,
            "changes": [plain(sentence) for sentence in change.sentences],
        }
        for change in changes
    ]
    settings = [{"part": one.step, "what": one.what, "text": one.text} for one in said]
    return json.dumps(
        {"same": not flows and not settings, "flows": flows, "settings": settings}, ensure_ascii=False
    )
