"""The parts that play, record and report below the account, and the interfaces between them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

from simulator.audio_cache import AudioCache
from simulator.audio_routing import AudioRouting
from simulator.core import SimulatorCore
from simulator.document_requests import DocumentSource
from simulator.leg_audio import LegAudio
from simulator.participant_options import ParticipantOptions, StatusCallback
from simulator.recordings import Recordings
from simulator.script import CallerSpeech, Script, Steps
from simulator.sms import SmsNetwork
from simulator.webhook import Webhooks


class AttachedTelephone(Protocol):
    """The interface of a telephone for its leg."""

    address: str

    def release(self, call: CallLeg) -> None: ...


class CalledTelephone(AttachedTelephone, Protocol):
    """A telephone that can be rung."""

    @property
    def busy(self) -> bool: ...
    def ring(self, call: CallLeg) -> None: ...


class CallLeg(Protocol):
    """The interface of a leg for documents, telephones and conferences."""

    account: PhoneNetwork
    sid: str
    from_: str
    to: str
    status: str
    started: float | None
    ended: float | None
    fallback: tuple[str, str] | None
    status_callback: StatusCallback | None
    phone: AttachedTelephone | None
    ears: LegAudio
    early_keys: list[str]
    gathering: frozenset[str]
    script: Script | None
    when_answered: list[Callable[[Any], None]]
    when_ended: list[Callable[[Any], None]]

    @property
    def live(self) -> bool: ...
    @property
    def duration(self) -> int | None: ...
    def params(self) -> dict[str, str]: ...
    def run(
        self,
        source: DocumentSource,
        context: str = "call",
        when_over: Callable[[Any], None] | None = None,
    ) -> None: ...
    def follow(
        self,
        steps: Callable[[Any], Steps],
        context: str = "call",
        when_over: Callable[[Any], None] | None = None,
    ) -> None: ...
    def set_status(self, status: str) -> None: ...
    def report(self, event: str) -> None: ...
    def answer(self) -> None: ...
    def end(self, status: str = "completed", by: str = "exchange") -> None: ...
    def hang_up(self) -> None: ...
    def press(self, key: str) -> None: ...
    def speak(self, speech: CallerSpeech) -> None: ...


class JoinableConference(Protocol):
    """The interface of a conference for a joining leg."""

    def stay(self, execution: Any, terms: ParticipantOptions) -> Steps: ...


class ConferenceDirectory(Protocol):
    """The conferences by name."""

    def enter(self, name: str, terms: ParticipantOptions) -> JoinableConference: ...
    def forget(self, conference: Any) -> None: ...


class PhoneNetwork(SimulatorCore, ABC):
    """The core with playing, recording and reporting. An account adds calls, telephones and conferences."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.hearing = AudioRouting(self)
        self.audio = AudioCache(self)
        self.webhooks = Webhooks(self)
        self.recorder = Recordings(self, self.webhooks)
        self.texts = SmsNetwork(self, self.webhooks)

    @property
    @abstractmethod
    def rooms(self) -> ConferenceDirectory: ...

    @abstractmethod
    def new_call(self, from_: str, to: str, direction: str, parent: Any = None) -> CallLeg: ...

    @abstractmethod
    def phone_at(self, address: str) -> CalledTelephone | None: ...

    @abstractmethod
    def address_of(self, sid: str) -> str: ...
