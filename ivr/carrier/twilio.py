"""Twilio's REST API through its official package, imported late: it costs 21 MB and a quarter of a second.

Placing a call is not idempotent and Twilio accepts no key of ours: after a time-out or a 5xx the outcome of
`calls.create` is unknown, and only a 429 means that nothing was done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import isfinite
from typing import Any, TypeVar

from ivr.carrier.base import AMBIGUOUS, GONE, RETRYABLE, CarrierError, CarrierRecording, Leg, RecordingAudio
from ivr.carrier.twilio_errors import CheckedClient, TwilioRefusal, named


def account_record(client: Any, sid: str) -> tuple[str, str]:
    """Return (Trial or Full, active or suspended or closed)."""
    found = client.api.accounts(sid).fetch()
    return named(found, "type"), named(found, "status")


def is_verified(client: Any, number: str) -> bool:
    """Return whether the account may show this number, which belongs to somebody else."""
    return any(True for _ in client.outgoing_caller_ids.list(phone_number=number, limit=1))


def number_record(client: Any, wanted: str) -> dict[str, str] | None:
    """Return where a number of the account leads, and how; None when the account does not have it."""
    for found in client.incoming_phone_numbers.list(phone_number=wanted, limit=1):
        can = found.capabilities if isinstance(found.capabilities, dict) else {}
        return {
            "voice": _text(found.voice_url),
            "voice_method": _text(found.voice_method),
            "fallback": _text(found.voice_fallback_url),
            "fallback_method": _text(found.voice_fallback_method),
            "status": _text(found.status_callback),
            "status_method": _text(found.status_callback_method),
            "application": _text(found.voice_application_sid),
            "trunk": _text(found.trunk_sid),
            "receives": _text(found.voice_receive_mode),
            "takes_calls": "" if can.get("voice") is False else "yes",
            "sms": _text(found.sms_url),
            "sms_method": _text(found.sms_method),
            "sms_application": _text(found.sms_application_sid),
            "takes_texts": "" if can.get("sms") is False else "yes",
        }
    return None


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def live_room(client: Any, name: str) -> Any:
    """Return the live conference of that name. Raises CarrierError(GONE)."""
    for found in client.conferences.list(friendly_name=name, status="in-progress", limit=1):
        return client.conferences(named(found))
    raise CarrierError(GONE, f"there is no live conference {name}")


def participant_change(
    muted: bool | None, coached: str | None, ends_room: bool | None, hold_url: str | None
) -> dict[str, Any]:
    """Return a change of a participant in Twilio's words; None leaves a setting unchanged."""
    change: dict[str, Any] = {}
    if muted is not None:
        change["muted"] = muted
    if coached is not None:
        change["coaching"] = bool(coached)
    if coached:
        change["call_sid_to_coach"] = coached
    if ends_room is not None:
        change["end_conference_on_exit"] = ends_room
    if hold_url is not None:
        change["hold"] = bool(hold_url)
    if hold_url:
        change |= {"hold_url": hold_url, "hold_method": "POST"}
    return change


def change_participant(client: Any, room: str, leg: str, change: dict[str, Any]) -> None:
    named(live_room(client, room).participants(leg).update(**change), "call_sid")


def announce(client: Any, room: str, url: str) -> None:
    named(live_room(client, room).update(announce_url=url, announce_method="POST"))


MOST_BYTES = 24 * 1024 * 1024  # ten minutes take 10 MB
CHUNK = 32 * 1024
PLAYABLE = ("audio/wav", "audio/x-wav", "audio/wave", "audio/mpeg")


def open_recording(url: str, login: tuple[str, str], timeout: float, http_client: Any) -> RecordingAudio:
    """Return the audio at `url`. Raises TwilioRefusal, or what `requests` raises. `http_client` is a
    simulator's or None."""
    import requests

    get = getattr(http_client, "stream", None) or requests.get
    answer = get(url, auth=login, timeout=timeout, stream=True)
    length = answer.headers.get("Content-Length", "")
    size = int(length) if length.isdigit() else None
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    why = ""
    if answer.status_code != 200:
        why = f"the recording cannot be had: HTTP {answer.status_code}"
    elif kind not in PLAYABLE or (size or 0) > MOST_BYTES:
        why = f"this is no recording of a telephone: {kind or 'no type'}, {size} bytes"
    if why:
        answer.close()
        raise TwilioRefusal(answer.status_code if answer.status_code != 200 else 415, why)
    return RecordingAudio("audio/wav" if "wav" in kind else kind, size, _bounded(answer), answer.close)


def _bounded(answer: Any) -> Iterator[bytes]:
    """Yield chunks as they come, never more than MOST_BYTES."""
    left = MOST_BYTES
    for chunk in answer.iter_content(CHUNK):
        yield chunk[:left]
        left -= len(chunk)
        if left <= 0:
            return


log = logging.getLogger(__name__)

T = TypeVar("T")
TIMEOUT_S = 6.0
LONGEST_S = 86_400.0
CLOCKS_APART_S = 5.0  # our clock may be this far ahead of Twilio's, which uses whole seconds


class TwilioCarrier:
    """The carrier Twilio. `http_client` is for tests (a simulator in process); `api_base` is any server that
    speaks the API."""

    def __init__(
        self, account_sid: str, auth_token: str, api_base: str | None = None, http_client: Any = None
    ) -> None:
        self._account_sid, self._auth_token = account_sid, auth_token
        self._api_base, self._http_client = api_base, http_client
        self._made: Any = None

    @property
    def _client(self) -> Any:
        if self._made is None:
            from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
            from twilio.rest import Client  # type: ignore[import-untyped]

            http_client = CheckedClient(self._http_client or TwilioHttpClient(timeout=TIMEOUT_S))
            # The environment is withheld: TWILIO_REGION or TWILIO_EDGE would silently change the host.
            client = Client(self._account_sid, self._auth_token, http_client=http_client, environment={})
            if self._api_base:
                client.api.base_url = self._api_base.rstrip("/")
            self._made = client
        return self._made

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
        detection = {
            "machine_detection": "DetectMessageEnd",
            "async_amd": "true",
            "async_amd_status_callback": machine_url,
            "async_amd_status_callback_method": "POST",
        }

        def create() -> str:
            calls = self._client.calls
            if not in_time():
                raise CarrierError(RETRYABLE, "not sent: this process stood still")
            made = calls.create(
                to=to,
                from_=from_,
                url=answer_url,
                fallback_url=fallback_url,
                status_callback=status_url,
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                timeout=ring_seconds,
                **(detection if machine_url else {}),
                **({"send_digits": keys} if keys else {}),
            )
            return named(made)

        return _asked(create, creates=True)

    def find_legs(self, to: str, from_: str, since: float) -> list[Leg]:
        """Return matching legs. An earlier leg to the same phone may be among them: its SID is recorded with
        its purpose."""

        def look() -> list[Leg]:
            found = self._client.calls.list(to=to, from_=from_, limit=20)
            return [_leg(call) for call in found if _began(call) >= since - CLOCKS_APART_S]

        return _asked(look)

    def redirect(self, sid: str, url: str) -> None:
        _asked(lambda: named(self._client.calls(sid).update(url=url, method="POST")))

    def hang_up(self, sid: str) -> None:
        # `completed` ends a leg whether queued, ringing or connected; `canceled` does nothing to a live one.
        _asked(lambda: named(self._client.calls(sid).update(status="completed")))

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
        wanted = participant_change(muted, coached, ends_room, hold_url)
        _asked(lambda: change_participant(self._client, room, leg, wanted))

    def announce(self, room: str, url: str) -> None:
        _asked(lambda: announce(self._client, room, url))

    def fetch(self, sid: str) -> Leg:
        return _asked(lambda: _leg(self._client.calls(sid).fetch()))

    def send_text(self, to: str, from_: str, body: str) -> str:
        def create() -> str:
            return named(self._client.messages.create(to=to, from_=from_, body=body))

        return _asked(create, creates=True)

    def delete_text(self, sid: str) -> None:
        _asked(lambda: self._client.messages(sid).delete())

    def start_recording(self, sid: str, status_url: str) -> None:
        def create() -> None:
            made = self._client.calls(sid).recordings.create(
                recording_status_callback=status_url,
                recording_status_callback_event=["completed", "absent"],
                recording_status_callback_method="POST",
            )
            named(made)

        _asked(create, creates=True)

    def pause_recording(self, sid: str) -> None:
        _asked(lambda: named(self._current(sid).update(status="paused", pause_behavior="skip")))

    def resume_recording(self, sid: str) -> None:
        _asked(lambda: named(self._current(sid).update(status="in-progress")))

    def stop_recording(self, sid: str) -> None:
        _asked(lambda: named(self._current(sid).update(status="stopped")))

    def _current(self, sid: str) -> Any:
        return self._client.calls(sid).recordings("Twilio.CURRENT")

    def recorded(self, sid: str) -> CarrierRecording:
        def look() -> CarrierRecording:
            found = self._client.recordings(sid).fetch()
            code = "" if found.error_code is None else str(found.error_code)
            return CarrierRecording(named(found, "status"), _seconds(found.duration), code)

        return _asked(look)

    def open_recording(self, sid: str) -> RecordingAudio:
        base = self._client.api.base_url.rstrip("/")
        url = f"{base}/2010-04-01/Accounts/{self._account_sid}/Recordings/{sid}.wav"
        login = self._account_sid, self._auth_token
        return _asked(lambda: open_recording(url, login, TIMEOUT_S, self._http_client))

    def delete_recording(self, sid: str) -> None:
        _asked(lambda: self._client.recordings(sid).delete())

    def number_urls(self, number: str) -> dict[str, str] | None:
        """Return where a number of the account leads, and how; None when it is not ours."""
        return _asked(lambda: number_record(self._client, number))

    def account(self) -> tuple[str, str]:
        """Return (Trial or Full, active or suspended or closed)."""
        return _asked(lambda: account_record(self._client, self._account_sid))

    def is_verified(self, number: str) -> bool:
        """Return whether the account may show this number, which is not its own."""
        return _asked(lambda: is_verified(self._client, number))


def _began(call: Any) -> float:
    """Return when the leg was made; a leg without a time yet counts as new."""
    moment = call.date_created or call.start_time
    return moment.timestamp() if isinstance(moment, datetime) else datetime.now(UTC).timestamp()


def _leg(call: Any) -> Leg:
    return Leg(named(call), named(call, "status"))


def _seconds(text: Any) -> int:
    """Return a length as Twilio writes it: usually whole seconds, -1 for none."""
    try:
        seconds = float(text or 0)
    except (TypeError, ValueError):
        return 0
    return int(min(max(seconds, 0.0), LONGEST_S)) if isfinite(seconds) else 0


def _asked(request: Callable[[], T], creates: bool = False) -> T:
    """Return the result of `request`. Raises CarrierError and nothing else."""
    from requests.exceptions import RequestException
    from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]

    unknown = AMBIGUOUS if creates else RETRYABLE
    try:
        return request()
    except CarrierError:
        raise
    except TwilioRefusal as refused:
        raise refused.as_error(unknown) from refused
    except (RequestException, OSError) as error:
        if not _was_sent(error):
            raise CarrierError(RETRYABLE, f"no connection: {error}") from error
        raise CarrierError(unknown, f"no answer: {error}") from error
    except (TwilioException, ValueError, TypeError, LookupError, AttributeError) as error:
        log.warning("an answer of Twilio's was not understood", exc_info=True)
        raise CarrierError(unknown, f"the answer was not understood: {error}") from error


def _was_sent(error: Exception) -> bool:
    """Return whether the request may have arrived, which it has not without a connection."""
    from requests.exceptions import ConnectTimeout, SSLError

    said = str(error)
    never = ("Connection refused", "NewConnectionError", "NameResolutionError", "Name or service")
    return not isinstance(error, (ConnectTimeout, SSLError)) and not any(words in said for words in never)
