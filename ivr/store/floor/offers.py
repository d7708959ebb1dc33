"""Offers of calls to agents."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    JSON,
    BindParameter,
    Column,
    Connection,
    Float,
    Index,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)

from ivr.store.metadata import metadata
from ivr.store.row_access import select_rows

LIVE_OFFER = "state IN ('pending', 'accepted', 'connected')"

LIVE_CALL_OFFER = f"kind = 'call' AND {LIVE_OFFER}"

offer = Table(
    "offer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("queued_id", String(40), nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("leg_sid", String(64)),
    Column("leg_state", String(20), nullable=False, server_default="none"),
    Column("leg_asked_at", Float),
    Column("accepted_at", Float),
    Column("connected_at", Float),
    Column("ended_at", Float),
    Column("end_reason", String(60)),
    Column("candidates", JSON),
    Column("kind", String(10), nullable=False, server_default="call"),
    Column("room", String(64)),
    Column("held_at", Float),
    Column("recording_paused_at", Float),
    Index("ix_offer_call", "call_sid"),
    Index("ix_offer_agent_created", "agent_id", "created_at"),
    Index(
        "uq_offer_live_agent",
        "agent_id",
        unique=True,
        sqlite_where=text(LIVE_OFFER),
        postgresql_where=text(LIVE_OFFER),
    ),
    Index(
        "uq_offer_live_call",
        "call_sid",
        unique=True,
        sqlite_where=text(LIVE_CALL_OFFER),
        postgresql_where=text(LIVE_CALL_OFFER),
    ),
)


LIVE_OFFER_STATES = ("pending", "accepted", "connected")
if not all(f"'{state}'" in LIVE_OFFER for state in LIVE_OFFER_STATES):
    raise AssertionError("the unique indexes of offer must know the same live states")


CALL, CONSULT = "call", "consult"


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A call for an agent. `kind` is call, or consult for one who is asked before a transfer: that talk is in
    the `room` of the agent who asks. The customer hears music since `held_at`; nothing is recorded since
    `recording_paused_at`."""

    id: str
    queued_id: str
    call_sid: str
    queue: str
    agent_id: str
    state: str
    created_at: float
    due_at: float
    leg_sid: str | None = None
    leg_state: str = "none"
    leg_asked_at: float | None = None
    accepted_at: float | None = None
    connected_at: float | None = None
    kind: str = CALL
    room: str | None = None
    held_at: float | None = None
    recording_paused_at: float | None = None

    @property
    def is_consult(self) -> bool:
        return self.kind == CONSULT

    @property
    def conference(self) -> str:
        """The name of the room in which they talk."""
        return self.room or self.id


_insert_offer = insert(offer)
_offer = select_rows(offer, OfferRow).where(offer.c.id == bindparam("id"))
_offer_locked = _offer.with_for_update()
_offers_of_call = select_rows(offer, OfferRow).where(
    offer.c.call_sid == bindparam("sid"), text(LIVE_CALL_OFFER)
)
_offer_of_agent = select_rows(offer, OfferRow).where(
    offer.c.agent_id == bindparam("agent"), offer.c.state.in_(LIVE_OFFER_STATES)
)
_last_offer_of_agent = (
    select_rows(offer, OfferRow)
    .where(offer.c.agent_id == bindparam("agent"), offer.c.connected_at.is_not(None))
    .order_by(offer.c.created_at.desc())
    .limit(1)
)
_talked_in = (
    select(offer.c.queue)
    .where(offer.c.call_sid == bindparam("sid"), offer.c.kind == CALL, offer.c.connected_at.is_not(None))
    .order_by(offer.c.connected_at.desc())
)
_talk_began = select(func.min(offer.c.connected_at)).where(
    offer.c.call_sid == bindparam("sid"), offer.c.agent_id == bindparam("agent")
)
_move_offer = (
    update(offer)
    .where(offer.c.id == bindparam("p_id"), offer.c.state == bindparam("p_was"))
    .values(state=bindparam("p_state"))
)
_STAMPS: dict[str, dict[str, BindParameter[float]]] = {
    "accepted": {"accepted_at": bindparam("p_now")},
    "connected": {"connected_at": bindparam("p_now")},
}
_stamp_offer = {
    state: update(offer).where(offer.c.id == bindparam("p_id")).values(stamp)
    for state, stamp in _STAMPS.items()
}
_end_stamp = (
    update(offer)
    .where(offer.c.id == bindparam("p_id"))
    .values(ended_at=bindparam("p_now"), end_reason=bindparam("p_reason"))
)
_leg = (
    update(offer)
    .where(offer.c.id == bindparam("p_id"))
    .values(leg_sid=func.coalesce(offer.c.leg_sid, bindparam("p_sid")), leg_state=bindparam("p_leg"))
)
_own = (
    update(offer)
    .where(offer.c.id == bindparam("p_id"), offer.c.kind == CONSULT, offer.c.state == "connected")
    .values(kind=CALL)
)
_leg_asked = update(offer).where(offer.c.id == bindparam("p_id")).values(leg_asked_at=bindparam("p_now"))


def add_offer(connection: Connection, row: OfferRow, candidates: list[str]) -> None:
    values = {name: getattr(row, name) for name in OfferRow.__slots__}
    connection.execute(_insert_offer, {**values, "candidates": candidates})


def find_offer(connection: Connection, offer_id: str, lock: bool = False) -> OfferRow | None:
    found = connection.execute(_offer_locked if lock else _offer, {"id": offer_id}).first()
    return OfferRow(*found) if found else None


def live_offer_of_call(connection: Connection, call_sid: str) -> OfferRow | None:
    """Of the agent who has the call, or is offered it; not of one who is only asked."""
    found = connection.execute(_offers_of_call, {"sid": call_sid}).first()
    return OfferRow(*found) if found else None


def live_offer_of_agent(connection: Connection, agent_id: str) -> OfferRow | None:
    found = connection.execute(_offer_of_agent, {"agent": agent_id}).first()
    return OfferRow(*found) if found else None


def last_talk_of_agent(connection: Connection, agent_id: str) -> OfferRow | None:
    """The newest offer of theirs that became a conversation."""
    found = connection.execute(_last_offer_of_agent, {"agent": agent_id}).first()
    return OfferRow(*found) if found else None


def queues_talked_in(connection: Connection, call_sid: str) -> list[str]:
    """Return the queues whose agents the caller talked to, the latest first."""
    return list(connection.execute(_talked_in, {"sid": call_sid}).scalars())


def talk_began(connection: Connection, call_sid: str, agent_id: str) -> float | None:
    """When this agent first talked on this call; None when they have not."""
    return connection.execute(_talk_began, {"sid": call_sid, "agent": agent_id}).scalar()


def move_offer(
    connection: Connection, offer_id: str, was: str, state: str, now: float, reason: str = ""
) -> bool:
    """True for exactly one of those who try. Ends and milestones are stamped with their time."""
    done = connection.execute(_move_offer, {"p_id": offer_id, "p_was": was, "p_state": state})
    if done.rowcount != 1:
        return False
    if state in _stamp_offer:
        connection.execute(_stamp_offer[state], {"p_id": offer_id, "p_now": now})
    elif state not in LIVE_OFFER_STATES:
        connection.execute(_end_stamp, {"p_id": offer_id, "p_now": now, "p_reason": reason})
    return True


def own_call(connection: Connection, offer_id: str) -> bool:
    """The agent who was asked, and is on the phone, has the call from now on."""
    return connection.execute(_own, {"p_id": offer_id}).rowcount == 1


def set_leg(connection: Connection, offer_id: str, leg_sid: str | None, leg_state: str) -> None:
    """Set what the leg does now. The first leg that is reported is the one."""
    connection.execute(_leg, {"p_id": offer_id, "p_sid": leg_sid, "p_leg": leg_state})


def mark_leg_asked(connection: Connection, offer_id: str, now: float) -> None:
    connection.execute(_leg_asked, {"p_id": offer_id, "p_now": now})


# In the words of the partial index, which bound values would not find: history is never looked through.
_busy = select(offer.c.agent_id, offer.c.queue, offer.c.state).where(text(LIVE_OFFER))


def live_offers_by_agent(connection: Connection) -> dict[str, tuple[str, str]]:
    """Agent → (queue, state) of the offer they have: pending, accepted or connected."""
    return {row.agent_id: (row.queue, row.state) for row in connection.execute(_busy)}


_of = update(offer).where(offer.c.id == bindparam("p_id"))
_talk = _of.where(offer.c.state == "connected")
_hold = _talk.where(offer.c.held_at.is_(None)).values(held_at=bindparam("p_now"))
_retrieve = _of.where(offer.c.held_at.is_not(None)).values(held_at=None)
_pause = _talk.where(offer.c.recording_paused_at.is_(None)).values(recording_paused_at=bindparam("p_now"))
_resume = _of.where(offer.c.recording_paused_at.is_not(None)).values(recording_paused_at=None)


def mark_held(connection: Connection, offer_id: str, now: float) -> bool:
    """False when the customer holds already, or the talk is over."""
    return connection.execute(_hold, {"p_id": offer_id, "p_now": now}).rowcount == 1


def clear_held(connection: Connection, offer_id: str) -> bool:
    """False when the customer does not hold."""
    return connection.execute(_retrieve, {"p_id": offer_id}).rowcount == 1


def mark_recording_paused(connection: Connection, offer_id: str, now: float) -> bool:
    """False when it is paused already, or the talk is over."""
    return connection.execute(_pause, {"p_id": offer_id, "p_now": now}).rowcount == 1


def clear_recording_paused(connection: Connection, offer_id: str) -> bool:
    """False when it is not paused."""
    return connection.execute(_resume, {"p_id": offer_id}).rowcount == 1
