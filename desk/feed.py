"""The live feed of a page: server-sent events, one stream for each open page.

A stream sleeps on the notification bus and holds no database connection meanwhile. A notification for the
agent is handled at once; those of the floor and of the lines are collected for a second. A slow poll of its
own finds what a lost notification would have reported.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

from desk.screen import ScreenRegions
from ivr.floor.transaction import NotificationBus, Subscription
from ivr.store.database import DatabaseUnavailable

STEP_S = 1.0
SPREAD_S = 5.0

Look = Callable[[], ScreenRegions | None]
"""Returns the regions to be shown now; None once the browser is no longer signed in."""
LookAtLine = Callable[[ScreenRegions], ScreenRegions]
"""Returns the last regions with only the lines updated."""


class TooManyStreams(Exception):
    """The agent, or the whole process, has as many pages open as we serve."""


class Feed:
    """All streams of this process. `poll_s` is how often a stream polls without a notification: 1 second
    where other processes commit too, since their notifications are not received here."""

    def __init__(
        self,
        bus: NotificationBus,
        *,
        poll_s: float = 5.0,
        beat_s: float = 10.0,
        per_agent: int = 5,
        total: int = 500,
    ) -> None:
        self.bus, self.poll_s, self.beat_s = bus, poll_s, beat_s
        self._per_agent, self._total = per_agent, total
        self._guard = threading.Lock()
        self._open: Counter[str] = Counter()
        self._streams: set[Stream] = set()
        self.stopping = False

    def open(
        self,
        agent_id: str,
        look: Look,
        shown: Callable[[str], None],
        poll_s: float | None = None,
        look_at_line: LookAtLine | None = None,
    ) -> Stream:
        """A stream for one page; close it when the page is gone. `shown` hears of each card sent. `poll_s`:
        how often it looks without a knock, for a page whose look is shared and may be a second old. Without
        `look_at_line` news of a line is looked at as all news.

        Raises TooManyStreams.
        """
        with self._guard:
            if self.stopping or self._open.total() >= self._total or self._open[agent_id] >= self._per_agent:
                raise TooManyStreams
            self._open[agent_id] += 1
            stream = Stream(self, agent_id, look, shown, poll_s or self.poll_s, look_at_line)
            self._streams.add(stream)
        return stream

    def pages(self, agent_id: str) -> int:
        """Return how many pages this agent has open here, and so whether a card would be seen."""
        with self._guard:
            return self._open[agent_id]

    def stop_streams(self) -> None:
        """End every stream, at shutdown: an open stream holds a worker. Browsers reconnect by themselves."""
        with self._guard:
            self.stopping = True
            streams = list(self._streams)
        for stream in streams:
            stream.wake()

    def drop(self, stream: Stream) -> None:
        with self._guard:
            if stream in self._streams:
                self._streams.discard(stream)
                self._open[stream.agent_id] -= 1
                if self._open[stream.agent_id] <= 0:
                    del self._open[stream.agent_id]


class Stream:
    """The events of one page, to be iterated by one thread."""

    def __init__(
        self,
        feed: Feed,
        agent_id: str,
        look: Look,
        shown: Callable[[str], None],
        poll_s: float,
        look_at_line: LookAtLine | None,
    ) -> None:
        self.agent_id, self._poll_s = agent_id, poll_s
        self._look_at_line = look_at_line
        self._last: ScreenRegions | None = None
        self._feed, self._look, self._shown = feed, look, shown
        self._own: Subscription = feed.bus.subscribe(f"agent:{agent_id}")
        self._floor: Subscription = feed.bus.subscribe("floor", *(() if look_at_line else ("line",)))
        self._line: Subscription | None = feed.bus.subscribe("line") if look_at_line else None
        self._sent: dict[str, str] = {}
        self._told: set[str] = set()
        self._to_tell: set[str] = set()
        self._number = 0

    def wake(self) -> None:
        self._own.wake()

    def close(self) -> None:
        """Release the bus and our place. A second call does nothing."""
        self._own.close()
        self._floor.close()
        if self._line is not None:
            self._line.close()
        self._feed.drop(self)

    def __iter__(self) -> Iterator[bytes]:
        # Not all browsers at the same instant after a restart.
        yield b"retry: %d\n\n" % random.randint(500, 1500)  # noqa: S311
        looked = beaten = float("-inf")
        fresh = woken = True
        while not self._feed.stopping:
            now = time.monotonic()
            due_beat = now - beaten >= self._feed.beat_s
            if woken or due_beat or now - looked >= self._poll_s:
                looked = now
                frames, alive = self._frames(due_beat)
                beaten = now if due_beat and frames else beaten
                if fresh:  # pages opened at the same moment must not all poll together
                    fresh = False
                    looked -= random.uniform(0, min(self._poll_s, SPREAD_S))  # noqa: S311
                    beaten -= random.uniform(0, min(self._feed.beat_s, SPREAD_S))  # noqa: S311
                yield from frames
                if not alive:
                    return
                self._write_down()
            elif self._line is not None and self._line.wait(0):
                yield from self._frames_of_line()
            woken = self._own.wait(min(STEP_S, self._poll_s)) or self._floor.wait(0)
        yield b"retry: %d\n\n" % random.randint(200, 800)  # noqa: S311

    def _frames(self, beat: bool) -> tuple[list[bytes], bool]:
        """Return what to send after an update, and whether the stream goes on. Nothing is sent when the
        update failed: the page says by itself that it is out of date."""
        try:
            shown = self._look()
        except DatabaseUnavailable:
            return [], True
        if shown is None:
            return [b"event: signed_out\ndata: {}\n\n"], False
        self._last = shown
        changed = self._changed(shown)
        frames = []
        if changed:
            self._to_tell |= set(shown.cards) - self._told
            self._told |= self._to_tell
            frames.append(self._event("desk", {**shown.as_dict(), "regions": changed}))
        if beat:
            frames.append(b": beat\n" + self._event("beat", {"at": shown.at}))
        return frames, True

    def _frames_of_line(self) -> list[bytes]:
        try:
            shown = self._look_at_line(self._last) if self._look_at_line and self._last else None
        except DatabaseUnavailable:
            return []
        changed = self._changed(shown) if shown else {}
        return [self._event("desk", {**shown.as_dict(), "regions": changed})] if changed else []

    def _changed(self, shown: ScreenRegions) -> dict[str, str]:
        changed = {name: html for name, html in shown.regions.items() if self._sent.get(name) != html}
        self._sent.update(changed)
        return changed

    def _write_down(self) -> None:
        """Record the shown cards after they were sent, since recording must not delay them. What cannot be
        recorded waits for the next update."""
        for call_sid in sorted(self._to_tell):
            try:
                self._shown(call_sid)
            except DatabaseUnavailable:
                return
            self._to_tell.discard(call_sid)

    def _event(self, name: str, body: dict) -> bytes:
        self._number += 1
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return f"id: {self._number}\nevent: {name}\ndata: {text}\n\n".encode()
