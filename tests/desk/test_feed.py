"""The live feed: frames, wake-ups, limits, the end."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace

import pytest

from desk.feed import Feed, TooManyStreams
from desk.screen import ScreenRegions
from ivr.floor.transaction import NotificationBus
from ivr.store.database import DatabaseUnavailable

WAIT_S = 5.0


class Page:
    """What a stream shows, in the test's hands."""

    def __init__(self) -> None:
        self.shown: ScreenRegions | None = ScreenRegions(1.0, "idle", "", "", {"status": "a", "call": "b"})
        self.broken = False
        self.in_vain = 0

    def __call__(self) -> ScreenRegions | None:
        if self.broken:
            self.in_vain += 1
            raise DatabaseUnavailable("gone")
        return self.shown


class Reader:
    """Reads a stream in its own thread, as a server does."""

    def __init__(self, stream) -> None:
        self.events: list[tuple[str, dict]] = []
        self.raw = b""
        self.ended = threading.Event()
        self._news = threading.Condition()
        self._stream = stream
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for chunk in self._stream:
            with self._news:
                self.raw += chunk
                fields = dict(line.split(": ", 1) for line in chunk.decode().splitlines() if ": " in line)
                if "event" in fields:
                    self.events.append((fields["event"], json.loads(fields["data"])))
                self._news.notify_all()
        self._stream.close()
        self.ended.set()

    def wait_for(self, name: str, count: int = 1) -> dict:
        def found():
            return [body for event, body in self.events if event == name]

        with self._news:
            assert self._news.wait_for(lambda: len(found()) >= count, WAIT_S), self.events
        return found()[count - 1]


def until(is_so) -> None:
    """Wait for a condition that nobody tells of."""
    ends = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.005)


@pytest.fixture
def feed():
    feed = Feed(NotificationBus(), poll_s=60, beat_s=60)
    yield feed
    feed.stop_streams()


def test_news_of_a_line_is_a_small_look_of_its_own_that_leaves_the_rest_as_it_was(feed):
    page, counted = Page(), iter(range(1, 10))
    looks = []

    def look():
        looks.append(page())
        return looks[-1]

    def at_line(last):
        return replace(last, at=last.at + 1, regions={"queues": str(next(counted))})

    reader = Reader(feed.open("desk-1", look, lambda _sid: None, look_at_line=at_line))
    first = reader.wait_for("desk")
    feed.bus.publish("line")
    news = reader.wait_for("desk", 2)
    assert news == {**first, "at": 2.0, "regions": {"queues": "1"}}
    assert len(looks) == 1
    feed.bus.publish("floor")
    page.shown = replace(page.shown, at=3.0, regions={"status": "new"})
    assert reader.wait_for("desk", 3)["regions"] == {"status": "new"}


def test_a_page_without_a_small_look_is_told_of_lines_too(feed):
    page = Page()
    reader = opened(feed, page)
    reader.wait_for("desk")
    page.shown = replace(page.shown, regions={"status": "new"})
    feed.bus.publish("line")
    assert reader.wait_for("desk", 2)["regions"] == {"status": "new"}


def opened(feed, page, shown=lambda _sid: None, agent="desk-1") -> Reader:
    return Reader(feed.open(agent, page, shown))


def test_the_first_frame_has_everything_and_says_when_to_come_back(feed):
    reader = opened(feed, Page())
    assert reader.wait_for("desk")["regions"] == {"status": "a", "call": "b"}
    assert reader.raw.startswith(b"retry: ")
    assert b"\nid: 1\n" in b"\n" + reader.raw
    assert reader.wait_for("beat")["at"] == 1.0


def test_a_knock_sends_what_changed_and_only_that_at_once(feed):
    page = Page()
    reader = opened(feed, page)
    reader.wait_for("desk")
    page.shown = ScreenRegions(2.0, "offer", "CA1", "Incoming", {"status": "a", "call": "<h1>"})
    feed.bus.publish("agent:desk-1")
    assert reader.wait_for("desk", 2) == {
        "at": 2.0, "mode": "offer", "call": "CA1", "says": "Incoming", "regions": {"call": "<h1>"},
    }  # fmt: skip


def test_a_knock_for_another_agent_is_not_ours(feed):
    looks, theirs = [], []
    page = Page()
    reader = opened(feed, lambda: (looks.append(1), page())[1])
    reader.wait_for("desk")
    other = opened(feed, lambda: (theirs.append(1), Page()())[1], agent="desk-2")
    other.wait_for("desk")
    feed.bus.publish("agent:desk-2")
    until(lambda: len(theirs) == 2)
    page.shown = ScreenRegions(2.0, "idle", "", "", {"status": "ours", "call": "b"})
    feed.bus.publish("agent:desk-1")
    assert reader.wait_for("desk", 2)["regions"] == {"status": "ours"}
    assert len(looks) == 2, "one at the beginning, one for our own knock"


def test_the_floors_knocks_are_gathered_for_a_second(feed):
    looks = []
    page = Page()
    reader = opened(feed, lambda: (looks.append(1), page())[1])
    reader.wait_for("desk")
    for number in range(30):
        page.shown = ScreenRegions(2.0 + number, "idle", "", "", {"status": str(number), "call": "b"})
        feed.bus.publish("floor")
    until(lambda: reader.events[-1][1].get("regions") == {"status": "29"})
    assert len(looks) <= 3, "one more where the second is over in the midst of the knocks"


def test_without_a_knock_it_looks_by_itself():
    feed = Feed(NotificationBus(), poll_s=0.05, beat_s=60)
    page = Page()
    reader = opened(feed, page)
    reader.wait_for("desk")
    page.shown = ScreenRegions(2.0, "idle", "", "", {"status": "new", "call": "b"})
    assert reader.wait_for("desk", 2)["regions"] == {"status": "new"}
    feed.stop_streams()


def test_no_beat_while_the_database_is_gone_so_that_the_page_says_so():
    feed = Feed(NotificationBus(), poll_s=0.02, beat_s=0.02)
    page = Page()
    reader = opened(feed, page)
    reader.wait_for("beat", 2)
    page.broken = True
    until(lambda: page.in_vain)
    count = len(reader.events)
    until(lambda: page.in_vain > 5)
    assert len(reader.events) == count
    page.broken = False
    reader.wait_for("beat", count + 1)
    feed.stop_streams()


def test_a_session_that_ended_ends_the_stream(feed):
    page = Page()
    reader = opened(feed, page)
    reader.wait_for("desk")
    page.shown = None
    feed.bus.publish("agent:desk-1")
    reader.wait_for("signed_out")
    assert reader.ended.wait(WAIT_S)
    assert feed.pages("desk-1") == 0


def test_each_card_that_was_sent_is_reported_once_and_after_it_is_out(feed):
    page, told = Page(), []
    page.shown = ScreenRegions(1.0, "offer", "CA1", "", {"call": "x"})
    reader = opened(feed, page, told.append)
    reader.wait_for("desk")
    page.shown = ScreenRegions(2.0, "talking", "CA1", "", {"call": "y"})
    feed.bus.publish("agent:desk-1")
    reader.wait_for("desk", 2)
    feed.stop_streams()
    assert reader.ended.wait(WAIT_S)
    assert told == ["CA1"]


@pytest.mark.parametrize("changes", [True, False])
def test_a_card_that_was_sent_while_nothing_could_be_written_is_written_down_later(changes):
    """Also when the offer is over by then, and when nothing on the page has changed since."""
    feed = Feed(NotificationBus(), poll_s=0.01, beat_s=60)
    page, refused, told, written = Page(), [], [], threading.Event()

    def shown(call_sid: str) -> None:
        if len(refused) < 2:
            refused.append(call_sid)
            raise DatabaseUnavailable("gone")
        told.append(call_sid)
        written.set()

    page.shown = ScreenRegions(1.0, "offer", "CA1", "", {"call": "x"})
    reader = opened(feed, page, shown)
    reader.wait_for("desk")
    if changes:
        page.shown = ScreenRegions(2.0, "idle", "", "", {"call": ""})
    assert written.wait(WAIT_S)
    feed.stop_streams()
    assert reader.ended.wait(WAIT_S)
    assert (refused, told) == (["CA1", "CA1"], ["CA1"])


def test_five_pages_for_an_agent_and_no_more():
    feed = Feed(NotificationBus(), per_agent=5, total=6)
    streams = [feed.open("desk-1", Page(), lambda _sid: None) for _ in range(5)]
    with pytest.raises(TooManyStreams):
        feed.open("desk-1", Page(), lambda _sid: None)
    feed.open("desk-2", Page(), lambda _sid: None)
    with pytest.raises(TooManyStreams):
        feed.open("desk-3", Page(), lambda _sid: None)
    streams[0].close()
    streams[0].close()
    assert feed.pages("desk-1") == 4
    feed.open("desk-1", Page(), lambda _sid: None)


def test_all_streams_end_at_once_at_shutdown(feed):
    readers = [opened(feed, Page(), agent=f"desk-{number}") for number in range(5)]
    for reader in readers:
        reader.wait_for("desk")
    feed.stop_streams()
    assert all(reader.ended.wait(WAIT_S) for reader in readers)
    with pytest.raises(TooManyStreams):
        feed.open("desk-1", Page(), lambda _sid: None)


def test_no_connection_is_held_while_a_stream_is_idle(world, desk):
    stream = desk.get("/desk/events")
    chunks = stream.iter_encoded()
    for _ in range(3):
        next(chunks)
    assert world.db.engine.pool.checkedout() == 0
    stream.close()


def test_over_http(world, desk):
    world.customer()
    world.ring()
    answer = desk.get("/desk/events")
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no"
    text = b"".join(chunk for _, chunk in zip(range(3), answer.iter_encoded(), strict=False)).decode()
    assert "event: desk" in text and "Alfreds Futterkiste" in text
    answer.close()
    assert world.feed.pages("desk-1") == 0


def test_too_many_streams_over_http(world, desk):
    answers = [desk.get("/desk/events") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [503]
    assert answers[-1].headers["Retry-After"] == "5"
    for answer in answers:
        answer.close()


def test_a_session_that_idles_out_takes_the_agent_off_the_floor(world, desk):
    desk.post("/desk/away", data={"reason": "lunch"})
    answer = desk.get("/desk/events")
    chunks = answer.iter_encoded()
    next(chunks)
    next(chunks)
    world.clock.now += 31 * 60
    world.bus.publish("agent:desk-1")
    assert any(b"signed_out" in chunk for _, chunk in zip(range(3), chunks, strict=False))
    assert world.agents.status("desk-1").state == "signed_out"
    answer.close()
