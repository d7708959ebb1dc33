"""What was promised to who books a callback: it has its outcome when the turn of the place comes."""

from __future__ import annotations

from ivr.store import announced_estimates
from ivr.store.journal import JournalRow
from tests.service.calling_back import CUSTOMER, calling_back, customer_phone
from tests.service.driving import asks_for_person, picks_up
from tests.service.test_announced_estimates import reported, write


def test_who_books_a_callback_was_promised_when_their_turn_comes(line):
    """A in turn within the range, B late, C for a chosen time, D rings back, E cancels, F has none."""
    now = line.clock.time() - 1000
    held = {"low_s": 60.0, "high_s": 300.0}

    def booked(name: str, **body) -> list[JournalRow]:
        return [
            JournalRow(now, "promised", name, None, "support", held),
            JournalRow(now + 10, "left", name, None, "support", {"reason": "callback", "waited_s": 20.0}),
            JournalRow(
                now + 10, "callback_booked", name, None, "support", {"call_sid": f"cb-{name}", **body}
            ),
            JournalRow(now + 12, "ended", name, None, None, {"outcome": "callback_booked"}),
        ]

    write(
        line,
        *(each for name in "ABDE" for each in booked(name, chosen_at=None, due_at=now + 10)),
        *booked("C", chosen_at=now + 9000, due_at=now + 9000),
        *(each for each in booked("F") if each.kind != "callback_booked"),
        JournalRow(now + 20, "callback_cancelled", "cb-E", None, "support", {}),
        JournalRow(now + 20, "left", "cb-E", None, "support", {"reason": "callback_cancelled"}),
        JournalRow(now + 30, "callback_merged", "cb-D", None, "support", {}),
        JournalRow(now + 30, "left", "cb-D", None, "support", {"reason": "callback_merged"}),
        JournalRow(now + 200, "callback_dialled", "cb-A", None, "support", {"attempt": 1}),
        JournalRow(now + 220, "connected", "cb-A", "desk-1", "support", {"waited_s": 240.0}),
        JournalRow(now + 400, "callback_dialled", "cb-B", None, "support", {"attempt": 1}),
        JournalRow(now + 900, "callback_dialled", "cb-B", None, "support", {"attempt": 2}),
    )
    total = reported(line)["total"]
    assert (total["promises"], total["open"]) == (6, 0)
    assert (total["outcomes"], total["kept"], total["late"]) == (2, 1, 0.5)
    assert (total["gone_early"], total["unusable"]) == (2, 2)
    with line.database.write() as unit:
        announced_estimates.move_cursor(unit.connection, 0)
    assert reported(line)["total"] == total


def test_a_callback_in_turn_keeps_what_was_promised_on_the_phone(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    agent = line.add_agent("desk-1", ["support"])
    talking = asks_for_person(line, "+14155550199")
    picks_up(line, agent)
    caller = asks_for_person(line, CUSTOMER)
    line.run(20)
    for seconds in (3, 15):
        caller.press("1")
        line.run(seconds)
    customer = customer_phone(line)
    assert reported(line)["total"]["open"] == 1
    line.run(60)
    talking.hang_up()
    assert line.account.run_until(lambda: customer.ringing, 120)
    total = reported(line)["total"]
    assert (total["outcomes"], total["open"], total["gone_early"]) == (1, 0, 0)
