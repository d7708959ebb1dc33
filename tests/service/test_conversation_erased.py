"""A caller is erased while their agent still writes the call up: the desk goes on, without them."""

from __future__ import annotations

from ivr.customers.numbers import for_people
from ivr.service.erasing import erase
from ivr.store import customers
from ivr.store.customers import CustomerRow
from tests.service.driving import ON_SQLITE
from tests.service.houses import row_of
from tests.service.transferring import NOTE, WarmTalk

pytestmark = ON_SQLITE
NUMBER = "+14155550123"


def test_erased_in_the_wrap_up(rehearse):
    line = rehearse()
    with line.database.write() as unit:
        row = CustomerRow("Z1", "Zebulon Quagmire", "", "en-US", "", {}, 1.0)
        customers.save(unit.connection, row, [NUMBER])
    warm = WarmTalk(line)
    warm.consults()
    warm.hands_over()
    warm.customer.hang_up()
    line.run(2)
    assert [warm.state(one) for one in ("desk-1", "desk-2")] == ["wrapping_up"] * 2
    assert warm.shown("desk-2").story[0].note == NOTE
    assert erase(line.line.transactions, "Z1") is not None
    shown = warm.shown("desk-2")
    assert shown.story[0].note == "" and shown.ask_leave
    assert row_of(line, warm.customer).session == {}
    assert for_people(NUMBER) not in repr(shown)
