"""Twilio's fallback address and what follows from it. Nothing here touches the database."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request

from webhooks import forms
from webhooks.caller import xml
from webhooks.last_resort import LastResort


def emergency_blueprint(last_resort: LastResort) -> Blueprint:
    """Each failure in a row uses fewer of our parts: the present wait, a person, the emergency numbers."""
    voice = Blueprint("emergency", __name__, url_prefix="/voice")

    @voice.post("/fallback")
    def fallback() -> Response:
        sid, failed = forms.sid_of(request.form), request.form.get("ErrorUrl", "")
        if not sid or "/voice/rescue/" in failed or "/voice/emergency/" in failed:
            return xml(last_resort.emergency())
        if "/voice/resume/" in failed:
            return xml(last_resort.rescue(sid))
        return xml(last_resort.resume(sid))

    @voice.post("/emergency/<step>")
    def emergency(step: str) -> Response:
        dialled = re.fullmatch(r"dial-([0-9]{1,2})", step)
        if dialled:
            if request.form.get("DialCallStatus") in ("completed", "answered"):
                return xml(last_resort.goodbye())
            return xml(last_resort.dial(int(dialled[1])))
        if step == "record":
            return xml(last_resort.message())
        if step == "recorded":
            last_resort.keep(request.form)  # also without a word recorded: the number is there to call back
            return xml(last_resort.goodbye())
        return abort(404)

    return voice
