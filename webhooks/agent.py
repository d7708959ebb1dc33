"""The agent's leg: picked up, key pressed, ended."""

from __future__ import annotations

import logging
from functools import partial

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from ivr.service.agent_leg import GONE, AgentLeg, LegAnswer
from ivr.service.calls import CallService
from ivr.service.late_reports import LateReports
from ivr.service.supervision.monitoring import Monitoring
from ivr.store.database import DatabaseUnavailable
from webhooks import forms
from webhooks.caller import xml
from webhooks.twiml import EMPTY
from webhooks.urls import Urls
from webhooks.whisper import Whisper

NOT_FETCHED = "112"  # how the carrier's codes of errors of the way to us begin

log = logging.getLogger(__name__)


ANNOUNCED = {"announcement-end": True, "announcement-fail": False}


def agent_blueprint(
    leg: AgentLeg,
    calls: CallService,
    whisper: Whisper,
    late: LateReports,
    joining: Monitoring,
    urls: Urls,
) -> Blueprint:
    voice = Blueprint("agent", __name__, url_prefix="/voice/offers")

    @voice.post("/<offer_id>/whisper")
    def picked_up(offer_id: str) -> Response:
        return answer(leg.picked_up(offer_id, forms.sid_of(request.form)))

    @voice.post("/<offer_id>/key")
    def key(offer_id: str) -> Response:
        return taken(offer_id, forms.key_of(request.form))

    @voice.post("/<offer_id>/again/<int:times>/<digits>")
    def again(offer_id: str, times: int, digits: str) -> Response:
        return taken(offer_id, forms.key_of(request.form, digits))

    def taken(offer_id: str, digits: str) -> Response:
        sid = forms.sid_of(request.form)
        return answer(leg.pressed(offer_id, sid, digits) if digits else leg.picked_up(offer_id, sid))

    @voice.post("/<offer_id>/left")
    def left(offer_id: str) -> Response:
        late.write(f"the end of talk {offer_id}", partial(leg.left, offer_id))
        return xml(EMPTY)

    @voice.post("/<offer_id>/status")
    def status(offer_id: str) -> Response:
        state = request.form.get("CallStatus", "")
        write = partial(leg.status, offer_id, forms.sid_of(request.form), state)
        late.write(f"a status of offer {offer_id}", write)
        return Response(status=204)

    @voice.post("/<offer_id>/fallback")
    def fallback(offer_id: str) -> Response:
        """A document could not be fetched: the present one. What cannot be carried out would fail again."""
        if request.form.get("ErrorCode", NOT_FETCHED).startswith(NOT_FETCHED):
            return answer(leg.picked_up(offer_id, forms.sid_of(request.form)))
        return answer(LegAnswer(GONE, offer_id))

    @voice.post("/<offer_id>/room")
    def room(offer_id: str) -> Response:
        """The report of who came and went in the conference: the caller's hang-up shows here first. And
        whether everybody was told that a supervisor joins."""
        event, sid = request.form.get("StatusCallbackEvent", ""), forms.sid_of(request.form)
        supervision = urls.announced(request.form.get("AnnounceUrl", ""))
        if event in ANNOUNCED and supervision:
            heard = partial(joining.announced, supervision, ANNOUNCED[event])
            late.write(f"{event} of supervision {supervision}", heard)
        why = request.form.get("ReasonParticipantLeft")
        if event == "participant-leave" and sid and why == "participant_hung_up":
            late.write(f"offer {offer_id}: {sid} hung up", partial(hung_up, offer_id, sid))
        return Response(status=204)

    def hung_up(offer_id: str, sid: str) -> None:
        call, caller = leg.caller_of(offer_id)
        if sid == caller:
            calls.hung_up(call, "completed")

    @voice.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        """Ask again, a few times: the offer's own deadline may have to wait for the database too."""
        if isinstance(error, HTTPException):
            return error
        log.warning("agent's leg, %r", request.path, exc_info=not isinstance(error, DatabaseUnavailable))
        told = request.view_args or {}
        if request.endpoint in ("agent.picked_up", "agent.key", "agent.again", "agent.fallback"):
            digits = forms.key_of(request.form, told.get("digits", ""))
            return xml(whisper.again(told["offer_id"], told.get("times", 0) + 1, digits))
        return xml(EMPTY)

    def answer(what: LegAnswer) -> Response:
        return xml(whisper.document(what))

    return voice
