"""Recordings: of a call, of the account, and their media."""

from __future__ import annotations

import struct
from typing import Any

from flask import Blueprint, Response, request

from simulator.account import TwilioAccount
from simulator.recordings import Recording, RecordingOrder
from simulator.rest import fields
from simulator.rest.calls import find_call
from simulator.rest.responses import ApiError, answer, date, not_found, page

CREATE_FIELDS = (
    "RecordingStatusCallback", "RecordingStatusCallbackEvent", "RecordingStatusCallbackMethod", "Trim",
    "RecordingChannels", "RecordingTrack",
)  # fmt: skip


def recordings_api(api: Blueprint, account: TwilioAccount) -> None:
    """Add the routes of recordings."""

    @api.get("/Calls/<call_sid>/Recordings.json")
    def of_call(call_sid: str) -> Response:
        with account.lock:
            find_call(account, call_sid)
            return page("recordings", _listed(account, call_sid))

    @api.post("/Calls/<call_sid>/Recordings.json")
    def create(call_sid: str) -> Response:
        with account.lock:
            return answer(_json(account, _start(account, call_sid)), 201)

    @api.post("/Calls/<call_sid>/Recordings/<sid>.json")
    def update(call_sid: str, sid: str) -> Response:
        with account.lock:
            recording = _of_call(account, call_sid, sid)
            _update(account, recording)
            return answer(_json(account, recording))

    @api.get("/Recordings.json")
    def many() -> Response:
        with account.lock:
            return page("recordings", _listed(account, request.args.get("CallSid")))

    @api.get("/Recordings/<sid>.json")
    def one(sid: str) -> Response:
        with account.lock:
            return answer(_json(account, _find(account, sid)))

    @api.delete("/Recordings/<sid>.json")
    def delete(sid: str) -> Response:
        with account.lock:
            _find(account, sid).status = "deleted"
            return answer(None, 204)

    @api.get("/Recordings/<sid>")
    @api.get("/Recordings/<sid>.wav")
    @api.get("/Recordings/<sid>.mp3")
    def media(sid: str) -> Response:
        with account.lock:
            recording = _find(account, sid)
            if recording.status != "completed":
                raise not_found(request.path)
            if request.path.endswith(".mp3"):
                return Response(_mp3(recording.duration), content_type="audio/mpeg")
            return Response(_wav(recording.duration), content_type="audio/x-wav")


def _find(account: TwilioAccount, sid: str) -> Recording:
    recording = account.recorder.by_sid.get(sid)
    if recording is None or recording.status == "deleted":
        raise not_found(f"/Recordings/{sid}.json")
    return recording


def _of_call(account: TwilioAccount, call_sid: str, sid: str) -> Recording:
    """Return a recording of this call; Twilio.CURRENT is the running one."""
    if sid != "Twilio.CURRENT":
        return _find(account, sid)
    for recording in reversed(account.recorder.by_sid.values()):
        if recording.call_sid == call_sid and recording.end is None:
            return recording
    raise not_found(f"/Calls/{call_sid}/Recordings/{sid}.json")


def _listed(account: TwilioAccount, call_sid: str | None) -> list[dict[str, Any]]:
    found = [r for r in reversed(account.recorder.by_sid.values()) if r.status != "deleted"]
    return [_json(account, r) for r in found if call_sid in (None, r.call_sid)]


def _start(account: TwilioAccount, call_sid: str) -> Recording:
    fields.allow(*CREATE_FIELDS)
    call = find_call(account, call_sid)
    if not call.live or call.started is None:
        raise ApiError(400, 21220, "Requested resource is not eligible for recording")
    events = " ".join(request.form.getlist("RecordingStatusCallbackEvent")).split() or ["completed"]
    order = RecordingOrder(
        trim=request.form.get("Trim") == "trim-silence",
        channels=2 if request.form.get("RecordingChannels") == "dual" else 1,
        callback_url=fields.url("RecordingStatusCallback"),
        callback_method=fields.method("RecordingStatusCallbackMethod"),
        callback_events=frozenset(events),
    )
    recording = account.recorder.start(call_sid, "StartCallRecordingAPI", order)
    call.when_ended.append(lambda _: account.recorder.finish(recording.sid))
    return recording


def _update(account: TwilioAccount, recording: Recording) -> None:
    fields.allow("Status", "PauseBehavior")
    status = fields.required("Status")
    if status not in ("paused", "stopped", "in-progress"):
        raise ApiError(400, 20001, f"Status cannot be {status}")
    if recording.end is not None:
        raise ApiError(400, 21220, "The recording has ended")
    if status == "stopped":
        account.recorder.finish(recording.sid)
    else:
        recording.status = status


def _json(account: TwilioAccount, recording: Recording) -> dict[str, Any]:
    uri = f"/2010-04-01/Accounts/{account.account_sid}/Recordings/{recording.sid}"
    return {
        "sid": recording.sid,
        "account_sid": account.account_sid,
        "call_sid": recording.call_sid,
        "conference_sid": recording.conference_sid,
        "api_version": "2010-04-01",
        "channels": recording.order.channels,
        "date_created": date(recording.start),
        "date_updated": date(recording.end or recording.start),
        "start_time": date(recording.start),
        "duration": None if recording.end is None else str(round(recording.duration)),
        "status": recording.status,
        "source": recording.source,
        "error_code": recording.error_code,
        "price": None,
        "price_unit": "USD",
        "encryption_details": None,
        "media_url": recording.url,
        "uri": f"{uri}.json",
        "subresource_uris": {},
    }


def _wav(seconds: float) -> bytes:
    """A µ-law WAV file of silence."""
    sound = b"\xff" * round(seconds * 8000)
    form = struct.pack("<HHIIHH", 7, 1, 8000, 8000, 1, 8)
    size = 4 + 8 + len(form) + 8 + len(sound)
    head = b"RIFF" + struct.pack("<I", size) + b"WAVEfmt " + struct.pack("<I", len(form)) + form
    return head + b"data" + struct.pack("<I", len(sound)) + sound


def _mp3(seconds: float) -> bytes:
    """Empty MPEG-2 layer III frames: 24 kHz, 8 kbit/s, 24 ms and 24 bytes each."""
    frame = b"\xff\xf3\x14\xc4" + bytes(20)
    return frame * max(1, round(seconds / 0.024))
