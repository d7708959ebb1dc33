"""A phone that we rang comes back from the fallback that is hosted elsewhere: to what it was rung for."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, request
from twilio.twiml.voice_response import VoiceResponse

from ivr.floor.transaction import Transactions
from ivr.store import outbound_legs
from ivr.store.database import DatabaseUnavailable
from ivr.store.outbound_legs import Purpose, purpose_of
from webhooks import forms
from webhooks.caller import xml
from webhooks.fallback_twiml import FallbackTwiml
from webhooks.urls import Urls

log = logging.getLogger(__name__)


def outbound_fallback_blueprint(
    transactions: Transactions, urls: Urls, last_resort: FallbackTwiml
) -> Blueprint:
    """`urls` are those of this server, whatever fallback the carrier was told."""
    voice = Blueprint("rung", __name__, url_prefix="/voice/legs")

    @voice.post("/<sid>/<int:times>")
    def back(sid: str, times: int) -> Response:
        if forms.sid_of(request.form) != sid:
            abort(404)
        try:
            with transactions.database.read() as connection:
                purpose = purpose_of(connection, sid)
        except DatabaseUnavailable as error:
            log.warning("leg %s: %s", sid, error)
            purpose = None
        if purpose is None:  # or its name is not on record yet
            return xml(last_resort.called_back(urls.rung(sid, times + 1), times + 1))
        response = VoiceResponse()
        response.redirect(own_fallback(purpose), method="POST")
        return xml(response.to_xml())

    def own_fallback(purpose: Purpose) -> str:
        match purpose.kind:
            case outbound_legs.OFFER:
                return urls.leg_fallback(purpose.id)
            case outbound_legs.SUPERVISION:
                return urls.supervising(purpose.id, "fallback")
            case outbound_legs.TRANSFER:
                return urls.transfer(purpose.id, "fallback")
        return urls.callback_fallback(purpose.id, purpose.attempts)

    return voice
