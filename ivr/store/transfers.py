"""Transfers. Every change of state names the state it expects."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, text, update

from ivr.store.floor.rows import select_rows
from ivr.store.transfer_tables import LIVE_TRANSFER, transfer

WARM, BLIND = "warm", "blind"
AGENT, QUEUE, NUMBER = "agent", "queue", "number"
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


_insert = insert(transfer)
_all = select_rows(transfer, TransferRow)
_by_id = _all.where(transfer.c.id == bindparam("id"))
_by_id_locked = _by_id.with_for_update()
_live_of_call = _all.where(text(LIVE_TRANSFER), transfer.c.call_sid == bindparam("sid"))
_of_offer = _all.where(transfer.c.offer_id == bindparam("offer"), transfer.c.call_sid == bindparam("sid"))
_of_call = _all.where(transfer.c.call_sid == bindparam("sid")).order_by(transfer.c.made_at, transfer.c.id)
_outside = _all.where(
    transfer.c.call_sid == bindparam("sid"),
    transfer.c.state == "completed",
    transfer.c.kind == WARM,
    transfer.c.target_kind == NUMBER,
    transfer.c.leg_over.is_(False),
)
_this = update(transfer).where(transfer.c.id == bindparam("p_id"))
_move = _this.where(transfer.c.state == bindparam("p_was")).values(state=bindparam("p_state"))
_joined = _this.where(transfer.c.joined_at.is_(None)).values(joined_at=bindparam("p_now"))
_ended = _this.values(ended_at=bindparam("p_now"), end_reason=bindparam("p_reason"))
_asked = _this.values(leg_asked_at=bindparam("p_now"))
_leg = _this.where(transfer.c.leg_sid.is_(None)).values(leg_sid=bindparam("p_sid"))
_leg_over = _this.values(leg_over=True)


def add(connection: Connection, row: TransferRow) -> None:
    connection.execute(_insert, {name: getattr(row, name) for name in TransferRow.__slots__})


def find(connection: Connection, transfer_id: str, lock: bool = False) -> TransferRow | None:
    found = connection.execute(_by_id_locked if lock else _by_id, {"id": transfer_id}).first()
    return TransferRow(*found) if found else None


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


def of_call(connection: Connection, call_sid: str) -> list[TransferRow]:
    """All of a call, the first one first."""
    return [TransferRow(*row) for row in connection.execute(_of_call, {"sid": call_sid})]


def move(
    connection: Connection, transfer_id: str, was: str, state: str, now: float, reason: str = ""
) -> bool:
    """True for exactly one of those who try. The first joining and the end are stamped with their time."""
    values = {"p_id": transfer_id, "p_was": was, "p_state": state}
    if connection.execute(_move, values).rowcount != 1:
        return False
    if state == "consulting":
        connection.execute(_joined, {"p_id": transfer_id, "p_now": now})
    elif state not in LIVE_STATES:
        connection.execute(_ended, {"p_id": transfer_id, "p_now": now, "p_reason": reason[:60]})
    return True


def mark_asked(connection: Connection, transfer_id: str, now: float) -> None:
    connection.execute(_asked, {"p_id": transfer_id, "p_now": now})


def set_leg(connection: Connection, transfer_id: str, leg_sid: str) -> None:
    """The first leg that is heard of is the one."""
    connection.execute(_leg, {"p_id": transfer_id, "p_sid": leg_sid})


def mark_leg_over(connection: Connection, transfer_id: str) -> None:
    connection.execute(_leg_over, {"p_id": transfer_id})
