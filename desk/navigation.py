"""The areas of the house as every header names them: who may not see one does not read of it."""

from __future__ import annotations

from dataclasses import dataclass

from desk.permissions import may
from ivr.service import roles


@dataclass(frozen=True, slots=True)
class Link:
    """Where an area is, and what reading it wants."""

    href: str
    title: str
    wants: str


LINKS = (
    Link("/desk/", "Desk", roles.WORK),
    Link("/desk/file/", "My cases", roles.WORK),
    Link("/supervisor/", "Supervisor", roles.SUPERVISE),
    Link("/reports/", "Reports", roles.SEE_REPORTS),
    Link("/flows/", "Flows", roles.READ_FLOWS),
    Link("/flows/notices", "Notices", roles.READ_FLOWS),
    Link("/wallboard/", "Wallboard", roles.SEE_WALLBOARD),
    Link("/desk/account", "Account", roles.WORK),
)


def areas() -> tuple[Link, ...]:
    """Those that whoever asks for this page may open."""
    return tuple(link for link in LINKS if may(link.wants))
