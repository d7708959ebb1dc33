"""`ivr phone`: plays the flows in the terminal, over the real webhooks, without a telephone or waiting."""

from __future__ import annotations

import logging
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import phonenumbers

from ivr.cli.quiet_log import quiet_log
from ivr.cli.sample_company import settings_file
from ivr.flowfiles.loader import FlowProblems, settings_in
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.context import ScenarioContext
from ivr.scenarios.draft_flows import draft_book
from ivr.scenarios.environment import ScenarioEnvironment
from ivr.scenarios.given import Given, GivenAgent, GivenCustomer
from ivr.scenarios.participants import customer_number
from ivr.scenarios.playback import make_world
from ivr.scenarios.scenario_file import CUSTOMERS, FOLDER
from ivr.scenarios.scenario_output import events_of, scenario_text
from ivr.settings import Settings
from simulator.text_phone import TextPhone

LISTEN_S = 150.0
PICK_UP_S = 14.0
OURS, HOME = "+14155550123", "US"


@click.command()
@click.option("--keys", default="", help='Keys to press, each in the middle of a prompt: "1,0".')
@click.option("--from", "from_", default="", help="The caller's number (default: one of your country).")
@click.option("--to", default="", help="The number dialled (default: the first of config.yaml).")
@click.option("--agent", is_flag=True, help="Somebody is available and answers after a while.")
@click.option("--at", default="", help='The date and time there, such as "2026-03-02 22:00" (default: now).')
@click.option("--closed", multiple=True, metavar="CALENDAR", help="This calendar says closed.")
@click.option("--waiting", type=click.IntRange(0, 50), default=0, help="So many callers are ahead.")
@click.option("--customer", default="", help="Call as this customer of customers.csv, or a new one.")
@click.option("--fail", multiple=True, type=click.Choice(["rest", "database", "carrier"]), help="This fails.")
@click.option("--flows", type=click.Path(path_type=Path), help="Flows of this folder: a draft.")
@click.option("--save", type=click.Path(path_type=Path), help="Write what was played as a scenario.")
@click.option("--config", type=click.Path(path_type=Path), help="The settings file (default: config.yaml).")
def phone(config: Path | None, flows: Path | None, keys: str, save: Path | None, **world: Any) -> None:
    """A text phone: prints what the caller hears. Without --keys it asks for them as the call goes on."""
    if set(keys) - set("0123456789*#,w "):
        raise click.ClickException(f"{keys!r}: keys are 0-9, * and #, with commas between")
    own = settings_in(flows) if flows else None
    settings = load_settings(config or own or settings_file(None, os.environ), os.environ)
    if world["fail"]:
        quiet_log(logging.CRITICAL)  # it fails because you asked for it
    given = _given(settings, **{**world, "from_": world["from_"] or _number_in(settings.country)})
    try:
        house = ScenarioEnvironment(settings, draft_book(flows, settings) if flows else None)
    except FlowProblems as problems:
        raise click.ClickException(f"the flows have errors:\n{problems}") from problems
    try:
        context = _play(house, given, keys)
        if save:
            name = f"played on {given.at:%Y-%m-%d}" + (f" with the keys {keys}" if keys else "")
            save.parent.mkdir(parents=True, exist_ok=True)
            save.write_text(scenario_text(name, given, events_of(context)), encoding="utf-8")
            click.echo(f"Saved. Play it again: ivr test {save}", err=True)
    finally:
        house.close()


def _given(
    settings: Settings,
    from_: str,
    to: str,
    agent: bool,
    at: str,
    closed: tuple[str, ...],
    waiting: int,
    customer: str,
    fail: tuple[str, ...],
) -> Given:
    """Return the options as the `given:` of a scenario."""
    unknown = [name for name in closed if name not in settings.calendars]
    if unknown:
        raise click.ClickException(f"{unknown[0]} is not a calendar in config.yaml")
    if to and to not in settings.numbers:
        raise click.ClickException(f"{to} is not a number in config.yaml")
    now = datetime.fromtimestamp(int(time.time()), ZoneInfo(settings.timezone)).replace(tzinfo=None)
    known = customer_number(customer, _list(settings))
    made = [GivenCustomer(id="rehearsed", name=customer, numbers=[from_])] if customer and not known else []
    desk = GivenAgent(id="desk-1", queues=dict.fromkeys(settings.queues, 1), rings="answers", after=PICK_UP_S)
    try:
        return Given(
            caller=known or from_,
            dialled=to or None,
            at=at or now,
            agents=[desk] if agent else [],
            waiting={"": waiting} if waiting else {},
            hours=dict.fromkeys(closed, "closed"),
            customers=made,
            outages=list(fail),
        )
    except ValueError as problem:
        raise click.ClickException(_in_words(problem)) from problem


def _number_in(country: str) -> str:
    """Return a telephone number of this country, as for its callers."""
    if country == HOME:
        return OURS
    found = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    found = found or phonenumbers.example_number(country)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164) if found else OURS


def _in_words(problem: ValueError) -> str:
    errors = getattr(problem, "errors", list)()
    return str(errors[0]["msg"]).removeprefix("Value error, ") if errors else str(problem)


def _list(settings: Settings) -> Path | None:
    file = settings.flows_path / FOLDER / CUSTOMERS
    return file if file.is_file() else None


def _play(house: ScenarioEnvironment, given: Given, keys: str) -> ScenarioContext:
    world = make_world(house, given, str(_list(house.settings) or ""))
    text_phone = TextPhone(world.simulated.account, click.echo)
    if keys:
        caller = text_phone.play(given.caller, world.dialled, keys, limit=LISTEN_S)
    else:
        caller = text_phone.interact(given.caller, world.dialled, sys.stdin)
    for what in given.outages:
        world.outages.end(what)
    return ScenarioContext(world.simulated, given, caller, world.agents, world.outages, house.answers)
