"""Calls: create, fetch, list, update (facts 4.1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from simulator.account import TwilioAccount
from simulator.call import FINAL, Call
from simulator.document_requests import DocumentSource
from simulator.machine_detection import Detection, detect
from simulator.outbound import place
from simulator.rest import fields
from simulator.rest.responses import ApiError, answer, date, not_found, page

DETECTION_FIELDS = (
    "MachineDetection", "MachineDetectionTimeout", "MachineDetectionSpeechThreshold",
    "MachineDetectionSpeechEndThreshold", "MachineDetectionSilenceTimeout", "AsyncAmd",
    "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod",
)  # fmt: skip

CREATE_FIELDS = (
    "To", "From", "Url", "Twiml", "Method", "FallbackUrl", "FallbackMethod", "StatusCallback",
    "StatusCallbackEvent", "StatusCallbackMethod", "Timeout", "TimeLimit", "SendDigits", "CallerId",
    "CallToken", "CallReason", "Trim", *DETECTION_FIELDS,
)  # fmt: skip

UPDATE_FIELDS = (
    "Url", "Twiml", "Method", "Status", "FallbackUrl", "FallbackMethod", "StatusCallback",
    "StatusCallbackMethod", "TimeLimit",
)  # fmt: skip

REST_STATUS = {"initiated": "queued"}
"""Statuses that only webhooks know, and what the REST API says instead."""


def calls_api(api: Blueprint, account: TwilioAccount) -> None:
    """Add the routes of calls."""

    @api.post("/Calls.json")
    def create() -> Response:
        with account.lock:
            return answer(call_json(account, _create(account)), 201)

    @api.get("/Calls.json")
    def many() -> Response:
        with account.lock:
            return page("calls", [call_json(account, call) for call in _matching(account)])

    @api.get("/Calls/<call_sid>.json")
    def one(call_sid: str) -> Response:
        with account.lock:
            return answer(call_json(account, find_call(account, call_sid)))

    @api.post("/Calls/<call_sid>.json")
    def update(call_sid: str) -> Response:
        with account.lock:
            call = find_call(account, call_sid)
            _update(call)
            return answer(call_json(account, call))


def find_call(account: TwilioAccount, call_sid: str) -> Call:
    call = account.calls.get(call_sid)
    if call is None:
        raise not_found(f"/Calls/{call_sid}.json")
    return call


def check_destination(to: str) -> str:
    """An address that can be called: a number, client:name or sip:… Raises ApiError 21211."""
    if not re.fullmatch(r"\+\d{5,15}|client:.{1,256}|sips?:.+", to):
        raise ApiError(400, 21211, f"The phone number you are attempting to call, {to}, is not valid.")
    return to


def _create(account: TwilioAccount) -> Call:
    fields.allow(*CREATE_FIELDS)
    to = check_destination(fields.required("To", 21201))
    from_ = fields.required("From", 21213)
    if from_ not in account.numbers and not from_.startswith(("client:", "sip:")):
        raise ApiError(400, 21210, f"The source phone number provided, {from_}, is not yet verified.")
    source = fields.document_source()
    if source is None:
        raise ApiError(400, 21205, "Url or Twiml is required")
    detection = _detection()
    timeout = fields.number("Timeout", 60, 1, 600)
    call = account.new_call(from_, to, "outbound-api")
    call.fallback = _fallback()
    call.status_callback = fields.status_callback()
    call.time_limit = fields.number("TimeLimit", int(call.time_limit), 1, 86400)
    call.when_answered.append(lambda answered: _answered(answered, source, detection))
    slot = account.call_slot()
    call.queue_time = slot - call.created
    account.at(slot, lambda: place(call, timeout))
    return call


def _answered(call: Call, source: DocumentSource, detection: Detection | None) -> None:
    if detection:
        detect(call, detection, source)
    else:
        call.run(source)


def _detection() -> Detection | None:
    mode = request.form.get("MachineDetection")
    if mode in (None, "", "none"):
        return None
    if mode not in ("Enable", "DetectMessageEnd"):
        raise ApiError(400, 21263, f"MachineDetection cannot be {mode}")
    asynchronous = fields.flag("AsyncAmd")
    callback = fields.url("AsyncAmdStatusCallback")
    if asynchronous and callback is None:
        raise ApiError(400, 21262, "AsyncAmdStatusCallback is required")
    return Detection(mode, asynchronous, callback, fields.method("AsyncAmdStatusCallbackMethod"))


def _fallback() -> tuple[str, str] | None:
    url = fields.url("FallbackUrl")
    return (url, fields.method("FallbackMethod")) if url else None


def _update(call: Call) -> None:
    fields.allow(*UPDATE_FIELDS)
    source = fields.document_source()
    status = request.form.get("Status")
    if source and request.form.get("Url") and request.form.get("Twiml"):
        raise ApiError(400, 21218, "Url and Twiml exclude each other")
    if not call.live:
        raise ApiError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if request.form.get("FallbackUrl"):
        call.fallback = _fallback()
    if request.form.get("StatusCallback"):
        call.status_callback = fields.status_callback()
    if status:
        _set_status(call, status)
    elif source:
        if call.started is None:
            raise ApiError(400, 21220, "Call is not in-progress. Cannot redirect.")
        call.run(source)


def _set_status(call: Call, status: str) -> None:
    """canceled works before the answer only; completed works always (facts 4.1)."""
    if status not in ("canceled", "completed"):
        raise ApiError(400, 20001, f"Status cannot be {status}")
    if call.started is None and call.direction != "inbound":
        call.end("canceled", by="rest")
    elif status == "completed":
        call.end("completed", by="rest")


def _matching(account: TwilioAccount) -> list[Call]:
    """Calls that fit the filters, newest first."""
    args = request.args
    listed = account.clock.time() - account.switches.list_lag
    calls = [call for call in reversed(account.calls.values()) if call.created <= listed]
    if args.get("To"):
        calls = [c for c in calls if c.to == args["To"]]
    if args.get("From"):
        calls = [c for c in calls if c.from_ == args["From"]]
    if args.get("ParentCallSid"):
        calls = [c for c in calls if c.parent and c.parent.sid == args["ParentCallSid"]]
    if args.get("Status"):
        calls = [c for c in calls if rest_status(c) == args["Status"]]
    for name, fits in _TIME_FILTERS.items():
        if args.get(name):
            limit = _epoch(args[name])
            calls = [c for c in calls if fits(c, limit)]
    return calls


_TIME_FILTERS: dict[str, Any] = {
    "StartTime>": lambda c, t: (c.started or c.created) >= t,
    "StartTime<": lambda c, t: (c.started or c.created) <= t,
    "StartTime": lambda c, t: t <= (c.started or c.created) < t + 86400,
    "EndTime>": lambda c, t: c.ended is not None and c.ended >= t,
    "EndTime<": lambda c, t: c.ended is not None and c.ended <= t,
}


def _epoch(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as bad:
        raise ApiError(400, 20001, f"{text} is not a date") from bad
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def rest_status(call: Call) -> str:
    return REST_STATUS.get(call.status, call.status)


def call_json(account: TwilioAccount, call: Call) -> dict[str, Any]:
    """A call as the REST API shows it."""
    uri = f"/2010-04-01/Accounts/{account.account_sid}/Calls/{call.sid}"
    ours = account.numbers.get(call.to if call.direction == "inbound" else call.from_)
    return {
        "sid": call.sid,
        "account_sid": account.account_sid,
        "parent_call_sid": call.parent.sid if call.parent else None,
        "from": call.from_,
        "from_formatted": call.from_,
        "to": call.to,
        "to_formatted": call.to,
        "status": rest_status(call),
        "direction": call.direction,
        "answered_by": call.answered_by,
        "api_version": "2010-04-01",
        "annotation": None,
        "caller_name": call.extra_params.get("CallerName"),
        "date_created": date(call.created),
        "date_updated": date(call.ended or call.started or call.created),
        "start_time": date(call.started or (call.ended and call.created)),
        "end_time": date(call.ended),
        "duration": None if call.status not in FINAL else str(call.duration),
        "forwarded_from": call.extra_params.get("ForwardedFrom"),
        "group_sid": None,
        "phone_number_sid": ours.sid if ours else None,
        "price": None,
        "price_unit": "USD",
        "queue_time": str(round(call.queue_time * 1000)),
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }
