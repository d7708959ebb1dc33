"""A request to ring a phone that the carrier works off late, or that a frozen process sends late: nobody is
rung twice, and a leg that is not the one on record is ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.carrier.twilio import TwilioCarrier
from ivr.flowfiles.settings_file import load_settings
from ivr.store.tables import metadata
from simulator.fault_injection import TIMEOUT
from simulator.phones import AgentPhone
from tests.service.calling_back import books, calling_back, customer_phone
from tests.service.driving import ON_SQLITE, asks_for_person, talks
from tests.service.transferring import WarmTalk
from tests.service.witness_checks import rows

pytestmark = ON_SQLITE
CREATE = r"/Calls\.json$"
WORKSHOP = "+14155550190"
GOODBYE = ("Goodbye", "try again later")


@dataclass
class Rung:
    """A phone that is about to be rung once `starts` is called."""

    line: object
    phone: AgentPhone
    starts: Callable[[], object]
    table: str

    def legs(self) -> list:
        return [call for call in self.line.account.calls.values() if call.to == self.phone.address]

    def placed(self) -> list:
        """Requests that took effect, whenever that was."""
        found = self.line.account.witness.of("rest")
        return [e for e in found if e.detail["method"] == "POST" and e.detail["path"].endswith("/Calls.json")
                and e.detail["applied"] and e.detail["params"]["To"] == self.phone.address]  # fmt: skip

    def leg_on_record(self) -> str | None:
        return rows(self.line, metadata.tables[self.table])[-1].leg_sid


def an_agent(rehearse, tmp_path) -> Rung:
    line = rehearse()
    phone = line.add_agent("desk-1", ["support"])
    return Rung(line, phone, lambda: asks_for_person(line), "offer")


def a_customer(rehearse, tmp_path) -> Rung:
    line = rehearse(calling_back(tmp_path))
    books(line)
    phone = customer_phone(line)
    return Rung(line, phone, lambda: line.add_agent("desk-1", ["support"]), "callback")


def a_supervisor(rehearse, tmp_path) -> Rung:
    line = rehearse()
    agent = line.add_agent("desk-1", ["support"])
    boss = line.add_agent("boss-1", ["support"], available=False)
    line.line.accounts.set_role("boss-1", "supervisor")
    line.line.agents.sign_in("boss-1")
    caller = talks(line, agent)
    return Rung(
        line, boss, lambda: line.line.supervising.joining.start("boss-1", caller.sid, "listen"), "supervision"
    )


def a_colleague(rehearse, tmp_path) -> Rung:
    warm = WarmTalk(rehearse())
    return Rung(warm.line, warm.two, warm.asks, "offer")


def a_number_outside(rehearse, tmp_path) -> Rung:
    settings = load_settings(Path(__file__).parents[2] / "config.yaml", {})
    warm = WarmTalk(rehearse(settings.model_copy(update={"targets": {"workshop": WORKSHOP}})))
    phone = warm.line.account.add_phone(WORKSHOP)
    return Rung(warm.line, phone, lambda: warm.asks("number:workshop"), "transfer")


EVERYBODY = (an_agent, a_customer, a_supervisor, a_colleague, a_number_outside)


@pytest.fixture(params=EVERYBODY, ids=lambda who: who.__name__)
def rung(request, rehearse, tmp_path) -> Rung:
    made = request.param(rehearse, tmp_path)
    made.phone.call_waiting = True
    return made


@pytest.mark.parametrize("reported", [True, False])
@pytest.mark.parametrize("late", [2.0, 9.0, 19.0])
def test_a_placement_that_is_worked_off_late_is_placed_once(rung, late, reported):
    if not reported:  # then only a look at the carrier's list can tell
        rung.line.account.disturb(drop=lambda webhook: webhook.kind == "status")
    rung.line.account.switches.list_lag = 0.5
    rung.line.account.rest_faults.add("POST", CREATE, TIMEOUT, late=late)
    rung.starts()
    rung.line.run(late + 6)
    assert rung.phone.ringing and len(rung.placed()) == 1
    assert rung.leg_on_record() == rung.phone.call.sid
    rung.line.run(12)
    assert len(rung.placed()) == 1


def test_a_placement_that_never_came_is_placed_again_when_that_is_certain(rung):
    rung.line.account.rest_faults.add("POST", CREATE, TIMEOUT)
    began = rung.line.clock.time()
    rung.starts()
    assert rung.line.account.run_until(lambda: rung.phone.ringing, 45)
    assert rung.line.clock.time() - began >= 15
    rung.line.run(5)
    assert rung.phone.ringing, "and there is time to pick up"


def freeze_in_the_carrier(monkeypatch, line, seconds: float) -> None:
    """The next process that is about to ask for a call stands still for so long."""
    ring, frozen = TwilioCarrier.ring, []

    def stands_still(self, *args, **more):
        if not frozen:
            frozen.append(line.clock.time())
            line.clock.advance_to(line.clock.time() + seconds)
        return ring(self, *args, **more)

    monkeypatch.setattr(TwilioCarrier, "ring", stands_still)


@pytest.mark.parametrize("seconds", [8.0, 90.0])
def test_nothing_is_placed_for_a_record_that_has_grown_old(rung, monkeypatch, seconds):
    """A clock process that froze between the record and the request: others may have placed it meanwhile."""
    freeze_in_the_carrier(monkeypatch, rung.line, seconds)
    began = rung.line.clock.time()
    rung.starts()
    asked = [e for e in rung.line.account.witness.of("rest") if e.detail["path"].endswith("/Calls.json")
             and e.detail["method"] == "POST" and e.t >= began]  # fmt: skip
    assert [e for e in asked if e.t < began + seconds] == []
    rung.line.run(3)
    assert len(rung.placed()) <= 1


def twice(rung: Rung) -> list:
    """The carrier works the first request off later than it ever does: a second leg."""
    rung.line.account.rest_faults.add("POST", CREATE, TIMEOUT, late=50.0)
    rung.starts()
    assert rung.line.account.run_until(lambda: rung.phone.ringing, 45)
    kept = rung.phone.call
    assert rung.line.account.run_until(lambda: len(rung.legs()) >= 2, 40)
    return kept


def test_a_second_leg_ends_at_its_first_report(rung):
    rung.phone.behaviour = "manual"
    kept = twice(rung)
    if kept.live:
        assert rung.leg_on_record() == kept.sid, "the first known leg stays"
    rung.line.run(2)
    strays = [leg for leg in rung.legs() if leg is not kept and leg.created > kept.created]
    assert [leg.status for leg in strays if leg.live] == []


def test_a_second_leg_that_is_answered_hears_a_goodbye_and_joins_nobody(rung):
    kept = twice_answered(rung)
    rung.line.run(4)
    stray = rung.legs()[-1]
    assert stray is not kept and stray.started is not None
    rung.line.run(20)
    assert not stray.live
    heard = " ".join(entry.detail["text"] for entry in rung.line.account.witness.of("speech", stray.sid))
    assert "Goodbye" in heard or "later" in heard
    assert rung.leg_on_record() == kept.sid
    assert not rung.line.account.witness.of("hears", stray.sid)


def twice_answered(rung: Rung):
    """Both are picked up, and the reports of the second that it rings are lost."""
    late = 35.0 if rung.table == "callback" else 25.0  # customers are waited for longer
    rung.line.account.rest_faults.add("POST", CREATE, TIMEOUT, late=late)
    rung.starts()
    assert rung.line.account.run_until(lambda: rung.phone.ringing, 45)
    kept = rung.phone.call
    rung.phone.answer()
    rung.line.account.disturb(drop=lambda hook: hook.kind == "status" and hook.call_sid != kept.sid)
    assert rung.line.account.run_until(lambda: rung.phone.second is not None, 40)
    rung.phone.answer()
    rung.line.run(0.5)
    rung.phone.press("1")
    return kept
