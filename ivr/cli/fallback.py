"""`ivr fallback`: prints the document that keeps callers on the line while this server cannot be reached."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from ivr.environment import Environment, EnvironmentProblem
from ivr.flowfiles.carrier_voices import voices_of
from ivr.flowfiles.settings_file import load_settings
from webhooks.static_fallback import static_fallback
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="The settings file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def fallback(config: Path | None, as_json: bool) -> None:
    """Print TwiML to be hosted elsewhere, such as in a TwiML Bin at Twilio.

    Its address belongs into "primary handler fails" of every number, and into FALLBACK_URL for the phones
    that we ring. Callers who need a document while this server is away hear "one moment" every few seconds,
    and are where they were as soon as it is back. Print it again when PUBLIC_URL, languages or voices change.
    """
    settings = load_settings(config, os.environ)
    public_url = Environment.from_mapping(os.environ).public_url
    if not public_url:
        raise EnvironmentProblem("PUBLIC_URL is not set: the document leads back to it.")
    urls = Urls(public_url)
    voices = voices_of(settings.languages, settings.voices)
    document = static_fallback(urls, TwimlRenderer(urls, voices, ""), settings.languages)
    click.echo(json.dumps({"leads_to": urls.fallback, "document": document}) if as_json else document)
