"""The phone outside that is asked to take a caller: picked up, key pressed, ended."""

from __future__ import annotations

import logging
from functools import partial

from flask import Blueprint, Response, request
from twilio.twiml import TwiML
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse
from werkzeug.exceptions import HTTPException

from ivr.floor.transaction import Transactions
from ivr.service.conversations.transfer_leg import ASK, JOIN, TransferLeg, TransferLegAnswer
from ivr.service.late_reports import LateReports
from ivr.settings import Settings
from ivr.store.database import DatabaseUnavailable
from webhooks import forms
from webhooks.caller import xml
from webhooks.speech import words_in
from webhooks.twiml import EMPTY, TwimlRenderer
from webhooks.urls import Urls

log = logging.getLogger(__name__)

TIMES = 3
WORDS = {
    "en": (
        "{company} would like to put a call through to you. Press 1 to take it, 2 to decline.",
        "This call is no longer available. Goodbye.",
    ),
    "es": (
        "{company} desea pasarle una llamada. Pulse 1 para aceptarla, 2 para rechazarla.",
        "Esta llamada ya no está disponible. Adiós.",
    ),
    "de": (
        "{company} möchte Ihnen einen Anruf durchstellen. Mit der 1 nehmen Sie an, mit der 2 lehnen Sie ab.",
        "Dieser Anruf ist nicht mehr da. Auf Wiederhören.",
    ),
    "fr": (
        "{company} souhaite vous passer un appel. Tapez 1 pour accepter, 2 pour refuser.",
        "Cet appel n’est plus disponible. Au revoir.",
    ),
}


def transfers_blueprint(
    transactions: Transactions, urls: Urls, renderer: TwimlRenderer, settings: Settings, late: LateReports
) -> Blueprint:
    voice = Blueprint("transfers", __name__, url_prefix="/voice/transfers/<transfer_id>")
    outside = TransferLeg(transactions)
    documents = TransferDocuments(urls, renderer, settings.languages[0], settings.company)

    @voice.post("/answered")
    def answered(transfer_id: str) -> Response:
        return xml(documents.of(outside.picked_up(transfer_id, forms.sid_of(request.form))))

    @voice.post("/key")
    def key(transfer_id: str) -> Response:
        return taken(transfer_id, forms.key_of(request.form))

    @voice.post("/again/<digits>")
    def again(transfer_id: str, digits: str) -> Response:
        return taken(transfer_id, forms.key_of(request.form, digits))

    def taken(transfer_id: str, digits: str) -> Response:
        sid = forms.sid_of(request.form)
        pressed = outside.pressed(transfer_id, sid, digits) if digits else outside.picked_up(transfer_id, sid)
        return xml(documents.of(pressed))

    @voice.post("/left")
    def left(transfer_id: str) -> Response:
        late.write(f"the end of {transfer_id}", partial(outside.left, transfer_id))
        return xml(EMPTY)

    @voice.post("/status")
    def status(transfer_id: str) -> Response:
        sid, state = forms.sid_of(request.form), request.form.get("CallStatus", "")
        late.write(f"a status of {transfer_id}", partial(outside.status, transfer_id, sid, state))
        return Response(status=204)

    @voice.post("/fallback")
    def fallback(transfer_id: str) -> Response:
        return xml(documents.again(transfer_id))

    @voice.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        """Ask again in a second, with the key that was pressed; the transfer's own watch ends what nothing
        else does."""
        if isinstance(error, HTTPException):
            return error
        log.warning("phone outside, %r", request.path, exc_info=not isinstance(error, DatabaseUnavailable))
        told = request.view_args or {}
        if request.endpoint in ("transfers.answered", "transfers.key", "transfers.again"):
            return xml(
                documents.again(told["transfer_id"], forms.key_of(request.form, told.get("digits", "")))
            )
        return xml(EMPTY)

    return voice


class TransferDocuments:
    """What a phone outside is told, in the company's first language."""

    def __init__(self, urls: Urls, renderer: TwimlRenderer, language: str, company: str) -> None:
        self._urls, self._renderer = urls, renderer
        (asks, self._gone), self._language = words_in(WORDS, language)
        self._asks = asks.format(company=company)

    def of(self, answer: TransferLegAnswer) -> str:
        response = VoiceResponse()
        if answer.what == JOIN:
            dial = Dial(action=self._urls.transfer(answer.id, "left"), method="POST")
            dial.append(self._renderer.room(answer.room, answer.ends_room))
            response.append(dial)
            return response.to_xml()
        if answer.what == ASK:
            for _ in range(TIMES):
                key = self._urls.transfer(answer.id, "key")
                gather = Gather(action=key, method="POST", num_digits=1, timeout=4)
                gather.append(self._said(self._asks))
                response.append(gather)
        else:
            response.append(self._said(self._gone))
        response.hangup()
        return response.to_xml()

    def again(self, transfer_id: str, digits: str = "") -> str:
        """Ask in a second: the database is away."""
        response = VoiceResponse()
        response.pause(length=1)
        response.redirect(self._urls.transfer(transfer_id, f"again/{digits or '-'}"), method="POST")
        return response.to_xml()

    def _said(self, text: str) -> TwiML:
        return self._renderer.say.text(text, self._language)
