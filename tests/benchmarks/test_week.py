"""The simulated week runs, and its report says what became of the promises."""

from __future__ import annotations

from benchmarks.traffic import Traffic
from benchmarks.week import EVER, ZONE, AnnouncedDay, week
from ivr.cli.report.waits import sentences
from ivr.store.database import Database
from tests.once import with_tables


def test_a_day_of_the_week_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.week.HOURS", 2)
    path = tmp_path / "week.db"
    with_tables(path)
    database = Database.open(f"sqlite:///{path}")
    found = week(database, 1, Traffic(agents=6, every=20.0)).report(ZONE, 0.0, EVER)
    database.close()
    for queue in ("billing", "support"):
        total = found["queues"][queue]["total"]
        assert total["outcomes"] > 30
        assert total["coverage"] > 0.6
        assert total["open"] == 0, "everybody was served or went"
    assert sum(of["total"]["withdrawn"] for of in found["queues"].values()) > 0
    text = "\n".join(sentences(found))
    assert "announcements whose outcome is known" in text and "2026-03-02" in text and "kept:" in text


def test_callers_who_react_hang_up_when_the_wait_is_long():
    traffic = Traffic(agents=3, every=20.0, books=0.0)
    gone = {}
    for reacts in (0.0, 1.0):
        traffic.reacts = reacts
        day = AnnouncedDay(1, traffic).run(3600.0)
        gone[reacts] = sum(place.ended == "abandoned" for place in day.places.values())
    assert gone[1.0] != gone[0.0]
