"""A telephone in the terminal: prints what the caller hears and when; keys by script or by hand."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable

from simulator.account import TwilioAccount
from simulator.clock import MovableClock
from simulator.phones import CallerPhone
from simulator.witness import WitnessEntry

TICK = 0.1
"""Seconds between two looks at the call."""

SILENT_TICKS = 10
"""Where keys are heard but nothing is said, a scripted key is pressed after so many looks."""


class TextPhone:
    """Plays calls on `account`; every line goes to `write`."""

    def __init__(self, account: TwilioAccount, write: Callable[[str], object] = print) -> None:
        self._account = account
        self._write = write
        self._seen = 0
        self._started = 0.0
        self._silent = 0
        self._open: list[WitnessEntry] = []

    def play(self, from_: str, to: str, keys: str = "", limit: float = 300.0) -> CallerPhone:
        """Call, press the scripted keys and listen until the call ends or `limit` seconds have passed.

        keys: "1,0" presses 1, later 0: each halfway through a prompt that can hear keys. Returns the phone.
        """
        phone = self._dial(from_, to)
        waiting = [part.strip() for part in keys.split(",") if part.strip()]
        end = self._account.clock.time() + limit
        while phone.call.live and self._account.clock.time() < end:
            self._account.run_for(TICK)
            self._show(phone)
            if waiting and self._key_fits(phone):
                phone.press(waiting.pop(0))
        return self._finish(phone)

    def interact(self, from_: str, to: str, lines: Iterable[str]) -> CallerPhone:
        """Call, and obey lines: keys are pressed, "hang up" hangs up, anything else is said."""
        typed: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_read, args=(lines, typed), daemon=True).start()
        self._write("Type keys (0-9 * #) or something to say; an empty line hangs up.")
        phone = self._dial(from_, to)
        while phone.call.live:
            began = time.monotonic()
            self._account.run_for(TICK)
            self._show(phone)
            self._obey(phone, typed)
            if isinstance(self._account.clock, MovableClock):
                # Somebody is listening: virtual time must not run away from them.
                time.sleep(max(0.0, TICK - (time.monotonic() - began)))
        return self._finish(phone)

    def _dial(self, from_: str, to: str) -> CallerPhone:
        self._seen = len(self._account.witness)
        self._started = self._account.clock.time()
        self._line("calls", f"{from_} calls {to}")
        return self._account.dial(from_, to)

    def _finish(self, phone: CallerPhone) -> CallerPhone:
        if phone.call.live:
            self._line("hangs up", "the caller hangs up")
            phone.hang_up()
        self._account.settle()
        self._show(phone)
        return phone

    def _key_fits(self, phone: CallerPhone) -> bool:
        """Keys are heard, and the prompt is half spoken (or nothing has been said for a second)."""
        if not phone.listened_to:
            self._silent = 0
            return False
        speech = phone.call.ears.now_speaking
        if speech is None:
            self._silent += 1
            return self._silent > SILENT_TICKS
        self._silent = 0
        return self._account.clock.time() - speech.t >= speech.detail["seconds"] / 2

    def _obey(self, phone: CallerPhone, typed: queue.Queue[str | None]) -> None:
        try:
            line = typed.get_nowait()
        except queue.Empty:
            return
        if line is None:
            return
        text = line.strip()
        if text in ("", "hang up"):
            phone.hang_up()
        elif set(text) <= set("0123456789*#"):
            phone.press(text)
        else:
            phone.say(text)

    def _show(self, phone: CallerPhone) -> None:
        entries = self._account.witness.entries
        for entry in entries[self._seen :]:
            if entry.leg == phone.sid:
                self._entry(entry)
        self._seen = len(entries)
        for entry in [e for e in self._open if e.detail["end"] is not None]:
            self._open.remove(entry)
            self._ended(entry)

    def _entry(self, entry: WitnessEntry) -> None:
        detail = entry.detail
        if entry.kind == "speech":
            self._line("hears", detail["text"], entry.t)
            self._open.append(entry)
        elif entry.kind == "audio":
            self._line("music", detail["url"], entry.t)
            self._open.append(entry)
        elif entry.kind == "key":
            self._line("presses", detail["key"], entry.t)
        elif entry.kind == "said":
            self._line("says", detail["text"], entry.t)
        elif entry.kind == "hears":
            self._line("talks to", self._account.address_of(detail["speaker"]), entry.t)
        elif entry.kind == "fault":
            self._line("fault", f"{detail['code']} {detail['text']}", entry.t)
        elif entry.kind == "leg":
            self._line("call", detail["state"], entry.t)

    def _ended(self, entry: WitnessEntry) -> None:
        seconds = entry.detail["end"] - entry.detail["start"]
        if entry.kind == "audio":
            self._line("music", f"stopped after {seconds:.0f} s", entry.detail["end"])
        elif entry.detail["cut"]:
            self._line("cut", f"the prompt stopped after {seconds:.1f} s", entry.detail["end"])

    def _line(self, what: str, text: str, t: float | None = None) -> None:
        at = (self._account.clock.time() if t is None else t) - self._started
        self._write(f"{at:7.1f}  {what:<9} {text}")


def _read(lines: Iterable[str], typed: queue.Queue[str | None]) -> None:
    for line in lines:
        typed.put(line)
    typed.put(None)
