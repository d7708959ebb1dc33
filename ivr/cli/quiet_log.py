"""A quiet log while a command runs that makes things fail on purpose, or plays many calls at once."""

from __future__ import annotations

import logging

import click


def quiet_log(level: int) -> None:
    """Nothing at `level` or below is logged until the command that runs now has ended."""
    before = logging.root.manager.disable
    logging.disable(level)
    click.get_current_context().call_on_close(lambda: logging.disable(before))
