"""The guard of every page: which permission each address needs, compared with the role of the user.

Addresses belong to areas, and one that belongs to none is closed. The views decide whose call it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, request

from desk.error_pages import refusal, say_nowhere
from desk.sessions import BrowserSessions
from ivr.floor.alerting import PagesRefused
from ivr.service import roles
from ivr.store.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)

OPEN = "open"
"""For everybody: signed by the carrier, protected by a secret address, or public."""
READS = ("GET", "HEAD", "OPTIONS")
REFUSED = "Your account may not do this. Ask an administrator for the right role."


@dataclass(frozen=True, slots=True)
class Area:
    """Addresses that begin with `prefix`: the permissions to read them, and for everything else."""

    prefix: str
    reads: str
    writes: str

    def wants(self, method: str) -> str:
        return self.reads if method in READS else self.writes


OUTSIDE = ("/voice/", "/sms/", "/audio/", "/recordings/", "/callback/", "/healthz", "/readyz", "/metrics")
# The first match decides.
AREAS = (
    *(Area(prefix, OPEN, OPEN) for prefix in OUTSIDE),
    *(Area(f"/desk/sign-{way}", OPEN, OPEN) for way in ("in", "out")),
    Area("/desk/", roles.WORK, roles.WORK),
    Area("/flows/static/", OPEN, OPEN),
    Area("/flows/notices", roles.READ_FLOWS, roles.SET_NOTICES),
    Area("/flows/", roles.READ_FLOWS, roles.EDIT_FLOWS),
    Area("/reports/", roles.SEE_REPORTS, roles.SEE_REPORTS),
    Area("/supervisor/", roles.SUPERVISE, roles.SUPERVISE),
    Area("/wallboard/shown/", OPEN, OPEN),
    Area("/wallboard/", roles.SEE_WALLBOARD, roles.SEE_WALLBOARD),
)


def permission_of(rule: str, method: str) -> str | None:
    """Return the permission that the address with this rule needs; None if no area has it, which means
    closed."""
    if rule == "/" or "/static/" in rule:
        return OPEN
    return next((area.wants(method) for area in AREAS if f"{rule}/".startswith(area.prefix)), None)


def guard(app: Flask, browsers: BrowserSessions, database: Database, clock: Callable[[], float]) -> None:
    """Check the permission before every view. A user who is not signed in is left to the view, which
    redirects to the sign-in page. A refusal of a signed-in user, here or by a view, is recorded."""
    say_nowhere(app)
    refused = PagesRefused(database)

    @app.before_request
    def check() -> Any:
        if request.url_rule is None:
            return None
        wanted = permission_of(request.url_rule.rule, request.method)
        if wanted == OPEN:
            return None
        role = browsers.role()
        if role is None and wanted is not None:
            return None
        return None if role is not None and roles.may(role, wanted or "") else refusal(REFUSED, 403)

    @app.after_request
    def note_refusal(answer: Response) -> Response:
        rule = request.url_rule.rule if request.url_rule is not None else ""
        if answer.status_code != 403 or not rule or permission_of(rule, request.method) == OPEN:
            return answer
        try:
            agent = browsers.signed_in_as()
            if agent is not None:
                refused.note(agent, rule, request.method, clock())
        except DatabaseUnavailable as fault:
            log.warning("that somebody was refused %s is not in the journal: %s", rule, fault)
        return answer


def may(permission: str) -> bool:
    """Return whether the user of this page may do that, which decides what is shown."""
    return roles.may(g.get("role", ""), permission)
