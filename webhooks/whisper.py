"""The documents for an agent's phone: who is calling and why, and the key that accepts.

A voicemail box or a screening robot that picks up presses no key, so no caller is ever connected to one.
"""

from __future__ import annotations

from twilio.twiml import TwiML  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse  # type: ignore[import-untyped]

from ivr.service.agent_leg import ASK, GONE, JOIN, LegAnswer
from webhooks.fallback_twiml import MOST_AGAIN
from webhooks.speech import words_in
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls

TIMES = 2
WORDS = {
    "en": {
        "call": "Call for {queue}.",
        "callback": "Callback for {queue}.",
        "asked": "{agent} asks you about a call for {queue}.",
        "ringing": "We are ringing the customer.",
        "name": "{name}.",
        "waited": "Waiting {minutes} minutes.",
        "keys": "Press 1 to accept, 2 to decline.",
        "gone": "This call is no longer available. Goodbye.",
        "moment": "One moment, please.",
    },
    "es": {
        "call": "Llamada para {queue}.",
        "callback": "Llamada de vuelta para {queue}.",
        "asked": "{agent} le consulta sobre una llamada para {queue}.",
        "ringing": "Estamos llamando al cliente.",
        "name": "{name}.",
        "waited": "Espera {minutes} minutos.",
        "keys": "Pulse 1 para aceptar, 2 para rechazar.",
        "gone": "Esta llamada ya no está disponible. Adiós.",
        "moment": "Un momento, por favor.",
    },
    "de": {
        "call": "Anruf für {queue}.",
        "callback": "Rückruf für {queue}.",
        "asked": "{agent} fragt Sie zu einem Anruf für {queue}.",
        "ringing": "Wir rufen den Kunden an.",
        "name": "{name}.",
        "waited": "Wartet seit {minutes} Minuten.",
        "keys": "Mit der 1 nehmen Sie an, mit der 2 lehnen Sie ab.",
        "gone": "Dieser Anruf ist nicht mehr da. Auf Wiederhören.",
        "moment": "Einen Moment, bitte.",
    },
    "fr": {
        "call": "Appel pour {queue}.",
        "callback": "Rappel pour {queue}.",
        "asked": "{agent} vous consulte sur un appel pour {queue}.",
        "ringing": "Nous appelons le client.",
        "name": "{name}.",
        "waited": "En attente depuis {minutes} minutes.",
        "keys": "Tapez 1 pour accepter, 2 pour refuser.",
        "gone": "Cet appel n’est plus disponible. Au revoir.",
        "moment": "Un instant, s’il vous plaît.",
    },
}


class Whisper:
    """The documents for agents' legs, in the company's first language."""

    def __init__(self, urls: Urls, renderer: TwimlRenderer, language: str) -> None:
        self._urls, self._renderer = urls, renderer
        self._words, self._language = words_in(WORDS, language)

    def document(self, answer: LegAnswer) -> str:
        response = VoiceResponse()
        if answer.what == JOIN:
            if answer.called_back:
                told = Gather(action=self._urls.whisper(answer.offer_id), method="POST", timeout=1)
                told.append(self._said(self._words["ringing"]))
                response.append(told)
            dial = Dial(action=self._urls.agent_left(answer.offer_id), method="POST")
            dial.append(self._renderer.room(answer.room, answer.ends_room))
            response.append(dial)
        elif answer.what == ASK:
            self._ask(response, answer)
        else:
            response.append(self._said(self._words["gone"]))
            response.hangup()
        return str(response.to_xml())

    def again(self, offer_id: str, times: int, digits: str) -> str:
        """Say that the database is down and ask again, with the key that was pressed; in the end, say
        goodbye."""
        if times > MOST_AGAIN:
            return self.document(LegAnswer(GONE, offer_id))
        url = self._urls.whisper_again(offer_id, times, digits)
        response = VoiceResponse()
        gather = Gather(action=url, method="POST", num_digits=1, timeout=2)
        gather.append(self._said(self._words["moment"]))
        response.append(gather)
        response.redirect(url, method="POST")
        return str(response.to_xml())

    def _ask(self, response: VoiceResponse, answer: LegAnswer) -> None:
        text = self._brief(answer)
        for _ in range(TIMES):
            gather = Gather(
                action=self._urls.whisper_key(answer.offer_id), method="POST", num_digits=1, timeout=4
            )
            gather.append(self._said(text))
            response.append(gather)
        response.hangup()

    def _brief(self, answer: LegAnswer) -> str:
        called = "callback" if answer.called_back else "call"
        first = self._words["asked" if answer.asked_by else called]
        parts = [first.format(queue=answer.queue, agent=answer.asked_by)]
        if answer.name:
            parts.append(self._words["name"].format(name=answer.name))
        if answer.waited_s >= 90 and not answer.asked_by:
            parts.append(self._words["waited"].format(minutes=round(answer.waited_s / 60)))
        return " ".join([*parts, self._words["keys"]])

    def _said(self, text: str) -> TwiML:
        return self._renderer.say.text(text, self._language)
