"""What a page is answered when it cannot have what it asked for: words, the same on all pages of ours."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ivr.store.database import DatabaseUnavailable

BUSY = "The database does not answer. Please try again in a moment."


def refuse_in_words(pages: Blueprint) -> None:
    """Errors of these pages become a message and the right status."""

    @pages.errorhandler(CSRFError)
    def without_token(_error: CSRFError) -> Any:
        return {"message": "This page is too old. Please load it again.", "reload": True}, 400

    @pages.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        return {"message": error.description}, error.code

    @pages.errorhandler(DatabaseUnavailable)
    def busy(_error: DatabaseUnavailable) -> Any:
        return {"message": BUSY}, 503, {"Retry-After": "2"}
