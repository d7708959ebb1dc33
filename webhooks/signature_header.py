"""What the header of a signed request looks like. Needs nothing else, so that it can be asked first."""

from __future__ import annotations

import re

_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{27}=")  # 20 bytes in base64
MOST = 4


def signatures_in(header: str) -> list[str]:
    """The signatures that a header holds, one for each token of the account; none when it holds anything
    that cannot be one."""
    given = [part.strip() for part in header.split(",")] if len(header) <= 200 else []
    plausible = len(given) <= MOST and all(_SIGNATURE.fullmatch(part) for part in given)
    return given if plausible else []
