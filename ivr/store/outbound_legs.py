"""Phone connections that we had made, whatever for.

The carrier tells when a leg began in whole seconds, so two rings at one number may look alike. What is known
to belong to one of them is not the other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, literal, select, union_all

from ivr.store.callbacks import callback
from ivr.store.floor.offers import offer
from ivr.store.supervisions import supervision
from ivr.store.transfers import transfer

OFFER, SUPERVISION, TRANSFER, CALLBACK = "offer", "supervision", "transfer", "callback"


@dataclass(frozen=True, slots=True)
class Purpose:
    """The purpose of a leg: the row `id` of the table `kind`. `attempts`: how often a callback rang."""

    kind: str
    id: str
    attempts: int


_known = union_all(
    *(
        select(table.c.leg_sid).where(
            table.c.leg_sid.in_(bindparam("sids", expanding=True)), table.c.id != bindparam("id")
        )
        for table in (offer, supervision, transfer, callback)
    )
)


def made_for_others(connection: Connection, row_id: str, sids: Sequence[str]) -> set[str]:
    """Those of these legs that were made for something else than `row_id`: an offer, a supervision, a number
    outside or a callback."""
    if not sids:
        return set()
    return set(connection.execute(_known, {"id": row_id, "sids": list(sids)}).scalars())


_purpose = union_all(
    *(
        select(
            literal(kind),
            table.c.id,
            table.c.attempts if kind == CALLBACK else literal(0),
        ).where(table.c.leg_sid == bindparam("sid"))
        for kind, table in (
            (OFFER, offer),
            (SUPERVISION, supervision),
            (TRANSFER, transfer),
            (CALLBACK, callback),
        )
    )
)


def purpose_of(connection: Connection, leg_sid: str) -> Purpose | None:
    """None for a leg that we did not make, or whose name is not on record yet."""
    found = connection.execute(_purpose, {"sid": leg_sid}).first()
    return Purpose(*found) if found else None
