"""`ivr doctor`: checks whether this installation is ready for callers. Every finding says what to do."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from urllib.parse import urlsplit

import click

from ivr.carrier.base import ACCOUNT, GONE, CarrierError
from ivr.carrier.twilio import TwilioCarrier
from ivr.carrier.twilio_token import VoiceTokens
from ivr.cli.doctor_fallback import fallbacks
from ivr.cli.doctor_files import files
from ivr.cli.doctor_finding import BAD, DOUBTFUL, GOOD, Finding
from ivr.cli.doctor_twilio import of_account, of_address, of_caller_id, of_number
from ivr.environment import Environment, EnvironmentProblem
from ivr.floor.browser_phone import is_browser
from ivr.flowfiles.loader import FlowProblems, live_book
from ivr.flowfiles.markup_checks import check_voices
from ivr.flowfiles.settings_file import load_settings
from ivr.keys import SECOND_FACTOR, Seal, derived
from ivr.service.lookups import Lookups
from ivr.service.second_factor import secret_of
from ivr.settings import Settings, SettingsProblems
from ivr.store import accounts
from ivr.store.database import Database, DatabaseUnavailable
from server import ask_before_start

TWILIO = "https://api.twilio.com"
WRONG_CREDENTIALS = (20003, 20006)  # not authenticated, not allowed


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def doctor(as_json: bool) -> None:
    """Check settings, flows, files, database, agents, Twilio's numbers. Exits 1 when something is bad."""
    findings = list(examine())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            remedy = f": {finding.remedy}" if finding.remedy else ""
            click.echo(f"{finding.state:<9} {finding.what}{remedy}")
    sys.exit(any(finding.state == BAD for finding in findings))


def examine() -> Iterator[Finding]:
    """Check everything, the simplest first; a check that depends on something broken is skipped."""
    try:
        environment = Environment.from_mapping(os.environ, serving=True)
        settings = load_settings(environment.config, os.environ)
        live_book(settings)
        Lookups(settings.sources, os.environ)
        ask_before_start(os.environ)
    except (EnvironmentProblem, SettingsProblems, FlowProblems) as problem:
        yield Finding(BAD, "settings and flows", str(problem))
        return
    except DatabaseUnavailable as problem:  # no such folder, or tables of another version
        yield Finding(BAD, "database", str(problem))
        return
    yield Finding(GOOD, "environment, settings and flows")
    if environment.twilio_auth_token_old:
        yield Finding(
            DOUBTFUL, "TWILIO_AUTH_TOKEN_OLD", "unset it once Twilio signs with the new token alone"
        )
    if environment.public_url.startswith("http://"):
        yield Finding(DOUBTFUL, "PUBLIC_URL", "callers' data travels in the clear; use https://")
    if not settings.emergency_numbers:
        yield Finding(
            DOUBTFUL,
            "no emergency number",
            "name one in config.yaml under emergency_numbers: it rings when the database is gone",
        )
    yield from _voices(settings)
    yield from files(environment, settings, os.environ)
    yield from _agents(environment, settings)
    yield from _numbers(environment, settings)


def _voices(settings: Settings) -> Iterator[Finding]:
    """Report a language without a voice, which callers do not hear, and voices that are not in Twilio's list,
    which may be new."""
    for problem in check_voices(settings):
        state = BAD if problem.code == "voice_missing" else DOUBTFUL
        yield Finding(state, problem.message, f"{problem.remedy} (config.yaml)")


def _agents(environment: Environment, settings: Settings) -> Iterator[Finding]:
    try:
        database = Database.open(environment.database_url)
        with database.read() as connection:
            everybody = accounts.everybody(connection)
    except DatabaseUnavailable as problem:
        new = "no such table" in str(problem) or "does not exist" in str(problem)
        why = "it has no tables yet; run ivr migrate" if new else f"it does not answer ({problem})"
        yield Finding(BAD, "database", f"{why}; check DATABASE_URL")
        return
    served = {queue for row, queues, _ in everybody if not row.disabled for queue in queues}
    yield Finding(GOOD, f"database, {len(everybody)} agents")
    yield from _second_factors(environment, [row for row, *_ in everybody])
    yield from _browser_phones(environment, [row for row, *_ in everybody if not row.disabled])
    for queue in sorted(set(settings.queues) - served):
        yield Finding(BAD, f"nobody serves the queue {queue}", "add agents with ivr agents add")


def _second_factors(environment: Environment, agents: list[accounts.AccountRow]) -> Iterator[Finding]:
    """Report second factors that were encrypted with another IVR_SECRET_KEY and are lost."""
    seal = Seal(derived(environment.secret_key, SECOND_FACTOR), time.time)
    lost = [row.id for row in agents if row.totp_secret is not None and secret_of(row, seal) is None]
    if lost:
        what = f"the second factor of {', '.join(lost[:5])} was set up with another IVR_SECRET_KEY"
        remedy = "set that one again, or ivr agents second-factor … --remove for each of them"
        yield Finding(BAD, what, remedy)


def _browser_phones(environment: Environment, agents: list[accounts.AccountRow]) -> Iterator[Finding]:
    """Report agents whose phone is the browser when the API key is missing."""
    using = [row.id for row in agents if is_browser(row.id, row.phone)]
    keys = environment.twilio_api_key, environment.twilio_api_secret
    missing = VoiceTokens(environment.twilio_account_sid, *keys).missing
    if using and missing:
        remedy = "make an API key in Twilio's console, or give them a number with ivr agents set … --phone"
        yield Finding(BAD, f"{missing} It is the phone of {', '.join(using[:5])}", remedy)


def _numbers(environment: Environment, settings: Settings) -> Iterator[Finding]:
    yield from of_address(environment)
    carrier = TwilioCarrier(
        environment.twilio_account_sid, environment.twilio_auth_token, environment.twilio_api_base
    )
    found: dict[str, tuple[str, str]] = {}
    try:
        yield from of_account(carrier)
        for number in settings.numbers:
            wired = carrier.number_urls(number)
            if wired is None:
                yield Finding(BAD, number, "this number is not in the Twilio account")
                continue
            ill = of_number(number, wired, environment.public_url, settings.texts.queue is not None)
            yield from ill or [Finding(GOOD, f"{number} leads here")]
            found[number] = wired["fallback"], wired["fallback_method"] or "POST"
        yield from of_caller_id(carrier, settings)
    except CarrierError as problem:
        yield _unanswered(problem, environment)
        return
    yield from fallbacks(found, environment)


def _unanswered(problem: CarrierError, environment: Environment) -> Finding:
    """Return why Twilio did not answer, in words for operators rather than the client's."""
    host = urlsplit(environment.twilio_api_base).netloc or environment.twilio_api_base
    if problem.code in WRONG_CREDENTIALS or (problem.kind == ACCOUNT and problem.code is None):
        remedy = "copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN again from the first page of Twilio's console"
        return Finding(BAD, "Twilio does not accept the account SID and the auth token", remedy)
    said = str(problem)
    if problem.kind == GONE:
        return Finding(BAD, f"{host} does not know this account", "check TWILIO_ACCOUNT_SID")
    if "no connection" in said or "no answer" in said:
        remedy = "check this machine's way to the internet: DNS, proxy, firewall (port 443 outwards)"
        if environment.twilio_api_base != TWILIO:
            remedy = "check TWILIO_API_BASE, or take it out to use Twilio's own"
        return Finding(BAD, f"Twilio cannot be reached at {host}", remedy)
    if problem.kind == ACCOUNT:
        return Finding(BAD, f"Twilio refuses this account: {problem.said[:200]}", "see Twilio's console")
    remedy = "try again in a minute; status.twilio.com tells of outages"
    return Finding(BAD, f"Twilio answers with an error ({said[:200]})", remedy)
