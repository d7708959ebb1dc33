"""Sample customers with a history, the same at every start and imported like any customer list."""

from __future__ import annotations

import csv
import io
import random
import time
from datetime import UTC, datetime

from ivr.service.accounts import AccountService
from ivr.service.customers import CustomerLists, List
from ivr.settings import Settings
from ivr.store.database import Database
from ivr.store.migrate import migrate

CUSTOMERS = 300
FIRST = (
    *("Blue", "Green", "Old", "North", "South", "River"),
    *("Lake", "Hill", "Stone", "Maple", "Harbor", "Valley"),
)
SECOND = ("Gate", "Field", "Bridge", "Mill", "Wood", "Bay", "Spring", "Creek", "Point", "Ridge")
TRADE = (
    *("Bakery", "Books", "Bikes", "Coffee", "Dental", "Flowers"),
    *("Foods", "Garage", "Hotel", "Market", "Studio"),
)
TOPICS = (
    ("Asked where an order was", "Tracking number given; parcel was at the depot.", "support", "solved"),
    (
        "Parcel arrived damaged",
        "Photo received, new one sent the same day.",
        "support",
        "order sent again",
    ),
    ("Question about an invoice", "Explained the delivery fee; sent a copy by mail.", "billing", "solved"),
    ("Wanted to change the delivery address", "Changed before dispatch.", "support", "solved"),
    ("Charged twice", "Refund of one payment started; takes five days.", "billing", "refund"),
    ("Product not in stock", "Will be told when it is back.", "support", "follow-up needed"),
)
DAY_S = 86_400.0


def seed(settings: Settings, database_url: str, password: str) -> None:
    """Create tables, agents, customers and their history."""
    database = Database.open(database_url)
    migrate(database)
    accounts = AccountService(database, time.time)
    queues = sorted(settings.queues)
    accounts.add("desk-1", "Desk one", "+15550002001", queues, password)
    accounts.add("desk-2", "Desk two", "+15550002002", queues, password)
    accounts.add("lead-1", "Shift lead", "+15550002009", queues, password, "supervisor")
    chance = random.Random(1)  # noqa: S311 sample data
    lists = CustomerLists(database, time.time, settings.country, settings.timezone)
    report = lists.import_lists(
        List("sample customers", _customers(chance)), List("sample history", _history(chance))
    )
    database.close()
    if report.problems:
        raise ValueError(f"sample data: {report.problems[0]}")


def _customers(chance: random.Random) -> str:
    head = ["id", "name", "company", "language", "email", "numbers", "warning", "account", "customer_since"]
    rows = [
        [
            "C0001",
            "Alfreds Futterkiste",
            "Alfreds Futterkiste",
            "en-US",
            "orders@futterkiste.example",
            "+14155550123",
            "Two parcels were lost this year: check the address before sending again.",
            "gold",
            "2019",
        ]
    ]
    for number in range(2, CUSTOMERS + 1):
        name = f"{chance.choice(FIRST)} {chance.choice(SECOND)} {chance.choice(TRADE)}"
        mail = f"office@{name.lower().replace(' ', '-')}-{number}.example"
        rows.append(
            [
                f"C{number:04d}",
                name,
                name,
                chance.choice(["en-US", "en-US", "es-US"]),
                mail,
                f"+1415555{number + 2000:04d}",
                "",
                chance.choice(["basic", "silver", "gold"]),
                str(chance.randint(2012, 2025)),
            ]
        )
    return _csv(head, rows)


def _history(chance: random.Random) -> str:
    head = [
        *("customer_id", "at", "channel", "direction", "summary", "note"),
        *("agent", "queue", "outcome", "disposition", "seconds"),
    ]
    rows = []
    for number in range(1, CUSTOMERS + 1):
        for _ in range(5 if number == 1 else chance.randint(0, 8)):
            rows.append(_contact(chance, f"C{number:04d}"))
    return _csv(head, rows)


def _contact(chance: random.Random, customer: str) -> list[str]:
    summary, note, queue, disposition = chance.choice(TOPICS)
    ago = chance.uniform(0.3, 200) * DAY_S
    at = datetime.fromtimestamp(time.time() - ago, UTC).isoformat(timespec="seconds")
    channel = chance.choice(["call", "call", "call", "sms", "voicemail", "note"])
    talked = channel == "call"
    return [
        *(customer, at, channel, "in", summary, note),
        chance.choice(["Desk one", "Desk two"]),
        queue,
        "talked" if talked else "",
        disposition,
        str(chance.randint(60, 900)) if talked else "0",
    ]


def _csv(head: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue()
