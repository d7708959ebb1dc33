"""`ivr import`: converts call flows of other systems to flow files."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import click

from ivr.studio import Imported, NotAVoiceFlow, import_flow
from ivr.studio.export import MOST_BYTES


@click.group(name="import")
def import_() -> None:
    """Import call flows from other systems."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write into.")
@click.option("--name", default="", help="What to call the flow (default: by its title).")
@click.option("--force", is_flag=True, help="Overwrite files that are there already.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def studio(file: Path, out: Path, name: str, force: bool, as_json: bool) -> None:
    """Write a Twilio Studio flow, exported as JSON, as flow files.

    Every widget is reported as converted, approximated or not convertible, with the reason. Exits 0 also
    when parts could not be converted, 2 when FILE is not a Studio voice flow.
    """
    try:
        imported = import_flow(_read(file), file.name, name)
    except NotAVoiceFlow as fault:
        _refuse(f"{file}: {fault}")
    _write(imported, out, force=force)
    if as_json:
        click.echo(json.dumps({"out": str(out), **imported.to_json()}, ensure_ascii=False, indent=2))
        return
    for entry in imported.entries:
        reasons = f": {'; '.join(entry.reasons)}" if entry.reasons else ""
        click.echo(f"{entry.status:16} {entry.widget} ({entry.type}){reasons}")
    click.echo(f"{imported.summary}. Written to {out}: {', '.join(imported.files)}.", err=True)


def _read(file: Path) -> bytes:
    try:
        if not file.is_file():
            _refuse(f"{file}: there is no such file.")
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as fault:
        _refuse(f"{file}: this file cannot be read ({fault.strerror}).")


def _write(imported: Imported, out: Path, *, force: bool) -> None:
    """Write all files or, if one already exists, none."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        there = [name for name in imported.files if os.path.lexists(out / name)]
        if there and not force:
            _refuse(
                f"{out} has {', '.join(there)} already; --force overwrites, --name calls the flow otherwise."
            )
        for name, text in imported.files.items():
            _replace(out / name, text)
    except OSError as fault:
        _refuse(f"{out}: nothing can be written here ({fault.strerror}).")


def _replace(path: Path, text: str) -> None:
    """Write the whole file or nothing; a link is replaced, not followed."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".import-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except OSError:
        os.unlink(draft)
        raise


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(2)
