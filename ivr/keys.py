"""Keys derived from the one secret of the environment, each for one purpose, and data encrypted with them.

One key never serves two purposes, so that what one part shows to the world reveals nothing about another's.
Sealing is Fernet of the library `cryptography`: encrypted, authenticated, and marked with its time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

from cryptography.fernet import Fernet, InvalidToken

COOKIES, RECORDINGS, KEPT_INPUT, SECOND_FACTOR = "cookies", "recordings", "kept input", "second factor"


def derived(secret: str, purpose: str) -> bytes:
    """Return the key for this purpose."""
    return hmac.digest(secret.encode(), f"presszero {purpose}".encode(), hashlib.sha256)


class Seal:
    """Makes text unreadable and unchangeable for those who see it, such as a part of an address or a copy of
    the database. `key` has 32 bytes."""

    def __init__(self, key: bytes, clock: Callable[[], float]) -> None:
        self._fernet, self._clock = Fernet(base64.urlsafe_b64encode(key)), clock

    def close(self, plain: bytes) -> str:
        return self._fernet.encrypt_at_time(plain, int(self._clock())).decode().rstrip("=")

    def open(self, part: str, within_s: float | None = None) -> bytes | None:
        """Return the content; None for text that this seal did not close, or closed longer ago than
        `within_s`."""
        token = part.encode("utf-8", "replace") + b"=" * (-len(part) % 4)
        try:
            if within_s is None:
                return self._fernet.decrypt(token)
            return self._fernet.decrypt_at_time(token, int(within_s), int(self._clock()))
        except InvalidToken:
            return None
