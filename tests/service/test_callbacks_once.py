"""F-CB-05, I-18: a customer is rung once, whoever dies and however many workers there are; a booking ends
once, and there is one for a number and queue."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from sqlalchemy import select

from ivr.carrier.base import AMBIGUOUS, RETRYABLE, CarrierError
from ivr.carrier.twilio import TwilioCarrier
from ivr.store import calls, floor
from ivr.store.tables import journal
from tests.service.calling_back import CUSTOMER, bookings, books, calling_back, customer_phone, rings_to
from tests.service.driving import ON_SQLITE, all_at_once, another_line, asks_for_person
from tests.service.witness_checks import check_quiet_floor

ENDS = ("callback_connected", "callback_cancelled", "callback_merged", "callback_expired")


class Killed(BaseException):
    """kill -9: nothing of ours runs any more."""


@pytest.fixture
def back(rehearse, tmp_path):
    return lambda alone=False, **callbacks: rehearse(calling_back(tmp_path, **callbacks), alone=alone)


def stop_worker(line) -> None:
    line.account._loop._companions[0].run_due = lambda: None


def test_F_CB_05_two_processes_dial_one_leg(back, database_url):
    line = back()
    books(line)
    customer = customer_phone(line)
    stop_worker(line)
    line.add_agent("desk-1", ["support"])
    lines = [another_line(line, database_url) for _ in range(4)]
    for _ in range(3):
        outcomes = all_at_once(*[one.worker.run_due for one in lines])
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
        line.run(0.2)
    assert customer.ringing
    assert len(rings_to(line)) == 1
    assert [row.attempts for row in bookings(line)] == [1]
    for one in lines:
        one.database.close()


@ON_SQLITE
@pytest.mark.parametrize("placed", [True, False])
def test_F_CB_05_dies_after_the_claim(back, database_url, monkeypatch, placed):
    line = back()
    books(line)
    customer_phone(line)
    line.account.disturb(drop=lambda webhook: "/callbacks/" in webhook.url)  # nobody tells us of the leg
    ring, died = TwilioCarrier.ring, []

    def dies(self, to, *args, **more):
        if to == CUSTOMER and not died:
            died.append(to)
            if placed:
                ring(self, to, *args, **more)
            raise Killed
        return ring(self, to, *args, **more)

    monkeypatch.setattr(TwilioCarrier, "ring", dies)
    with pytest.raises(Killed):
        line.add_agent("desk-1", ["support"])
        line.run(5)
    line.run(60)
    assert died
    assert len(rings_to(line)) == 1, "looked for before it is repeated"
    assert [row.attempts for row in bookings(line)] == [1]


@ON_SQLITE
def test_F_CB_05_the_answer_of_the_carrier_is_lost(back, monkeypatch):
    line = back()
    books(line)
    customer = customer_phone(line)
    ring = TwilioCarrier.ring

    def lost(self, to, *args, **more):
        sid = ring(self, to, *args, **more)
        if to == CUSTOMER:
            raise CarrierError(AMBIGUOUS, "no answer")
        return sid

    monkeypatch.setattr(TwilioCarrier, "ring", lost)
    line.add_agent("desk-1", ["support"])
    line.run(15)
    assert customer.ringing and len(rings_to(line)) == 1


@ON_SQLITE
@pytest.mark.parametrize("whose", ["customer", "agent"])
def test_F_CB_05_refused_once_then_dies_after_the_second_request(back, monkeypatch, whose):
    """What the first request came to says nothing about the second: it is looked for."""
    line = back()
    phone = CUSTOMER if whose == "customer" else "+15550002001"
    if whose == "customer":
        books(line)
        customer_phone(line)
    else:
        asks_for_person(line)
    line.account.disturb(drop=lambda hook: "/callbacks/" in hook.url or "/offers/" in hook.url)
    ring, asked = TwilioCarrier.ring, []

    def refused_then_dies(self, to, *args, **more):
        if to != phone:
            return ring(self, to, *args, **more)
        asked.append(to)
        if len(asked) == 1:
            raise CarrierError(RETRYABLE, "slow down", 20429)
        ring(self, to, *args, **more)
        if len(asked) == 2:
            raise Killed
        return None

    monkeypatch.setattr(TwilioCarrier, "ring", refused_then_dies)
    with pytest.raises(Killed):
        line.add_agent("desk-1", ["support"], phone="+15550002001")
        line.run(10)
    line.run(16)
    assert len(asked) == 2, "F-CB-05: looked for before it is repeated"
    assert len(rings_to(line, phone)) == 1


NUMBERS = (CUSTOMER, "+14155550124", "+14155550125")


class Day:
    """Customers and an agent who do anything at any time."""

    def __init__(self, line, seed: int) -> None:
        self.line, self.chance = line, random.Random(seed)
        self.agent = line.add_agent("desk-1", ["support"], available=False)
        self.phones = {number: customer_phone(line, "manual", number) for number in NUMBERS}
        self.callers: list = []

    def step(self) -> None:
        do = self.chance.choice(
            (
                self.call,
                self.press,
                self.press,
                self.hang_up,
                self.customer,
                self.agent_acts,
                self.duty,
                self.wait,
            )
        )
        do()
        self.line.run(self.chance.choice((0.3, 1, 3, 8)))
        live = Counter((row.number, row.queue) for row in bookings(self.line) if row.ended_at is None)
        assert all(count == 1 for count in live.values()), live
        rung = Counter(
            call.to for call in self.line.account.calls.values() if call.to in NUMBERS and call.live
        )
        assert all(count == 1 for count in rung.values()), f"I-18: two live legs to one number: {rung}"

    def call(self) -> None:
        live = [caller for caller in self.callers if caller.call.live]
        if len(live) < 4:
            self.callers.append(self.line.dial(self.chance.choice((*NUMBERS, "anonymous"))))

    def press(self) -> None:
        live = [caller for caller in self.callers if caller.call.live]
        if live:
            self.chance.choice(live).press(self.chance.choice("0111112#"))

    def hang_up(self) -> None:
        live = [caller for caller in self.callers if caller.call.live]
        if live:
            self.chance.choice(live).hang_up()

    def customer(self) -> None:
        phone = self.chance.choice(list(self.phones.values()))
        if phone.ringing:
            self.chance.choice((phone.answer, phone.answer, phone.decline))()
        elif phone.call:
            self.chance.choice((lambda: phone.press("1"), lambda: phone.press("2"), phone.hang_up))()
        else:
            phone.behaviour = self.chance.choice(("manual", "manual", "machine", "no-answer"))

    def agent_acts(self) -> None:
        if self.agent.ringing:
            self.agent.answer()
        elif self.agent.call:
            self.chance.choice((lambda: self.agent.press("1"), self.agent.hang_up))()

    def duty(self) -> None:
        agents = self.line.line.agents
        self.chance.choice((agents.go_available, agents.go_available, agents.go_away))("desk-1")

    def wait(self) -> None:
        self.line.run(self.chance.choice((30, 120, 700)))


@ON_SQLITE
@pytest.mark.parametrize("first", ["customer", "agent"])
@pytest.mark.parametrize("seed", range(4))
def test_I_18_one_live_callback_for_a_number_and_each_ends_once(back, first, seed):
    line = back(alone=True, first=first, retry_minutes=10, attempts=2)
    day = Day(line, seed)
    for _ in range(150):
        day.step()
    for phone in day.phones.values():
        phone.behaviour = "no-answer"
    line.line.agents.go_available("desk-1")
    for _ in range(400):
        if line.account.run_until(lambda: day.agent.ringing, 30):
            day.agent.answer()
            line.run(3)
            day.agent.press("1")
            line.run(40)
        for caller in day.callers:
            caller.hang_up()
        for phone in (day.agent, *day.phones.values()):
            phone.hang_up()
        if line.line.agents.status("desk-1").state == "away":
            line.line.agents.go_available("desk-1")
        if not [row for row in bookings(line) if row.ended_at is None]:
            break
    line.run(120)
    with line.database.read() as connection:
        ends = connection.execute(select(journal.c.body).where(journal.c.kind.in_(ENDS))).scalars()
        counted = Counter(body["callback"] for body in ends)
    made = bookings(line)
    assert made, "a day on which nothing is booked shows nothing"
    assert counted == {row.id: 1 for row in made}
    check_quiet_floor(line)


@ON_SQLITE
def test_positions_count_places_of_callbacks(back):
    line = back()
    books(line)
    later = asks_for_person(line, "+14155550124")
    with line.database.read() as connection:
        place = floor.queued(connection, calls.find(connection, later.sid).queued_id)
        assert line.line.waits.facts(connection, place, line.clock.time()).position == 2
