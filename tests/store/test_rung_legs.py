"""The owner of a leg, when the carrier's answer was lost: the same rule for everything that rings."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from ivr.store.database import Database
from ivr.store.outbound_legs import made_for_others
from ivr.store.tables import callback, offer, supervision, transfer

CALL = {"call_sid": "CA1", "leg_sid": "CAleg", "state": "x"}
AT = {"made_at": 0.0}
WHEN = {"since": 0.0, "due_at": 0.0, "booked_at": 0.0}
GIVEN = {"from_agent": "a", "from_offer": "o", "kind": "warm", "target_kind": "number", "target": "+1"}
BOOKED = {"origin_sid": "CA0", "number": "+1", "shown": "+1", "queue": "s", "language": "en-US"}
ROWS = {
    "offer": (offer, {"queued_id": "q", "queue": "s", "agent_id": "a", "created_at": 0.0, "due_at": 0.0}),
    "supervision": (
        supervision,
        {"supervisor_id": "b", "offer_id": "o", "agent_id": "a", "mode": "listen", **AT},
    ),
    "number outside": (transfer, {**GIVEN, **AT}),
    "callback": (callback, {**BOOKED, **WHEN, "attempts": 1, "token": "t"}),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_leg_belongs_to_what_it_was_made_for_and_to_nothing_else(database_url, kind):
    database = Database.open(database_url)
    table, values = ROWS[kind]
    with database.write() as unit:
        unit.connection.execute(insert(table), {"id": "own", **CALL, **values})
    with database.read() as connection:
        assert made_for_others(connection, "own", ["CAleg", "CAnew"]) == set()
        assert made_for_others(connection, "another", ["CAleg", "CAnew"]) == {"CAleg"}
        assert made_for_others(connection, "another", []) == set()
    database.close()
