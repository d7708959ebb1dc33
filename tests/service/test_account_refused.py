"""The carrier refuses for reasons of the account: nobody is blamed, no attempt is lost, dialling pauses with
growing steps, people are told once, and callers hear the truth."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ivr.flowfiles.settings_file import load_settings
from ivr.store import floor, jobs, messages, tables
from tests.service.calling_back import CUSTOMER, bookings, books, calling_back, customer_phone
from tests.service.driving import ON_SQLITE, another_line, asks_for_person, picks_up, state_of, talks
from tests.service.houses import journal, settings_of
from tests.service.transferring import WarmTalk
from tests.service.witness_checks import check_calls, check_quiet_floor, rows

pytestmark = ON_SQLITE
CREATE, TEXT = r"/Calls\.json$", r"/Messages\.json$"
WORKSHOP = "+14155550190"
ACCOUNT = [(401, 20003), (403, 20005), (400, 10004), (400, 21210), (400, 21212), (400, 573002), (402, 0)]
SAID = "Authentication Error - invalid username"


def refuse(line, status: int = 401, code: int = 20003, path: str = CREATE, **more):
    more = {"times": 100_000, "said": SAID, **more}
    return line.account.rest_faults.add("POST", path, status, code=code, **more)


def heal(line) -> None:
    line.account.rest_faults.clear()


def asked(line, path: str = "/Calls.json") -> list[float]:
    """When the carrier was asked."""
    found = line.account.witness.of("rest")
    return [e.t for e in found if e.detail["method"] == "POST" and e.detail["path"].endswith(path)]


@pytest.mark.parametrize(("status", "code"), ACCOUNT)
def test_no_agent_is_blamed_and_the_caller_keeps_the_place(rehearse, status, code):
    line = rehearse()
    phones = [line.add_agent(f"desk-{n}", ["support"]) for n in range(1, 5)]
    refuse(line, status, code)
    caller = asks_for_person(line)
    line.run(60)
    assert [state_of(line, f"desk-{n}") for n in range(1, 5)] == ["available"] * 4
    [queued] = rows(line, tables.queued_call)
    assert queued.state == "waiting"
    times = asked(line)
    assert 2 <= len(times) <= 6, "paused"
    gaps = [after - before for before, after in pairwise(times)]
    assert all(later > earlier for earlier, later in pairwise(gaps)), f"growing: {gaps}"
    assert [body["code"] for body in journal(line.line, "carrier_refuses")] == [code or 20500]
    heal(line)
    assert line.account.run_until(lambda: any(phone.ringing for phone in phones), 90)
    picks_up(line, next(phone for phone in phones if phone.ringing))
    line.run(3)
    assert caller.talking_to and len(journal(line.line, "carrier_accepts")) == 1
    assert line.line.trouble() == ""
    caller.hang_up()
    line.run(60)
    check_quiet_floor(line)


def test_everybody_waits_for_one_who_tries(rehearse):
    """Four callers and four agents: one phone is tried, then all ring."""
    line = rehearse()
    phones = [line.add_agent(f"desk-{n}", ["support"], available=False) for n in range(1, 5)]
    callers = [asks_for_person(line, f"+1415555{n:04}") for n in range(4)]
    refuse(line)
    for n in range(1, 5):
        line.line.agents.go_available(f"desk-{n}")
    line.run(3)
    before = len(asked(line))
    assert before <= 4, "all of one moment count as one"
    [row] = line.line.refusals.standing().values()
    assert row.times == 1
    line.run(60)
    assert len(asked(line)) - before <= 5
    heal(line)
    line.run(120)
    assert all(phone.ringing or phone.call for phone in phones) or len(journal(line.line, "offered")) >= 4
    for caller in callers:
        caller.hang_up()


def test_people_are_told_once_with_the_carriers_sentence(rehearse, tmp_path, monkeypatch):
    monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("SMTP_FROM", "line@example.com")
    monkeypatch.setenv("SMTP_PORT", "9")
    settings = settings_of(tmp_path, "hello: {queue: support, next: bye}\nbye: {hang_up: Bye.}")
    path = tmp_path / "config.yaml"
    path.write_text(path.read_text() + "reports: {alerts: {mail: [boss@example.com]}}\n")
    settings = load_settings(path, {})
    line = rehearse(settings)
    line.add_agent("desk-1", ["support"])
    refuse(line)
    line.dial()
    line.run(30)
    trouble = line.line.trouble()
    assert SAID in trouble and "(code 20003)" in trouble and "No phone is rung" in trouble
    assert line.line.supervising.board.look().trouble == trouble
    client = line.line.app.test_client()
    assert client.get("/readyz").get_json()["refused"] == ["calls"]
    assert b"presszero_carrier_refuses 1.0" in client.get("/metrics").data
    with line.database.read() as connection:
        wanted = connection.execute(select(tables.job.c.body).where(tables.job.c.kind == "alert_mail")).all()
    assert len(wanted) == 1 and SAID in wanted[0].body["text"]
    assert len(journal(line.line, "carrier_refuses")) == 1


def test_a_waiting_caller_hears_the_truth(rehearse):
    line = rehearse()
    line.add_agent("desk-1", ["support"])
    refuse(line)
    caller = asks_for_person(line)
    line.run(90)
    assert any("Nobody is available" in text for text in caller.heard)
    assert any("press 2" in text.lower() for text in caller.heard), "a message is offered"
    heal(line)
    caller.hang_up()
    line.run(60)
    check_calls(line)


def test_a_short_refusal_is_no_news_for_callers(rehearse):
    line = rehearse()
    phone = line.add_agent("desk-1", ["support"])
    refuse(line, times=1)
    caller = asks_for_person(line)
    line.run(15)
    assert phone.ringing and not any("Nobody is available" in text for text in caller.heard)


@pytest.mark.parametrize("first", ["customer", "agent"])
def test_no_callback_loses_an_attempt(rehearse, tmp_path, first):
    line = rehearse(calling_back(tmp_path, first=first))
    books(line)
    customer = customer_phone(line)
    refuse(line)
    agent = line.add_agent("desk-1", ["support"])
    line.run(400)
    [row] = bookings(line)
    assert (row.state, row.attempts) == ("booked", 0)
    assert state_of(line) == "available"
    heal(line)
    if first == "agent":
        picks_up(line, agent) if line.account.run_until(lambda: agent.ringing, 400) else None
    assert line.account.run_until(lambda: customer.ringing, 400)
    assert [row.attempts for row in bookings(line)] == [1]


def test_a_country_without_permission_holds_up_nobody_else(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    books(line)
    customer_phone(line)
    refuse(line, 403, 21215, times=1)
    phone = line.add_agent("desk-1", ["support"])
    line.run(5)
    assert list(line.line.refusals.standing()) == ["calls to +1 (US)"]
    assert bookings(line)[0].attempts == 0
    line.run(30)
    assert len(asked(line)) == 1 and state_of(line) == "available"
    assert phone.call is None
    with line.database.read() as connection:
        assert CUSTOMER not in str(line.line.refusals.standing()), "whom we called stands nowhere"
        assert jobs.find(connection, f"callback_watch:{bookings(line)[0].id}")
    line.run(400)
    assert len(asked(line)) == 2


def test_an_agent_in_a_country_without_permission_is_not_offered_calls_meanwhile(rehearse):
    line = rehearse()
    abroad = line.add_agent("desk-1", ["support"])
    refuse(line, 403, 21215)
    asks_for_person(line)
    line.run(30)
    assert abroad.call is None
    assert (len(asked(line)), len(rows(line, tables.offer))) == (1, 1), "not offered again and again"
    heal(line)
    assert line.account.run_until(lambda: abroad.ringing, 400), "asked again after the pause"


def test_one_number_that_is_refused_holds_up_no_country_that_takes_calls(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    books(line)
    customer_phone(line)
    phone = line.add_agent("desk-2", ["support"], available=False)
    refusals = line.line.refusals
    refusals.accepted("calls", "+14155550188", done=True)
    assert refusals.is_permitted("calls", CUSTOMER) and not refusals.is_permitted("calls", "+18765550188")
    refuse(line, 403, 21216, times=1)
    line.add_agent("desk-1", ["support"])
    line.run(5)
    assert len(asked(line)) >= 1
    assert not refusals.standing() and phone.call is None


def test_a_supervisor_is_told_and_nothing_rings(rehearse):
    line = rehearse()
    caller = talks(line, line.add_agent("desk-1", ["support"]))
    line.add_agent("boss-1", ["support"], available=False)
    line.line.accounts.set_role("boss-1", "supervisor")
    line.line.agents.sign_in("boss-1")
    refuse(line)
    line.line.supervising.joining.start("boss-1", caller.sid, "listen")
    line.run(2)
    [over] = journal(line.line, "supervision_over")
    assert over["reason"] == "the phone company refuses our calls"
    assert caller.talking_to, "the talk goes on"


@pytest.mark.parametrize("target", ["agent:desk-2", "number:workshop"])
def test_who_asks_somebody_is_told(rehearse, target):
    settings = load_settings(Path(__file__).parents[2] / "config.yaml", {})
    warm = WarmTalk(rehearse(settings.model_copy(update={"targets": {"workshop": WORKSHOP}})))
    refuse(warm.line)
    warm.asks(target)
    warm.line.run(2)
    assert "the phone company refuses our calls" in str(journal(warm.line.line, "transfer_failed"))
    assert warm.state("desk-2") == "available" and warm.state("desk-1") == "on_call"


def test_texts_wait_and_are_sent_later(rehearse, tmp_path):
    line = rehearse(settings_of(tmp_path, "hello: {text: Hello., next: bye}\nbye: {hang_up: Bye.}"))
    refuse(line, 400, 21606, path=TEXT)
    line.dial()
    line.run(60)
    outcomes = lambda: [row.outcome for row in rows(line, messages.contact) if row.channel == "text"]  # noqa: E731
    assert outcomes() == ["waiting"]
    assert 2 <= len(asked(line, "/Messages.json")) <= 6
    heal(line)
    line.run(200)
    assert outcomes() == ["sent"] and len(line.account.messages) == 1


def test_a_text_that_is_refused_for_hours_is_given_up(rehearse, tmp_path):
    line = rehearse(settings_of(tmp_path, "hello: {text: Hello., next: bye}\nbye: {hang_up: Bye.}"))
    refuse(line, 400, 21606, path=TEXT)
    line.dial()
    line.run(3 * 3600)
    assert [row.outcome for row in rows(line, messages.contact) if row.channel == "text"] == ["refused"]


def test_hold_says_no_instead_of_trying_for_ever(rehearse):
    line = rehearse()
    caller = talks(line, line.add_agent("desk-1", ["support"]))
    for method in ("GET", "POST"):
        line.account.rest_faults.add(method, "/Conferences", 401, times=10_000, said=SAID)
    line.line.talks.hold("desk-1", caller.sid)
    line.run(5)
    with line.database.read() as connection:
        assert floor.live_offer_of_call(connection, caller.sid).held_at is None, "the agent sees it"
    assert SAID in line.line.trouble()
    asked_times = [e for e in line.account.witness.of("rest") if "Conferences" in e.detail["path"]]
    assert len(asked_times) <= 3


def test_other_processes_know_it_from_the_table(rehearse, database_url):
    line = rehearse()
    other = another_line(line, database_url)
    line.add_agent("desk-1", ["support"])
    refuse(line)
    asks_for_person(line)
    line.run(5)
    other.transactions.heard({"carrier"})
    assert SAID in other.trouble()
    other.database.close()


def test_the_table_holds_one_row_for_what_stands(rehearse):
    line = rehearse()
    line.add_agent("desk-1", ["support"])
    refuse(line)
    asks_for_person(line)
    line.run(300)
    count = select(func.count()).select_from(tables.metadata.tables["carrier_refusal"])
    with line.database.read() as connection:
        assert connection.execute(count).scalar() == 1
