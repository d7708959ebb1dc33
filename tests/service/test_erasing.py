"""An erased customer is in no table any more; a grep through the whole database says so."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from ivr.service.erasing import Erased, StillHere, erase
from ivr.store import customers, erasing
from ivr.store.customers import ContactRow, CustomerRow, WarningRow
from ivr.store.database import Database
from ivr.store.metadata import metadata
from ivr.store.tables import contact, customer, job, journal, note, recording
from tests.service.houses import row_of

WHO, NUMBER = "Zebulon Quagmire", "+14155550123"


@pytest.fixture
def line(on):
    line = on('hi: {ask: "Press 0 for a person. Your number.", digits: 4, save: number, next: hi}')
    with line.database.write() as unit:
        row = CustomerRow("Z1", WHO, "Quagmire Ltd", "en-US", "z@quagmire.test", {"plan": "q-plan"}, 1.0)
        customers.save(unit.connection, row, [NUMBER])
        customers.add_warning(unit.connection, WarningRow("Z1", "note", "Quagmire shouts", "a", 1.0, None))
        past = ContactRow(1.0, "Z1", "", "email", "in", "Quagmire wrote", "note", "a", "", "", "", 0)
        customers.keep_contacts(unit.connection, [past])
    return line


def everything(database: Database) -> str:
    with database.read() as connection:
        return "\n".join(
            str(row) for table in metadata.sorted_tables for row in connection.execute(table.select())
        )


def called(line):
    caller = line.dial(NUMBER)
    line.run(3)
    caller.press("7351")
    line.run(2)
    return caller


def test_nothing_of_them_is_left_and_the_figures_are(line):
    caller = called(line)
    with line.database.write() as unit:
        values = {
            "call_sid": caller.sid,
            "agent_id": "a",
            "text": "Quagmire said",
            "version": 1,
            "updated_at": 1.0,
        }
        unit.connection.execute(note.insert(), values)
        kept = {"sid": "RE1", "call_sid": caller.sid, "kind": "voicemail", "queue": "", "seconds": 3}
        kept |= {"status": "stored", "made_at": 1.0, "transcript": "Quagmire speaking"}
        unit.connection.execute(recording.insert(), kept)
    with pytest.raises(StillHere):
        erase(line.line.changes, "Z1")
    caller.hang_up()
    line.run(2)
    before = everything(line.database)
    assert "Quagmire" in before and NUMBER in before and "7351" in before
    with line.database.read() as connection:
        counted = [
            connection.execute(select(func.count()).select_from(t)).scalar() for t in (contact, journal)
        ]
    assert erase(line.line.changes, "Z1") == Erased(calls=1, recordings=1, numbers=1)
    after = everything(line.database)
    for trace in (WHO, "Quagmire", "quagmire", NUMBER, "7351", "q-plan"):
        assert trace not in after, trace
    with line.database.read() as connection:
        contacts, lines = (
            connection.execute(select(func.count()).select_from(t)).scalar() for t in (contact, journal)
        )
        asked = list(connection.execute(select(job.c.key).where(job.c.kind == "delete_recording")).scalars())
    assert [contacts, lines] == [counted[0], counted[1] + 1]  # and one line: that it was done
    assert asked == ["delete_recording:RE1"]
    assert erase(line.line.changes, "Z1") is None
    assert row_of(line, caller).ended_at is not None


def test_a_fault_in_the_middle_leaves_everything(line, monkeypatch):
    before = everything(line.database)
    real = erasing.erase

    def half(*asked):
        real(*asked)
        raise RuntimeError("in the middle")

    monkeypatch.setattr(erasing, "erase", half)
    with pytest.raises(RuntimeError):
        erase(line.line.changes, "Z1")
    assert everything(line.database) == before


def test_others_stay(line):
    with line.database.write() as unit:
        row = CustomerRow("Y1", "Yolanda", "", "", "", {}, 1.0)
        customers.save(unit.connection, row, ["+14155550124"])
    erase(line.line.changes, "Z1")
    with line.database.read() as connection:
        assert list(connection.execute(select(customer.c.id)).scalars()) == ["Y1"]
