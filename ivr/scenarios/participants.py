"""Adds the customers and agents of a scenario to the line."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ivr.customers.csv_rows import decode
from ivr.scenarios.given import GivenAgent, GivenCustomer
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.service.customers import CustomerLists, List
from ivr.store import customers
from ivr.store.customers import IMPORTED, CustomerRow, WarningRow
from simulator.phones import AgentPhone

BEHAVIOURS = {
    "manual": "manual",
    "answers": "answer",
    "ignores": "no-answer",
    "busy": "busy",
    "machine": "machine",
}


CALLER = "the-caller"


class CustomersUnreadable(Exception):
    """The list of customers beside the scenarios has mistakes; the message says which."""


def add_customers(simulated: SimulatedLine, who: Path | Sequence[GivenCustomer]) -> None:
    """Import a list beside the scenarios like any customer list."""
    if isinstance(who, Path):
        return _import(simulated, who)
    now = simulated.clock.time()
    with simulated.database.write() as unit:
        for one in who:
            row = CustomerRow(one.id, one.name, one.company, one.language, one.email, one.fields, now)
            customers.save(unit.connection, row, one.numbers)
            if one.warning:
                warning = WarningRow(one.id, "note", one.warning, IMPORTED, now, None)
                customers.add_warning(unit.connection, warning)
    return None


def add_language(simulated: SimulatedLine, number: str, name: str, language: str) -> None:
    """Make the customer with this number prefer the language; add the customer if necessary."""
    now = simulated.clock.time()
    with simulated.database.write() as unit:
        known = next(iter(customers.with_number(unit.connection, number)), CALLER)
        row = customers.find(unit.connection, known)
        row = row or CustomerRow(known, name or "The caller", "", "", "", {}, now)
        numbers = customers.numbers_of(unit.connection, known) or (number,)
        customers.save(unit.connection, replace(row, language=language), numbers)


def _import(simulated: SimulatedLine, file: Path) -> None:
    settings = simulated.settings
    lists = CustomerLists(simulated.database, simulated.clock.time, settings.country, settings.timezone)
    report = lists.import_lists(List(str(file), decode(file.read_bytes(), str(file))))
    if report.problems:
        raise CustomersUnreadable(str(report.problems[0]))


def add_agent(simulated: SimulatedLine, agent: GivenAgent) -> AgentPhone:
    """Add an agent with their own telephone, in the state of the scenario; an agent who will be busy is
    available at first."""
    number = agent.phone or f"+1555000{2001 + len(simulated.account.phones)}"
    line = simulated.line
    name = agent.name or agent.id
    line.accounts.add(agent.id, name=name, phone=number, queues=agent.queues, skills=agent.skills)
    if agent.state == "away":
        line.agents.go_away(agent.id)
    phone = simulated.account.add_phone(number)
    phone.behaviour, phone.answer_after = BEHAVIOURS[agent.rings], agent.after
    if agent.rings == "answers":
        simulated.account.add_companion(lambda: accepts(phone))
    if agent.state in ("available", "busy"):
        line.agents.go_available(agent.id)
        simulated.account.settle()
    return phone


def accepts(phone: AgentPhone) -> None:
    """Have the agent press 1 as soon as the line accepts it."""
    if phone.call is not None and phone.listened_to:
        phone.press("1")


def customer_number(name: str, file: Path | None) -> str:
    """Return the number of the customer of that id, name or company in a list, or ""."""
    if not name or file is None:
        return ""
    for row in csv.DictReader(decode(file.read_bytes(), str(file)).splitlines()):
        known = {(row.get(column) or "").casefold() for column in ("id", "name", "company")}
        if name.casefold() in known:
            return (row.get("numbers") or "").split(";")[0].strip()
    return ""
