"""Supervisors' phones on agents' talks. Every change of state names the state it expects."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, text, update

from ivr.store.floor.rows import select_rows
from ivr.store.supervising_tables import LIVE_SUPERVISION, supervision

RINGING, TOLD, JOINED, OVER = "ringing", "told", "joined", "over"
LIVE_STATES = (RINGING, TOLD, JOINED)
if not all(f"'{state}'" in LIVE_SUPERVISION for state in LIVE_STATES):
    raise AssertionError("the unique index of supervision must know the same live states")


@dataclass(frozen=True, slots=True)
class SupervisionRow:
    """A supervisor on a talk, or being rung for it. `agent_id` is the agent whose talk it is."""

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

    @property
    def live(self) -> bool:
        return self.state in LIVE_STATES


_insert = insert(supervision)
_all = select_rows(supervision, SupervisionRow)
_by_id = _all.where(supervision.c.id == bindparam("id"))
_by_id_locked = _by_id.with_for_update()
_live = _all.where(text(LIVE_SUPERVISION)).order_by(supervision.c.made_at, supervision.c.id)
_of_supervisor = _all.where(
    text(LIVE_SUPERVISION), supervision.c.supervisor_id == bindparam("supervisor")
)
_this = update(supervision).where(supervision.c.id == bindparam("p_id"))
_move = _this.where(supervision.c.state == bindparam("p_was")).values(state=bindparam("p_state"))
_joined = _this.values(joined_at=bindparam("p_now"))
_ended = _this.values(ended_at=bindparam("p_now"), end_reason=bindparam("p_reason"))
_mode = _this.where(supervision.c.state.in_(LIVE_STATES)).values(mode=bindparam("p_mode"))
_asked = _this.values(leg_asked_at=bindparam("p_now"))
_leg = _this.where(supervision.c.leg_sid.is_(None)).values(leg_sid=bindparam("p_sid"))
_leg_over = _this.values(leg_over=True)
_offer = _this.values(offer_id=bindparam("p_offer"))
_of_offer = _all.where(text(LIVE_SUPERVISION), supervision.c.offer_id == bindparam("offer"))
_follow = _this.values(offer_id=bindparam("p_offer"), agent_id=bindparam("p_agent"))


def add(connection: Connection, row: SupervisionRow) -> None:
    connection.execute(_insert, {name: getattr(row, name) for name in SupervisionRow.__slots__})


def find(connection: Connection, supervision_id: str, lock: bool = False) -> SupervisionRow | None:
    found = connection.execute(_by_id_locked if lock else _by_id, {"id": supervision_id}).first()
    return SupervisionRow(*found) if found else None


def live(connection: Connection) -> list[SupervisionRow]:
    """Every supervision that is not over, the oldest first."""
    return [SupervisionRow(*row) for row in connection.execute(_live)]


def of_supervisor(connection: Connection, supervisor_id: str) -> SupervisionRow | None:
    """The one talk that this supervisor is on, or is being rung for."""
    found = connection.execute(_of_supervisor, {"supervisor": supervisor_id}).first()
    return SupervisionRow(*found) if found else None


def move(
    connection: Connection, supervision_id: str, was: str, state: str, now: float, reason: str = ""
) -> bool:
    """True for exactly one of those who try. Joining and the end are stamped with their time."""
    values = {"p_id": supervision_id, "p_was": was, "p_state": state}
    if connection.execute(_move, values).rowcount != 1:
        return False
    if state == JOINED:
        connection.execute(_joined, {"p_id": supervision_id, "p_now": now})
    elif state == OVER:
        connection.execute(_ended, {"p_id": supervision_id, "p_now": now, "p_reason": reason[:60]})
    return True


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


def mark_asked(connection: Connection, supervision_id: str, now: float) -> None:
    connection.execute(_asked, {"p_id": supervision_id, "p_now": now})


def set_leg(connection: Connection, supervision_id: str, leg_sid: str) -> None:
    """The first leg that is heard of is the one."""
    connection.execute(_leg, {"p_id": supervision_id, "p_sid": leg_sid})


def mark_leg_over(connection: Connection, supervision_id: str) -> None:
    connection.execute(_leg_over, {"p_id": supervision_id})
