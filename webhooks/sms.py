"""Incoming text messages: stored, and not answered automatically. An agent may answer."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request

from ivr.floor.transaction import Transactions
from ivr.service.inbound_sms import Cancel, InboundSmsService, inbound_sms
from ivr.settings import Settings
from webhooks.caller import xml
from webhooks.fallback_twiml import FallbackTwiml
from webhooks.twiml import EMPTY

log = logging.getLogger(__name__)


def sms_blueprint(
    transactions: Transactions, last_resort: FallbackTwiml, settings: Settings, cancel: Cancel
) -> Blueprint:
    """Numbers without a country code are read as those of the company's country. `cancel` ends the callbacks
    of a number."""
    texts = InboundSmsService(transactions, settings, cancel)
    sms = Blueprint("texts", __name__, url_prefix="/sms")

    @sms.post("/incoming")
    def incoming() -> Response:
        message = inbound_sms(request.form, settings.country)
        if message is None:
            log.warning("a text message without a sender or a name of its own was left alone")
            return xml(EMPTY)
        try:
            texts.arrived(message)
        except Exception:  # the carrier does not send it again: it is kept in a file
            log.exception("text message %s not written", message.sid)
            last_resort.keep_text(request.form)
        return xml(EMPTY)

    return sms
