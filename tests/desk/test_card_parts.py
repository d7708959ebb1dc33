"""Parts of the card that come from elsewhere, covered fields, warnings, open matters, the caller's file."""

from __future__ import annotations

import re

import pytest

from ivr.flowfiles.settings_file import read_settings
from ivr.service.cases import CaseRefused, CaseService
from ivr.service.screen_pop.cards import CardOfAnother
from ivr.store import cases as store
from ivr.store import crm_values, jobs, journal, messages, texts
from ivr.store.crm_values import PartRow
from ivr.store.tables import contact
from tests.desk.conftest import SETTINGS, START, World, a_session, application
from tests.desk.test_card import PAYLOADS

CARDS = (
    'sources: {crm: {http: {url: "https://crm.example.com/{phone}"}}}\n'
    "customers: {source: crm, verified: pin_ok, hidden: [plan, Balance, order status, email], "
    'sensitive: [maiden_name], pop_url: "https://crm.example.com/?p={{ caller }}&n={{ customer.name }}"}\n'
)


@pytest.fixture
def world(world):
    """With a CRM, which nobody asks unless a test does."""
    settings = read_settings(SETTINGS.replace("customers: {sensitive: [maiden_name]}\n", CARDS))
    return World(world.db, world.clock, settings)


@pytest.fixture
def app(world):
    return application(world)


@pytest.fixture
def cases(world):
    return CaseService(world.transactions, world.settings)


def said(world, status: str = "found", at: float = START, sid: str = "CA1", **fields) -> None:
    with world.db.write() as unit:
        crm_values.add(unit.connection, PartRow(sid, "crm", status, fields, START + 2, at))


def part(world) -> dict:
    (found,) = world.cards.card("CA1", "desk-1").parts
    return found


def verified(sid: str = "CA1", value: object = "yes", **more) -> dict:
    session = a_session(sid, "billing")
    session["session"]["variables"]["pin_ok"] = value
    return {**session, "customer": {"id": "ALFKI", "name": "Alfreds Futterkiste"}, **more}


def noted(world, kind: str) -> list:
    with world.db.read() as connection:
        return [line for line in journal.of_call(connection, "CA1") if line.kind == kind]


# Parts ----------------------------------------------------------------------------------------------------


def test_a_part_says_how_it_stands(world, desk):
    world.customer()
    world.ring()
    assert part(world)["status"] == "late" and "did not answer" in desk.get("/desk/").text
    with world.transactions.begin() as tx:
        body = {"call": "CA1", "due": START + 2}
        jobs.enqueue(tx.connection, "card_part", "card_part:CA1", START, body, START)
    assert part(world)["status"] == "asking" and "Looking up" in desk.get("/desk/").text
    world.clock.now += 2
    assert part(world)["status"] == "late"
    said(world, Owner="Ann")
    assert part(world)["fields"] == {"Owner": "Ann"} and "Ann" in desk.get("/desk/").text


@pytest.mark.parametrize(
    ("status", "words"), [("failed", "did not answer"), ("missing", "Nothing is known there")]
)
def test_what_did_not_come_is_said(world, desk, status, words):
    world.ring()
    said(world, status)
    assert words in desk.get("/desk/").text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_values_are_text(world, desk, payload):
    world.customer(name=payload)
    world.talk(world.ring(session=verified(customer={"id": "ALFKI", "name": payload})))
    said(world, **{payload[:60]: payload})
    world.warn(payload)
    CaseService(world.transactions, world.settings).open("CA1", "desk-1", "1", payload, payload, "", False)
    for page in ("/desk/", "/desk/file/CA1", "/desk/file/"):
        html = desk.get(page).text
        assert "<script>alert" not in html and "<img src=x" not in html and "<svg onload" not in html
        assert 'href="javascript' not in html and "srcdoc='" not in html
    link = re.search(r'id="pop" href="([^"]+)"', desk.get("/desk/").text)
    assert link[1].startswith("https://crm.example.com/?p=%2B14155550123&amp;n=")
    assert not re.search(r"[<>{}'\s]", link[1])


def test_the_link_opens_apart_and_needs_all_its_values(world, desk):
    world.customer()
    world.ring(session=verified())
    assert re.search(r'id="pop"[^>]* target="_blank" rel="noopener noreferrer"', desk.get("/desk/").text)
    with world.db.read():
        assert world.cards.card("CA1", "desk-1").pop_url.endswith("n=Alfreds%20Futterkiste")


def test_an_unknown_caller_has_no_page_there(world, desk):
    world.ring(customer_id=None)
    assert 'id="pop"' not in desk.get("/desk/").text


# Identity -------------------------------------------------------------------------------------------------


def test_fields_are_covered_until_it_is_verified_who_calls(world, desk):
    world.customer(fields={"plan": "gold-plan", "city": "Berlin", "iban": "DE12"})
    world.ring()
    said(world, Balance="1200.55", Owner="Ann")
    card = world.cards.card("CA1", "desk-1")
    assert card.identity == "number"
    assert set(card.covered) == {"plan", "Balance", "order status", "email"}
    html = desk.get("/desk/").text + desk.get("/desk/now").text
    for hidden in ("gold-plan", "1200.55", "orders@alfreds.test", "DE12"):
        assert hidden not in html
    assert "Berlin" in html and "Ann" in html


def test_uncovering_is_written_down_and_only_for_who_did_it(world, desk):
    world.customer(fields={"plan": "gold-plan"})
    world.ring()
    desk.post("/desk/calls/CA1/reveal")
    desk.post("/desk/calls/CA1/reveal")
    assert "gold-plan" in desk.get("/desk/").text
    (line,) = noted(world, "fields_revealed")
    assert line.agent_id == "desk-1" and "plan" in line.body["names"]
    with world.db.read() as connection:
        assert not journal.has_done(connection, "fields_revealed", "CA1", "desk-2")
    with pytest.raises(CardOfAnother):
        world.cards.reveal("CA1", "desk-2")


def test_the_flow_may_verify(world, desk):
    world.customer(fields={"plan": "gold-plan"})
    world.ring(session=verified())
    card = world.cards.card("CA1", "desk-1")
    assert (card.identity, card.covered) == ("verified", ())
    assert "gold-plan" in desk.get("/desk/").text and "Verified in this call" in desk.get("/desk/").text


@pytest.mark.parametrize("value", ["1", "no", "", 1234, None, "YES PLEASE", False])
def test_only_yes_is_yes(world, desk, value):
    world.customer()
    world.ring(session=verified(value=value))
    assert world.cards.card("CA1", "desk-1").identity == "number"


@pytest.mark.parametrize(
    "given",
    [{"direction": "out"}, {"session": verified(came_back={"from": "CA0"})}],
)
def test_what_an_earlier_call_proved_does_not_count(world, desk, given):
    """I: caller number is not identity; whoever picks up or rings back may be somebody else."""
    world.customer()
    world.ring(**{"session": verified(), **given})
    assert world.cards.card("CA1", "desk-1").identity == "number"


# Warnings -------------------------------------------------------------------------------------------------


def test_an_agent_warns_the_next_and_ends_it(world, desk):
    world.customer()
    world.talk(world.ring())
    body = {"kind": "vulnerable", "text": "Speak slowly", "days": "7"}
    assert desk.post("/desk/file/CA1/warnings", body).status_code == 303
    (warning,) = world.cards.card("CA1", "desk-1").warnings
    assert (warning["kind"], warning["author"]) == ("vulnerable", "desk-1")
    assert warning["expires_at"] == START + 7 * 86400
    assert "Vulnerable person:" in desk.get("/desk/").text
    for _ in range(2):
        assert desk.post(f"/desk/file/CA1/warnings/{warning['id']}/end").status_code == 303
    assert world.cards.card("CA1", "desk-1").warnings == ()
    assert len(noted(world, "warning_set")) == len(noted(world, "warning_ended")) == 1


def test_who_may_see_and_end_what(world, desk, cases):
    world.customer()
    world.accounts.add("boss", "Boss", "+15550002009", ("billing",), "correct horse 1", role="supervisor")
    world.talk(world.ring("boss"), "boss")
    cases.warn("CA1", "boss", "legal", "A lawsuit is on", 0, restricted=True)
    cases.warn("CA1", "boss", "difficult", "Shouts", 0, restricted=False)
    assert len(world.cards.card("CA1", "boss").warnings) == 2
    world.call("CA2")
    world.agents.go_available("desk-1")
    world.offer(sid="CA2")
    (seen,) = world.cards.card("CA2", "desk-1").warnings
    assert seen["text"] == "Shouts" and "lawsuit" not in desk.get("/desk/file/CA2").text
    assert desk.post(f"/desk/file/CA2/warnings/{seen['id']}/end").status_code == 409
    with pytest.raises(CaseRefused):
        cases.warn("CA2", "desk-1", "legal", "x", 0, restricted=True)
    assert len(world.cards.card("CA1", "boss").warnings) == 2


# Cases ----------------------------------------------------------------------------------------------------


def test_a_case_is_opened_once_listed_and_closed(world, desk):
    world.customer()
    world.ring()
    body = {"title": "Missing parcel", "once": "form-1", "due_on": "2026-10-01", "tell": "on"}
    for _ in range(2):
        assert desk.post("/desk/file/CA1/cases", body).status_code == 303
    (matter,) = world.cards.card("CA1", "desk-1").open_matters
    assert (matter["kind"], matter["title"], matter["due"]) == ("case", "Missing parcel", "2026-10-01")
    assert "Case 1" in desk.get("/desk/").text and "Missing parcel" in desk.get("/desk/file/").text
    with world.db.read() as connection:
        sent = [row for row in connection.execute(contact.select()) if row.channel == messages.TEXT]
    assert [row.summary for row in sent] == [
        "Northwind: your case has the number 1. Please name it when you call."
    ]
    tx = {"state": "closed", "owner": "desk-1", "version": "1", "note": "Found"}
    assert desk.post("/desk/file/CA1/cases/1", tx).status_code == 303
    assert world.cards.card("CA1", "desk-1").open_matters == ()
    assert desk.post("/desk/file/-/cases/1", tx).status_code == 409  # version 1 is old by now
    assert len(noted(world, "case_opened")) == len(noted(world, "case_changed")) == 1


def test_who_wants_no_texts_gets_none(world, desk):
    world.customer()
    world.talk(world.ring())
    with world.transactions.begin() as tx:
        texts.opt_out_number(tx.connection, "+14155550123", "STOP", START)
    answer = desk.post("/desk/file/CA1/cases", {"title": "x", "once": "1", "tell": "on"})
    assert "was not told" in answer.text and len(noted(world, "case_opened")) == 1


def test_anothers_case_is_not_there(world, desk, cases):
    world.agent("desk-2")
    world.customer()
    world.ring("desk-2")
    number, _ = cases.open("CA1", "desk-2", "1", "Theirs", "", "", False)
    assert desk.post(f"/desk/file/-/cases/{number}", {"state": "closed", "version": "1"}).status_code == 404
    assert desk.get("/desk/file/CA1").status_code == 404


def test_the_owner_of_a_case_is_one_of_us(world, desk, cases):
    for agent in ("desk-2", "desk-3"):
        world.agent(agent)
    world.accounts.set_name("desk-3", "Desk <two>")
    world.customer()
    world.talk(world.ring())
    number, _ = cases.open("CA1", "desk-1", "1", "Parcel", "", "", False)

    def give(owner: str, version: int) -> tuple[int, str]:
        body = {"owner": owner, "version": str(version)}
        answer = desk.post(f"/desk/file/CA1/cases/{number}", body)
        return answer.status_code, answer.text

    page = desk.get("/desk/file/CA1").text
    assert '<option value="desk-2">Desk two</option>' in page and "Desk &lt;two&gt;" in page
    for stranger in ("nobody", "", "Desk", "desk-2\r\nx"):
        status, said = give(stranger, 1)
        assert (status, "choose an owner from the list" in said) == (409, True), stranger
    assert give("desk TWO", 1)[0] == 303  # by name, as it is spoken
    with world.db.read() as connection:
        assert store.find(connection, number).owner == "desk-2"
    world.accounts.disable("desk-3")
    assert give("desk-3", 2)[0] == 409
    world.accounts.disable("desk-2")
    assert "has left" in desk.get("/desk/file/CA1").text
    assert give("desk-2", 2)[0] == 303  # what they had stays theirs until somebody takes it


def test_contacts_come_in_pages_without_a_gap(world, desk, cases):
    world.customer()
    for number in range(45):
        world.contact(at=START - 86400 - number // 2, summary=f"contact {number}", channel=f"c{number % 2}")
    world.talk(world.ring())
    seen, before = [], None
    while True:
        page = cases.file("CA1", "desk-1", before)
        seen += [one.summary for one in page.contacts]
        before = page.before
        if before is None:
            break
    assert len(seen) == len(set(seen)) == 45
    link = re.search(r'id="older" href="([^"]+)"', desk.get("/desk/file/CA1").text)[1]
    assert desk.get(link).text.count("<li>") >= 20
    assert desk.get("/desk/file/CA1?before=x").status_code == 400


def test_the_whole_file_opens_after_accepting_and_is_written_down(world, desk):
    world.customer()
    offer = world.ring()
    answer = desk.get("/desk/file/CA1")
    assert answer.status_code == 409 and "once you have accepted" in answer.text
    assert noted(world, "file_read") == []
    offered = desk.get("/desk/").text
    assert 'href="/desk/file/CA1"' not in offered and "open once you have accepted" in offered
    world.agents.accept("desk-1", offer)
    assert 'href="/desk/file/CA1"' in desk.get("/desk/").text
    assert desk.get("/desk/file/CA1").status_code == 200
    [line] = noted(world, "file_read")
    assert line.agent_id == "desk-1"
