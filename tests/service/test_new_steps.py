"""Steps that need the world outside, in whole calls: look-ups, texts, surveys, recordings, payments."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.carrier.base import RETRYABLE, CarrierError
from ivr.engine.events import LookedUp
from ivr.settings import load_settings
from ivr.store import calls
from ivr.store.tables import journal as lines
from tests.service.driving import ON_SQLITE, posts

ROOT = Path(__file__).parents[2]
HEAD = "flow: main\ntitle: T\nlanguages: [en-US]\nhuman: support\nstart: {start}\nsteps:\n"


class Sources:
    """Stands in for what is outside. `says` is what comes back; `before` runs while the caller waits."""

    def __init__(self) -> None:
        self.says: object = LookedUp("found", {"state": "sent"})
        self.asked: list[object] = []
        self.before = lambda: None

    def deadline(self, _effect: object) -> float:
        return 2.5

    def __call__(self, effect: object, sid: str = "") -> object:
        self.asked.append(effect)
        self.before()
        return self.says


class Died(BaseException):
    """The process is gone: nothing after this line runs."""


@pytest.fixture
def on(rehearse, tmp_path):
    """A line whose main flow has these steps."""

    def make(steps: str, **settings: str):
        start = steps.split(":")[0].strip()
        shutil.copytree(ROOT / "flows" / "audio", tmp_path / "flows" / "audio", dirs_exist_ok=True)
        body = "".join(f"  {line}\n" for line in steps.strip().splitlines())
        (tmp_path / "flows" / "main.yaml").write_text(HEAD.format(start=start) + body)
        config = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
        config += 'sources: {orders: {http: {url: "https://shop.example.com/{number}"}}}\n'
        (tmp_path / "config.yaml").write_text(config)
        return rehearse(load_settings(tmp_path / "config.yaml", {}))

    return make


def row_of(line, caller):
    with line.database.read() as connection:
        return calls.find(connection, caller.sid)


def journal(line, kind: str) -> list[dict]:
    with line.database.read() as connection:
        return [
            found.body
            for found in connection.execute(
                select(lines.c.body).where(lines.c.kind == kind).order_by(lines.c.id)
            )
        ]


# Look-ups -------------------------------------------------------------------------------------------------

ORDER = """
hi: {say: Welcome. Press 0 for a person., next: ask}
ask: {ask: Your number., digits: 4, save: number, next: find}
find: {lookup: orders, with: {number: "{{ number }}"}, save: order, found: tell, missing: ask}
tell: {say: "It is {{ order.state }}.", next: ask}
"""


def asked_for_order(on):
    line = on(ORDER)
    sources = line.line.calls._enquiries = Sources()
    caller = line.dial()
    line.run(6)
    return line, sources, caller


def test_what_is_found_is_told_and_kept_for_the_agent(on):
    line, sources, caller = asked_for_order(on)
    caller.press("1204")
    line.run(1)
    assert caller.speaking == "It is sent."
    assert [dict(one.parameters) for one in sources.asked] == [{"number": "1204"}]
    row = row_of(line, caller)
    assert row.session["session"]["variables"]["order"] == {"state": "sent"}
    assert journal(line, "looked_up") == [{"source": "orders", "status": "found"}]
    assert line.exchange.faults == []


def test_no_transaction_is_open_meanwhile(on):
    """SQLite has one writer: were a transaction open, this would wait for itself."""
    line, sources, caller = asked_for_order(on)

    def write() -> None:
        with line.line.changes.begin() as change:
            change.note("meanwhile")

    sources.before = write
    caller.press("1204")
    line.run(1)
    assert caller.speaking == "It is sent." and len(journal(line, "meanwhile")) == 1


def test_a_source_that_fails_leads_to_a_person(on):
    line, sources, caller = asked_for_order(on)
    sources.says = LookedUp("failed")
    caller.press("1204")
    line.run(1)
    assert row_of(line, caller).status == "waiting"


def path_of(line, caller) -> str:
    row = row_of(line, caller)
    return f"/voice/calls/{caller.sid}/{row.turn + 1}/input"


def form_of(caller, **more: str) -> dict[str, str]:
    return {"CallSid": caller.sid, "From": "+14155550123", "To": "+15550001000", **more}


def test_the_same_webhook_meanwhile_asks_nothing_and_gets_the_same_document(on):
    line, sources, caller = asked_for_order(on)
    path, form = path_of(line, caller), form_of(caller, Digits="1204")
    begun, go_on = threading.Event(), threading.Event()
    sources.before = lambda: (begun.set(), go_on.wait(10))
    answers: list[bytes] = []

    def post() -> None:
        answers.append(posts(line, path, **form).data)

    first = threading.Thread(target=post)
    first.start()
    assert begun.wait(10)
    second = threading.Thread(target=post)
    second.start()
    second.join(0.3)
    assert second.is_alive(), "it has to wait for the first"
    go_on.set()
    first.join(10)
    second.join(10)
    assert len(sources.asked) == 1
    assert answers[0] == answers[1] and b"It is sent." in answers[0]
    assert posts(line, path, **form).data == answers[0]


def test_a_process_that_dies_meanwhile_costs_a_look_up_not_the_call(on):
    line, sources, caller = asked_for_order(on)
    path, form = path_of(line, caller), form_of(caller, Digits="1204")

    def die() -> None:
        raise Died

    sources.before = die
    with pytest.raises(Died):
        posts(line, path, **form)
    row = row_of(line, caller)
    assert row.session["asked"]
    late = {**row.session, "asked": {**row.session["asked"], "until": 0.0}}
    with line.database.write() as unit:
        calls.save(unit.connection, replace(row, session=late), was_turn=row.turn)
    answer = posts(line, path, **form).data
    assert b"putting you through" in answer
    assert "asked" not in row_of(line, caller).session
    assert len(sources.asked) == 1


def test_a_caller_who_hangs_up_meanwhile(on):
    line, sources, caller = asked_for_order(on)
    path, form = path_of(line, caller), form_of(caller, Digits="1204")
    sources.before = lambda: line.line.calls.hung_up(caller.sid, "completed")
    assert posts(line, path, **form).data.endswith(b"<Response />")
    row = row_of(line, caller)
    assert row.ended_at is not None and row.outcome == "hung_up"


def test_0_may_overtake_a_look_up(on):
    """The rescue of a document that failed does not wait for what the first request asks."""
    line, sources, caller = asked_for_order(on)
    path, form = path_of(line, caller), form_of(caller, Digits="1204")
    rescued: list[bytes] = []
    sources.before = lambda: rescued.append(
        posts(line, f"/voice/rescue/{caller.sid}", **form_of(caller)).data
    )
    answer = posts(line, path, **form).data
    assert b"putting you through" in rescued[0]
    assert answer == rescued[0], "what was asked comes too late: the present wait"
    assert len(sources.asked) == 1


FIRST = """
find: {lookup: orders, found: hi, missing: hi}
hi: {say: Welcome. Press 0 for a person., next: bye}
bye: {hang_up: Goodbye.}
"""


@pytest.mark.parametrize("status", ["found", "missing"])
def test_the_first_thing_of_a_call_may_be_a_look_up(on, status):
    line = on(FIRST)
    sources = line.line.calls._enquiries = Sources()
    sources.says = LookedUp(status, {"a": 1})
    form = {"CallSid": "CA77", "From": "+14155550123", "To": "+15550001000"}
    first = posts(line, "/voice/incoming", **form).data
    assert b"Welcome." in first and posts(line, "/voice/incoming", **form).data == first
    assert len(sources.asked) == 1


@ON_SQLITE
def test_look_ups_without_end_lead_to_a_person(on):
    line, sources, caller = asked_for_order(on)
    session = row_of(line, caller)
    assert session is not None
    sources.says = LookedUp("found", {})
    flow = line.line.shelf.live.flows["main"]
    object.__setattr__(flow.steps["find"], "found", "find")
    caller.press("1204")
    line.run(1)
    assert row_of(line, caller).status == "waiting" and len(sources.asked) == 4


# Recording ------------------------------------------------------------------------------------------------

RECORDED = """
notice: {record: We record this call. Press 0 for a person., next: pin}
pin: {ask: Your PIN., digits: 4, sensitive: true, save: pin, next: more}
more: {ask: Anything else., digits: 1, save: more, next: more}
"""


RECORDED_LATER = """
notice: {record: We record this call. Press 0 for a person., next: first}
first: {ask: One., digits: 1, save: a, next: pin}
pin: {ask: Your PIN., digits: 4, sensitive: true, save: pin, next: first}
"""


def fails(sid: str) -> None:
    raise CarrierError(RETRYABLE, "no")


def recordings(line) -> list[str]:
    return [one.status for one in line.exchange.recordings.values()]


def test_a_call_is_recorded_after_the_notice_and_not_while_something_sensitive_is_asked(on):
    line = on(RECORDED)
    caller = line.dial()
    line.run(1)
    assert recordings(line) == []
    line.run(4)
    assert "Your PIN." in caller.heard
    assert recordings(line) in ([], ["paused"]), "before the first digit"
    caller.press("1234")
    line.run(2)
    assert recordings(line) == ["in-progress"]
    row = row_of(line, caller)
    assert row.session["session"]["inputs"][0]["value"] == "•••"
    caller.hang_up()
    line.run(5)
    row = row_of(line, caller)
    assert "1234" not in str(row.session) and "pin" not in row.session["session"]["variables"]
    with line.database.read() as connection:
        written = [str(found) for found in connection.execute(select(lines)).all()]
    assert written and not any("1234" in one for one in written)
    assert [one["status"] for one in journal(line, "call_recorded")] == ["stored"]
    assert line.exchange.faults == []


def test_a_recording_that_cannot_be_paused_is_stopped(on):
    line = on(RECORDED_LATER)
    caller = line.dial()
    line.run(8)
    assert recordings(line) == ["in-progress"]
    outside = line.line.calls._enquiries
    outside._recordings._carrier.pause_recording = fails
    caller.press("1")
    line.run(1)
    assert "Your PIN." in caller.heard
    line.run(2)
    assert recordings(line)[0] in ("processing", "completed")


def test_where_nothing_can_be_stopped_nothing_sensitive_is_asked(on):
    line = on(RECORDED_LATER)
    caller = line.dial()
    line.run(8)
    carrier = line.line.calls._enquiries._recordings._carrier
    carrier.pause_recording = carrier.stop_recording = fails
    caller.press("1")
    line.run(1)
    assert "Your PIN." not in caller.heard and row_of(line, caller).status == "waiting"
    del carrier.stop_recording
    line.run(5)
    assert recordings(line)[0] in ("processing", "completed"), "tried again until it is stopped"
