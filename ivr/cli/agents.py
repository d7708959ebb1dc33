"""`ivr agents`: manages the agents."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict

import click

from ivr.acd.journal import JournalKind
from ivr.acd.states import IllegalMove
from ivr.customers.numbers import ExtensionAlone, to_e164, without_extension
from ivr.environment import Environment
from ivr.floor.agent_states import ask_dispatch
from ivr.floor.call_completion import CallCompletion
from ivr.floor.offers import Offers
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.settings_file import load_settings
from ivr.service.accounts import AccountProblem, AccountService, account_service
from ivr.service.agents import AgentService, TooLate, UnknownAgent
from ivr.service.browser_phone_leases import PhoneProblem, read_address
from ivr.service.roles import AGENT, ROLES
from ivr.settings import Settings
from ivr.store.database import Database
from ivr.store.migrate import migrate

BY = "command line"
PHONE_HELP = "A number (+1555…), sip:…, or browser: the desk's own page is the phone."
QUEUES_HELP = "Queues they serve, such as support,billing:2 (level 2 is asked when no level 1 is free)."
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")
LEVELS = tuple("123456789")
BEHIND_EXCHANGE = "give the direct number, or an address of your exchange such as sip:123@pbx.example.com"
EXAMPLES = {"queue": "support or support:2", "skill": "german or german:2"}
SKILLS_HELP = "What they can do, such as german:2,refunds (levels 1 to 9)."


@click.group()
def agents() -> None:
    """Agents: people whose phones ring when a caller wants a person."""


@agents.command()
@click.argument("agent_id")
@click.option("--name", default="", help="How colleagues see them.")
@click.option("--phone", required=True, help=PHONE_HELP)
@click.option("--queues", required=True, help=QUEUES_HELP)
@click.option("--skills", default="", help=SKILLS_HELP)
@click.option("--password", help="For the desk's page; - reads it from standard input.")
@click.option("--role", type=click.Choice(ROLES), default=AGENT, help="What they may do on the pages.")
def add(
    agent_id: str, name: str, phone: str, queues: str, skills: str, password: str | None, role: str
) -> None:
    """Add an agent, who is signed out until they are set available or sign in at /desk/."""
    database, settings = _open()
    if password == "-":  # noqa: S105 the word for standard input
        password = sys.stdin.readline().rstrip("\n")
        if not password:
            raise click.ClickException("no password came on standard input")
    try:
        account_service(settings, database, time.time).add(
            agent_id,
            name or agent_id,
            _phone(phone, agent_id, settings),
            _queues(queues, settings),
            password,
            role,
            levels(skills, "skill"),
            must_change=password is not None and settings.sign_in.change_given_password,
        )
    except (AccountProblem, ValueError) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{agent_id} added. Calls come once they are available: ivr agents set {agent_id} available")


@agents.command("set")
@click.argument("agent_id")
@click.argument("state", required=False, type=click.Choice(["available", "away", "signed-out"]))
@click.option("--reason", default="", help="Why away.")
@click.option("--queues", default=None, help=QUEUES_HELP)
@click.option("--skills", default=None, help=f'{SKILLS_HELP} "" for none.')
@click.option("--phone", default=None, help=PHONE_HELP)
@click.option("--role", default=None, type=click.Choice(ROLES), help="What they may do on the pages.")
def set_(
    agent_id: str,
    state: str | None,
    reason: str,
    queues: str | None,
    skills: str | None,
    phone: str | None,
    role: str | None,
) -> None:
    """Set an agent available, away or signed out, or what they serve. A state set during a call is kept until
    the call is over; queues and skills count from the next call on."""
    if all(given is None for given in (state, queues, skills, phone, role)):
        raise click.UsageError("say what to set: a state, --queues, --skills, --phone or --role")
    database, settings = _open()
    changes = Transactions(database, time.time, NotificationBus())
    if role is not None:
        _set_role(changes, agent_id, role)
    if phone is not None:
        _set_phone(changes, agent_id, _phone(phone, agent_id, settings))
    if queues is not None or skills is not None:
        _set_abilities(changes, agent_id, queues, skills, settings)
    if state is not None:
        _set_state(changes, agent_id, state, reason)


def _set_role(changes: Transactions, agent_id: str, role: str) -> None:
    try:
        AccountService(changes.database, changes.clock).set_role(agent_id, role)
    except AccountProblem as problem:
        raise click.ClickException(str(problem)) from problem
    with changes.begin() as tx:
        tx.note(JournalKind.ROLE_SET, agent=agent_id, role=role, by=BY)
    click.echo(f"{agent_id} is {'an' if role[0] in 'ae' else 'a'} {role}")


def _set_phone(changes: Transactions, agent_id: str, phone: str) -> None:
    try:
        AccountService(changes.database, changes.clock).set_phone(agent_id, phone)
    except (AccountProblem, ValueError) as problem:
        raise click.ClickException(str(problem)) from problem
    with changes.begin() as tx:
        tx.tell_agent(agent_id)
    click.echo(f"{agent_id} is rung at {phone} from the next call on")


def _set_abilities(
    changes: Transactions, agent_id: str, queues: str | None, skills: str | None, settings: Settings
) -> None:
    accounts = AccountService(changes.database, changes.clock)
    try:
        if queues is not None:
            accounts.set_queues(agent_id, _queues(queues, settings))
        if skills is not None:
            accounts.set_skills(agent_id, levels(skills, "skill"))
    except AccountProblem as problem:
        raise click.ClickException(str(problem)) from problem
    with changes.begin() as tx:  # somebody in line may have waited for exactly this
        tx.tell_agent(agent_id)
        ask_dispatch(tx)
    (row,) = (row for row in accounts.list() if row.id == agent_id)
    click.echo(f"{agent_id} serves {plain(row.levels) or 'no queue'}; skills: {plain(row.skills) or 'none'}")


def _set_state(changes: Transactions, agent_id: str, state: str, reason: str) -> None:
    service = AgentService(changes, Offers({}.__getitem__, str), CallCompletion())
    try:
        if state == "available":
            service.go_available(agent_id)
        elif state == "away":
            service.go_away(agent_id, reason)
        else:
            service.sign_out(agent_id)
        status = service.status(agent_id)
    except (UnknownAgent, IllegalMove, TooLate) as problem:
        raise click.ClickException(str(problem)) from problem
    later = f" (and {status.wish} after this call)" if status.wish else ""
    click.echo(f"{agent_id} is {status.state.replace('_', ' ')}{later}")


@agents.command("password")
@click.argument("agent_id")
def password_(agent_id: str) -> None:
    """Set an agent's password, read from standard input. Their open pages are signed out."""
    database, settings = _open()
    password = sys.stdin.readline().rstrip("\n")
    must_change = settings.sign_in.change_given_password
    with _said_plainly():
        account_service(settings, database, time.time).set_password(agent_id, password, must_change, BY)
    later = ", and sets another at the first sign-in" if must_change else ""
    click.echo(f"{agent_id} has a new password{later}")


@agents.command("sign-out")
@click.argument("agent_id")
def sign_out(agent_id: str) -> None:
    """End an agent's pages everywhere, at once. No calls come until they sign in again."""
    database, _ = _open()
    changes = Transactions(database, time.time, NotificationBus())
    with _said_plainly():
        ended = AccountService(database, time.time).revoke(agent_id, BY)
    with changes.begin() as tx:
        tx.tell_agent(agent_id)
    pages = "1 browser was" if ended == 1 else f"{ended} browsers were"
    click.echo(f"{pages} signed out")
    _set_state(changes, agent_id, "signed-out", "")


@agents.command("second-factor")
@click.argument("agent_id")
@click.option("--remove", is_flag=True, required=True, help="Ask for no code any more.")
def second_factor(agent_id: str, remove: bool) -> None:
    """Take an agent's second factor away when their telephone and recovery codes are lost. Their open pages
    are signed out."""
    database, _ = _open()
    with _said_plainly():
        AccountService(database, time.time).remove_second_factor(agent_id, BY)
    click.echo(f"{agent_id} signs in without a code until they set up a second factor again")


@agents.command()
@click.argument("agent_id")
def disable(agent_id: str) -> None:
    """No more calls and pages for this agent, at once."""
    database, _ = _open()
    with _said_plainly():
        AccountService(database, time.time).disable(agent_id)
    click.echo(f"{agent_id} is disabled")


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except (AccountProblem, ValueError) as problem:
        raise click.ClickException(str(problem)) from problem


@agents.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_(as_json: bool) -> None:
    """List all agents with state, queues, name, (role) and [skills]; :2 is a level."""
    database, _ = _open()
    rows = AccountService(database, time.time).list()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        state = "disabled" if row.disabled else row.state.replace("_", " ")
        skills = f"  [{plain(row.skills)}]" if row.skills else ""
        role = "" if row.role == AGENT else f"  ({row.role})"
        served = plain(row.levels)
        click.echo(f"{row.id:<20} {state:<12} {row.phone:<22} {served:<30} {row.name}{role}{skills}")
    if not rows:
        click.echo("No agents yet. Add one: ivr agents add desk-1 --phone +15550002001 --queues support")


def _open() -> tuple[Database, Settings]:
    environment = Environment.from_mapping(os.environ)
    settings = load_settings(environment.config, os.environ)
    database = Database.open(environment.database_url)
    if database.is_sqlite:
        migrate(database)
    return database, settings


def _queues(text: str, settings: Settings) -> dict[str, int]:
    found = levels(text, "queue")
    for name in found:
        if name not in settings.queues:
            known = ", ".join(sorted(settings.queues))
            raise click.ClickException(f"there is no queue {name!r} in the settings (there are: {known})")
    return found


def levels(text: str, what: str) -> dict[str, int]:
    """Return name → level of a list such as `support,billing:2`; without a number it is 1."""
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, colon, level = (piece.strip() for piece in part.partition(":"))
        if not NAME.fullmatch(name):
            raise click.ClickException(f"{part!r} is no {what} (write it like {EXAMPLES[what]})")
        if colon and level not in LEVELS:
            raise click.ClickException(f"{part!r}: a level is a number from 1 to 9")
        found[name] = int(level or 1)
    return found


def plain(found: Mapping[str, int]) -> str:
    """Return such a list as text; level 1 is not written."""
    return ", ".join(name if level == 1 else f"{name}:{level}" for name, level in found.items())


def _phone(text: str, agent_id: str, settings: Settings) -> str:
    try:
        address = read_address(text, agent_id)
    except PhoneProblem as problem:
        raise click.ClickException(str(problem)) from problem
    if address is not None:
        return address
    if why := _extension(text, settings.country):
        raise click.ClickException(f"{text!r} {why}")
    number = to_e164(text, settings.country)
    if wrong := settings.destinations.refusal_with_remedy(number or text) if re.search(r"\d", text) else None:
        raise click.ClickException(f"{wrong[0]} (an agent's phone is an ordinary number)")
    if not number:
        raise click.ClickException(f"{text!r} is not a telephone number (write it like +15550002001)")
    return number


def _extension(text: str, country: str) -> str:
    """Return why a number with an extension cannot be an agent's phone; "" for one without."""
    try:
        extension = without_extension(text, country)[1]
    except ExtensionAlone:
        return f"is an extension alone ({BEHIND_EXCHANGE})"
    except ValueError:
        return ""
    return f"has an extension, which is not keyed for an agent ({BEHIND_EXCHANGE})" if extension else ""
