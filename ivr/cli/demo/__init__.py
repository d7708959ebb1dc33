"""`ivr demo`: everything on this machine, with a simulated phone company and sample customers."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import click

from ivr.cli.demo.processes import DemoProblem, DemoProcesses
from ivr.cli.sample_company import settings_file
from ivr.flowfiles.settings_file import load_settings


@click.command()
@click.option("--once", is_flag=True, help="Play one call without anyone, say how it went, and stop.")
@click.option("--json", "as_json", is_flag=True, help="With --once: print one JSON object.")
@click.option("--port", default=0, help="Port of the pages (default: 8000, or a free one).")
@click.option("--config", type=click.Path(path_type=Path), help="The settings file (default: config.yaml).")
def demo(once: bool, as_json: bool, port: int, config: Path | None) -> None:
    """Run everything on loopback with a simulated Twilio, and print the pages to open."""
    config = settings_file(config, os.environ)
    settings = load_settings(config, os.environ)
    for number in (signal.SIGTERM, signal.SIGHUP):  # a closed terminal, too, ends all processes of the demo
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        with DemoProcesses(settings, config, port) as house:
            if once:
                sys.exit(_play(house, as_json))
            _keep_open(house)
    except KeyboardInterrupt:
        if once:
            raise
    except DemoProblem as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)


def _play(house: DemoProcesses, as_json: bool) -> int:
    from ivr.cli.demo.single_call import play_one_call

    played = play_one_call(house)
    if as_json:
        click.echo(json.dumps(played, ensure_ascii=False))
    else:
        for line in played["heard"]:
            click.echo(f"  heard    {line}")
        click.echo(f"  music    {played['music_seconds']} s")
        click.echo(f"  wait     {played['wait']}")
        for name, value in played["card"].items():
            click.echo(f"  card     {name}: {value}")
        click.echo(f"  outcome  {played['outcome']} after {played['wall_seconds']} s")
    return 0 if played["outcome"] == "talked" else 1


def _keep_open(house: DemoProcesses) -> None:
    click.echo(
        f"""
The support line of {house.settings.company} is open.

  1. The agent's desk    {house.web}/desk/
                         sign in as {house.agent}, password {house.password}, and go available
  2. A telephone         {house.phone_page}
                         call {house.number}, press 0 in the middle of the welcome,
                         and answer {house.agent_phone}, the agent's telephone, on the same page
  3. The supervisor      {house.web}/supervisor/
                         sign in as lead-1 with the same password, in another browser

Ctrl-C stops everything. Nothing of this is kept."""
    )
    house.wait()
