"""Several customers have the caller's number: the agent asks which of them it is, and says so on the card."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from ivr.engine.effects import LookUp
from ivr.engine.events import LookedUp
from ivr.floor.crm_lookups import schedule_crm_lookup
from ivr.flowfiles.settings_file import read_settings
from ivr.jobs.crm_lookups import CrmLookups
from ivr.jobs.worker import Worker
from ivr.service.cases import CaseService
from ivr.store import calls, journal
from ivr.store.tables import contact
from tests.desk.conftest import SETTINGS, START, Browser, World, application, identifying

PART = """
sources: {crm: {http: {url: "https://crm.example.com/p/{id}", timeout: 1}}}
customers: {source: crm, title: From the CRM, with: {id: "{{ customer.id }}"}, fields: {Owner: owner}}
"""
SEVERAL = {"customer_id": None}


def household(world) -> None:
    world.customer()
    world.customer(id="BERGS", name="Berglunds snabbköp", company="Berglunds", fields={"plan": "silver"})
    world.customer(id="FRANK", name="Frankenversand", numbers=["+14155550199"])


@pytest.fixture
def ringing(world, desk) -> str:
    """A call from the number of two customers, offered; the id of the offer."""
    household(world)
    world.contact(customer_id="BERGS", summary="Asked for a crate of oranges")
    return world.ring(**SEVERAL)


@pytest.fixture
def talking(world, desk, ringing) -> Browser:
    world.talk(ringing)
    return desk


def chooses(desk: Browser, customer: str, sid: str = "CA1"):
    return desk.post(f"/desk/calls/{sid}/customer", {"customer": customer})


def lines(world, kind: str = "customer_chosen") -> list[dict]:
    with world.db.read() as connection:
        return [line.body for line in journal.of_call(connection, "CA1") if line.kind == kind]


def pressed(html: str) -> list[str]:
    return re.findall(r'id="(customer-[^"]+)" aria-pressed="true"', html)


def test_the_card_asks_which_customer_it_is_and_offers_each_and_none(talking):
    card = talking.get("/desk/now").get_json()["regions"]["card"]
    assert "Which customer is it?" in card and "None of them" in card
    assert card.count("/customer") == 3 and "Berglunds snabbköp" in card and "Frankenversand" not in card
    assert pressed(card) == []


def test_nobody_is_asked_before_the_call_is_accepted(desk, ringing):
    assert "Which customer" not in desk.get("/desk/now").get_json()["regions"]["card"]
    answer = chooses(desk, "BERGS")
    assert answer.status_code == 409 and "Accept" in answer.get_json()["message"]


def test_the_card_then_shows_that_customers_parts(world, talking):
    world.warn("Speaks slowly", customer_id="BERGS")
    shown = chooses(talking, "BERGS").get_json()["regions"]
    assert "Berglunds snabbköp" in shown["call"] and " or " not in shown["call"]
    assert "silver" in shown["card"] and "Speaks slowly" in shown["card"]
    assert "crate of oranges" in shown["card"] and "gold" not in shown["card"]
    assert pressed(shown["card"]) == ["customer-2"]


def test_flows_know_the_customer_from_then_on(world, talking):
    chooses(talking, "BERGS")
    with world.db.read() as connection:
        row = calls.find(connection, "CA1")
    assert row.customer_id == "BERGS" and row.session["customer"]["name"] == "Berglunds snabbköp"
    assert row.session["session"], "and nothing else is forgotten"


def test_none_of_them_is_an_answer_too(talking):
    shown = chooses(talking, "").get_json()["regions"]
    assert pressed(shown["card"]) == ["customer-none"]
    assert "not a known customer" in shown["call"] and "Alfreds" not in shown["call"]


def test_contact_notes_and_cases_of_the_call_go_with_the_customer_also_in_wrap_up(world, talking):
    cases = CaseService(world.transactions, world.settings)
    chooses(talking, "ALFKI")
    cases.open("CA1", "desk-1", "once", "Broken crate", "", "", tell=False)
    world.agents.save_note("desk-1", "CA1", "Will send a new one", 0)
    world.agents.hang_up("desk-1", "CA1")
    ended(world)
    assert whose(world) == ("ALFKI", "Will send a new one")
    assert chooses(talking, "BERGS").status_code == 200
    assert whose(world) == ("BERGS", "Will send a new one")
    assert [case.customer_id for case in cases.file("CA1", "desk-1").cases] == ["BERGS"]
    world.agents.wrap_up_done("desk-1")
    assert chooses(talking, "ALFKI").status_code == 404
    assert whose(world)[0] == "BERGS"


def ended(world) -> None:
    """The end of the call as its own webhook writes it."""
    with world.transactions.begin() as tx:
        row = calls.lock(tx.connection, "CA1")
        identifying(world)._completion.close(tx, row, "completed", row.turn)


def whose(world) -> tuple:
    with world.db.read() as connection:
        columns = select(contact.c.customer_id, contact.c.note).where(contact.c.call_sid == "CA1")
        return tuple(connection.execute(columns).one())


def test_the_journal_has_each_choice_once(world, talking):
    for customer in ("BERGS", "BERGS", "", "", "ALFKI"):
        assert chooses(talking, customer).status_code == 200
    assert [line["customer"] for line in lines(world)] == ["BERGS", "", "ALFKI"]


@pytest.mark.parametrize("customer", ["FRANK", "nobody", "ALFKI ", "' OR 1=1 --"])
def test_who_does_not_have_the_number_cannot_be_chosen(world, talking, customer):
    chooses(talking, "ALFKI")
    assert chooses(talking, customer).status_code == 400
    assert world.cards.card("CA1", "desk-1").customer.id == "ALFKI" and len(lines(world)) == 1


def test_other_agents_cannot_choose(world, talking, browser_of):
    world.agent("desk-2")
    other = browser_of()
    other.sign_in("desk-2")
    assert chooses(other, "BERGS").status_code == 404
    assert chooses(talking, "BERGS", "CA9").status_code == 404
    assert lines(world) == []


def test_a_choice_without_the_pages_token_is_refused(world, talking):
    talking.token = ""
    assert chooses(talking, "BERGS").status_code == 400 and lines(world) == []


def test_one_customer_alone_is_not_asked_for(world, desk):
    world.customer()
    world.talk(world.ring())
    assert "Which customer" not in desk.get("/desk/now").get_json()["regions"]["card"]
    assert chooses(desk, "ALFKI").status_code == 400


class Crm:
    """Answers with what it was asked for."""

    def deadline(self, _effect: LookUp) -> float:
        return 1.0

    def __call__(self, effect: LookUp, _sid: str = "") -> LookedUp:
        return LookedUp("found", {"owner": f"Owner of {effect.parameters['id']}"})


def test_what_another_system_knows_is_asked_anew_of_the_customer_chosen(world):
    settings = read_settings(SETTINGS.replace("customers: {sensitive: [maiden_name]}\n", PART))
    world = World(world.db, world.clock, settings)
    later: list = []
    worker = Worker(
        world.transactions, CrmLookups(world.transactions, settings.customers, Crm(), later.append).jobs()
    )
    world.agent()
    household(world)
    with world.transactions.begin() as tx:
        schedule_crm_lookup(tx, "CA1", settings)
    world.talk(world.ring(**SEVERAL))
    desk = Browser(application(world))
    desk.sign_in()

    def looks() -> dict:
        worker.run_due()
        while later:
            later.pop(0)()
        (part,) = world.cards.card("CA1", "desk-1").parts
        return part["fields"]

    assert looks() == {}, "nobody knows yet of whom to ask"
    chooses(desk, "ALFKI")
    worker.run_due()
    chooses(desk, "BERGS")  # while the other system is still thinking about the first
    assert looks() == {"Owner": "Owner of BERGS"}
    world.agents.hang_up("desk-1", "CA1")
    ended(world)
    chooses(desk, "ALFKI")
    assert looks() == {"Owner": "Owner of ALFKI"}
    assert world.cards.card("CA1", "desk-1").waiting_since < START


def test_of_many_customers_the_page_names_the_first(world, desk):
    for number in range(9):
        world.customer(id=f"C{number}", name=f"Guest {number}")
    world.talk(world.ring(**SEVERAL))
    shown = desk.get("/desk/now").get_json()["regions"]
    assert "Guest 0 or Guest 1 or Guest 2 or 6 more" in shown["call"] and "Guest 8" in shown["card"]
