import logging

import click
from click.testing import CliRunner

from ivr.cli.quiet_log import quiet_log


def test_the_log_is_quiet_while_the_command_runs_and_speaks_again_afterwards(caplog):
    @click.command()
    def command():
        quiet_log(logging.WARNING)
        logging.getLogger("line").warning("during")

    CliRunner().invoke(command)
    logging.getLogger("line").warning("after")

    assert caplog.messages == ["after"]
