"""The outside phone that is asked to take a caller: picked up, key pressed, ended."""

from __future__ import annotations

from flask import Blueprint
from twilio.twiml import TwiML  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse  # type: ignore[import-untyped]

from ivr.floor.transaction import Transactions
from ivr.service.conversations.transfer_leg import ASK, JOIN, TransferLeg, TransferLegAnswer
from ivr.service.late_reports import LateReports
from ivr.settings import Settings
from webhooks.outbound_legs import LegPurpose, leg_blueprint
from webhooks.speech import words_in
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls

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
    documents = TransferDocuments(urls, renderer, settings.languages[0], settings.company)
    return leg_blueprint(LegPurpose("transfers", TransferLeg(transactions), documents), late)


class TransferDocuments:
    """The documents for an outside phone, in the company's first language."""

    def __init__(self, urls: Urls, renderer: TwimlRenderer, language: str, company: str) -> None:
        self._urls, self._renderer = urls, renderer
        (asks, self._gone), self._language = words_in(WORDS, language)
        self._asks = asks.format(company=company)

    def document(self, answer: TransferLegAnswer) -> str:
        response = VoiceResponse()
        if answer.what == JOIN:
            dial = Dial(action=self._urls.transfer(answer.id, "left"), method="POST")
            dial.append(self._renderer.room(answer.room, answer.ends_room))
            response.append(dial)
            return str(response.to_xml())
        if answer.what == ASK:
            for _ in range(TIMES):
                key = self._urls.transfer(answer.id, "key")
                gather = Gather(action=key, method="POST", num_digits=1, timeout=4)
                gather.append(self._said(self._asks))
                response.append(gather)
        else:
            response.append(self._said(self._gone))
        response.hangup()
        return str(response.to_xml())

    def again(self, transfer_id: str, _times: int, digits: str) -> str:
        """Ask again in a second: the database is down."""
        response = VoiceResponse()
        response.pause(length=1)
        response.redirect(self._urls.transfer(transfer_id, f"again/{digits or '-'}"), method="POST")
        return str(response.to_xml())

    def _said(self, text: str) -> TwiML:
        return self._renderer.say.text(text, self._language)
