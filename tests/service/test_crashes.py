"""F-WH-08: the process dies between any two steps, and another one goes on from what was committed."""

from __future__ import annotations

import re

import pytest

from ivr.store import jobs, tables
from ivr.store.jobs import LEASE_S
from tests.service.driving import another_line, asks_for_person, picks_up
from tests.service.witness_checks import agents_legs, check_calls, check_quiet_floor, rows


class Killed(BaseException):
    """kill -9: nothing of ours runs any more."""


class Fallen:
    """A line whose process died; `rise` starts another on the same database."""

    def __init__(self, line, url: str) -> None:
        self.line, self.url, self.alive = line, url, True
        run_due = line.line.worker.run_due
        companion = line.account._loop._companions[0]
        companion.run_due = lambda: run_due() if self.alive else None

    def rise(self) -> None:
        self.alive = True
        line, new = self.line, another_line(self.line, self.url)
        line.line.database.close()
        line.account.transport.apps["https://line.test"] = new.app
        line.line = new
        line.account._loop._companions[0].run_due = new.worker.run_due


@pytest.fixture
def process(line, database_url):
    return Fallen(line, database_url)


def finishes(line, phone, caller) -> None:
    picks_up(line, phone)
    line.run(3)
    assert caller.talking_to == {phone.address}
    assert len(agents_legs(line)) == 1, "one phone rings once"
    caller.hang_up()
    line.run(60)
    check_calls(line)
    check_quiet_floor(line)


def test_F_WH_08_dies_between_the_commit_and_the_effects(process):
    line = process.line
    phone = line.add_agent("desk-1", ["support"])
    process.alive = False
    caller = asks_for_person(line)
    line.run(2)
    assert not phone.ringing
    process.rise()
    assert line.account.run_until(lambda: phone.ringing, 2)
    finishes(line, phone, caller)


def test_F_WH_08_dies_with_jobs_in_its_hands(process):
    line = process.line
    phone = line.add_agent("desk-1", ["support"])
    process.alive = False
    caller = asks_for_person(line)
    with line.database.write() as unit:
        assert jobs.claim(unit.connection, line.clock.time())
    process.rise()
    line.run(LEASE_S - 5)
    assert not phone.ringing
    assert line.account.run_until(lambda: phone.ringing, 10)
    finishes(line, phone, caller)


@pytest.mark.parametrize("placed", [True, False])
def test_F_WH_08_dies_while_the_call_to_the_agent_is_being_placed(process, monkeypatch, placed):
    """Whether the request had reached the carrier is not known: look first, and ring once."""
    line = process.line
    phone = line.add_agent("desk-1", ["support"])
    from ivr.carrier.twilio import TwilioCarrier

    ring = TwilioCarrier.ring

    def dies(self, *args, **kwargs):
        if placed:
            ring(self, *args, **kwargs)
        process.alive = False
        raise Killed

    monkeypatch.setattr(TwilioCarrier, "ring", dies)
    line.account.disturb(late=lambda webhook: 8.0 if re.search("/offers/.*status", webhook.url) else 0.0)
    with pytest.raises(Killed):
        asks_for_person(line)
    monkeypatch.undo()
    line.run(0.5)
    caller = next(iter(call.phone for call in line.account.calls.values() if call.direction == "inbound"))
    process.rise()
    assert line.account.run_until(lambda: phone.ringing, LEASE_S + 30)
    line.run(0.2)
    if not rows(line, tables.offer, agent_id="desk-1")[0].leg_sid:
        line.account.run_until(lambda: bool(rows(line, tables.offer)[0].leg_sid), LEASE_S)
    finishes(line, phone, caller)
