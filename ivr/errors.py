"""Errors for a request that is not carried out. The words are for people.

Services raise these; the pages answer all of them in one place (`desk/error_pages.py`).
"""

from __future__ import annotations

from typing import ClassVar


class ServiceError(Exception):
    """Nothing was changed. `status` is the HTTP status. A kind that always has the same words has them in
    `said`; its argument then names what it is about."""

    status: ClassVar[int] = 400
    said: ClassVar[str] = ""

    @property
    def words(self) -> str:
        return self.said or str(self)


class Invalid(ServiceError):
    """The request, or what was typed, makes no sense."""


class NotFound(ServiceError):
    """It does not exist, or is not theirs: both look the same from outside."""

    status = 404


class Conflict(ServiceError):
    """It is not possible now, or not any more."""

    status = 409
