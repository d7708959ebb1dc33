"""Supervisors' phones on agents' talks. Every change of state names the state it expects."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    text,
    update,
)

from ivr.store.leg_rows import LegRows
from ivr.store.metadata import metadata
from ivr.store.row_access import select_rows

LIVE_SUPERVISION = "state IN ('ringing', 'told', 'joined')"

# A supervisor's phone on an agent's talk. Mode: listen, whisper, barge or take_over. State: ringing · told
# (the supervisor pressed 1, and who must know is being told) · joined · over. One at a time for a supervisor.
supervision = Table(
    "supervision",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("supervisor_id", String(64), nullable=False),
    Column("offer_id", String(64), nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("leg_sid", String(64)),
    Column("leg_asked_at", Float),
    Column("leg_over", Boolean, nullable=False, server_default=text("false")),
    Column("made_at", Float, nullable=False),
    Column("joined_at", Float),
    Column("ended_at", Float),
    Column("end_reason", String(60)),
    Column("tells", Integer, nullable=False, server_default="0"),
    Column("told_at", Float),
    Index("ix_supervision_call", "call_sid"),
    Index(
        "uq_supervision_live",
        "supervisor_id",
        unique=True,
        sqlite_where=text(LIVE_SUPERVISION),
        postgresql_where=text(LIVE_SUPERVISION),
    ),
)


RINGING, TOLD, JOINED, OVER = "ringing", "told", "joined", "over"
LIVE_STATES = (RINGING, TOLD, JOINED)
if not all(f"'{state}'" in LIVE_SUPERVISION for state in LIVE_STATES):
    raise AssertionError("the unique index of supervision must know the same live states")


@dataclass(frozen=True, slots=True)
class SupervisionRow:
    """A supervisor on a talk, or being rung for it. `agent_id` is the agent whose talk it is. The carrier was
    asked `tells` times to tell caller and agent; it fetched the words `told_at`, None: not for the last time
    it was asked."""

    id: str
    supervisor_id: str
    offer_id: str
    call_sid: str
    agent_id: str
    mode: str
    state: str
    leg_sid: str | None
    leg_asked_at: float | None
    leg_over: bool
    made_at: float
    joined_at: float | None
    ended_at: float | None
    end_reason: str | None
    tells: int = 0
    told_at: float | None = None

    @property
    def live(self) -> bool:
        return self.state in LIVE_STATES


_rows = LegRows(supervision, SupervisionRow, LIVE_STATES, joined=JOINED)
add, find, move = _rows.add, _rows.find, _rows.move
mark_asked, set_leg, mark_leg_over = _rows.mark_asked, _rows.set_leg, _rows.mark_leg_over

_all = select_rows(supervision, SupervisionRow)
_live = _all.where(text(LIVE_SUPERVISION)).order_by(supervision.c.made_at, supervision.c.id)
_of_supervisor = _all.where(text(LIVE_SUPERVISION), supervision.c.supervisor_id == bindparam("supervisor"))
_this = update(supervision).where(supervision.c.id == bindparam("p_id"))
_told_state = _this.where(supervision.c.state == TOLD)
_asked_for = _told_state.values(tells=supervision.c.tells + 1)
_words = _told_state.values(told_at=bindparam("p_now"))
_mode = _this.where(supervision.c.state.in_(LIVE_STATES)).values(mode=bindparam("p_mode"))
_offer = _this.values(offer_id=bindparam("p_offer"))
_of_offer = _all.where(text(LIVE_SUPERVISION), supervision.c.offer_id == bindparam("offer"))
_follow = _this.values(offer_id=bindparam("p_offer"), agent_id=bindparam("p_agent"))


def live(connection: Connection) -> list[SupervisionRow]:
    """Every supervision that is not over, the oldest first."""
    return [SupervisionRow(*row) for row in connection.execute(_live)]


def of_supervisor(connection: Connection, supervisor_id: str) -> SupervisionRow | None:
    """The one talk that this supervisor is on, or is being rung for."""
    found = connection.execute(_of_supervisor, {"supervisor": supervisor_id}).first()
    return SupervisionRow(*found) if found else None


def set_mode(connection: Connection, supervision_id: str, mode: str) -> bool:
    return connection.execute(_mode, {"p_id": supervision_id, "p_mode": mode}).rowcount == 1


def set_offer(connection: Connection, supervision_id: str, offer_id: str) -> None:
    """The talk goes on as another offer: the supervisor's own."""
    connection.execute(_offer, {"p_id": supervision_id, "p_offer": offer_id})


def of_offer(connection: Connection, offer_id: str) -> list[SupervisionRow]:
    """Those of this talk that are not over."""
    return [SupervisionRow(*row) for row in connection.execute(_of_offer, {"offer": offer_id})]


def follow(connection: Connection, supervision_id: str, offer_id: str, agent_id: str) -> None:
    """The talk goes on with another agent."""
    connection.execute(_follow, {"p_id": supervision_id, "p_offer": offer_id, "p_agent": agent_id})


def announcement_asked(connection: Connection, row_id: str) -> None:
    """The carrier has said that it will tell them."""
    connection.execute(_asked_for, {"p_id": row_id})


def words_given(connection: Connection, row_id: str, now: float | None) -> bool:
    """The carrier has the words, or (None) could not play them. False when nobody is being told any more."""
    return connection.execute(_words, {"p_id": row_id, "p_now": now}).rowcount == 1
