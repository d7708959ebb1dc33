"""The readers of callers' files, and the alert about whoever opens very many."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from ivr.service.access_record import note_file_read
from ivr.service.cases import CaseService
from ivr.service.goals import MAIL, WEBHOOK
from ivr.settings import SettingsProblems, read_settings
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
        with world.changes.begin() as change:
            note_file_read(change, settings, sid, agent, older)


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
    CaseService(world.changes, settings).file("CA1", "desk-1")
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


@pytest.mark.parametrize("given", ["0", "-1", "many", "1.5"])
def test_a_limit_that_is_none_is_an_error(given):
    with pytest.raises(SettingsProblems, match="files_per_hour"):
        read_settings(f"{SETTINGS}reports: {{alerts: {{files_per_hour: {given}}}}}\n")
