"""The supervisor's leg on an agent's talk: picked up, key pressed, ended; and what the caller is told."""

from __future__ import annotations

import logging
from functools import partial

from flask import Blueprint, Response, request
from twilio.twiml import TwiML
from twilio.twiml.voice_response import Conference, Dial, Gather, VoiceResponse
from werkzeug.exceptions import HTTPException

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
from ivr.store.database import DatabaseUnavailable
from webhooks import forms
from webhooks.caller import xml
from webhooks.speech import words_in
from webhooks.twiml import EMPTY, TwimlRenderer
from webhooks.urls import Urls

log = logging.getLogger(__name__)

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
    voice = Blueprint("supervising", __name__, url_prefix="/voice/supervising/<supervision_id>")
    documents = SupervisionDocuments(urls, renderer, language)

    @voice.post("/answered")
    def answered(supervision_id: str) -> Response:
        return xml(documents.of(joining.picked_up(supervision_id, forms.sid_of(request.form))))

    @voice.post("/key")
    def key(supervision_id: str) -> Response:
        return taken(supervision_id, forms.key_of(request.form))

    @voice.post("/again/<digits>")
    def again(supervision_id: str, digits: str) -> Response:
        return taken(supervision_id, forms.key_of(request.form, digits))

    def taken(supervision_id: str, digits: str) -> Response:
        sid, by_key = forms.sid_of(request.form), joining.pressed
        pressed = by_key(supervision_id, sid, digits) if digits else joining.picked_up(supervision_id, sid)
        return xml(documents.of(pressed))

    @voice.post("/left")
    def left(supervision_id: str) -> Response:
        late.write(f"the end of {supervision_id}", partial(joining.left, supervision_id))
        return xml(EMPTY)

    @voice.post("/status")
    def status(supervision_id: str) -> Response:
        sid, state = forms.sid_of(request.form), request.form.get("CallStatus", "")
        late.write(f"a status of {supervision_id}", partial(joining.status, supervision_id, sid, state))
        return Response(status=204)

    @voice.post("/fallback")
    def fallback(supervision_id: str) -> Response:
        return xml(documents.again(supervision_id))

    @voice.post("/announcement")
    def announcement(supervision_id: str) -> Response:
        """Played into the conference, for caller and agent. What cannot be said is a failure, and no silence
        that passes for words: the carrier asks again, and reports it."""
        response = VoiceResponse()
        renderer.prompts(response, told.prompts(supervision_id))
        return xml(response.to_xml())

    @voice.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        """Ask again in a second, with the key that was pressed; the supervision's own watch ends what nothing
        else does."""
        if isinstance(error, HTTPException):
            return error
        log.warning("supervisor's leg, %r", request.path, exc_info=not isinstance(error, DatabaseUnavailable))
        told = request.view_args or {}
        if request.endpoint in ("supervising.answered", "supervising.key", "supervising.again"):
            key = forms.key_of(request.form, told.get("digits", ""))
            return xml(documents.again(told["supervision_id"], key))
        if request.endpoint == "supervising.announcement":
            return Response(status=503)
        return xml(EMPTY)

    return voice


class SupervisionDocuments:
    """What a supervisor's phone is told, in the company's first language."""

    def __init__(self, urls: Urls, renderer: TwimlRenderer, language: str) -> None:
        self._urls, self._renderer = urls, renderer
        (self._ask, self._gone), self._language = words_in(WORDS, language)

    def of(self, answer: SupervisorLegAnswer) -> str:
        if answer.what == WAIT:
            return self.again(answer.id)
        response = VoiceResponse()
        if answer.what == ASK:
            for _ in range(TIMES):
                key = self._urls.supervising(answer.id, "key")
                gather = Gather(action=key, method="POST", num_digits=1, timeout=4)
                gather.append(self._said(self._ask.format(agent=answer.agent)))
                response.append(gather)
        elif answer.what == JOIN:
            response.append(self._joined(answer))
            return response.to_xml()
        else:
            response.append(self._said(self._gone))
        response.hangup()
        return response.to_xml()

    def again(self, supervision_id: str, digits: str = "") -> str:
        """Ask in a second: the caller is being told, or the database is away."""
        response = VoiceResponse()
        response.pause(length=1)
        response.redirect(self._urls.supervising(supervision_id, f"again/{digits or '-'}"), method="POST")
        return response.to_xml()

    def _joined(self, answer: SupervisorLegAnswer) -> Dial:
        """Into the room of the talk, without a sound. It goes on without them, and never begins with them."""
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
