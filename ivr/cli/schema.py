"""ivr schema: the JSON Schema of a flow file, for editors that complete and check while typing."""

from __future__ import annotations

import json

import click

from ivr.flowfiles.schema import flow_schema
from ivr.steps import STEP_TYPES


@click.command()
def schema() -> None:
    """Print the JSON Schema of a flow file.

    An editor uses it after a first line such as: # yaml-language-server: $schema=flow.schema.json
    """
    click.echo(json.dumps(flow_schema(STEP_TYPES), ensure_ascii=False, indent=2))
