"""Twilio's fallback address and the documents after it. Nothing here needs the database."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Callable

from flask import Blueprint, Response, abort, request
from twilio.twiml.voice_response import VoiceResponse  # type: ignore[import-untyped]

from ivr.floor.transaction import Transactions
from ivr.service.calls import CallService
from ivr.store import outbound_legs
from ivr.store.database import DatabaseUnavailable
from ivr.store.outbound_legs import Purpose, purpose_of
from webhooks import forms
from webhooks.caller import in_its_language, xml
from webhooks.fallback_twiml import FallbackTwiml
from webhooks.twiml import EMPTY
from webhooks.urls import Urls

log = logging.getLogger(__name__)

NOT_FETCHED = re.compile(r"11[0-9]{3}")  # the carrier's codes for a document that it could not fetch

CALLER = r"/voice(/in/(?P<language>[A-Za-z-]+))?"  # where an address of a caller begins

OFTEN, OFTEN_WITHIN_S = 4, 60.0
KEPT = 1000  # calls; older ones are forgotten


def fallback_blueprint(
    last_resort: FallbackTwiml, calls: CallService, region: str, clock: Callable[[], float]
) -> Blueprint:
    """Return the blueprint. Each failure in a row uses fewer of our parts: the present wait, a person, the
    emergency numbers.

    The carrier reports what failed (ErrorUrl) to the fallback that it requests. A caller who comes from a
    fallback that is hosted elsewhere, by its redirect, has no such report: there only the way back itself may
    have failed.
    """
    voice = Blueprint("emergency", __name__, url_prefix="/voice")
    spoken, returns = in_its_language(voice, last_resort), ReturnCounter(clock)

    @voice.post("/fallback")
    def fallback() -> Response:
        sid, failed = forms.sid_of(request.form), _what_failed(request.form.get("ErrorUrl", ""))
        last = last_resort.speaking(_language(request.form.get("ErrorUrl", "")))
        if not sid or failed in ("rescue", "emergency"):
            # A document that was read and is wrong would be wrong again: then there is no way back to it.
            back = NOT_FETCHED.fullmatch(request.form.get("ErrorCode", ""))
            return xml(last.emergency(sid if back else ""))
        if failed == "resume":
            return xml(last.rescue(sid))
        if url := request.form.get("ErrorUrl"):
            return xml(last.resume(sid, _lost_turn(url)))
        return xml(returned(sid))

    def returned(sid: str) -> str:
        if request.form.get("Direction", "").startswith("outbound"):
            return last_resort.rung(sid)
        if returns.often(sid):  # it is our documents that fail
            return last_resort.rescue(sid)
        return last_resort.back(sid, person=forms.key_of(request.form) == "0")

    _add_emergency(voice, spoken, calls, region)
    return voice


def _add_emergency(
    voice: Blueprint, spoken: Callable[[], FallbackTwiml], calls: CallService, region: str
) -> None:
    """Add the numbers that are dialled one after the other, and the message."""

    @voice.post("/emergency/<sid>/<step>")
    def step_of_call(sid: str, step: str) -> Response:
        return taken(step, sid)

    @voice.post("/emergency/<step>")
    def step_alone(step: str) -> Response:
        return taken(step)

    def taken(step: str, sid: str = "") -> Response:
        dialled = re.fullmatch(r"dial-([0-9]{1,2})", step)
        if dialled:
            if request.form.get("DialCallStatus") in ("completed", "answered"):
                return xml(spoken().talked())
            return xml(back_in_line(sid) or spoken().dial(int(dialled[1]), sid))
        if step == "record":
            return xml(spoken().message())
        if step == "recorded":
            spoken().keep(request.form)  # also without a word recorded: the number is there to call back
            return xml(spoken().goodbye())
        return abort(404)

    def back_in_line(sid: str) -> str:
        """Return how the call continues where it was, if it can by now; else nothing."""
        call = forms.call_info(request.form, region)
        if not sid or not forms.may_speak_of(call.sid, sid):
            return ""
        try:
            document = calls.present(sid, call)
        except DatabaseUnavailable as error:
            log.warning("call %s, emergency: %s", sid, error)
            return ""
        except Exception:  # the numbers and the message are there for this too
            log.exception("call %s, emergency", sid)
            return ""
        return document if document != EMPTY else ""  # it would hang up on somebody who is on the phone


def _lost_turn(url: str) -> int | None:
    """Return the turn whose outcome the carrier could not deliver."""
    found = re.search(rf"{CALLER}/calls/[^/]+/(?P<turn>[0-9]{{1,9}})/", url)
    return int(found["turn"]) if found else None


def _language(url: str) -> str:
    found = re.search(CALLER, url)
    return (found["language"] or "") if found else ""


def _what_failed(url: str) -> str:
    """Return which of our last answers the carrier could not use."""
    again = re.search(rf"{CALLER}/again/[0-9]+/[^/]+/[0-9]+/(?P<what>resume|rescue)/", url)
    found = again or re.search(rf"{CALLER}/(?P<what>resume|rescue|emergency)/", url)
    return found["what"] if found else ""


class ReturnCounter:
    """Counts the callers who have come back from the fallback elsewhere."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._times = clock, OrderedDict[str, list[float]]()

    def often(self, sid: str) -> bool:
        """Return whether this call comes back again and again, this time included."""
        now = self._clock()
        times = [*(at for at in self._times.pop(sid, ()) if now - at < OFTEN_WITHIN_S), now]
        self._times[sid] = times[-OFTEN:]
        while len(self._times) > KEPT:
            self._times.popitem(last=False)
        return len(times) >= OFTEN


def outbound_fallback_blueprint(
    transactions: Transactions, urls: Urls, last_resort: FallbackTwiml
) -> Blueprint:
    """Return the blueprint for phones that we rang. `urls` are those of this server, whatever fallback the
    carrier was given."""
    voice = Blueprint("rung", __name__, url_prefix="/voice/legs")

    @voice.post("/<sid>/<int:times>")
    def back(sid: str, times: int) -> Response:
        if forms.sid_of(request.form) != sid:
            abort(404)
        try:
            with transactions.database.read() as connection:
                purpose = purpose_of(connection, sid)
        except DatabaseUnavailable as error:
            log.warning("leg %s: %s", sid, error)
            purpose = None
        if purpose is None:  # or its SID is not stored yet
            return xml(last_resort.called_back(urls.rung(sid, times + 1), times + 1))
        response = VoiceResponse()
        response.redirect(own_fallback(purpose), method="POST")
        return xml(response.to_xml())

    def own_fallback(purpose: Purpose) -> str:
        match purpose.kind:
            case outbound_legs.OFFER:
                return urls.leg_fallback(purpose.id)
            case outbound_legs.SUPERVISION:
                return urls.supervising(purpose.id, "fallback")
            case outbound_legs.TRANSFER:
                return urls.transfer(purpose.id, "fallback")
        return urls.callback_fallback(purpose.id, purpose.attempts)

    return voice
