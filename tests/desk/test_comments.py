"""Comments that were spoken in a survey, on the card of the next call."""

from __future__ import annotations

from ivr.store import calls, comments, messages
from tests.desk.recorded import nine_seconds


def commented(world, customer_id: str = "ALFKI", status: str = "stored") -> None:
    with world.db.write() as unit:
        values = {"at": world.clock() - 60, "channel": messages.SURVEY, "customer_id": customer_id}
        number = messages.add(unit.connection, {**values, "summary": "helped: 4"})
        calls.keep_recording(unit.connection, "RE1", "CA0", "comment", "", 9, status, world.clock())
        assert comments.attach(unit.connection, number, "RE1")


def test_it_is_played_on_the_card_while_one_has_it(world, desk):
    world.customer()
    commented(world)
    assert desk.get("/desk/work/comments/CA1/RE1").status_code == 404, "nobody called yet"
    world.ring()
    card = desk.get("/desk/now").json["regions"]["card"]
    assert 'src="/desk/work/comments/CA1/RE1"' in card
    played = desk.get("/desk/work/comments/CA1/RE1")
    assert (played.status_code, played.data) == (200, nine_seconds())


def test_another_customers_comment_does_not_exist(world, desk):
    world.customer()
    commented(world, "BLAUS")
    world.ring()
    assert "/desk/work/comments/" not in desk.get("/desk/now").json["regions"]["card"]
    assert desk.get("/desk/work/comments/CA1/RE1").status_code == 404


def test_one_that_the_phone_company_lost_says_so(world, desk):
    world.customer()
    commented(world, status="absent")
    world.ring()
    card = desk.get("/desk/now").json["regions"]["card"]
    assert "cannot be had" in card and "<audio" not in card
