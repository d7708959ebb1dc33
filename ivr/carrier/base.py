"""The contract with a phone company: a few requests, and an error that says what may be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

PERMANENT, RETRYABLE, AMBIGUOUS, GONE = "permanent", "retryable", "ambiguous", "gone"
ACCOUNT = "account"


class CarrierError(Exception):
    """A request to the phone company failed.

    `kind`: permanent (will never work: a bad number) · retryable (was not processed) · ambiguous (may or may
    not have been done: check before trying again) · gone (the call is already over) · account (not processed,
    for reasons unrelated to the number called: credentials, limits, permissions; with `only_country`, for
    numbers of that country). `said` is the carrier's sentence.
    """

    def __init__(
        self, kind: str, message: str, code: int | None = None, *, only_country: bool = False
    ) -> None:
        super().__init__(f"{message} ({kind}{f', code {code}' if code else ''})")
        self.kind, self.code, self.said, self.only_country = kind, code, message, only_country


@dataclass(frozen=True, slots=True)
class Leg:
    """A phone connection as the carrier reports it. `status` is in the carrier's words."""

    sid: str
    status: str

    @property
    def over(self) -> bool:
        return self.status in ("completed", "busy", "failed", "no-answer", "canceled")


@dataclass(frozen=True, slots=True)
class CarrierRecording:
    """A recording as the carrier reports it. `status` is in the carrier's words; `code` says why there is
    none, "" when it does not say."""

    status: str
    seconds: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class RecordingAudio:
    """A recording for playing: `chunks` come as they are fetched. `size` in bytes, None when unknown. Close
    it, whether played or not."""

    kind: str
    size: int | None
    chunks: Iterator[bytes]
    close: Callable[[], None]


class Carrier(Protocol):
    """Every method raises CarrierError and nothing else."""

    def ring(
        self,
        to: str,
        from_: str,
        *,
        answer_url: str,
        status_url: str,
        fallback_url: str,
        ring_seconds: int,
        machine_url: str = "",
        keys: str = "",
        in_time: Callable[[], bool] = lambda: True,
    ) -> str:
        """Call a phone and return the leg's SID. Not idempotent: never repeat it without `find_legs`.

        `in_time` is asked when everything is ready to be sent: False, and nothing is (RETRYABLE).

        With `machine_url` the carrier finds out, while the first document plays, whether a human picked up,
        and reports it there: of a machine when it has finished its greeting. `keys` are pressed when it is
        answered, before anything is played; w waits half a second.
        """
        ...

    def find_legs(self, to: str, from_: str, since: float) -> list[Leg]:
        """Return legs to that phone that began at or after `since` (epoch seconds), newest first."""
        ...

    def redirect(self, sid: str, url: str) -> None:
        """Make a live call fetch its next document from `url` at once."""
        ...

    def hang_up(self, sid: str) -> None:
        """End a leg, whether it is ringing or connected."""
        ...

    def change_participant(
        self,
        room: str,
        leg: str,
        *,
        muted: bool | None = None,
        coached: str | None = None,
        ends_room: bool | None = None,
        hold_url: str | None = None,
    ) -> None:
        """Change how a leg takes part in the live conference named `room`; None leaves a setting unchanged.
        `coached` is the one leg that hears it, "" for all. With a `hold_url` the leg hears only the document
        there, and nobody hears it; "" takes it off hold. GONE when conference or leg does not exist."""
        ...

    def announce(self, room: str, url: str) -> None:
        """Play the document at `url` to everybody in the live conference named `room`. GONE if there is
        none."""
        ...

    def send_text(self, to: str, from_: str, body: str) -> str:
        """Send a text message and return its SID. Not idempotent: never repeat it blindly."""
        ...

    def delete_text(self, sid: str) -> None:
        """Delete a text message and its words, in either direction. GONE if there is none (any more)."""
        ...

    def start_recording(self, sid: str, status_url: str) -> None:
        """Record a live call from now on. Two calls make two recordings."""
        ...

    def pause_recording(self, sid: str) -> None:
        """Leave out what is said from now on. GONE when nothing is being recorded, as for the next two."""
        ...

    def resume_recording(self, sid: str) -> None:
        """Record again after a pause. Does nothing while a recording runs."""
        ...

    def stop_recording(self, sid: str) -> None:
        """End the recording of a call."""
        ...

    def fetch(self, sid: str) -> Leg:
        """Return how the carrier sees this leg. It may lag behind by seconds."""
        ...

    def recorded(self, sid: str) -> CarrierRecording:
        """Return how the carrier sees this recording. GONE when it never existed or was deleted."""
        ...

    def open_recording(self, sid: str) -> RecordingAudio:
        """Return its audio. GONE while it is not ready, or when there is none."""
        ...

    def delete_recording(self, sid: str) -> None:
        """Delete a recording and its audio. GONE if there is none (any more)."""
        ...
