"""`ivr check`: lists every problem in the settings, the flows and the articles, each on one line."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from ivr.flowfiles.loader import Loaded, load_book, load_files, settings_in
from ivr.flowfiles.music import check_music
from ivr.flowfiles.problems import ERROR, Problem, SettingsProblems, in_order, pretty
from ivr.flowfiles.reader import read_file
from ivr.flowfiles.settings_file import load_settings
from ivr.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--config", type=click.Path(path_type=Path), help="The settings file (default: config.yaml).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
@click.option("--show", is_flag=True, help="Show the line of each problem with a mark under the place.")
def check(paths: tuple[Path, ...], config: Path | None, as_json: bool, show: bool) -> None:
    """Check call flows and articles: folders or files; without PATH, the folders that the settings name.

    A folder that brings its own settings (an imported flow's config.suggested.yaml) is checked against those.

    Prints every problem as file:line:column: where: what is wrong (what to do). Exits 1 on errors;
    warnings alone are no reason to stop.
    """
    try:
        settings = load_settings(config or _own_settings(paths), os.environ)
    except SettingsProblems as fault:
        problems, texts = fault.problems, _texts(fault.problems)
    else:
        problems, texts = checked(paths, settings)
    _print(problems, texts, as_json=as_json, show=show)
    if any(problem.severity == ERROR for problem in problems):
        sys.exit(1)


def _texts(problems: list[Problem]) -> dict[str, str]:
    """Return the settings as text, to show their lines: as read, or nothing if they are not text."""
    return {problem.file: read_file(Path(problem.file), problem.file).text for problem in problems}


def _own_settings(paths: tuple[Path, ...]) -> Path | None:
    """Return the settings inside the only given folder, if it has any."""
    if len(paths) != 1 or not paths[0].is_dir():
        return None
    return settings_in(paths[0])


def checked(paths: tuple[Path, ...], settings: Settings) -> tuple[list[Problem], dict[str, str]]:
    """Return the problems of all the paths, and the texts of the files they are in."""
    asked = [path for path in paths if _is_article(path, settings)]
    flows = [path for path in paths if path not in asked]
    results = _of_flows(flows, settings) if flows or not paths else []
    problems = [problem for result in results for problem in result.problems]
    problems += check_music(settings) if results else []
    texts = {name: text for result in results for name, text in result.texts.items()}
    if asked or (not paths and settings.articles_path.is_dir()):
        found, of_articles = _of_articles(asked, settings, None if paths else results[0])
        return in_order([*found, *problems]), {**of_articles, **texts}
    return in_order(problems), texts


def _is_article(path: Path, settings: Settings) -> bool:
    """Return whether this is the folder of articles, or something in it."""
    home = settings.articles_path.resolve()
    return home.is_dir() and path.exists() and path.resolve().is_relative_to(home)


def _of_articles(
    paths: list[Path], settings: Settings, flows: Loaded | None
) -> tuple[list[Problem], dict[str, str]]:
    """Check articles against the company's flows; without `paths`, all of them."""
    from ivr.flowfiles.articles.article_parser import (
        check_articles,  # late: many flows have no articles beside them
    )

    flow_set = (flows or load_book(settings.flows_path, settings)).flow_set
    shown = str(settings.articles_path)
    if not paths:
        return check_articles(settings.articles_path, settings, flow_set, shown=shown)
    results = [
        check_articles(settings.articles_path, settings, flow_set, shown=shown, only=path) for path in paths
    ]
    problems = [problem for found, _ in results for problem in found]
    return problems, {name: text for _, texts in results for name, text in texts.items()}


def _of_flows(paths: list[Path], settings: Settings) -> list[Loaded]:
    folders = [path for path in paths if path.is_dir()] or ([] if paths else [settings.flows_path])
    files = [path for path in paths if not path.is_dir()]
    home = settings.flows_path.resolve()
    results = [
        load_book(folder, settings, shown=str(folder), whole=folder.resolve() == home) for folder in folders
    ]
    return [*results, load_files(files, settings)] if files else results


def _print(problems: list[Problem], texts: dict[str, str], *, as_json: bool, show: bool) -> None:
    wrong = sum(problem.severity == ERROR for problem in problems)
    if as_json:
        found = [problem.to_json() for problem in problems]
        click.echo(json.dumps({"ok": not wrong, "problems": found}, ensure_ascii=False, indent=2))
        return
    for problem in problems:
        click.echo(pretty(problem, texts) if show else str(problem))
    click.echo(_summary(wrong, len(problems) - wrong), err=True)


def _summary(wrong: int, warnings: int) -> str:
    if not wrong and not warnings:
        return "No problems found."
    counts = [(wrong, "error"), (warnings, "warning")]
    return ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counts if count) + "."
