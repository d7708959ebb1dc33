"""The webhooks of phones that we ring: of agents, supervisors, and targets of transfers.

All have the same addresses below their own: picked up, key pressed, asked again, ended. A purpose says what
is heard there and what happens to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from ivr.service.late_reports import LateReports
from ivr.store.database import DatabaseUnavailable
from webhooks import forms
from webhooks.caller import xml
from webhooks.twiml import EMPTY

log = logging.getLogger(__name__)

ASKED = ("answered", "key", "again", "fallback")
"""The addresses that are asked for a document: what fails there is asked for again."""


Answer = TypeVar("Answer")
In = TypeVar("In", contravariant=True)
Out = TypeVar("Out", covariant=True)


class LegService(Protocol[Out]):
    """The service behind a leg: picked up, a key pressed, the conversation left, a status reported."""

    def picked_up(self, id: str, sid: str, /) -> Out: ...
    def pressed(self, id: str, sid: str, digits: str, /) -> Out: ...
    def left(self, id: str, /) -> object: ...
    def status(self, id: str, sid: str, state: str, /) -> object: ...


class LegDocuments(Protocol[In]):
    """The TwiML of a leg. `again` asks the same in a moment, with the key that was pressed."""

    def document(self, answer: In, /) -> str: ...
    def again(self, id: str, times: int, digits: str, /) -> str: ...


@dataclass(frozen=True, slots=True)
class LegPurpose(Generic[Answer]):
    """The purpose for which a phone is rung. `name` begins its addresses, and `id` in them names an offer, a
    transfer or a supervision. `answered` and `again` are the ends of two addresses. `fallback(id, sid, error
    code)` is the document in place of one that the carrier could not use; without it the phone is asked
    again. `statuses` are the HTTP statuses with which further addresses of the blueprint fail, which are
    silent otherwise.
    """

    name: str
    leg: LegService[Answer]
    documents: LegDocuments[Answer]
    answered: str = "answered"
    again: str = "again/<digits>"
    fallback: Callable[[str, str, str], str] | None = None
    statuses: Mapping[str, int] = field(default_factory=dict)

    def document(self, id: str, sid: str, digits: str = "") -> str:
        """Return the document for a phone that was picked up, or on which a key was pressed."""
        answer = self.leg.pressed(id, sid, digits) if digits else self.leg.picked_up(id, sid)
        return self.documents.document(answer)

    def in_place(self, id: str, sid: str, error_code: str) -> str:
        return self.fallback(id, sid, error_code) if self.fallback else self.documents.again(id, 1, "")


def leg_blueprint(purpose: LegPurpose[Any], late: LateReports) -> Blueprint:
    """The addresses below /voice/`name`/<id>."""
    voice = Blueprint(purpose.name, __name__, url_prefix=f"/voice/{purpose.name}/<id>")
    _add_documents(voice, purpose)
    _add_reports(voice, purpose, late)
    _add_boundary(voice, purpose)
    return voice


def _add_documents(voice: Blueprint, purpose: LegPurpose[Any]) -> None:
    @voice.post(f"/{purpose.answered}", endpoint="answered")
    def picked_up(id: str) -> Response:
        return xml(purpose.document(id, forms.sid_of(request.form)))

    @voice.post("/key")
    def key(id: str) -> Response:
        return xml(purpose.document(id, forms.sid_of(request.form), forms.key_of(request.form)))

    @voice.post(f"/{purpose.again}", endpoint="again")
    def asked_again(id: str, digits: str, times: int = 0) -> Response:
        return xml(purpose.document(id, forms.sid_of(request.form), forms.key_of(request.form, digits)))

    @voice.post("/fallback")
    def fallback(id: str) -> Response:
        code = request.form.get("ErrorCode", "")
        return xml(purpose.in_place(id, forms.sid_of(request.form), code))


def _add_reports(voice: Blueprint, purpose: LegPurpose[Any], late: LateReports) -> None:
    @voice.post("/left")
    def left(id: str) -> Response:
        late.write(f"the end of {purpose.name}/{id}", partial(purpose.leg.left, id))
        return xml(EMPTY)

    @voice.post("/status")
    def status(id: str) -> Response:
        sid, state = forms.sid_of(request.form), request.form.get("CallStatus", "")
        late.write(f"a status of {purpose.name}/{id}", partial(purpose.leg.status, id, sid, state))
        return Response(status=204)


def _add_boundary(voice: Blueprint, purpose: LegPurpose[Any]) -> None:
    @voice.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        """Ask again, with the key that was pressed. The deadline of the offer, transfer or supervision
        handles the rest."""
        if isinstance(error, HTTPException):
            return error
        log.warning("outbound leg, %r", request.path, exc_info=not isinstance(error, DatabaseUnavailable))
        endpoint = (request.endpoint or "").rpartition(".")[2]
        if endpoint in ASKED:
            told = request.view_args or {}
            digits = forms.key_of(request.form, told.get("digits", ""))
            return xml(purpose.documents.again(told["id"], told.get("times", 0) + 1, digits))
        if endpoint in purpose.statuses:
            return Response(status=purpose.statuses[endpoint])
        return xml(EMPTY)
