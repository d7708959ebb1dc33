"""The documents for a caller on hold, one after another."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Blueprint, Response, request
from twilio.twiml.voice_response import VoiceResponse  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from ivr.engine.instructions import Prompt
from ivr.floor.transaction import Transactions
from ivr.service.call_context import CallContexts
from ivr.service.conversations.hold import HoldMusic
from ivr.store.database import DatabaseUnavailable
from webhooks.caller import xml
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls

log = logging.getLogger(__name__)


def hold_blueprint(
    transactions: Transactions, contexts: CallContexts, urls: Urls, renderer: TwimlRenderer
) -> Blueprint:
    """The carrier takes no keys here: only Play, Say, Pause and Redirect, until it brings the customer
    back."""
    voice = Blueprint("holding", __name__, url_prefix="/voice/offers")
    music = HoldMusic(transactions, contexts.settings, contexts.pieces)

    @voice.post("/<offer_id>/hold")
    def hold(offer_id: str) -> Response:
        return document(offer_id, music.prompts(offer_id))

    @voice.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):
            return error
        log.warning("hold, %r", request.path, exc_info=not isinstance(error, DatabaseUnavailable))
        return document((request.view_args or {})["offer_id"], music.without_record())

    def document(offer_id: str, prompts: Sequence[Prompt]) -> Response:
        response = VoiceResponse()
        renderer.prompts(response, prompts)
        response.redirect(urls.hold(offer_id), method="POST")
        return xml(response.to_xml())

    return voice
