"""Telephones: the caller's, and those that can be rung."""

from __future__ import annotations

from typing import ClassVar

from simulator.network import CallLeg, PhoneNetwork
from simulator.script import CallerSpeech
from simulator.speech import seconds_to_say

KEY_SECONDS = 0.1
"""Between two keys of one `press`."""

PAUSE_SECONDS = 0.5
"""A "w" among the keys waits so long."""


class Phone:
    """The actions of every telephone during a call. Without a call, pressing and speaking do nothing."""

    def __init__(self, account: PhoneNetwork, address: str) -> None:
        self.account = account
        self.address = address
        self._call: CallLeg | None = None
        self._last: CallLeg | None = None
        self._talks_until = 0.0

    @property
    def heard(self) -> list[str]:
        """Every text spoken to the present or last call that has started, in order."""
        return list(self._last.ears.heard) if self._last else []

    @property
    def speaking(self) -> str | None:
        """The text that is being spoken now."""
        return self._last.ears.speaking if self._last else None

    @property
    def music(self) -> str | None:
        """The URL of the audio that plays now."""
        return self._last.ears.music if self._last else None

    @property
    def music_seconds(self) -> float:
        """Seconds of audio heard so far in the present or last call."""
        with self.account.lock:
            return self._last.ears.music_seconds if self._last else 0.0

    @property
    def talking_to(self) -> set[str]:
        """Addresses of the far ends that hear this phone and are heard by it (else call SIDs)."""
        if self._last is None:
            return set()
        with self.account.lock:
            others = self.account.hearing.talking_to(self._last.sid)
            return {self.account.address_of(sid) for sid in others}

    @property
    def texts(self) -> list[str]:
        """The text messages this phone has received, oldest first."""
        return self.account.texts.received_by(self.address)

    def text(self, to: str, body: str) -> str:
        """Send a text message to a number of the exchange; returns its sid."""
        return self.account.texts.send(self.address, to, body)

    @property
    def listened_to(self) -> bool:
        """Whether a key pressed now would be heard by a Gather."""
        return self._last is not None and "dtmf" in self._last.gathering

    def press(self, keys: str) -> None:
        """Press keys one after another, a tenth of a second apart; "w" waits half a second."""
        with self.account.lock:
            at = self.account.clock.time()
            for key in keys:
                if key == "w":
                    at += PAUSE_SECONDS
                    continue
                if key not in "0123456789*#":
                    raise ValueError(f"there is no key {key!r} on a telephone")
                self._press_at(at, key)
                at += KEY_SECONDS

    def say(self, text: str, seconds: float | None = None, confidence: float = 0.9) -> None:
        """Say something after what is being said already; lasts `seconds`, by default by its length."""
        with self.account.lock:
            call = self._call
            if call is None:
                return
            now = self.account.clock.time()
            start = max(now, self._talks_until)
            speech = CallerSpeech(text, seconds_to_say(text) if seconds is None else seconds, confidence)
            self._talks_until = start + speech.seconds
            if start <= now:
                call.speak(speech)
            else:
                self.account.at(start, lambda: call.speak(speech))

    def hang_up(self) -> None:
        """End the call, or stop ringing out before it is answered."""
        with self.account.lock:
            if self._call:
                self._call.hang_up()

    def attach(self, call: CallLeg) -> None:
        call.phone = self
        self._call = self._last = call
        self._talks_until = 0.0

    def release(self, call: CallLeg) -> None:
        """The exchange tells the phone that its call is over."""
        if self._call is call:
            self._call = None

    def _press_at(self, at: float, key: str) -> None:
        call = self._call
        if call is None:
            return
        if at <= self.account.clock.time():
            call.press(key)
        else:
            self.account.at(at, lambda: call.press(key))
            self.account.busy_until(at)


class CallerPhone(Phone):
    """A telephone that has dialled one of the exchange's numbers."""

    def __init__(self, account: PhoneNetwork, call: CallLeg) -> None:
        super().__init__(account, call.from_)
        self.attach(call)
        self.call = call

    @property
    def sid(self) -> str:
        """The SID of the call."""
        return self.call.sid

    @property
    def status(self) -> str:
        """Twilio's status of the call."""
        return self.call.status


class AgentPhone(Phone):
    """An outside telephone, or a browser or SIP phone, that can be called. It takes one call at a time; with
    `call_waiting` a second one rings meanwhile, and answering it puts the first aside.

    behaviour: "manual" (a test calls answer() or decline()), "answer" (picks up after `answer_after`
    seconds), "no-answer" (rings on), "busy", or "machine" (picks up after two seconds, speaks a greeting,
    presses nothing).
    """

    BEHAVIOURS: ClassVar[frozenset[str]] = frozenset({"manual", "answer", "no-answer", "busy", "machine"})
    MACHINE_ANSWERS_AFTER = 2.0

    def __init__(
        self,
        account: PhoneNetwork,
        address: str,
        behaviour: str,
        answer_after: float,
        call_waiting: bool = False,
    ) -> None:
        super().__init__(account, address)
        self.behaviour = behaviour
        self.answer_after = answer_after
        self.call_waiting = call_waiting
        self._second: CallLeg | None = None

    @property
    def behaviour(self) -> str:
        return self._behaviour

    @behaviour.setter
    def behaviour(self, value: str) -> None:
        if value not in self.BEHAVIOURS:
            raise ValueError(f"{value!r} is none of {', '.join(sorted(self.BEHAVIOURS))}")
        self._behaviour = value

    @property
    def call(self) -> CallLeg | None:
        """The leg that rings here or is being talked on."""
        return self._call

    @property
    def second(self) -> CallLeg | None:
        """The leg that waits (it rings) or was put aside."""
        return self._second

    @property
    def ringing(self) -> bool:
        return self._ringing_call() is not None

    @property
    def busy(self) -> bool:
        if self.behaviour == "busy":
            return True
        return self._call is not None and (not self.call_waiting or self._second is not None)

    def ring(self, call: CallLeg) -> None:
        """The exchange rings this phone."""
        if self._call is None:
            self.attach(call)
        else:
            call.phone = self
            self._second = call
        after = {"answer": self.answer_after, "machine": self.MACHINE_ANSWERS_AFTER}.get(self.behaviour)
        if after is not None:
            self.account.at(self.account.clock.time() + after, lambda: self._pick_up(call))

    def release(self, call: CallLeg) -> None:
        if self._second is call:
            self._second = None
        elif self._call is call:
            self._call, second = None, self._second
            if second is not None:
                self._second = None
                self.attach(second)

    def answer(self) -> None:
        """Pick up. Raises RuntimeError when nothing rings."""
        with self.account.lock:
            self._pick_up(self._must_ring())

    def decline(self) -> None:
        """Refuse the call: the caller's side sees busy. Raises RuntimeError when nothing rings."""
        with self.account.lock:
            self._must_ring().end("busy", by="far end")

    def hang_up(self) -> None:
        """Hang up; while it rings this declines."""
        with self.account.lock:
            if self._call is not None and self._call.started is None:
                self.decline()
            else:
                super().hang_up()

    def _ringing_call(self) -> CallLeg | None:
        both = (self._call, self._second)
        return next((call for call in both if call is not None and call.started is None), None)

    def _must_ring(self) -> CallLeg:
        call = self._ringing_call()
        if call is None:
            raise RuntimeError(f"{self.address} is not ringing")
        return call

    def _pick_up(self, call: CallLeg) -> None:
        if call not in (self._call, self._second) or call.started is not None:
            return
        if call is self._second:
            self._second = self._call
            self.attach(call)
        call.answer()
        if self.behaviour == "machine":
            self.say(self.account.switches.machine_greeting)
