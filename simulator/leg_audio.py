"""The audio of one leg: spoken prompts and audio files, and when they began and ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from simulator.core import SimulatorCore
from simulator.witness import WitnessEntry


class PlayingAudio(Protocol):
    """Something that is being played until `stop()`."""

    def stop(self) -> None: ...


class Listener(Protocol):
    """The receiver of a document's audio: one leg, or all legs of a conference."""

    def hear_speech(self, text: str, seconds: float) -> PlayingAudio: ...

    def hear_audio(self, url: str, seconds: float | None) -> PlayingAudio: ...


class _Playing:
    """A witness entry that is still open."""

    def __init__(self, ears: LegAudio, entry: WitnessEntry) -> None:
        self._ears = ears
        self.entry = entry

    def stop(self) -> None:
        """It ended; if that is before its full length it was cut."""
        self._ears._ended(self.entry)


class LegAudio:
    """The receiver of one leg."""

    def __init__(self, account: SimulatorCore, leg: str) -> None:
        self._account = account
        self._leg = leg
        self._speech: list[WitnessEntry] = []
        self._audio: list[WitnessEntry] = []
        self._seconds_heard = 0.0
        self.heard: list[str] = []
        self.told: list[WitnessEntry] = []
        """The witness entries of everything spoken to this leg."""

    @property
    def speaking(self) -> str | None:
        """The text that is being spoken now."""
        return self._speech[-1].detail["text"] if self._speech else None

    @property
    def music(self) -> str | None:
        """The URL of the audio that plays now."""
        return self._audio[-1].detail["url"] if self._audio else None

    @property
    def now_playing(self) -> WitnessEntry | None:
        """The witness entry of the audio that plays now."""
        return self._audio[-1] if self._audio else None

    @property
    def now_speaking(self) -> WitnessEntry | None:
        """The witness entry of the speech that is spoken now."""
        return self._speech[-1] if self._speech else None

    @property
    def music_seconds(self) -> float:
        """Seconds of audio heard so far, with what plays now."""
        now = self._account.clock.time()
        return self._seconds_heard + sum(now - e.detail["start"] for e in self._audio)

    def hear_speech(self, text: str, seconds: float) -> PlayingAudio:
        entry = self._begin("speech", text=text, seconds=seconds)
        self.heard.append(text)
        self.told.append(entry)
        self._speech.append(entry)
        self._account.changed()
        return _Playing(self, entry)

    def hear_audio(self, url: str, seconds: float | None) -> PlayingAudio:
        entry = self._begin("audio", url=url, seconds=seconds, offset=0.0)
        self._audio.append(entry)
        self._account.changed()
        return _Playing(self, entry)

    def _begin(self, kind: str, **detail: object) -> WitnessEntry:
        now = self._account.clock.time()
        return self._account.witness.add(now, self._leg, kind, start=now, end=None, cut=False, **detail)

    def _ended(self, entry: WitnessEntry) -> None:
        if entry.detail["end"] is not None:
            return
        now = self._account.clock.time()
        full = entry.detail["seconds"]
        entry.detail["end"] = now
        # Half a millisecond of slack: sums of floats.
        entry.detail["cut"] = full is not None and now < entry.detail["start"] + full - 0.0005
        if entry in self._audio:
            self._audio.remove(entry)
            self._seconds_heard += now - entry.detail["start"]
        else:
            self._speech.remove(entry)
        self._account.changed()


class ConferenceAudio:
    """Plays to several legs at once, for announcements to a whole conference."""

    def __init__(self, listeners: Iterable[Listener]) -> None:
        self._listeners = list(listeners)

    def hear_speech(self, text: str, seconds: float) -> PlayingAudio:
        return _Sounds([each.hear_speech(text, seconds) for each in self._listeners])

    def hear_audio(self, url: str, seconds: float | None) -> PlayingAudio:
        return _Sounds([each.hear_audio(url, seconds) for each in self._listeners])


class _Sounds:
    def __init__(self, sounds: list[PlayingAudio]) -> None:
        self._sounds = sounds

    def stop(self) -> None:
        for sound in self._sounds:
            sound.stop()
