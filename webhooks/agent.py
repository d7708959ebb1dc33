"""The agent's leg: picked up, key pressed, ended; and reports of joins and leaves in its conference."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request

from ivr.service.agent_leg import GONE, AgentLeg, LegAnswer
from ivr.service.calls import CallService
from ivr.service.late_reports import LateReports
from ivr.service.supervision.monitoring import Monitoring
from webhooks import forms
from webhooks.outbound_legs import LegPurpose, leg_blueprint
from webhooks.urls import Urls
from webhooks.whisper import Whisper

NOT_FETCHED = "112"  # how the carrier's codes of errors of the way to us begin
ANNOUNCED = {"announcement-end": True, "announcement-fail": False}


def agent_blueprint(
    leg: AgentLeg,
    calls: CallService,
    whisper: Whisper,
    late: LateReports,
    joining: Monitoring,
    urls: Urls,
) -> Blueprint:
    def fallback(offer_id: str, sid: str, error_code: str) -> str:
        """Return the present document where one could not be fetched. One that cannot be run would fail
        again."""
        fetched = error_code and not error_code.startswith(NOT_FETCHED)
        return whisper.document(LegAnswer(GONE, offer_id) if fetched else leg.picked_up(offer_id, sid))

    again = "again/<int:times>/<digits>"
    purpose = LegPurpose("offers", leg, whisper, "whisper", again, fallback)
    voice = leg_blueprint(purpose, late)

    @voice.post("/room")
    def room(id: str) -> Response:
        """The report of who came and went in the conference: the caller's hang-up shows here first. And
        whether everybody was told that a supervisor joins."""
        event, sid = request.form.get("StatusCallbackEvent", ""), forms.sid_of(request.form)
        supervision = urls.announced(request.form.get("AnnounceUrl", ""))
        if event in ANNOUNCED and supervision:
            heard = partial(joining.announced, supervision, ANNOUNCED[event])
            late.write(f"{event} of supervision {supervision}", heard)
        why = request.form.get("ReasonParticipantLeft")
        if event == "participant-leave" and sid and why == "participant_hung_up":
            late.write(f"offer {id}: {sid} hung up", partial(hung_up, id, sid))
        return Response(status=204)

    def hung_up(offer_id: str, sid: str) -> None:
        call, caller = leg.caller_of(offer_id)
        if sid == caller:
            calls.hung_up(call, "completed")

    return voice
