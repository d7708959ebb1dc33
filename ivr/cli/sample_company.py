"""The settings that `ivr demo` and `ivr phone` run with: the folder's own, or the sample company's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from ivr.package_files import SAMPLE


def settings_file(config: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the settings file that is named by the option or by IVR_CONFIG, else config.yaml of this folder.

    A folder without config.yaml gets the sample company that travels with the package, and a line
    that says so. A file that was named and does not exist is left to the reader of settings,
    whose error names it.
    """
    named = config or (Path(text) if (text := environ.get("IVR_CONFIG", "").strip()) else None)
    own = named or Path("config.yaml")
    if named or own.exists():
        return own
    click.echo("There is no config.yaml in this folder: this is Northwind, the sample company.", err=True)
    return SAMPLE
