"""The `ivr` command. Each subcommand is imported when it is used, so that help and checks start at once."""

from __future__ import annotations

import sys
from importlib import import_module

import click

COMMANDS = {
    "agents": ("ivr.cli.agents", "agents", "Agents: add, list, set available or away."),
    "check": ("ivr.cli.check", "check", "Check call flows and settings."),
    "clock": ("ivr.cli.clock", "clock", "Run timers and effects (PostgreSQL only)."),
    "customers": ("ivr.cli.customers", "customers", "Customers: import, export, show."),
    "demo": ("ivr.cli.demo", "demo", "Everything on this machine, with a simulated phone company."),
    "diff": ("ivr.cli.diff", "diff", "What changed between two versions of the flows, in words."),
    "doctor": ("ivr.cli.doctor", "doctor", "Is this installation ready for callers?"),
    "draw": ("ivr.cli.draw", "draw", "Flows as a picture (SVG), or as Mermaid or DOT text."),
    "explain": ("ivr.cli.explain", "explain", "What a problem code means, with an example."),
    "fallback": (
        "ivr.cli.fallback",
        "fallback",
        "The document that keeps callers while this server is away.",
    ),
    "import": ("ivr.cli.import_", "import_", "Flows from elsewhere: Twilio Studio."),
    "migrate": ("ivr.cli.clock", "migrate_tables", "Bring the database up to date."),
    "notice": ("ivr.cli.notice", "notice", "Notices: an emergency message that callers hear at once."),
    "phone": ("ivr.cli.phone", "phone", "A text phone: hear the flows in the terminal."),
    "publish": ("ivr.cli.publish", "publish", "Make the flows live for new calls."),
    "record": ("ivr.cli.record", "record", "A real call as a scenario, personal data replaced."),
    "replay": ("ivr.cli.replay", "replay", "Recorded calls through a draft: who would end elsewhere?"),
    "report": ("ivr.cli.report", "report", "Reports: service level, waits, reasons, contacts."),
    "revisions": ("ivr.cli.revisions", "revisions", "Who published what and when."),
    "rollback": ("ivr.cli.publish", "rollback", "Go back to the flows that were live before."),
    "schema": ("ivr.cli.schema", "schema", "JSON Schema of a flow file, for editors."),
    "serve": ("ivr.cli.serve", "serve", "Serve the line with gunicorn."),
    "wallboard": ("ivr.cli.wallboard", "wallboard", "Wallboards: links for screens on a wall."),
    "test": ("ivr.cli.test", "test", "Play the scenarios beside the flows."),
}


class _Commands(click.Group):
    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[name]
        return getattr(import_module(module), attribute)

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, _, help_) in sorted(COMMANDS.items())])


@click.command(cls=_Commands)
@click.version_option(package_name="presszero", prog_name="ivr")
def ivr() -> None:
    """Presszero: call flows in YAML on Twilio, where 0 always reaches a person."""


def main() -> None:
    """Run the console script. An error that an operator can correct is one sentence and exit code 2."""
    from ivr.environment import EnvironmentProblem
    from ivr.flowfiles.problems import SettingsProblems

    try:
        ivr.main(prog_name="ivr")
    except (EnvironmentProblem, SettingsProblems) as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    except OSError as problem:  # a file that cannot be written, a folder that does not exist
        print(f"{problem.filename or 'ivr'}: {problem.strerror or problem}", file=sys.stderr)
        sys.exit(2)
    except Exception as problem:
        # Imported late: checking flows needs no database, and the library takes a fifth of a second.
        from ivr.store.database import DatabaseUnavailable

        if not isinstance(problem, DatabaseUnavailable):
            raise
        plain = type(problem) is DatabaseUnavailable  # the others report themselves what is wrong
        print(f"The database cannot be used. {problem}" if plain else problem, file=sys.stderr)
        sys.exit(2)
