"""Lines that call back, and callers who have it booked."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.settings import Settings
from ivr.store.tables import callback, journal
from simulator.phones import AgentPhone, CallerPhone
from tests.service.driving import asks_for_person
from tests.service.houses import settings_of

CUSTOMER = "+14155550123"
STEPS = """hello: {menu: Welcome. Press 1., keys: {1: help}}
help: {queue: support, next: bye}
bye: {hang_up: Bye.}"""


def calling_back(
    folder: Path,
    steps: str = STEPS,
    calendars: str = "",
    queue: str = "",
    dispositions: Sequence[str] = ("solved",),
    **callbacks: object,
) -> Settings:
    """Settings whose only queue calls back in this way; `queue` and `calendars` are more lines of YAML."""
    settings_of(folder, steps)
    wanted = {"hours": "00:00-24:00", **callbacks}
    written = "".join(
        f"      {name}: {str(value).lower() if isinstance(value, bool) else value!r}\n"
        for name, value in wanted.items()
    )
    config = (
        'company: Northwind\ntimezone: America/New_York\nnumbers: {"+15550001000": main}\n'
        + textwrap.dedent(calendars)
        + f"dispositions: {list(dispositions)}\n"
        + "queues:\n  support:\n"
        + textwrap.indent(textwrap.dedent(queue), "    ")
        + f"    callbacks:\n{written}"
        + "limits: {rest_calls_per_second: 10}\n"
    )
    (folder / "config.yaml").write_text(config)
    return load_settings(folder / "config.yaml", {})


def books(line: SimulatedLine, from_: str = CUSTOMER) -> CallerPhone:
    """A caller in line presses 1, hears the number, and confirms it."""
    caller = asks_for_person(line, from_)
    line.run(8)
    caller.press("1")
    line.run(3)
    caller.press("1")
    line.run(15)
    return caller


def customer_phone(line: SimulatedLine, behaviour: str = "manual", number: str = CUSTOMER) -> AgentPhone:
    """The customer's telephone, now that it may be rung."""
    phone = line.account.add_phone(number)
    phone.behaviour = behaviour
    return phone


def bookings(line: SimulatedLine) -> list:
    with line.database.read() as connection:
        return list(connection.execute(select(callback).order_by(callback.c.booked_at, callback.c.id)))


def noted(line: SimulatedLine, *kinds: str) -> list[str]:
    """The kinds of these journal lines, in their order; those that begin with callback_ without a choice."""
    wanted = journal.c.kind.in_(kinds) if kinds else journal.c.kind.like("callback_%")
    with line.database.read() as connection:
        return list(connection.execute(select(journal.c.kind).where(wanted).order_by(journal.c.id)).scalars())


def rings_to(line: SimulatedLine, number: str = CUSTOMER) -> list:
    """Every leg that was ever made to this number."""
    return [call for call in line.account.calls.values() if call.to == number]
