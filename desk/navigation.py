"""The areas of the site as every header lists them. An area that the user may not see is not listed."""

from __future__ import annotations

from dataclasses import dataclass

from desk.permissions import may
from ivr.service import roles


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an area, and the permission to read it."""

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
    """Return the areas that the user of this page may open."""
    return tuple(link for link in LINKS if may(link.wants))
