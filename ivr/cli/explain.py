"""`ivr explain`: explains a problem code, why a caller is waiting, or why an agent gets no call."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict
from typing import Any

import click

from ivr.environment import Environment
from ivr.floor.agent_states import UnknownAgent
from ivr.flowfiles.explain import explanations, like, manual, plain
from ivr.flowfiles.settings_file import load_settings
from ivr.service.explanations import ExplanationService, UnknownCall
from ivr.store.database import Database
from ivr.store.migrate import migrate


@click.command()
@click.argument("code", required=False)
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
@click.option("--manual", "as_manual", is_flag=True, help="Print the page docs/errors.md.")
def explain(code: str | None, name: str | None, as_json: bool, as_manual: bool) -> None:
    """Explain a problem CODE, as `ivr check --json` gives it; without CODE, list them all.

    \b
    ivr explain call SID    why is this caller waiting?
    ivr explain agent ID    why does this agent get no call?
    """
    if code in ("call", "agent"):
        if name is None:
            raise click.UsageError(f"which? ivr explain {code} {'SID' if code == 'call' else 'ID'}")
        found = _asked(code, name)
        told = json.dumps(found, ensure_ascii=False) if as_json else "\n".join(found["sentences"])
        click.echo(told)
        return
    if name is not None:
        raise click.UsageError("explain one CODE, or: call SID, agent ID")
    known = explanations()
    if as_manual:
        click.echo(manual(), nl=False)
    elif code is None:
        every = [asdict(one) for one in known.values()]
        click.echo(json.dumps(every, ensure_ascii=False, indent=2) if as_json else _listed())
    elif code not in known:
        near = like(code)
        click.echo(
            f"There is no code {code!r}." + (f" Did you mean {', '.join(near)}?" if near else ""), err=True
        )
        sys.exit(2)
    else:
        one = known[code]
        click.echo(json.dumps(asdict(one), ensure_ascii=False, indent=2) if as_json else plain(one))


def _asked(what: str, name: str) -> dict[str, Any]:
    """Return the answer about a call or an agent."""
    environment = Environment.from_mapping(os.environ)
    settings = load_settings(environment.config, os.environ)
    database = Database.open(environment.database_url)
    if database.is_sqlite:
        migrate(database)
    explaining = ExplanationService(database, time.time, settings)
    try:
        return explaining.call(name) if what == "call" else explaining.agent(name)
    except (UnknownCall, UnknownAgent) as problem:
        raise click.ClickException(str(problem)) from problem
    finally:
        database.close()


def _listed() -> str:
    lines, group = [], ""
    for one in explanations().values():
        if one.group != group:
            group = one.group
            lines += ["", group]
        lines.append(f"  {one.code:<22}{one.means.split('. ')[0].rstrip('.')}.")
    return "\n".join(lines[1:])
