"""Cases, warnings, open matters and pages of contacts, as both databases keep them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.store import cases, customer_warnings, customers, open_items
from ivr.store.cases import CaseRow
from ivr.store.customer_warnings import WarningInForce
from ivr.store.customers import ContactRow, CustomerRow

NUMBER = "+14155550123"
CASE = CaseRow(
    0, "Z1", NUMBER, "Parcel", "", "open", "desk-1", "2026-03-02", "CA1", "form", 1, 1.0, 1.0, None
)


@pytest.fixture
def unit(on):
    line = on('hi: {ask: "Press 0 for a person. Your number.", digits: 4, save: number, next: hi}')
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("Z1", "Zed", "", "", "", {}, 1.0), [NUMBER])
        yield unit.connection


def test_a_form_sent_twice_is_one_case_and_a_change_wins_once(unit):
    number, is_new = cases.add(unit, CASE)
    assert is_new and cases.add(unit, CASE) == (number, False)
    row = cases.find(unit, number)
    closed = replace(row, state="closed", closed_at=2.0)
    assert cases.change(unit, closed) and not cases.change(unit, closed)
    assert cases.find(unit, number).version == 2 and cases.of_owner(unit, "desk-1") == []


def test_the_next_one_due_comes_first(unit):
    days = (None, "2026-05-01", "2026-04-01")
    made = [cases.add(unit, replace(CASE, once=str(day), due_on=day))[0] for day in days]
    assert [one.id for one in cases.of_owner(unit, "desk-1")] == made[::-1]


@pytest.mark.parametrize(
    ("customer", "number", "seen"),
    [
        ("Z1", "", 1),
        ("Z1", "+1998", 2),
        (None, "+1998", 1),
        (None, NUMBER, 0),
        (None, "", 0),
        ("Y1", "+1999", 0),
    ],
)
def test_matters_are_a_customers_or_those_of_a_number_that_nobody_knows(unit, customer, number, seen):
    cases.add(unit, CASE)
    cases.add(unit, replace(CASE, once="unknown", customer_id=None, number="+1998"))
    cases.add(unit, replace(CASE, once="withheld", customer_id=None, number=""))
    assert len(open_items.open_items_of(unit, customer, number, "CA1")) == seen
    assert len(cases.of_caller(unit, customer, number)) == seen


def test_a_warning_ends_once_and_stays_on_record(unit):
    made = customer_warnings.add(unit, WarningInForce(0, "Z1", "legal", "x", "a", 1.0, None, "supervisor"))
    brief = customer_warnings.add(unit, WarningInForce(0, "Z1", "note", "y", "a", 2.0, 5.0, "agent"))
    assert [one.id for one in customer_warnings.in_force(unit, "Z1", 4.0)] == [brief, made]
    assert [one.id for one in customer_warnings.in_force(unit, "Z1", 5.0)] == [made]
    assert customer_warnings.end(unit, made, "b", 6.0) and not customer_warnings.end(unit, made, "b", 6.0)
    assert customer_warnings.in_force(unit, "Z1", 4.5)[0].id == brief
    assert customers.warnings_of(unit, "Z1", 6.0) == []


def test_contacts_of_the_same_second_come_once_each(unit):
    rows = [ContactRow(5.0, "Z1", "", f"c{one}", "in", str(one), "", "", "", "", "", 0) for one in range(7)]
    customers.keep_contacts(unit, rows)
    seen, before = [], None
    while page := customers.page_of_contacts(unit, "Z1", NUMBER, before, 3):
        seen += [one.summary for one in page]
        before = page[-1].at, page[-1].id
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]
    assert customers.page_of_contacts(unit, None, "", None, 3) == []
