"""`ivr report`: what happened on the line."""

from __future__ import annotations

import click

from ivr.cli.report import figures
from ivr.cli.report.articles import answers
from ivr.cli.report.contacts import contacts
from ivr.cli.report.waits import waits


@click.group()
def report() -> None:
    """Reports on what happened on the line."""


for command in (
    figures.day,
    figures.week,
    figures.queues,
    figures.agents,
    figures.reasons,
    figures.steps,
    figures.satisfaction,
    figures.rebuild,
    answers,
    contacts,
    waits,
):
    report.add_command(command)
