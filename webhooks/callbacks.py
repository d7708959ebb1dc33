"""The leg of a customer who is called back: picked up, key pressed, machine, ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

from flask import Blueprint, Response, request
from twilio.twiml.voice_response import Gather, VoiceResponse  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from ivr.engine.instructions import Prompt
from ivr.service.callback_leg import ASK, CONNECT, MESSAGE, CallbackLegAnswer
from ivr.service.calls import CallService
from ivr.service.late_reports import LateReports
from ivr.store.database import DatabaseUnavailable
from webhooks import forms
from webhooks.caller import xml
from webhooks.fallback_twiml import MOST_AGAIN, FallbackTwiml
from webhooks.twiml import EMPTY, TwimlRenderer
from webhooks.urls import Urls

log = logging.getLogger(__name__)

TIMES = 3
KEY_S = 4

Say = Callable[[VoiceResponse, Sequence[Prompt]], object]


def callbacks_blueprint(
    calls: CallService, urls: Urls, renderer: TwimlRenderer, last_resort: FallbackTwiml, late: LateReports
) -> Blueprint:
    voice = Blueprint("callbacks", __name__, url_prefix="/voice/callbacks/<callback_id>/<int:attempt>")
    _add_documents(voice, calls, urls, renderer)
    _add_reports(voice, calls, late)
    _add_boundary(voice, urls, last_resort)
    return voice


def _add_documents(voice: Blueprint, calls: CallService, urls: Urls, renderer: TwimlRenderer) -> None:
    leg = calls.callbacks.leg

    @voice.post("/answered")
    def answered(callback_id: str, attempt: int) -> Response:
        return document(callback_id, attempt, leg.picked_up(callback_id, attempt, _sid()))

    @voice.post("/key")
    def key(callback_id: str, attempt: int) -> Response:
        pressed = leg.pressed(callback_id, attempt, _sid(), request.form.get("Digits", ""))
        return document(callback_id, attempt, pressed)

    @voice.post("/again/<int:times>/<kind>/<digits>")
    def again(callback_id: str, attempt: int, times: int, kind: str, digits: str) -> Response:
        """Repeat what failed a moment ago, with the key that was pressed then or since."""
        if kind == "message":
            return message(callback_id, attempt)
        if pressed := forms.key_of(request.form, digits):
            return document(callback_id, attempt, leg.pressed(callback_id, attempt, _sid(), pressed))
        return fallback(callback_id, attempt)

    @voice.post("/fallback")
    def fallback(callback_id: str, attempt: int) -> Response:
        """Return the document of the present wait, or the question again, in place of one that could not be
        fetched."""
        if call := leg.call_of(callback_id, _sid()):
            return xml(calls.present(call, forms.call_info(request.form, "")))
        return document(callback_id, attempt, leg.picked_up(callback_id, attempt, _sid()))

    @voice.post("/message")
    def message(callback_id: str, attempt: int) -> Response:
        if call := leg.call_of(callback_id, _sid()):  # a key came first
            return xml(calls.present(call, forms.call_info(request.form, "")))
        return document(callback_id, attempt, leg.message(callback_id, attempt))

    def document(callback_id: str, attempt: int, answer: CallbackLegAnswer) -> Response:
        if answer.what == CONNECT:
            return xml(calls.called_back(answer.call_sid, _sid(), attempt))
        if answer.what in (ASK, MESSAGE):
            times = TIMES if answer.what == ASK else 1
            return xml(_question(urls.callback_key(callback_id, attempt), answer, renderer.prompts, times))
        return xml(_goodbye(answer, renderer.prompts))


def _add_reports(voice: Blueprint, calls: CallService, late: LateReports) -> None:
    leg = calls.callbacks.leg

    @voice.post("/machine")
    def machine(callback_id: str, attempt: int) -> Response:
        write = partial(leg.machine, callback_id, attempt, _sid(), request.form.get("AnsweredBy", ""))
        late.write(f"callback {callback_id}: machine", write)
        return Response(status=204)

    @voice.post("/status")
    def status(callback_id: str, attempt: int) -> Response:
        state = request.form.get("CallStatus", "")
        late.write(f"callback {callback_id}: status", partial(reported, callback_id, attempt, _sid(), state))
        return Response(status=204)

    def reported(callback_id: str, attempt: int, leg_sid: str, state: str) -> None:
        if over := leg.status(callback_id, attempt, leg_sid, state):
            calls.hung_up(over, state)


def _add_boundary(voice: Blueprint, urls: Urls, last_resort: FallbackTwiml) -> None:
    @voice.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        """Say so and ask again, a few times; the callback's own deadline handles the rest."""
        if isinstance(error, HTTPException):
            return error
        log.warning("callback, %r", request.path, exc_info=not isinstance(error, DatabaseUnavailable))
        if request.path.endswith(("/machine", "/status")):
            return Response(status=204)
        told = request.view_args or {}
        times, kind = told.get("times", 0) + 1, told.get("kind") or request.path.rsplit("/", 1)[-1]
        key = forms.key_of(request.form, told.get("digits", ""))
        url = urls.callback_again(told["callback_id"], told["attempt"], times, kind, key)
        return xml(_silently(url, times) if kind == "message" else last_resort.called_back(url, times))


def _sid() -> str:
    return forms.sid_of(request.form)


def _question(url: str, answer: CallbackLegAnswer, say: Say, times: int) -> str:
    response = VoiceResponse()
    for _ in range(times):
        gather = Gather(action=url, method="POST", num_digits=1, timeout=KEY_S)
        say(gather, answer.prompts)
        response.append(gather)
    say(response, answer.after)
    response.hangup()
    return str(response.to_xml())


def _silently(url: str, times: int) -> str:
    """Return a document without sound, since a machine records what it hears, until there is something to
    say."""
    if times > MOST_AGAIN:
        return EMPTY
    response = VoiceResponse()
    response.pause(length=1)
    response.redirect(url, method="POST")
    return str(response.to_xml())


def _goodbye(answer: CallbackLegAnswer, say: Say) -> str:
    if not answer.prompts:
        return EMPTY
    response = VoiceResponse()
    say(response, answer.prompts)
    response.hangup()
    return str(response.to_xml())
