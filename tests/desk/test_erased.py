"""A number that was erased reads "Erased"; one that was withheld goes on reading so."""

from __future__ import annotations

from ivr.floor.call_completion import CallCompletion
from ivr.service.contacts import Contacts
from ivr.service.erasing import erase_number
from ivr.store import calls
from tests.desk import reporting
from tests.desk.conftest import Browser
from tests.desk.test_work_items import regions

NUMBER = "+14155550177"


def test_messages_of_erased_and_of_withheld_numbers_are_told_apart(world, desk):
    first = world.message("CA1", caller=NUMBER, customer_id=None)
    world.message("CA2", caller="", customer_id=None)
    erase_number(world.transactions, NUMBER)
    listed = regions(desk)["work_list"]
    assert listed.index("Erased") < listed.index("No number") and listed.count("Erased") == 1
    taken = desk.post(f"/desk/work/{first}/take").json["regions"]["work_item"]
    assert "Erased" in taken and "No number" not in taken
    assert ">Erased</h1>" in desk.get("/desk/file/CA1").text


def test_the_card_of_a_call_that_is_erased_during_wrap_up(world, desk):
    world.talk(world.ring(caller=NUMBER, customer_id=None))
    with world.transactions.begin() as tx:
        row = calls.find(tx.connection, "CA1")
        CallCompletion().close(tx, row, "completed", was_turn=row.turn)
    desk.post("/desk/calls/CA1/hang-up")
    erase_number(world.transactions, NUMBER)
    shown = regions(desk)
    assert ">Erased</h1>" in shown["call"] and "Erased" in shown["note"]
    assert "withheld" not in (shown["call"] + shown["note"] + shown["card"]).lower()


def test_contacts_and_their_page_say_so_too(tmp_path):
    world = reporting.filled(tmp_path, calls=10, days=2)
    try:
        erase_number(world.transactions, "+14155550002")
        contacts = Contacts(world.db, world.settings)
        numbers = [row["number"] for row in contacts.everything(contacts.wanted({}))]
        assert numbers.count("Erased") == 1 and "" not in numbers
        desk = Browser(reporting.application(world))
        desk.sign_in()
        assert desk.get("/reports/contacts").text.count(">Erased</span>") == 1
    finally:
        world.db.close()
