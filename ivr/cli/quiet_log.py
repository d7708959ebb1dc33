"""Silences the log while a command runs that causes failures on purpose, or plays many calls at once."""

from __future__ import annotations

import logging

import click


def quiet_log(level: int) -> None:
    """Log nothing at `level` or below until the running command has ended."""
    before = logging.root.manager.disable
    logging.disable(level)
    click.get_current_context().call_on_close(lambda: logging.disable(before))
