"""Text messages that come in: kept, and answered with nothing. A person answers, or nobody does."""

from __future__ import annotations

import logging
import re

from flask import Blueprint, Response, abort, request

from ivr.customers.numbers import caller_number
from ivr.service.change import Changes
from ivr.service.incoming_texts import IncomingText, IncomingTexts
from webhooks.caller import xml
from webhooks.last_resort import LastResort
from webhooks.twiml import EMPTY

log = logging.getLogger(__name__)

MOST_ATTACHMENTS = 10


def texts_blueprint(changes: Changes, last_resort: LastResort, region: str) -> Blueprint:
    """`region` is the country in which numbers without a country code are read."""
    texts = IncomingTexts(changes)
    sms = Blueprint("texts", __name__, url_prefix="/sms")

    @sms.post("/incoming")
    def incoming() -> Response:
        message = incoming_text(request.form, region)
        if message is None:
            abort(400)
        try:
            texts.arrived(message)
        except Exception:  # the carrier does not send it again: it is kept in a file
            log.exception("text message %s not written", message.sid)
            last_resort.keep_text(request.form)
        return xml(EMPTY)

    return sms


def incoming_text(form, region: str) -> IncomingText | None:
    """The message of a form; None when it is none."""
    sid = form.get("MessageSid") or form.get("SmsSid", "")
    if not re.fullmatch(r"[A-Za-z0-9]{2,64}", sid):
        return None
    raw, media = form.get("From", "")[:100], form.get("NumMedia", "0")
    return IncomingText(
        sid=sid,
        sender=caller_number(raw, region),
        sender_raw=raw,
        to=form.get("To", "")[:64],
        body=form.get("Body", ""),
        attachments=min(int(media), MOST_ATTACHMENTS) if re.fullmatch(r"[0-9]{1,3}", media) else 0,
        told=form.get("OptOutType", "")[:10],
    )
