"""Erase a customer, or who called from a number: who they are leaves every table, their recordings and texts
leave the carrier, the figures stay."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.acd.journal import JournalKind
from ivr.floor.call_recording import delete_later, delete_texts_later
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction, Transactions
from ivr.flowfiles.equivalents import equivalents
from ivr.service.outage_voicemail_file import blank_lines
from ivr.store import customers, erasing


class StillHere(Exception):
    """They are on the phone, or wait for a callback: to be erased when that is over."""


class OfCustomers(Exception):
    """The number belongs to customers, who are erased by their ids: `ids`."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__(", ".join(ids))
        self.ids = ids


@dataclass(frozen=True, slots=True)
class Erased:
    """How much there was."""

    calls: int
    recordings: int
    numbers: int
    texts: int = 0


def erase(
    transactions: Transactions, customer_id: str, spool: Path | None = None, country: str = ""
) -> Erased | None:
    """None when there is no such customer. `spool` is the file of emergency messages, its numbers as they are
    read in `country`. Raises StillHere."""
    with transactions.begin() as tx:
        look = tx.connection
        if customers.find(look, customer_id) is None:
            return None
        shared = customers.shared_numbers(look, customer_id)  # what came from them may be somebody else's
        numbers = tuple(set(customers.numbers_of(look, customer_id)) - shared)
        return _erase(tx, customer_id, numbers, spool, country)


def erase_number(
    transactions: Transactions, number: str, spool: Path | None = None, country: str = ""
) -> Erased:
    """Erase what came from an E.164 number that is no customer's. Raises StillHere and OfCustomers."""
    with transactions.begin() as tx:
        if ids := customers.with_number(tx.connection, number):
            raise OfCustomers(ids)
        return _erase(tx, None, equivalents(number), spool, country)


def _erase(
    tx: Transaction, customer_id: str | None, numbers: tuple[str, ...], spool: Path | None, country: str
) -> Erased:
    look = tx.connection
    sids, live = erasing.calls_of(look, customer_id, numbers)
    if live:
        raise StillHere(customer_id or numbers[0])
    recordings = erasing.recordings_of(look, sids)
    for sid in recordings:
        delete_later(tx, sid)
    texts = erasing.texts_of(look, customer_id, numbers, sids)
    delete_texts_later(tx, texts)
    erasing.erase(look, customer_id, numbers, sids)
    if spool is not None:  # before the commit: a fault here leaves everything to be erased again
        blank_lines(spool, numbers, sids, country)
    tx.job(JobKind.FORGET_WORDS, "forget_words", 0.0, {})
    tx.note(JournalKind.CUSTOMER_ERASED, calls=len(sids), recordings=len(recordings), texts=len(texts))
    return Erased(len(sids), len(recordings), len(numbers), len(texts))
