"""People who write texts, and agents who answer them."""

from __future__ import annotations

from sqlalchemy import select

from ivr.floor.call_completion import CallCompletion
from ivr.flowfiles.settings_file import load_settings
from ivr.service.work_items import WorkService
from ivr.store import customers
from ivr.store.customers import CustomerRow
from ivr.store.tables import work_item
from tests.service.driving import posts
from tests.service.houses import settings_of

CALLER, LINE = "+14155550123", "+15550001000"
STEPS = """hello: {menu: Welcome. Press 1., keys: {1: help}}
help: {queue: support, next: bye}
bye: {hang_up: Bye.}"""


def house(folder, more: str = "texts: {queue: support}\n"):
    settings_of(folder, STEPS)
    path = folder / "config.yaml"
    path.write_text(path.read_text().replace("{support: {}}", "{support: {}, sales: {}}") + more)
    return load_settings(path, {})


def texting(line):
    """The line with an agent, the agents' work, and a customer who writes."""
    line.phone = line.add_agent("desk-1", ["support"])
    line.works = WorkService(line.line.transactions, CallCompletion(), line.settings)
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("Z1", "Zed", "", "", "", {}, 1.0), [CALLER])
    return line


def comes_in(line, body: str, sid: str = "SM1", **more: str) -> int:
    form = {"MessageSid": sid, "From": CALLER, "To": LINE, "NumMedia": "0", "Body": body, **more}
    return posts(line, "/sms/incoming", **form).status_code


def items(line) -> list[tuple[str, str, str, str]]:
    """(kind, queue, number, state) of all work."""
    with line.database.read() as connection:
        rows = connection.execute(select(work_item).order_by(work_item.c.id))
        return [(row.kind, row.queue, row.number, row.state) for row in rows]


def taken(line, agent: str = "desk-1") -> int:
    [one] = line.works.seen_by(agent).items
    line.works.take(one.work.id, agent)
    return one.work.id


def thread(line, agent: str = "desk-1"):
    return line.works.conversation(line.works.seen_by(agent).mine.work)


OPEN = ("text", "support", CALLER, "open")
