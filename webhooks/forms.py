"""Turns Twilio's forms into engine events. Reads only the fields it knows; new ones appear without notice."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache

from ivr.customers.numbers import read_caller
from ivr.engine.events import (
    POUND,
    DigitsPressed,
    Event,
    InputTimedOut,
    PaymentEnded,
    RecordingEnded,
    SpeechHeard,
    TalkEnded,
    TransferEnded,
    Transferred,
)
from ivr.engine.session import CallInfo
from ivr.keys import Seal

MOST_DIGITS = 60
KEPT_S = 3600.0
MOST_SPEECH = 500
MOST_TRANSCRIPT = 4000
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_NEWS = (
    "Digits", "SpeechResult", "Confidence", "RecordingDuration", "DialCallStatus", "DialCallDuration",
    "FinishedOnKey", "Result", "PaymentConfirmationCode",  # never the token
)  # fmt: skip
NOTHING = "-"
PERSON = "0"
OURS = "cb-"
_caller = lru_cache(maxsize=4096)(read_caller)  # every webhook of a call names the same caller
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def call_info(form: Mapping[str, str], region: str) -> CallInfo:
    """Read the caller, from any request of the call. A caller's number is a hint, never an identity."""
    raw = _text(form, "From")
    verdict = re.fullmatch(r"TN-Validation-Passed-([ABC])(-.*)?", _text(form, "StirVerstat"))
    caller = _caller(raw, region)
    return CallInfo(
        sid=sid_of(form),
        caller=caller.number,
        dialled=_text(form, "To"),
        caller_raw=raw,
        name=_text(form, "CallerName"),
        attested=verdict[1] if verdict and not caller.address else "",
        caller_kind=caller.kind,
    )


def sid_of(form: Mapping[str, str]) -> str:
    """Return the call's SID, or "" if the field does not hold one."""
    sid = form.get("CallSid", "")
    return sid if re.fullmatch(r"[A-Za-z0-9]{2,64}", sid) else ""


def may_speak_of(leg_sid: str, sid: str) -> bool:
    """Return whether a request of this leg may be about the call in its path. Calls that we placed have an id
    of our own, and the service knows which leg is theirs."""
    return bool(leg_sid) and (leg_sid == sid or sid.startswith(OURS))


def input_event(form: Mapping[str, str]) -> Event:
    """Return Gather's answer. Twilio sends Digits empty or not at all when nothing was pressed."""
    digits = re.sub(r"[^0-9*#]", "", form.get("Digits", ""))[:MOST_DIGITS]
    if digits:
        return DigitsPressed(digits)
    speech = _text(form, "SpeechResult", MOST_SPEECH)
    if speech:
        return SpeechHeard(speech, _share(_text(form, "Confidence")))
    return DigitsPressed(POUND) if form.get("FinishedOnKey") == POUND else InputTimedOut()


def key_of(form: Mapping[str, str], before: str = "") -> str:
    """Return the key pressed on a phone that we rang; else the one pressed `before`, from a part of the
    address ("-": none). Never the pound key, at which an address ends."""
    return re.sub(r"[^0-9*]", "", form.get("Digits", "") or before)[:1]


def recording_event(form: Mapping[str, str]) -> RecordingEnded:
    """Return Record's answer, also when the caller hung up. Without a recording: nothing was recorded."""
    key = form.get("Digits", "")
    return RecordingEnded(
        recording=recording_sid(form),
        seconds=_count(_text(form, "RecordingDuration")) if recording_sid(form) else 0,
        key=key if key == "hangup" else re.sub(r"[^0-9*#]", "", key)[:1],
    )


def payment_event(form: Mapping[str, str]) -> PaymentEnded:
    """Return Pay's answer. The card itself is not read, not even the digits that the carrier leaves of its
    number."""
    return PaymentEnded(
        _text(form, "Result", 60) or "nothing",
        _text(form, "PaymentConfirmationCode", 100),
        _text(form, "PaymentToken", 200),
    )


def recording_sid(form: Mapping[str, str]) -> str:
    """Return RecordingSid, or the last part of RecordingUrl: the action of Record may lack the first."""
    given = form.get("RecordingSid") or form.get("RecordingUrl", "").rstrip("/").rsplit("/", 1)[-1]
    given = given.removesuffix(".wav").removesuffix(".mp3")
    return given if re.fullmatch(r"[A-Za-z0-9]{2,64}", given) else ""


def recording_status(form: Mapping[str, str]) -> tuple[str, int]:
    """Return (our word for the carrier's status, seconds)."""
    status = {"completed": "stored", "absent": "absent", "failed": "absent"}
    return (
        status.get(form.get("RecordingStatus", ""), "expected"),
        _count(_text(form, "RecordingDuration")),
    )


def recording_fault(form: Mapping[str, str]) -> str:
    """Return the carrier's code for a missing recording, or ""."""
    code = form.get("ErrorCode", "")
    return code if re.fullmatch(r"[0-9]{1,6}", code) else ""


def transcription(form: Mapping[str, str]) -> str:
    """Return the transcript of a recording; "" if there is none."""
    done = form.get("TranscriptionStatus", "") == "completed"
    return _text(form, "TranscriptionText", MOST_TRANSCRIPT) if done else ""


def event_of(kind: str, form: Mapping[str, str]) -> Event:
    """Return the event of a form, by its `kind` in the path."""
    if kind == "recorded":
        return recording_event(form)
    if kind == "dialled":
        return TransferEnded(
            _text(form, "DialCallStatus", 20) or "failed", _count(_text(form, "DialCallDuration"))
        )
    if kind == "paid":
        return payment_event(form)
    if kind == "talked":
        return TalkEnded()
    if kind == "transferred":
        return Transferred()  # the service knows where to
    return input_event(form)


def keep_input(form: Mapping[str, str], seal: Seal) -> str:
    """Return the input of this request as one part of a path, so that the caller need not press, say or
    record anything twice because the database was down. It is encrypted, since addresses are written into
    many logs."""
    news = {name: _text(form, name, MOST_SPEECH) for name in _NEWS if form.get(name)}
    if recording_sid(form):
        news["RecordingSid"] = recording_sid(form)
    plain = json.dumps(news, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    return seal.close(plain) if news else NOTHING


def kept_input(part: str, seal: Seal) -> dict[str, str]:
    """Return what `keep_input` wrote within the last hour; nothing for anything else, such as text sealed
    with another key or by an earlier version: then the caller is asked again."""
    plain = seal.open(part, KEPT_S)
    return json.loads(plain) if plain is not None else {}


def with_kept(form: Mapping[str, str], answer: Mapping[str, str]) -> dict[str, str]:
    """Return the form of a request after "one moment", with the kept input and the caller. A key pressed
    meanwhile counts where nothing was answered before; only 0 replaces an answer, since it asks for a person.
    """
    answered = bool(answer) and form.get("Digits") != PERSON
    who = {name: value for name, value in form.items() if not (answered and name in _NEWS)}
    meanwhile = {"Digits": form["Digits"]} if form.get("Digits") and not answered else {}
    return {**who, **answer, **meanwhile}


def _text(form: Mapping[str, str], name: str, most: int = 200) -> str:
    return _CONTROL.sub(" ", form.get(name, "")).strip()[:most]


def _count(text: str) -> int:
    return min(int(text), 86_400) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _share(text: str) -> float | None:
    return min(1.0, float(text)) if re.fullmatch(r"[0-9]*\.?[0-9]+", text) else None
