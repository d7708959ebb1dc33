"""`ivr draw`: draws flows as a picture (SVG), or as Mermaid or DOT text."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ivr.engine.flow import FlowSet
from ivr.flowfiles.drawing import SvgOverlays, chart_of, dot, mermaid, svg_of_many
from ivr.flowfiles.loader import book_of, load_book
from ivr.flowfiles.problems import errors
from ivr.flowfiles.reader import read_file
from ivr.flowfiles.settings_file import load_settings
from ivr.settings import Settings


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--flow", "flow_name", help="Only this flow.")
@click.option(
    "--format", "form", type=click.Choice(["svg", "mermaid", "dot"]), default="svg", show_default=True
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write into this file.")
@click.option("--config", type=click.Path(path_type=Path), help="The settings file (default: config.yaml).")
def draw(path: Path | None, flow_name: str | None, form: str, out: Path | None, config: Path | None) -> None:
    """Draw call flows: a folder or one file; without PATH, the folder that the settings name."""
    settings = load_settings(config, os.environ)
    flow_set = _book(path, settings)
    if flow_name is not None and flow_name not in flow_set.flows:
        raise click.UsageError(
            f"there is no flow {flow_name!r}: there is {', '.join(sorted(flow_set.flows))}"
        )
    entries = list(dict.fromkeys([*settings.numbers.values(), *sorted(flow_set.flows)]))
    names = [flow_name] if flow_name else [name for name in entries if name in flow_set.flows]
    charts = [chart_of(flow_set.flows[name]) for name in names]
    if form == "svg":
        text = svg_of_many([(chart, SvgOverlays()) for chart in charts])
    else:
        text = mermaid(charts) if form == "mermaid" else dot(charts)
    if out is None and form == "svg" and _to_terminal():  # a picture is not for reading
        out = Path(f"{flow_name or 'flows'}.svg")
        click.echo(f"Drawn into {out}. Another file: --out; as text: --format mermaid", err=True)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


def _to_terminal() -> bool:
    return sys.stdout.isatty()


def _book(path: Path | None, settings: Settings) -> FlowSet:
    """Return the flows to draw. One file is drawn alone, even if it enters flows of other files."""
    if path is not None and not path.is_dir():
        loaded = book_of(
            {path.name: read_file(path, str(path))},
            settings,
            whole=False,
            forgiven=frozenset({"unknown_flow", "unknown_queue", "unknown_calendar", "unknown_target"}),
        )
    else:
        folder = path or settings.flows_path
        loaded = load_book(folder, settings, shown=str(folder), whole=False)
    if loaded.flow_set is None:
        for problem in errors(loaded.problems):
            click.echo(str(problem), err=True)
        sys.exit(1)
    return loaded.flow_set
