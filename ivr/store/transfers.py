"""Transfers. Every change of state names the state it expects."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Connection, Float, Index, String, Table, Text, bindparam, text

from ivr.store.floor.offers import offer
from ivr.store.leg_rows import LegRows
from ivr.store.metadata import metadata
from ivr.store.row_access import select_rows

LIVE_TRANSFER = "state IN ('asked', 'ringing', 'consulting', 'together', 'moving')"

# Kind: warm or blind. `target` is an agent, a queue or a number (E.164) as `target_kind` says. An agent who
# is asked has an offer of their own (`offer_id`); the phone connection to a number outside is kept here.
transfer = Table(
    "transfer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("call_sid", String(64), nullable=False),
    Column("from_agent", String(64), nullable=False),
    Column("from_offer", String(64), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("target_kind", String(10), nullable=False),
    Column("target", String(64), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("state", String(12), nullable=False),
    Column("offer_id", String(64)),
    Column("leg_sid", String(64)),
    Column("leg_asked_at", Float),
    Column("leg_over", Boolean, nullable=False, server_default=text("false")),
    Column("made_at", Float, nullable=False),
    Column("joined_at", Float),
    Column("ended_at", Float),
    Column("end_reason", String(60)),
    Index("ix_transfer_call", "call_sid", "made_at"),
    Index(
        "uq_transfer_live",
        "call_sid",
        unique=True,
        sqlite_where=text(LIVE_TRANSFER),
        postgresql_where=text(LIVE_TRANSFER),
    ),
)


WARM, BLIND = "warm", "blind"
AGENT, QUEUE, NUMBER = "agent", "queue", "number"
HUNG_UP = "hung up"  # the one who was asked, by their own will
LONGEST_ASKING_S = 4 * 3600.0
LIVE_STATES = ("asked", "ringing", "consulting", "together", "moving")
if not all(f"'{state}'" in LIVE_TRANSFER for state in LIVE_STATES):
    raise AssertionError("the unique index of transfer must know the same live states")


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A caller who is being given on, or was. At most one of a call is live."""

    id: str
    call_sid: str
    from_agent: str
    from_offer: str
    kind: str
    target_kind: str
    target: str
    note: str
    state: str
    made_at: float
    offer_id: str | None = None
    leg_sid: str | None = None
    leg_asked_at: float | None = None
    leg_over: bool = False
    joined_at: float | None = None
    ended_at: float | None = None
    end_reason: str | None = None

    @property
    def live(self) -> bool:
        return self.state in LIVE_STATES


_rows = LegRows(transfer, TransferRow, LIVE_STATES, joined="consulting")
add, find, move = _rows.add, _rows.find, _rows.move
mark_asked, set_leg, mark_leg_over = _rows.mark_asked, _rows.set_leg, _rows.mark_leg_over

_all = select_rows(transfer, TransferRow)
_live_of_call = _all.where(text(LIVE_TRANSFER), transfer.c.call_sid == bindparam("sid"))
_of_offer = _all.where(transfer.c.offer_id == bindparam("offer"), transfer.c.call_sid == bindparam("sid"))
_of_call = _all.where(transfer.c.call_sid == bindparam("sid")).order_by(transfer.c.made_at, transfer.c.id)
_called_off = (
    _all.join(offer, offer.c.id == transfer.c.offer_id)
    .where(
        offer.c.agent_id == bindparam("agent"),
        offer.c.created_at > bindparam("since") - LONGEST_ASKING_S,
        transfer.c.state.in_(("cancelled", "ended")),
        transfer.c.end_reason != HUNG_UP,
        transfer.c.ended_at > bindparam("since"),
    )
    .order_by(transfer.c.ended_at.desc())
    .limit(1)
)
_outside = _all.where(
    transfer.c.call_sid == bindparam("sid"),
    transfer.c.state == "completed",
    transfer.c.kind == WARM,
    transfer.c.target_kind == NUMBER,
    transfer.c.leg_over.is_(False),
)


def live_of_call(connection: Connection, call_sid: str) -> TransferRow | None:
    found = connection.execute(_live_of_call, {"sid": call_sid}).first()
    return TransferRow(*found) if found else None


def of_offer(connection: Connection, call_sid: str, offer_id: str) -> TransferRow | None:
    """The transfer for which this offer was made."""
    found = connection.execute(_of_offer, {"sid": call_sid, "offer": offer_id}).first()
    return TransferRow(*found) if found else None


def outside_of_call(connection: Connection, call_sid: str) -> TransferRow | None:
    """The one by which this caller talks with somebody outside, in our room, without any of our agents."""
    found = connection.execute(_outside, {"sid": call_sid}).first()
    return TransferRow(*found) if found else None


def called_off(connection: Connection, agent_id: str, since: float) -> TransferRow | None:
    """The latest one in which this agent was asked and which was taken back after `since`."""
    found = connection.execute(_called_off, {"agent": agent_id, "since": since}).first()
    return TransferRow(*found) if found else None


def of_call(connection: Connection, call_sid: str) -> list[TransferRow]:
    """All of a call, the first one first."""
    return [TransferRow(*row) for row in connection.execute(_of_call, {"sid": call_sid})]
