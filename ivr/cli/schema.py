"""ivr schema: the JSON Schema of flow and scenario files, for editors that check while one types."""

from __future__ import annotations

import json

import click

from ivr.flowfiles.schema import flow_schema
from ivr.scenarios.schema import scenario_schema
from ivr.steps import STEP_TYPES


@click.command()
@click.option("--scenarios", is_flag=True, help="Of a scenario file, not of a flow file.")
def schema(scenarios: bool) -> None:
    """Print the JSON Schema of a flow file, or of a scenario file.

    An editor uses it after a first line such as: # yaml-language-server: $schema=flow.schema.json
    """
    described = scenario_schema() if scenarios else flow_schema(STEP_TYPES)
    click.echo(json.dumps(described, ensure_ascii=False, indent=2))
