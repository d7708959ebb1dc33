"""`ivr agents`: who answers the phone."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict

import click

from ivr.acd.states import IllegalMove
from ivr.customers.numbers import to_e164
from ivr.environment import Environment
from ivr.service.accounts import AccountProblem, AccountService
from ivr.service.agents import AgentService, UnknownAgent
from ivr.service.bus import Bus
from ivr.service.change import Changes
from ivr.service.closing import Closing
from ivr.service.offers import Offers
from ivr.settings import Settings, load_settings
from ivr.store.database import Database
from ivr.store.migrate import migrate

PHONE_KINDS = ("client:", "sip:")


@click.group()
def agents() -> None:
    """Agents: people whose phones ring when a caller wants a person."""


@agents.command()
@click.argument("agent_id")
@click.option("--name", default="", help="How colleagues see them.")
@click.option("--phone", required=True, help="A number (+1555…), sip:… or client:…")
@click.option("--queues", required=True, help="Queues they serve, with commas between.")
@click.option("--password", help="For the desk's page; - reads it from standard input.")
def add(agent_id: str, name: str, phone: str, queues: str, password: str | None) -> None:
    """Add an agent, who is signed out until they are set available or sign in at /desk/."""
    database, settings = _open()
    if password == "-":  # noqa: S105 the word for standard input
        password = sys.stdin.readline().rstrip("\n")
        if not password:
            raise click.ClickException("no password came on standard input")
    try:
        AccountService(database, time.time).add(
            agent_id, name or agent_id, _phone(phone, settings), _queues(queues, settings), password
        )
    except (AccountProblem, ValueError) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{agent_id} added. Calls come once they are available: ivr agents set {agent_id} available")


@agents.command("set")
@click.argument("agent_id")
@click.argument("state", type=click.Choice(["available", "away", "signed-out"]))
@click.option("--reason", default="", help="Why away.")
def set_(agent_id: str, state: str, reason: str) -> None:
    """Set an agent available, away or signed out. A change during a call is kept until it is over."""
    database, _ = _open()
    changes = Changes(database, time.time, Bus())
    service = AgentService(changes, Offers({}.__getitem__, str), Closing())
    try:
        if state == "available":
            service.go_available(agent_id)
        elif state == "away":
            service.go_away(agent_id, reason)
        else:
            service.sign_out(agent_id)
        status = service.status(agent_id)
    except (UnknownAgent, IllegalMove) as problem:
        raise click.ClickException(str(problem)) from problem
    later = f" (and {status.wish} after this call)" if status.wish else ""
    click.echo(f"{agent_id} is {status.state.replace('_', ' ')}{later}")


@agents.command("password")
@click.argument("agent_id")
def password_(agent_id: str) -> None:
    """Set an agent's password, read from standard input. Their open pages are signed out."""
    database, _ = _open()
    password = sys.stdin.readline().rstrip("\n")
    try:
        AccountService(database, time.time).set_password(agent_id, password)
    except (AccountProblem, ValueError) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{agent_id} has a new password")


@agents.command()
@click.argument("agent_id")
def disable(agent_id: str) -> None:
    """No more calls and pages for this agent, at once."""
    database, _ = _open()
    try:
        AccountService(database, time.time).disable(agent_id)
    except AccountProblem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{agent_id} is disabled")


@agents.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_(as_json: bool) -> None:
    """List all agents with their state."""
    database, _ = _open()
    rows = AccountService(database, time.time).list()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        state = "disabled" if row.disabled else row.state.replace("_", " ")
        click.echo(f"{row.id:<20} {state:<12} {row.phone:<22} {', '.join(row.queues):<30} {row.name}")
    if not rows:
        click.echo("No agents yet. Add one: ivr agents add desk-1 --phone +15550002001 --queues support")


def _open() -> tuple[Database, Settings]:
    environment = Environment.from_mapping(os.environ)
    settings = load_settings(environment.config, os.environ)
    database = Database.open(environment.database_url)
    if database.is_sqlite:
        migrate(database)
    return database, settings


def _queues(text: str, settings: Settings) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in settings.queues:
            known = ", ".join(sorted(settings.queues))
            raise click.ClickException(f"there is no queue {name!r} in the settings (there are: {known})")
    return names


def _phone(text: str, settings: Settings) -> str:
    if text.startswith(PHONE_KINDS):
        return text
    number = to_e164(text, settings.country)
    if not number:
        raise click.ClickException(f"{text!r} is not a telephone number (write it like +15550002001)")
    return number
