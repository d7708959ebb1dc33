"""Text messages that come in: kept, and answered with nothing. A person answers, or nobody does."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request

from ivr.service.change import Changes
from ivr.service.incoming_texts import Cancel, IncomingTexts, incoming_text
from ivr.settings import Settings
from webhooks.caller import xml
from webhooks.last_resort import LastResort
from webhooks.twiml import EMPTY

log = logging.getLogger(__name__)


def texts_blueprint(
    changes: Changes, last_resort: LastResort, settings: Settings, cancel: Cancel
) -> Blueprint:
    """Numbers without a country code are read as those of the company's country. `cancel` ends the callbacks
    of a number."""
    texts = IncomingTexts(changes, settings, cancel)
    sms = Blueprint("texts", __name__, url_prefix="/sms")

    @sms.post("/incoming")
    def incoming() -> Response:
        message = incoming_text(request.form, settings.country)
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
