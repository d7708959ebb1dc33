"""The web process, or the browser, is killed in the middle of a call: nothing that was typed is lost.

Everything is real here but the phone company: `ivr serve` on SQLite as in the Procfile, all of it killed with
signal 9, and Chromium, used by its keyboard.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ivr.cli.demo.participants import Caller, Telephone
from ivr.cli.demo.processes import DemoProcesses
from ivr.flowfiles.settings_file import load_settings
from ivr.store import calls, notes
from ivr.store.database import Database
from tests.cli.serving import below
from tests.conftest import CHROMIUM_OPTIONS
from tests.desk.keyboard import into

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
SOON_MS, BACK_MS = 30_000, 60_000
SAVED = "Two parcels were lost this year."
UNSAVED = " The third one too, he says."
AWAY = " Send it again by courier, no charge."


class MortalHouse(DemoProcesses):
    """The demo's house, whose web process can be killed and started again."""

    def kill_line(self) -> None:
        """Gunicorn and its worker are gone between two instructions: no handler, no farewell."""
        parent = self._processes.pop()
        for pid in (parent.pid, *below(parent.pid)):  # the parent first, so that it starts nothing again
            os.kill(pid, signal.SIGKILL)
        parent.wait(5)

    def start_line(self) -> None:
        self._start_line()

    def database(self) -> Database:
        return Database.open(self._database_url)


@pytest.fixture(scope="module")
def house() -> Iterator[MortalHouse]:
    settings = load_settings(ROOT / "config.yaml", {})
    with MortalHouse(settings, ROOT / "config.yaml", 0) as house:
        yield house


@pytest.fixture
def caller(house) -> Iterator[Caller]:
    caller = Caller(house.api)
    yield caller
    if caller.state().get("live"):
        caller.hang_up()


@pytest.fixture
def desk(page, house):
    sign_in(page, house)
    page.keyboard.press("v")
    expect(page.locator("h1")).to_have_text("You are available")
    return page


def sign_in(page, house) -> None:
    page.goto(f"{house.web}/desk/")
    expect(page.locator("#agent")).to_be_focused()
    page.keyboard.type(house.agent)
    page.keyboard.press("Tab")
    page.keyboard.type(house.password)
    page.keyboard.press("Enter")
    expect(page.locator("#connection")).to_have_attribute("data-is", "live", timeout=SOON_MS)


def talking(desk, house, caller: Caller) -> None:
    """A customer has pressed 0, the card has popped, the agent has accepted and lifted the receiver."""
    telephone = Telephone(house.api, house.agent_phone)
    caller.dial(house.known_caller, house.number)
    caller.press_in_the_middle_of_a_prompt("0")
    expect(desk.locator("#accept")).to_be_focused(timeout=SOON_MS)
    telephone.until_ringing(20)
    desk.keyboard.press("Enter")
    telephone.answer()
    caller.until_talking(20)
    expect(desk.locator(".hero")).to_have_attribute("data-mode", "talking", timeout=SOON_MS)


def eventually(look: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def the_call(desk) -> str:
    return desk.get_attribute("body", "data-call")


def shown(desk) -> dict[str, object]:
    """What is on the agent's screen of this call, as read by a person."""
    fields = {name: desk.locator(f"[data-field={name}]").all_inner_texts() for name in
              ("customer", "number", "warnings", "path", "inputs", "history", "waiting_for")}  # fmt: skip
    pressed = desk.locator("[id^=disposition-][aria-pressed=true]").all_inner_texts()
    return {**fields, "disposition": pressed, "state": desk.locator(".pill").get_attribute("data-state")}


def on_record(house, sid: str) -> tuple[str, str | None]:
    """The agent's note and the disposition, as the database has them."""
    database = house.database()
    with database.read() as connection:
        [note] = [one for one in notes.of_call(connection, sid) if one.agent_id == house.agent]
        row = calls.find(connection, sid)
    database.close()
    return note.text, row.disposition


def test_F_WH_08_the_web_process_is_killed_while_a_note_is_typed(house, desk, caller):
    talking(desk, house, caller)
    into(desk, "note")
    desk.keyboard.type(SAVED)
    expect(desk.locator("#note-state")).to_have_text("Saved")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    expect(desk.locator("#disposition-1")).to_have_attribute("aria-pressed", "true")
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.press("End")
    before, sid = shown(desk), the_call(desk)
    assert before["customer"] == ["Alfreds Futterkiste"] and before["warnings"] and before["history"]

    desk.keyboard.type(UNSAVED)  # killed before the pause after which it would have been saved
    house.kill_line()

    expect(desk.locator("#offline")).to_contain_text("what you see may be out of date", timeout=SOON_MS)
    expect(desk.locator("#connection")).to_have_attribute("data-is", "lost")
    desk.keyboard.type(AWAY)
    expect(desk.locator("#note-state")).to_contain_text("kept in this browser", timeout=SOON_MS)
    assert caller.state()["talking_to"] == [house.agent_phone], "the call goes on without us"
    assert shown(desk) == before, "the card stays on the screen"

    house.start_line()

    expect(desk.locator("#offline")).to_be_hidden(timeout=BACK_MS)
    expect(desk.locator("#connection")).to_have_attribute("data-is", "live")
    expect(desk.locator("#note")).to_have_value(SAVED + UNSAVED + AWAY)
    expect(desk.locator("#note-state")).to_have_text("Saved", timeout=SOON_MS)
    expect(desk.locator("#note")).to_be_focused()
    assert shown(desk) == before
    assert on_record(house, sid) == (SAVED + UNSAVED + AWAY, "solved")
    desk.reload()
    expect(desk.locator("#note")).to_have_value(SAVED + UNSAVED + AWAY)
    assert shown(desk) == before

    caller.hang_up()
    expect(desk.locator(".hero")).to_have_attribute("data-mode", "wrap_up", timeout=SOON_MS)
    into(desk, "done")
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_have_text("You are available", timeout=SOON_MS)
    assert on_record(house, sid) == (SAVED + UNSAVED + AWAY, "solved")


def processes_with(argument: str) -> list[int]:
    """The processes of this machine that were started with exactly this argument."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and argument.encode() in arguments_of(folder):
            found.append(int(folder.name))
    return found


def arguments_of(process: Path) -> list[bytes]:
    try:
        return (process / "cmdline").read_bytes().split(b"\0")
    except OSError:  # it has ended meanwhile
        return []


def test_the_browser_is_killed_in_a_call_and_another_one_finds_it(house, browser, chromium_path, caller):
    mark = f"--presszero-test={house.port}"
    doomed = browser.browser_type.launch(executable_path=chromium_path, args=[*CHROMIUM_OPTIONS, mark])
    first = doomed.new_page()
    sign_in(first, house)
    first.keyboard.press("v")
    talking(first, house, caller)
    into(first, "note")
    first.keyboard.type(SAVED)
    expect(first.locator("#note-state")).to_have_text("Saved")
    before = shown(first)
    for pid in processes_with(mark):
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not processes_with(mark))

    second = browser.new_context().new_page()
    sign_in(second, house)

    expect(second.locator(".hero")).to_have_attribute("data-mode", "talking")
    expect(second.locator("#note")).to_have_value(SAVED)
    assert shown(second) == before
    assert caller.state()["talking_to"] == [house.agent_phone], "the call goes on"
    into(second, "note")
    second.keyboard.press("End")
    second.keyboard.type(UNSAVED)
    expect(second.locator("#note-state")).to_have_text("Saved")
    assert on_record(house, the_call(second))[0] == SAVED + UNSAVED
    into(second, "hang-up")
    second.keyboard.press("Enter")
    expect(second.locator(".hero")).to_have_attribute("data-mode", "wrap_up", timeout=SOON_MS)
    assert eventually(lambda: not caller.state()["talking_to"])
    second.context.close()
