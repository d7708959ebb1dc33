"""One scenario being played: the caller's telephone, the agents', and the world around them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal

from ivr.scenarios.fault_injection import Outages
from ivr.scenarios.given import Given
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.scenarios.stub_sources import StubSources
from ivr.store import callbacks, calls
from ivr.store.calls import CallRow
from ivr.store.database import Database
from simulator.phones import AgentPhone, CallerPhone
from simulator.recordings import Recording
from simulator.witness import WitnessEntry

PATIENCE_S = 60.0
LISTENS_S = 30.0
PIECE = 4
MESSAGE = "RecordVerb"  # what the phone company calls a recording that began with a tone


class ExpectationFailed(Exception):
    """Raised when an expectation of the scenario was not met. `nearest` is what came closest to it."""

    def __init__(self, wanted: str, nearest: str = "") -> None:
        super().__init__(wanted)
        self.wanted, self.nearest = wanted, nearest


@dataclass
class ScenarioContext:
    """The state of a scenario being played. `heard_to` and `heard_in` are where the last `hears` was found:
    utterance, and place in its text. `did_at` is when the caller last pressed or said something, or was
    transferred."""

    simulated: SimulatedLine
    given: Given
    caller: CallerPhone
    agents: dict[str, AgentPhone]
    outages: Outages
    answers: StubSources
    heard_to: int = 0
    heard_in: int = 0
    did_at: float = 0.0

    # Time -------------------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        return self.simulated.clock.time()

    @property
    def is_over(self) -> bool:
        return not self.caller.call.live

    def until(self, happened: Callable[[], bool], limit: float = PATIENCE_S) -> bool:
        """Let time pass until it has happened, or the call is over, or `limit` seconds have passed."""
        seen = False

        def done() -> bool:
            nonlocal seen
            seen = seen or happened()
            return seen or self.is_over

        self.simulated.account.run_until(done, limit)
        return seen

    def run(self, seconds: float) -> None:
        self.simulated.run(seconds)

    def settle(self) -> None:
        self.simulated.account.settle()

    # What the caller hears --------------------------------------------------------------------------------

    @property
    def told(self) -> list[WitnessEntry]:
        return self.caller.call.ears.told

    def finds(self, texts: list[str]) -> bool:
        """Return whether one of these has been heard since the last find, and make it the last find."""
        wanted = [flat(text) for text in texts]
        for number in range(self.heard_to, len(self.told)):
            said = flat(self.told[number].detail["text"])
            begin = self.heard_in if number == self.heard_to else 0
            places = [(said.find(text, begin), text) for text in wanted]
            place, text = min(((at, text) for at, text in places if at >= 0), default=(-1, ""))
            if place >= 0:
                self.heard_to, self.heard_in = number, place + len(text)
                return True
        return False

    def nearest(self, texts: list[str]) -> str:
        """Return what is most like one of these, of everything heard since the last find."""
        since = [entry.detail["text"] for entry in self.told[self.heard_to :]]

        def likeness(said: str) -> float:
            return max(_shared(flat(text), flat(said)) for text in texts)

        return max(since, key=likeness, default="")

    @property
    def has_had_music(self) -> bool:
        """Return whether music has begun since the caller last did something."""
        sid, entries = self.caller.sid, reversed(self.simulated.account.witness.entries)
        recent = takewhile(lambda entry: entry.t >= self.did_at, entries)
        return any(entry.kind == "audio" and entry.leg == sid for entry in recent)

    def is_heard(self, kind: str) -> bool:
        """Return whether a key ("dtmf") or a word ("speech") would be heard now."""
        return kind in self.caller.call.gathering

    @property
    def is_recorded(self) -> bool:
        """Return whether a message of the caller is being recorded now."""
        return any(one.end is None for one in self.messages_left)

    @property
    def messages_left(self) -> list[Recording]:
        """Return the messages that the caller recorded after a tone."""
        return [one for one in self._recordings() if one.source == MESSAGE]

    @property
    def call_recording(self) -> Literal["on", "paused", "off"]:
        """Return whether the call as a whole is being recorded now."""
        going = [one for one in self._recordings() if one.source != MESSAGE and one.end is None]
        if not going:
            return "off"
        return "paused" if going[-1].status == "paused" else "on"

    def _recordings(self) -> list[Recording]:
        recordings = self.simulated.account.recordings.values()
        return [one for one in recordings if one.call_sid == self.caller.sid]

    @property
    def charged(self) -> str:
        """Return what the line last told the phone company to charge to a card, or ""."""
        for entry in reversed(self.simulated.account.witness.entries):
            if entry.kind == "webhook" and entry.leg == self.caller.sid and b"<Pay" in entry.detail["answer"]:
                found = re.search(rb'chargeAmount="([^"]*)"', entry.detail["answer"])
                return found[1].decode() if found else ""
        return ""

    def reach_middle(self, kind: str) -> None:
        """Wait until the line accepts input, then for half of what is being said: people interrupt in the
        middle."""
        self.until(lambda: self.is_heard(kind) or self.is_recorded, LISTENS_S)
        speech = self.caller.call.ears.now_speaking
        if speech is not None and self.is_heard(kind):
            half = speech.t + speech.detail["seconds"] / 2
            self.until(lambda: speech.detail["end"] is not None, max(0.0, half - self.now))

    # What is stored ---------------------------------------------------------------------------------------

    def look(self) -> AbstractContextManager[Any]:
        """Open a connection to the database that no outage blocks."""
        return Database.read(self.simulated.database)

    @property
    def call_sid(self) -> str:
        """Return the line's id of this call, which for a callback is not the carrier's."""
        if self.caller.call.direction == "inbound":
            return self.caller.sid
        with self.look() as connection:
            called = callbacks.with_leg(connection, self.caller.sid)
        return called.call_sid if called else self.caller.sid

    def row(self) -> CallRow:
        """Return the stored call, even while the scenario has broken the database."""
        sid = self.call_sid
        with self.look() as connection:
            row = calls.find(connection, sid)
        if row is None:
            raise ExpectationFailed("the call is stored", "the line has never heard of this call")
        return row


def _shared(wanted: str, said: str) -> float:
    """Return how much of the expected text occurs in the actual one, in pieces of some length."""
    blocks = difflib.SequenceMatcher(None, wanted, said, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= PIECE) / max(1, len(wanted))


def flat(text: str) -> str:
    """Return text for comparison: single spaces, without letter case."""
    return " ".join(text.split()).casefold()
