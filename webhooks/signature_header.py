"""Checks the form of the signature header. Needs nothing else, so that it can run first."""

from __future__ import annotations

import re

_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{27}=")  # 20 bytes in base64
MOST = 4


def signatures_in(header: str) -> list[str]:
    """Return the signatures in a header, one for each token of the account; none when it contains anything
    that cannot be one."""
    given = [part.strip() for part in header.split(",")] if len(header) <= 200 else []
    plausible = len(given) <= MOST and all(_SIGNATURE.fullmatch(part) for part in given)
    return given if plausible else []
