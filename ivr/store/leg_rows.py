"""Rows of legs that we ring: one state after another, one leg, one end. Transfers and supervisions use it."""

from __future__ import annotations

from typing import Generic, TypeVar

from sqlalchemy import Connection, Table, bindparam, insert, update

from ivr.store.row_access import select_rows

Row = TypeVar("Row")


class LegRows(Generic[Row]):
    """The rows of `table`, as `row` has them. `live` are the states before the end, `joined` that in which
    they talk. Every change of state names the state it expects."""

    def __init__(self, table: Table, row: type[Row], live: tuple[str, ...], joined: str) -> None:
        self._row, self._live, self._joined_state = row, live, joined
        self._slots: tuple[str, ...] = row.__slots__  # type: ignore[attr-defined]
        this = update(table).where(table.c.id == bindparam("p_id"))
        self._insert = insert(table)
        self._by_id = select_rows(table, row).where(table.c.id == bindparam("id"))
        self._by_id_locked = self._by_id.with_for_update()
        self._move = this.where(table.c.state == bindparam("p_was")).values(state=bindparam("p_state"))
        self._joined = this.where(table.c.joined_at.is_(None)).values(joined_at=bindparam("p_now"))
        self._ended = this.values(ended_at=bindparam("p_now"), end_reason=bindparam("p_reason"))
        self._asked = this.values(leg_asked_at=bindparam("p_now"))
        self._leg = this.where(table.c.leg_sid.is_(None)).values(leg_sid=bindparam("p_sid"))
        self._leg_over = this.values(leg_over=True)

    def add(self, connection: Connection, row: Row) -> None:
        connection.execute(self._insert, {name: getattr(row, name) for name in self._slots})

    def find(self, connection: Connection, row_id: str, lock: bool = False) -> Row | None:
        found = connection.execute(self._by_id_locked if lock else self._by_id, {"id": row_id}).first()
        return self._row(*found) if found else None

    def move(
        self, connection: Connection, row_id: str, was: str, state: str, now: float, reason: str = ""
    ) -> bool:
        """True for exactly one of those who try. The first joining and the end get their time."""
        if connection.execute(self._move, {"p_id": row_id, "p_was": was, "p_state": state}).rowcount != 1:
            return False
        if state == self._joined_state:
            connection.execute(self._joined, {"p_id": row_id, "p_now": now})
        elif state not in self._live:
            connection.execute(self._ended, {"p_id": row_id, "p_now": now, "p_reason": reason[:60]})
        return True

    def mark_asked(self, connection: Connection, row_id: str, now: float) -> None:
        connection.execute(self._asked, {"p_id": row_id, "p_now": now})

    def set_leg(self, connection: Connection, row_id: str, leg_sid: str) -> None:
        """The first leg that is heard of is the one."""
        connection.execute(self._leg, {"p_id": row_id, "p_sid": leg_sid})

    def mark_leg_over(self, connection: Connection, row_id: str) -> None:
        connection.execute(self._leg_over, {"p_id": row_id})
