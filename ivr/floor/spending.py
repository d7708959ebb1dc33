"""Money: what a day may cost, and how many texts strangers may have sent.

A number that is shown may be another's and a number that is keyed may be anybody's, so texts have ceilings
for each number, for each caller, for an hour and for the day, and so has all that costs money together. When
the day's budget is used up only spending stops: who calls still reaches a person, and agents are rung.
"""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.acd.journal import JournalKind
from ivr.floor.alerting import ask_for_alert
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import expenses
from ivr.store.expenses import Expense

HOUR_S, DAY_S = 3600.0, 86_400.0
MOST_TEXTS_TO_CALLER = 6  # in a day, to the number that they call from
MOST_TEXTS_TO_OTHER = 3  # in a day, to a number that somebody keyed
MOST_TEXTS_BY_CALLER = 5  # in a day, to numbers that are not theirs
MOST_TEXTS_BY_WITHHELD = 30  # the same by all who withhold theirs
TOO_MANY_TO_NUMBER = "too many to this number today"
TOO_MANY_BY_CALLER = "too many by this caller today"
TOO_MANY_IN_HOUR = "too many in an hour"
BUDGET_SPENT = "the budget of the day is used up"

log = logging.getLogger(__name__)


def refusal_of_text(tx: Transaction, settings: Settings, to: str, caller: str) -> str:
    """Why a flow sends no text to this number for this caller; "" when it may."""
    look, day = tx.connection, tx.now - DAY_S
    own = to == caller
    if expenses.texts_to(look, to, day) >= (MOST_TEXTS_TO_CALLER if own else MOST_TEXTS_TO_OTHER):
        return TOO_MANY_TO_NUMBER
    most = MOST_TEXTS_BY_CALLER if caller else MOST_TEXTS_BY_WITHHELD
    if not own and expenses.texts_for_others(look, caller, day) >= most:
        return TOO_MANY_BY_CALLER
    if expenses.texts(look, tx.now - HOUR_S) >= settings.spending.texts_per_hour:
        return TOO_MANY_IN_HOUR
    return refusal_of_day(tx, settings)


def refusal_of_day(tx: Transaction, settings: Settings) -> str:
    """Why nothing more is spent today; "" while there is something left."""
    most = settings.spending.per_day
    if expenses.spent(tx.connection, _midnight(tx.now, settings)) < most:
        return ""
    day = _local(tx.now, settings).date().isoformat()
    if expenses.note_spent(tx.connection, day):
        _alert(tx, settings, day)
    return BUDGET_SPENT


def spend_on_text(
    tx: Transaction, settings: Settings, to: str, body: str, caller: str = "", by_flow: bool = False
) -> None:
    amount = settings.spending.text * segments(body)
    expenses.add(tx.connection, Expense(tx.now, expenses.TEXT, to, caller, int(by_flow), amount))


def spend_on_call(tx: Transaction, settings: Settings, kind: str, number: str, caller: str = "") -> None:
    """A callback was booked, or somebody was given on to a number outside."""
    expenses.add(tx.connection, Expense(tx.now, kind, number, caller, 0, settings.spending.call))


def segments(body: str) -> int:
    """How many messages the carrier counts: of 153 characters, of 67 where one is not in its alphabet."""
    whole, part = (160, 153) if body.isascii() else (70, 67)
    return 1 if len(body) <= whole else -(-len(body) // part)


def _alert(tx: Transaction, settings: Settings, day: str) -> None:
    most = f"{settings.spending.per_day:g} {settings.currency}"
    subject = f"{settings.company}: the budget for texts and calls is used up"
    text = (
        f"Texts and calls of {day} are taken to have cost {most}, all that `spending: per_day` allows. Until "
        "midnight no texts are sent, no callbacks are booked and no typed numbers are called. Everybody who "
        "calls still reaches a person."
    )
    log.warning("the budget of %s is used up: %s", day, most)
    ask_for_alert(tx, settings, JournalKind.BUDGET_SPENT, day, subject, text)


def _local(now: float, settings: Settings) -> datetime:
    return datetime.fromtimestamp(now, ZoneInfo(settings.timezone))


def _midnight(now: float, settings: Settings) -> float:
    return _local(now, settings).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
