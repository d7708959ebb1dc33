"""The supervisor's leg on an agent's conversation: picked up, key pressed, ended; and the announcement to the
caller."""

from __future__ import annotations

from flask import Blueprint, Response
from twilio.twiml import TwiML  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Conference, Dial, Gather, VoiceResponse  # type: ignore[import-untyped]

from ivr.service.late_reports import LateReports
from ivr.service.supervision.monitoring import (
    ASK,
    JOIN,
    LISTEN,
    WAIT,
    WHISPER,
    CallerAnnouncement,
    Monitoring,
    SupervisorLegAnswer,
)
from webhooks.caller import xml
from webhooks.outbound_legs import LegPurpose, leg_blueprint
from webhooks.speech import words_in
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls

TIMES = 3
WORDS = {
    "en": ("Talk of {agent}. Press 1 to join.", "This talk is over. Goodbye."),
    "es": ("Conversación de {agent}. Pulse 1 para incorporarse.", "Esta conversación ha terminado. Adiós."),
    "de": ("Gespräch von {agent}. Mit der 1 kommen Sie dazu.", "Das Gespräch ist vorbei. Auf Wiederhören."),
    "fr": ("Conversation de {agent}. Tapez 1 pour vous joindre.", "La conversation est terminée. Au revoir."),
}  # fmt: skip


def supervision_blueprint(
    joining: Monitoring,
    told: CallerAnnouncement,
    urls: Urls,
    renderer: TwimlRenderer,
    language: str,
    late: LateReports,
) -> Blueprint:
    documents = SupervisionDocuments(urls, renderer, language)
    # Words that cannot be said are a failure, and no silence that passes for words: the carrier asks again,
    # and reports it.
    purpose = LegPurpose("supervising", joining, documents, statuses={"announcement": 503})
    voice = leg_blueprint(purpose, late)

    @voice.post("/announcement")
    def announcement(id: str) -> Response:
        """Return the document played into the conference, for caller and agent."""
        response = VoiceResponse()
        renderer.prompts(response, told.prompts(id))
        return xml(response.to_xml())

    return voice


class SupervisionDocuments:
    """The documents for a supervisor's phone, in the company's first language."""

    def __init__(self, urls: Urls, renderer: TwimlRenderer, language: str) -> None:
        self._urls, self._renderer = urls, renderer
        (self._ask, self._gone), self._language = words_in(WORDS, language)

    def document(self, answer: SupervisorLegAnswer) -> str:
        if answer.what == WAIT:
            return self.again(answer.id, 1, "")
        response = VoiceResponse()
        if answer.what == ASK:
            for _ in range(TIMES):
                key = self._urls.supervising(answer.id, "key")
                gather = Gather(action=key, method="POST", num_digits=1, timeout=4)
                gather.append(self._said(self._ask.format(agent=answer.agent)))
                response.append(gather)
        elif answer.what == JOIN:
            response.append(self._joined(answer))
            return str(response.to_xml())
        else:
            response.append(self._said(self._gone))
        response.hangup()
        return str(response.to_xml())

    def again(self, supervision_id: str, _times: int, digits: str) -> str:
        """Ask again in a second: the caller is being told, or the database is down."""
        response = VoiceResponse()
        response.pause(length=1)
        response.redirect(self._urls.supervising(supervision_id, f"again/{digits or '-'}"), method="POST")
        return str(response.to_xml())

    def _joined(self, answer: SupervisorLegAnswer) -> Dial:
        """Join the conversation's conference, without a sound. It goes on without them, and never begins with
        them."""
        whispers = {"coach": answer.coached} if answer.mode == WHISPER and answer.coached else {}
        dial = Dial(action=self._urls.supervising(answer.id, "left"), method="POST")
        room = Conference(
            answer.room,
            beep=False,
            muted=answer.mode == LISTEN,
            start_conference_on_enter=False,
            end_conference_on_exit=False,
            wait_url="",
            **whispers,
        )
        dial.append(room)
        return dial

    def _said(self, text: str) -> TwiML:
        return self._renderer.say.text(text, self._language)
