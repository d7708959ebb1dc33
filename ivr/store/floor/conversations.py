"""Marks on a talk: the customer holds, the recording is paused. Each is set once and cleared once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from ivr.store.floor.offers import offer

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
