"""What is live, who made it so, and that calls in progress never notice."""

from __future__ import annotations

import pytest

from ivr.flowfiles.loader import live_book
from ivr.service.flow_registry import in_canary
from ivr.service.publishing import NothingToDo, UnknownRevision, previous
from ivr.store import journal, revisions
from ivr.store.revisions import Publication
from tests.publishing.conftest import flow_text


def words(caller) -> set[str]:
    """Which version of the flow this caller heard."""
    heard = " ".join(map(str, [*caller.heard, caller.speaking or ""]))
    return {word for word in ("alpha", "beta", "gamma") if word in heard}


def look_again(line) -> None:
    line.run(1.1)


def test_new_calls_begin_on_what_was_published_and_the_old_one_stays_with_its_calls(
    line, project, publishing
):
    first = line.dial()
    line.run(1)
    publishing.publish(project.book("beta"), "an editor", "greets anew")
    look_again(line)
    second = line.dial("+14155550124")
    line.run(12)
    for caller in (first, second):
        caller.press("1")
        line.run(4)
        caller.press("1")
        line.run(4)
    assert (words(first), words(second)) == ({"alpha"}, {"beta"})


def test_publishing_again_and_again_drops_and_mixes_no_call(line, project, publishing):
    callers = []
    for number in range(24):
        if number % 4 == 0:
            word = ("beta", "alpha", "gamma")[number // 4 % 3]
            publishing.publish(project.book(word), "an editor", word)
        callers.append(line.dial(f"+1415555{1000 + number}"))
        line.run(0.6)
        for caller in callers[-6:]:
            if caller.call.live and number % 3 == 0:
                caller.press("1")
    for _ in range(6):
        for caller in callers:
            if caller.call.live:
                caller.press("1")
        line.run(3)
    assert [len(words(caller)) for caller in callers] == [1] * 24
    assert {word for caller in callers for word in words(caller)} == {"alpha", "beta", "gamma"}
    assert [caller.heard for caller in callers if "four" not in str(caller.heard[-1])] == []
    with line.database.read() as connection:
        kinds = [row.kind for row in journal.after(connection, 0, 5000)]
    assert "fault" not in kinds
    assert "adopted" not in kinds


def test_a_rollback_is_one_step_and_two_go_back_by_two(line, project, publishing):
    names = [
        publishing.publish(project.book(word), "e", word).revision for word in ("alpha", "beta", "gamma")
    ]
    assert publishing.rollback().revision == names[1]
    assert publishing.rollback().revision == names[0]
    with pytest.raises(NothingToDo):
        publishing.rollback()
    assert publishing.rollback(names[2][:6]).revision == names[2]
    look_again(line)
    caller = line.dial()
    line.run(4)
    assert words(caller) == {"gamma"}
    with pytest.raises(UnknownRevision):
        publishing.rollback("no-such")


def test_the_same_flows_are_not_published_twice(publishing, project):
    flow_set = project.book("alpha")
    publishing.publish(flow_set, "e", "")
    with pytest.raises(NothingToDo, match="live already"):
        publishing.publish(flow_set, "e", "")


def test_history_says_who_and_why(line, project, publishing):
    publishing.publish(project.book("alpha"), "e", "first", checks={"warnings": 2})
    publishing.publish(project.book("beta"), "f" * 300, "second", share=10)
    publishing.publish(project.book("beta"), "g", "all right")
    with line.database.read() as connection:
        entries = revisions.history(connection)
    assert [(entry.what, entry.author[:1], entry.message, entry.share) for entry in entries] == [
        ("promoted", "g", "all right", 100),
        ("trial", "f", "second", 10),
        ("published", "e", "first", 100),
    ]
    assert entries[2].checks == {"warnings": 2}
    assert len(entries[1].author) == 100


def test_a_share_of_new_calls_goes_to_the_trial(line, project, publishing):
    publishing.publish(project.book("alpha"), "e", "")
    publishing.publish(project.book("beta"), "e", "", share=30)
    look_again(line)
    callers = [line.dial(f"+1415555{2000 + number}") for number in range(40)]
    line.run(3)
    on_trial = [caller for caller in callers if words(caller) == {"beta"}]
    assert {caller.call.sid for caller in on_trial} == {
        c.call.sid for c in callers if in_canary(c.call.sid, 30)
    }
    assert 2 <= len(on_trial) <= 25
    publishing.rollback()
    look_again(line)
    later = [line.dial(f"+1415555{3000 + number}") for number in range(20)]
    line.run(3)
    assert all(words(caller) == {"alpha"} for caller in later)


def test_the_split_is_even_and_the_same_everywhere():
    sids = [f"CA{number:032x}" for number in range(10_000)]
    assert 850 < sum(in_canary(sid, 10) for sid in sids) < 1150
    assert not any(in_canary(sid, 0) for sid in sids)
    assert all(in_canary(sid, 100) for sid in sids)
    assert all(in_canary(sid, 20) for sid in sids if in_canary(sid, 10))


def test_two_publishers_at_once_cannot_both_win(line, project, publishing):
    publishing.publish(project.book("alpha"), "e", "")
    with line.database.read() as connection:
        live = revisions.live(connection)
    publishing.publish(project.book("beta"), "e", "")
    with line.database.write() as unit:
        assert not revisions.point(unit.connection, live, live)


# The files, while nothing is published ------------------------------------------------------------


def test_a_saved_file_is_live_and_a_broken_one_is_not(line, project, caplog):
    project.write(flow_text("beta"))
    look_again(line)
    caller = line.dial()
    line.run(2)
    assert words(caller) == {"beta"}

    project.write(flow_text("gamma").replace("next: menu", "next: meun"))
    look_again(line)
    caller = line.dial("+14155550125")
    line.run(2)
    assert words(caller) == {"beta"}
    folder = line.line.registry.folder
    assert [problem.code for problem in folder.problems][:1] == ["unknown_step"]
    assert "the last good flows stay live" in caplog.text

    project.write(flow_text("gamma"))
    look_again(line)
    caller = line.dial("+14155550126")
    line.run(2)
    assert words(caller) == {"gamma"}
    assert folder.problems == []


def test_once_something_is_published_files_are_only_files(line, project, publishing):
    publishing.publish(project.book("alpha"), "e", "")
    project.write(flow_text("beta"))
    look_again(line)
    caller = line.dial()
    line.run(2)
    assert words(caller) == {"alpha"}


def test_a_server_starts_on_the_published_flows_when_the_files_are_broken(
    line, project, publishing, rehearse
):
    publishing.publish(project.book("beta"), "e", "")
    project.write("flow: main\nsteps: nothing\n")
    again = rehearse()
    caller = again.dial()
    again.run(2)
    assert words(caller) == {"beta"}


def test_a_shelf_without_its_database_goes_on(line, project, publishing, monkeypatch):
    publishing.publish(project.book("beta"), "e", "")

    def gone(_connection):
        raise RuntimeError("gone")

    monkeypatch.setattr(revisions, "live", gone)
    look_again(line)
    caller = line.dial()
    line.run(2)
    assert words(caller) == {"alpha"}


def entry(what: str, revision: str) -> Publication:
    return Publication(0, 0.0, what, revision, 100, "", "", {})


@pytest.mark.parametrize(
    ("history", "live", "expected"),
    [
        ("P:a", "a", None),
        ("P:a P:b", "b", "a"),
        ("P:a P:b R:a P:c", "c", "a"),
        ("P:a P:b P:c R:b R:a", "a", None),
        ("P:a T:b W:b", "a", None),
        ("P:a T:b O:b", "b", "a"),
        ("P:a P:b P:a", "a", "b"),
    ],
)
def test_what_was_live_before(history, live, expected):
    kinds = {"P": "published", "R": "rolled_back", "T": "trial", "W": "withdrawn", "O": "promoted"}
    entries = [entry(kinds[part[0]], part[2:]) for part in history.split()]
    assert previous(entries[::-1], live) == expected


def test_what_config_lost_is_said_and_calls_go_on(line, project, publishing, rehearse, caplog):
    """config.yaml is no part of a revision: a queue and a calendar that live flows name may go."""
    config = (project.folder / "config.yaml").read_text()
    more = "queues: {support: {}, sales: {}}\ncalendars: {office: {hours: {mon-sun: 24h}}}"
    (project.folder / "config.yaml").write_text(config.replace("queues: {support: {}}", more))
    steps = "  menu: {hours: office, open: more, closed: more}\n  more: {queue: sales}\n"
    project.write(flow_text("beta").split("  menu:")[0] + steps)
    flow_set = live_book(project.settings)
    publishing.publish(flow_set, "e", "")
    (project.folder / "config.yaml").write_text(config)

    again = rehearse()
    said = again.line.registry.trouble()
    assert again.line.registry.live.revision == flow_set.revision
    assert "config.yaml has no longer" in said
    assert "calendar 'office'" in said
    assert "needs what config.yaml has not" in caplog.text
    caller = again.dial()
    again.run(30)
    assert "beta" in words(caller)
    assert caller.status == "in-progress"  # never dropped: they wait for a person


def test_nothing_is_said_while_config_has_it_all(line, project, publishing):
    publishing.publish(project.book("beta"), "e", "")
    look_again(line)
    assert line.line.registry.trouble() == ""
