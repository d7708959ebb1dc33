"""Two clicks, or a click and a report of the phone company, at the same instant and in two processes: one
counts, the other is told so, and nothing is left of either."""

from __future__ import annotations

import pytest

from ivr.service.agents import TooLate
from tests.service.driving import all_at_once, another_line, asks_for_person, picks_up, posts
from tests.service.houses import journal
from tests.service.transferring import WarmTalk

ENDS = ("transferred", "transfer_cancelled", "transfer_failed", "transfer_ended")


@pytest.fixture
def warm(rehearse, database_url):
    warm = WarmTalk(rehearse())
    warm.other = warm.line.line
    if not warm.line.database.is_sqlite:
        warm.other = another_line(warm.line, database_url)
    yield warm
    if warm.other is not warm.line.line:
        warm.other.database.close()


def click(line, name: str, sid: str, *more: str):
    return lambda: getattr(line.talks, name)("desk-1", sid, *more)


def report(line, leg_sid: str, path: str):
    return lambda: posts(line, path, CallSid=leg_sid, CallStatus="completed").status_code


def works(warm: WarmTalk, names: str) -> list:
    """What is done at once, the first half of it in one process and the second in the other."""
    row, made = warm.transfer(), []
    legs = {
        "one hangs up": (warm.one.call.sid, f"/voice/offers/{row.from_offer}/status"),
        "two hangs up": (warm.two.call.sid, f"/voice/offers/{row.offer_id}/status"),
        "customer hangs up": (warm.sid, "/voice/status"),
    }
    for name in names.split(" + "):
        line = warm.other if made else warm.line.line
        made.append(report(line, *legs[name]) if name in legs else click(line, name, warm.sid))
    return made


PAIRS = (
    "hand_over + hand_over",
    "hand_over + cancel",
    "hand_over + together",
    "together + together",
    "together + cancel",
    "hand_over + one hangs up",
    "hand_over + two hangs up",
    "hand_over + customer hangs up",
    "together + two hangs up",
    "cancel + one hangs up",
    "cancel + two hangs up",
    "one hangs up + two hangs up",
)


@pytest.mark.parametrize("names", PAIRS)
def test_while_they_consult(warm, names):
    """I-03: whatever comes first, at most one of them has the caller, and the transfer has one end."""
    warm.consults()
    results = all_at_once(*works(warm, names))
    refused = [one for one in results if isinstance(one, Exception)]
    assert all(isinstance(one, TooLate) for one in refused), refused
    assert len(refused) < 2
    warm.line.run(10)
    row = warm.transfer()
    assert row.state in ("completed", "cancelled", "failed", "ended", "together")
    owner = warm.owner()
    if row.state == "completed" and owner is not None:
        assert owner.agent_id == "desk-2" and warm.state("desk-1") == "wrapping_up"
    warm.finish()
    written = {kind: len(journal(warm.line.line, kind)) for kind in ENDS}
    assert sum(written.values()) == 1, written
    assert len(journal(warm.line.line, "hold_started")) == len(journal(warm.line.line, "hold_ended"))


@pytest.mark.parametrize("second", ["cancel", "decline", "retrieve"])
def test_who_is_asked_accepts_while_it_is_taken_back(warm, second):
    warm.asks()
    offer = warm.status("desk-2").offer.id
    both = {
        "cancel": click(warm.other, "cancel", warm.sid),
        "decline": lambda: warm.other.agents.decline("desk-2", offer),
        "retrieve": click(warm.other, "retrieve", warm.sid),
    }
    warm.two.answer()
    results = all_at_once(lambda: warm.line.line.agents.accept("desk-2", offer), both[second])
    assert [type(one) for one in results if one is not None] in ([], [TooLate])
    warm.line.run(5)
    consulting = warm.transfer().state == "consulting"
    assert (warm.two.call is not None) == consulting
    assert warm.state("desk-2") == ("on_call" if consulting else "available")
    warm.finish()


@pytest.mark.parametrize("second", ["consult another", "consult the same", "transfer", "hang_up", "hold"])
def test_asking_at_the_same_time_as_something_else(warm, second):
    talks, sid = warm.other.talks, warm.sid
    does = {
        "consult another": lambda: talks.consult("desk-1", sid, "agent:boss-1", ""),
        "consult the same": lambda: talks.consult("desk-1", sid, "agent:desk-2", ""),
        "transfer": lambda: talks.transfer("desk-1", sid, "queue:billing", ""),
        "hang_up": lambda: warm.other.agents.hang_up("desk-1", sid),
        "hold": lambda: talks.hold("desk-1", sid),
    }
    results = all_at_once(click(warm.line.line, "consult", sid, "agent:desk-2", ""), does[second])
    assert [type(one) for one in results if one is not None] in ([], [TooLate])
    warm.line.run(2)
    assert len(journal(warm.line.line, "transfer_asked")) <= 1
    assert [warm.state("desk-2"), warm.state("boss-1")].count("offered") <= 1
    warm.finish()


def test_an_agent_is_asked_and_offered_a_caller_at_once(warm):
    """I-04: one phone, one call: the caller in line or the colleague; the other waits, or is told."""
    warm.line.line.agents.go_away("desk-2")
    waiting = asks_for_person(warm.line, "+14155550177")
    warm.line.run(3)
    results = all_at_once(
        lambda: warm.line.line.agents.go_available("desk-2"),
        lambda: warm.line.worker.run_due(),
        click(warm.other, "consult", warm.sid, "agent:desk-2", ""),
    )
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, TooLate)]
    warm.line.run(2)
    offer = warm.status("desk-2").offer
    assert offer is not None and offer.call_sid in (warm.sid, waiting.sid)
    picks_up(warm.line, warm.two)
    warm.line.run(2)
    talking = warm.two.talking_to
    assert talking == {warm.one.address if offer.call_sid == warm.sid else waiting.address}
    waiting.hang_up()
    warm.finish()
