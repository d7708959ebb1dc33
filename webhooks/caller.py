"""The caller's leg: one short function per webhook. Whatever fails, the caller gets a document that
goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, g, request

from ivr.engine.session import CallInfo
from ivr.keys import Seal
from ivr.service.calls import CallService
from ivr.service.late_reports import LateReports
from ivr.service.recordings import RecordingService
from ivr.store.database import DatabaseUnavailable
from webhooks import forms
from webhooks.fallback_twiml import FallbackTwiml
from webhooks.twiml import EMPTY
from webhooks.urls import KINDS

log = logging.getLogger(__name__)


def xml(document: str) -> Response:
    """Return a TwiML answer that must not be cached."""
    answer = Response(document, content_type="text/xml; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def in_its_language(voice: Blueprint, last_resort: FallbackTwiml) -> Callable[[], FallbackTwiml]:
    """Return the last resort in the language that the address names, if it names one."""

    @voice.url_value_preprocessor
    def take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.spoken = values.pop("language", "") if values else ""

    return lambda: last_resort.speaking(g.spoken)


def caller_blueprint(
    calls: CallService,
    recordings: RecordingService,
    last_resort: FallbackTwiml,
    late: LateReports,
    seal: Seal,
    region: str,
) -> Blueprint:
    """Return the blueprint. `late` stores reports once it can; `seal` encrypts input that is kept in an
    address; `region` is the country in which numbers without a country code are read."""
    voice = Blueprint("caller", __name__, url_prefix="/voice")
    turns = _Turns(calls, _Answered(in_its_language(voice, last_resort)), seal, region)
    _add_turns(voice, turns)
    _add_ways_back(voice, turns)
    _add_message(voice, recordings, last_resort)
    _add_reports_of_recordings(voice, recordings, late)
    _add_end(voice, calls, late, region)
    return voice


def _add_turns(voice: Blueprint, turns: _Turns) -> None:
    """Add the addresses that a caller's leg requests in the course of a call."""

    @voice.post("/incoming")
    def incoming() -> Response:
        call = forms.call_info(request.form, turns.region)
        if not call.sid:
            abort(400)
        return turns.arrived(call)

    @voice.post("/calls/<sid>/<int:number>/<kind>")
    def turn(sid: str, number: int, kind: str) -> Response:
        return turns.take(sid, number, kind, request.form.to_dict())

    @voice.post("/again/<int:attempt>/<sid>/<int:number>/<kind>/<kept>")
    def again(attempt: int, sid: str, number: int, kind: str, kept: str) -> Response:
        return turns.again(attempt, sid, number, kind, kept)

    @voice.post("/calls/<sid>/join/<offer_id>")
    def join(sid: str, offer_id: str) -> Response:
        return turns.bring(sid, offer_id)


def _add_ways_back(voice: Blueprint, turns: _Turns) -> None:
    """Add the addresses at which a call continues after something else, or after a fault."""

    @voice.post("/resume/<sid>")
    def resume(sid: str) -> Response:
        return turns.go_on(sid, "resume")

    @voice.post("/resume/<sid>/<int:number>")
    def resume_after(sid: str, number: int) -> Response:
        return turns.resume_after(sid, number)

    @voice.post("/rescue/<sid>")
    def rescue(sid: str) -> Response:
        return turns.go_on(sid, "rescue")


def _add_message(voice: Blueprint, recordings: RecordingService, last_resort: FallbackTwiml) -> None:
    @voice.post("/calls/<sid>/recording/<queue>")
    def recording(sid: str, queue: str) -> Response:
        status, seconds = forms.recording_status(request.form)
        recording_sid = forms.recording_sid(request.form)
        if recording_sid and _is_of(sid):
            try:
                why = forms.recording_fault(request.form)
                recordings.reported(recording_sid, sid, "" if queue == "-" else queue, status, seconds, why)
            except Exception:  # a message is kept whatever happens to the database
                log.exception("recording %s of call %s not written", recording_sid, sid)
                last_resort.keep(request.form)
        return xml(EMPTY)


def _add_reports_of_recordings(voice: Blueprint, recordings: RecordingService, late: LateReports) -> None:
    @voice.post("/calls/<sid>/transcription")
    def transcription(sid: str) -> Response:
        recording_sid, words = forms.recording_sid(request.form), forms.transcription(request.form)
        if recording_sid and words and _is_of(sid):
            try:
                write = partial(recordings.transcribed, recording_sid, sid, words)
                late.write(f"the transcript of {recording_sid}", write)
            except Exception:  # the message itself is safe, and can be listened to
                log.exception("transcript of %s of call %s not written", recording_sid, sid)
        return xml(EMPTY)

    @voice.post("/calls/<sid>/call-recording")
    def call_recording(sid: str) -> Response:
        status, seconds = forms.recording_status(request.form)
        recording_sid = forms.recording_sid(request.form)
        if recording_sid and _is_of(sid):
            try:
                write = partial(recordings.call_recorded, recording_sid, sid, status, seconds)
                late.write(f"the recording {recording_sid}", write)
            except Exception:  # the recording itself is safe with the carrier
                log.exception("recording %s of call %s not written", recording_sid, sid)
        return xml(EMPTY)


def _add_end(voice: Blueprint, calls: CallService, late: LateReports, region: str) -> None:
    @voice.post("/status")
    def status() -> Response:
        sid, state = forms.sid_of(request.form), request.form.get("CallStatus", "")
        if sid and state in forms.ENDED:
            try:
                hung_up = partial(calls.hung_up, sid, state, forms.call_info(request.form, region))
                late.write(f"the end of call {sid}", hung_up)
            except Exception:  # reconciliation finds the ended call within a minute
                log.exception("end of call %s not written", sid)
        return Response(status=204)


def _is_of(sid: str) -> bool:
    """Return whether the form is about the call in the path, or about none; 404 when it names another."""
    named = forms.sid_of(request.form)
    return not named or forms.may_speak_of(named, sid) or abort(404)


class _Turns:
    """The turns of calls, each answered with a document."""

    def __init__(self, calls: CallService, answered: _Answered, seal: Seal, region: str) -> None:
        self._calls, self._answered, self._seal = calls, answered, seal
        self.region = region

    def arrived(self, call: CallInfo, attempt: int = 0) -> Response:
        return self._answered(lambda: self._calls.arrived(call), call.sid, 0, "arrived", attempt=attempt)

    def take(self, sid: str, number: int, kind: str, form: dict[str, str], attempt: int = 0) -> Response:
        call = forms.call_info(request.form, self.region)
        if kind not in KINDS or not forms.may_speak_of(call.sid, sid):
            abort(404)
        event, kept = forms.event_of(kind, form), forms.keep_input(form, self._seal)
        turn = partial(self._calls.turn, sid, number, event, call)
        return self._answered(turn, sid, number, kind, kept, attempt)

    def again(self, attempt: int, sid: str, number: int, kind: str, kept: str) -> Response:
        """Repeat a request that failed because the database was down."""
        call = forms.call_info(request.form, self.region)
        if kind == "arrived" and call.sid == sid:
            return self.arrived(call, attempt)
        if kind == "join":
            return self.bring(sid, kept, attempt)
        if kind in ("resume", "rescue"):
            return self.go_on(sid, kind, attempt)
        form = forms.with_kept(request.form, forms.kept_input(kept, self._seal))
        return self.take(sid, number, kind, form, attempt)

    def bring(self, sid: str, offer_id: str, attempt: int = 0) -> Response:
        leg = self._same_call(sid).sid
        return self._answered(lambda: self._calls.join(sid, offer_id, leg), sid, 0, "join", offer_id, attempt)

    def resume_after(self, sid: str, number: int) -> Response:
        call = self._same_call(sid)
        return self._answered(lambda: self._calls.present(sid, call, number), sid, 0, "resume")

    def go_on(self, sid: str, kind: str, attempt: int = 0) -> Response:
        call = self._same_call(sid)
        work = self._calls.present if kind == "resume" else self._calls.to_person
        return self._answered(lambda: work(sid, call), sid, 0, kind, attempt=attempt)

    def _same_call(self, sid: str) -> CallInfo:
        """Return the call's particulars; 404 unless the path and the form speak of one call."""
        call = forms.call_info(request.form, self.region)
        return call if forms.may_speak_of(call.sid, sid) else abort(404)


class _Answered:
    """The one error boundary of the caller's webhooks."""

    def __init__(self, last_resort: Callable[[], FallbackTwiml]) -> None:
        self._last = last_resort

    def __call__(
        self,
        work: Callable[[], str],
        sid: str,
        number: int,
        kind: str,
        kept: str = forms.NOTHING,
        attempt: int = 0,
    ) -> Response:
        """Run one webhook. `kept` is the input of the request, to be passed on while the database is down. A
        database that is down is no fault of this turn: the request is repeated, and then the emergency
        numbers follow."""
        try:
            return xml(work())
        except DatabaseUnavailable as error:
            log.warning("call %s, %s %d: %s", sid, kind, number, error)
            return xml(self._last().one_moment(attempt, sid, number, kind, kept))
        except Exception:
            log.exception("call %s, %s %d", sid, kind, number)
            last = self._last()
            return xml(last.emergency() if kind == "rescue" else last.rescue(sid))
