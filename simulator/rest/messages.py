"""Text messages (kept in exchange.messages) and the account's numbers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from simulator.account import TwilioAccount
from simulator.core import Number
from simulator.rest import fields
from simulator.rest.responses import ApiError, answer, date, not_found, page

LONGEST_BODY = 1600


def messages_api(api: Blueprint, account: TwilioAccount) -> None:
    """Add the routes of messages and incoming phone numbers."""

    @api.post("/Messages.json")
    def create() -> Response:
        with account.lock:
            message = _message(account)
            account.messages.append(message)
            return answer(message, 201)

    @api.get("/Messages.json")
    def many() -> Response:
        with account.lock:
            return page("messages", account.messages[::-1])

    @api.delete("/Messages/<sid>.json")
    def delete(sid: str) -> Response:
        with account.lock:
            if not any(message["sid"] == sid for message in account.messages):
                raise not_found(f"/Messages/{sid}.json")
            account.messages = [message for message in account.messages if message["sid"] != sid]
            return Response(status=204)

    @api.get("/OutgoingCallerIds.json")
    def caller_ids() -> Response:
        """Numbers of others that the account may show."""
        wanted = request.args.get("PhoneNumber")
        with account.lock:
            found = [number for number in account.caller_ids if wanted in (None, number)]
            return page("outgoing_caller_ids", [{"sid": "PN", "phone_number": number} for number in found])

    @api.get("/IncomingPhoneNumbers.json")
    def numbers() -> Response:
        with account.lock:
            wanted = request.args.get("PhoneNumber")
            found = [n for n in account.numbers.values() if wanted in (None, n.phone_number)]
            return page("incoming_phone_numbers", [_number_json(account, n) for n in found])


def _message(account: TwilioAccount) -> dict[str, Any]:
    fields.allow("To", "From", "MessagingServiceSid", "Body", "StatusCallback")
    to, body = fields.required("To", 21604), fields.required("Body", 21602)
    if not request.form.get("From") and not request.form.get("MessagingServiceSid"):
        raise ApiError(400, 21603, "A 'From' phone number or a messaging service is required")
    if (to, request.form.get("From")) in account.texts.refused:
        raise ApiError(400, 21610, "Attempt to send to unsubscribed recipient")
    if len(body) > LONGEST_BODY:
        raise ApiError(400, 21617, f"The body has {len(body)} characters; the limit is {LONGEST_BODY}")
    sid, now = account.sids.new("SM"), date(account.clock.time())
    plain = all(ord(c) < 128 for c in body)
    return {
        "sid": sid,
        "account_sid": account.account_sid,
        "to": to,
        "from": request.form.get("From"),
        "messaging_service_sid": request.form.get("MessagingServiceSid"),
        "body": body,
        "status": "queued",
        "direction": "outbound-api",
        "num_segments": str(-(-len(body) // (160 if plain else 70))),
        "num_media": "0",
        "api_version": "2010-04-01",
        "date_created": now,
        "date_updated": now,
        "date_sent": None,
        "error_code": None,
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "uri": f"/2010-04-01/Accounts/{account.account_sid}/Messages/{sid}.json",
        "subresource_uris": {},
    }


def _number_json(account: TwilioAccount, number: Number) -> dict[str, Any]:
    return {
        "sid": number.sid,
        "account_sid": account.account_sid,
        "phone_number": number.phone_number,
        "friendly_name": number.phone_number,
        "voice_url": number.voice_url,
        "voice_method": number.method,
        "voice_fallback_url": number.fallback_url,
        "voice_fallback_method": "POST",
        "status_callback": number.status_url,
        "status_callback_method": "POST",
        "sms_url": number.sms_url,
        "sms_method": "POST",
        "voice_caller_id_lookup": False,
        "api_version": "2010-04-01",
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "voice_application_sid": None,
        "trunk_sid": None,
        "sms_application_sid": None,
        "voice_receive_mode": "voice",
        "uri": f"/2010-04-01/Accounts/{account.account_sid}/IncomingPhoneNumbers/{number.sid}.json",
        **number.more,
    }
