"""Erase a customer: who they are leaves every table, their recordings leave the carrier, the figures stay."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.service.change import Changes
from ivr.service.emergency_file import blank_lines
from ivr.service.voicemail import delete_later
from ivr.store import customers, erasing


class StillHere(Exception):
    """They are on the phone, or wait for a callback: to be erased when that is over."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How much there was."""

    calls: int
    recordings: int
    numbers: int


def erase(changes: Changes, customer_id: str, spool: Path | None = None, country: str = "") -> Erased | None:
    """None when there is no such customer. `spool` is the file of emergency messages, its numbers as they are
    read in `country`. Raises StillHere."""
    with changes.begin() as change:
        look = change.connection
        if customers.find(look, customer_id) is None:
            return None
        shared = customers.shared_numbers(look, customer_id)  # what came from them may be somebody else's
        numbers = tuple(set(customers.numbers_of(look, customer_id)) - shared)
        sids, live = erasing.calls_of(look, customer_id, numbers)
        if live:
            raise StillHere(customer_id)
        recordings = erasing.recordings_of(look, sids)
        for sid in recordings:
            delete_later(change, sid)
        erasing.erase(look, customer_id, numbers, sids)
        if spool is not None:  # before the commit: a fault here leaves everything to be erased again
            blank_lines(spool, numbers, sids, country)
        change.job("forget_words", "forget_words", 0.0, {})
        change.note("customer_erased", calls=len(sids), recordings=len(recordings))
    return Erased(len(sids), len(recordings), len(numbers))
