"""The readers of callers' cards and files, and the alert about whoever opens very many files."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from ivr.floor.alerting import MAIL, WEBHOOK, note_file_read
from ivr.flowfiles.settings_file import read_settings
from ivr.service.cases import CaseService
from ivr.service.screen_pop.cards import CardService
from ivr.settings import SettingsProblems
from ivr.store.database import DatabaseUnavailable
from ivr.store.tables import job, journal
from tests.desk.conftest import SETTINGS

ALERTS = """
reports:
  alerts: {mail: [boss@example.com], webhook: "https://hooks.example.com/x", files_per_hour: 3}
"""


@pytest.fixture
def settings():
    return read_settings(SETTINGS + ALERTS)


def reads(world, settings, *sids: str, agent: str = "desk-1", older: bool = False) -> None:
    for sid in sids:
        with world.transactions.begin() as tx:
            note_file_read(tx, settings, sid, agent, older)


def lines(world, kind: str) -> list:
    with world.db.read() as connection:
        return list(connection.execute(select(journal).where(journal.c.kind == kind).order_by(journal.c.id)))


def asked(world) -> list:
    with world.db.read() as connection:
        return list(connection.execute(select(job).where(job.c.kind.in_((MAIL, WEBHOOK)))))


def test_an_agent_who_opens_more_files_than_the_limit_is_told_of_once(world, settings):
    reads(world, settings, "CA1", "CA2", "CA3")
    assert asked(world) == [] and len(lines(world, "file_read")) == 3
    reads(world, settings, "CA4")
    told = asked(world)
    assert {one.kind for one in told} == {MAIL, WEBHOOK}
    assert {one.body["agent"] for one in told} == {"desk-1"}
    assert "more than 3 callers" in told[0].body["text"]
    reads(world, settings, "CA5", "CA6")
    [line] = lines(world, "many_files_read")
    assert line.agent_id == "desk-1" and line.body["files_per_hour"] == 3
    assert len(asked(world)) == 2


def test_who_goes_on_is_told_of_again_an_hour_later(world, settings):
    reads(world, settings, *(f"CA{number}" for number in range(6)))
    world.clock.now += 3601
    reads(world, settings, "CA10", "CA11", "CA12")
    assert len(lines(world, "many_files_read")) == 1
    reads(world, settings, "CA13")
    assert len(lines(world, "many_files_read")) == 2


def test_one_file_opened_often_and_files_of_others_and_of_the_hour_before_do_not_count(world, settings):
    reads(world, settings, *["CA1"] * 9)
    reads(world, settings, *["CA2"] * 9, older=True)
    reads(world, settings, *(f"CB{number}" for number in range(3)), agent="desk-2")
    world.clock.now += 3601
    reads(world, settings, "CA3", "CA4", "CA5")
    assert lines(world, "many_files_read") == []


def test_the_page_of_a_file_counts(world, desk, settings):
    world.customer()
    world.talk(world.ring())
    reads(world, settings, "CB1", "CB2", "CB3")
    CaseService(world.transactions, settings).file("CA1", "desk-1")
    assert len(lines(world, "many_files_read")) == 1


def test_the_look_for_many_files_goes_by_an_index_of_its_own(world, settings):
    seen: list[tuple] = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        if statement.startswith("SELECT") and "journal" in statement:
            seen.append((statement, parameters))

    event.listen(world.db.engine, "before_cursor_execute", note)
    reads(world, settings, "CA1", "CA2", "CA3", "CA4")
    event.remove(world.db.engine, "before_cursor_execute", note)
    assert seen
    with world.db.read() as connection:
        for statement, parameters in seen:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert any("ix_journal_reader" in str(row) for row in plan), plan
            assert not any("SCAN" in str(row) for row in plan), plan


WAYS = {
    "the page": lambda desk, _offer: desk.get("/desk/"),
    "a page without a stream": lambda desk, _offer: desk.get("/desk/now"),
    "the page was touched": lambda desk, _offer: desk.post("/desk/here"),
    "the call is accepted": lambda desk, offer: desk.post(f"/desk/offers/{offer}/accept"),
    "what is covered is shown": lambda desk, _offer: desk.post("/desk/calls/CA1/reveal"),
}


def shown(world) -> list[tuple[str, str]]:
    return [(line.agent_id, line.call_sid) for line in lines(world, "card_shown")]


@pytest.mark.parametrize("way", WAYS)
def test_a_card_is_written_down_in_whatever_way_it_is_read(world, desk, way):
    world.customer()
    offer = world.ring()
    assert shown(world) == []
    answer = WAYS[way](desk, offer)
    assert answer.status_code == 200 and "Alfreds" in answer.text
    assert shown(world) == [("desk-1", "CA1")]


def test_a_card_is_written_down_once_an_hour_for_each_agent_and_call(world, desk):
    world.customer()
    world.talk(world.ring())
    for way in ("/desk/", "/desk/now", "/desk/now"):
        desk.get(way)
    world.cards.note_shown("CA1", "desk-1")  # as the stream does
    CardService(world.db, world.clock, world.settings).note_shown("CA1", "desk-1")  # of another process
    assert shown(world) == [("desk-1", "CA1")]
    world.cards.note_shown("CA1", "desk-2")
    world.cards.note_shown("CA2", "desk-1")
    assert len(shown(world)) == 3
    world.clock.now += 3599
    desk.get("/desk/now")
    assert len(shown(world)) == 3
    world.clock.now += 2
    desk.get("/desk/now")
    assert shown(world)[3:] == [("desk-1", "CA1")]


def test_the_card_beside_a_message_is_written_down(world, desk):
    world.customer()
    work = world.message()
    desk.get("/desk/")
    assert shown(world) == []
    assert "This call" in desk.post(f"/desk/work/{work}/take").json["regions"]["work_card"]
    assert shown(world) == [("desk-1", "CA1")]


def test_a_page_without_a_card_writes_nothing(world, desk):
    world.customer()
    world.call()
    desk.get("/desk/"), desk.get("/desk/now"), desk.post("/desk/available")
    assert shown(world) == []


def test_a_card_waits_for_no_writing_and_is_written_down_when_the_database_is_back(world, desk, monkeypatch):
    world.customer()
    world.ring()
    answer = desk.get("/desk/now", buffered=False)
    assert shown(world) == []
    answer.close()
    assert len(shown(world)) == 1
    world.clock.now += 3601
    with monkeypatch.context() as away:
        away.setattr("ivr.store.journal.write", unavailable)
        assert "Alfreds" in desk.get("/desk/now").text
    assert len(shown(world)) == 1
    desk.get("/desk/now")
    assert len(shown(world)) == 2


def unavailable(*_lines):
    raise DatabaseUnavailable("away")


@pytest.mark.parametrize("given", ["0", "-1", "many", "1.5"])
def test_a_limit_that_is_none_is_an_error(given):
    with pytest.raises(SettingsProblems, match="files_per_hour"):
        read_settings(f"{SETTINGS}reports: {{alerts: {{files_per_hour: {given}}}}}\n")
