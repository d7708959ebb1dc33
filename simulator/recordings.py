"""Recordings: the orders, the words spoken into them, and the callback that reports them ready."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import formatdate

from simulator.core import SimulatorCore
from simulator.webhook import Webhooks
from simulator.webhook_message import Webhook


@dataclass(frozen=True)
class RecordingOrder:
    """How to record and where to report. trim: cut silence at both ends off the duration."""

    trim: bool = False
    channels: int = 1
    callback_url: str | None = None
    callback_method: str = "POST"
    callback_events: frozenset[str] = frozenset({"completed"})
    transcribe_url: str | None = None


@dataclass
class Recording:
    """One recording. `said` is every (text, start, end) spoken into it; times are epoch seconds."""

    sid: str
    call_sid: str
    conference_sid: str | None
    source: str
    order: RecordingOrder
    url: str
    start: float
    end: float | None = None
    duration: float = 0.0
    status: str = "in-progress"
    error_code: int | None = None
    said: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything that was said."""
        return " ".join(text for text, _, _ in self.said)


class Recordings:
    """All recordings of the account."""

    def __init__(self, account: SimulatorCore, webhooks: Webhooks) -> None:
        self._account, self._webhooks = account, webhooks
        self.by_sid: dict[str, Recording] = {}

    def start(
        self, call_sid: str, source: str, order: RecordingOrder, conference_sid: str | None = None
    ) -> Recording:
        """Begin to record a leg or a conference; `source` is Twilio's RecordingSource."""
        account = self._account
        sid = account.sids.new("RE")
        url = f"{account.api_base}/2010-04-01/Accounts/{account.account_sid}/Recordings/{sid}"
        now = account.clock.time()
        recording = Recording(sid, call_sid, conference_sid, source, order, url, now)
        self.by_sid[sid] = recording
        self._tell(recording, "in-progress")
        return recording

    def finish(self, sid: str, error_code: int | None = None) -> Recording:
        """Stop; the callback follows when the file is ready. With an error code there is no file (absent)."""
        recording = self.by_sid[sid]
        if recording.end is not None:
            return recording
        now = self._account.clock.time()
        recording.end = now
        recording.error_code = error_code
        recording.duration = self._length(recording)
        recording.status = "processing"
        ready = now + self._account.switches.recording_delay
        self._account.at(ready, lambda: self._ready(recording))
        return recording

    @staticmethod
    def _length(recording: Recording) -> float:
        end = recording.end or recording.start
        if recording.order.trim and recording.said:
            return min(recording.said[-1][2], end) - recording.said[0][1]
        return end - recording.start

    def _ready(self, recording: Recording) -> None:
        if recording.status == "deleted":
            return
        recording.status = "absent" if recording.error_code else "completed"
        self._tell(recording, recording.status)
        if recording.order.transcribe_url and recording.status == "completed":
            later = self._account.clock.time() + self._account.switches.transcription_delay
            self._account.at(later, lambda: self._transcribed(recording))

    def _tell(self, recording: Recording, event: str) -> None:
        order = recording.order
        if not order.callback_url or event not in order.callback_events:
            return
        params = {
            "AccountSid": self._account.account_sid,
            "CallSid": recording.call_sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": recording.url,
            "RecordingStatus": event,
            "RecordingDuration": str(round(recording.duration)),
            "RecordingChannels": str(order.channels),
            "RecordingStartTime": formatdate(recording.start),
            "RecordingSource": recording.source,
        }
        if recording.conference_sid:
            params["ConferenceSid"] = recording.conference_sid
        if recording.error_code:
            params["ErrorCode"] = str(recording.error_code)
        self._webhooks.send(
            Webhook("recording", order.callback_method, order.callback_url, params, recording.call_sid)
        )

    def _transcribed(self, recording: Recording) -> None:
        """Only recordings of 2 to 120 seconds are written down."""
        able = 2 <= recording.duration <= 120
        params = {
            "AccountSid": self._account.account_sid,
            "CallSid": recording.call_sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": recording.url,
            "TranscriptionSid": self._account.sids.new("TR"),
            "TranscriptionStatus": "completed" if able else "failed",
            "TranscriptionText": recording.text if able else "",
        }
        url = recording.order.transcribe_url or ""
        self._webhooks.send(Webhook("transcription", "POST", url, params, recording.call_sid))
