"""`ivr phone`: hear the flows in the terminal, over the real webhooks, with no telephone and no waiting."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import click

from ivr.cli.rehearsal import Rehearsal, scratch_database
from ivr.flowfiles.live import FlowProblems
from ivr.settings import load_settings
from simulator.text_phone import TextPhone

LISTEN_S = 150.0
PICK_UP_S = 14.0


@click.command()
@click.option("--keys", default="", help='Keys to press, each in the middle of a prompt: "1,0".')
@click.option("--from", "from_", default="+14155550123", show_default=True, help="The caller's number.")
@click.option("--to", default="", help="The number dialled (default: the first of config.yaml).")
@click.option("--agent", is_flag=True, help="Somebody is available and answers after a while.")
@click.option("--config", type=click.Path(path_type=Path), help="The settings file (default: config.yaml).")
def phone(keys: str, from_: str, to: str, agent: bool, config: Path | None) -> None:
    """A text phone: prints what the caller hears. Without --keys it asks for them as the call goes on."""
    settings = load_settings(config, os.environ)
    number = to or next(iter(settings.numbers))
    if number not in settings.numbers:
        raise click.ClickException(f"{number} is not a number in config.yaml")
    with tempfile.TemporaryDirectory(prefix="presszero-") as folder:
        try:
            rehearsal = Rehearsal(settings, scratch_database(Path(folder)), start=time.time())
        except FlowProblems as problems:
            raise click.ClickException(f"the flows have errors:\n{problems}") from problems
        if agent:
            _answering_agent(rehearsal)
        text_phone = TextPhone(rehearsal.exchange, click.echo)
        if keys:
            text_phone.play(from_, number, keys, limit=LISTEN_S)
        else:
            text_phone.interact(from_, number, sys.stdin)
        rehearsal.close()


def _answering_agent(rehearsal: Rehearsal) -> None:
    """Somebody who lets the phone ring for a while, picks up, and accepts when asked."""
    desk = rehearsal.add_agent("desk-1", sorted(rehearsal.settings.queues))
    desk.behaviour, desk.answer_after = "answer", PICK_UP_S

    def accept() -> None:
        if desk.call is not None and desk.listened_to:
            desk.press("1")

    rehearsal.exchange.add_companion(accept)
