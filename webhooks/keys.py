"""Keys made of the one secret of the environment, each for one purpose, and what is sealed with them.

One key never serves two purposes, so that what one part shows to the world tells nothing about another's. To
seal is to encrypt with HMAC-SHA256 as the stream and to authenticate the result with another key (encrypt,
then MAC): both are the textbook use of the one primitive that Python's own library has.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from collections.abc import Callable

COOKIES, RECORDINGS, KEPT_INPUT = "cookies", "recordings", "kept input"
_NONCE, _MARK, _TIME = 16, 16, struct.Struct(">I")


def derived(secret: str, purpose: str) -> bytes:
    """The key for this purpose."""
    return hmac.digest(secret.encode(), f"presszero {purpose}".encode(), hashlib.sha256)


class Seal:
    """Makes text unreadable and unchangeable for those who see it, such as a part of an address. What was
    sealed longer than `lasts_s` ago is not opened any more."""

    def __init__(self, key: bytes, clock: Callable[[], float], lasts_s: float = 3600.0) -> None:
        self._clock, self._lasts_s = clock, lasts_s
        self._encrypting = hmac.digest(key, b"encrypt", hashlib.sha256)
        self._marking = hmac.digest(key, b"mark", hashlib.sha256)

    def close(self, plain: bytes) -> str:
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._mixed(nonce, _TIME.pack(int(self._clock())) + plain)
        return base64.urlsafe_b64encode(self._mark(sealed) + sealed).decode().rstrip("=")

    def open(self, part: str) -> bytes | None:
        """None for what this seal did not close, or closed too long ago."""
        try:
            raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except (ValueError, binascii.Error):
            return None
        mark, sealed = raw[:_MARK], raw[_MARK:]
        if len(sealed) < _NONCE + _TIME.size or not hmac.compare_digest(mark, self._mark(sealed)):
            return None
        plain = self._mixed(sealed[:_NONCE], sealed[_NONCE:])
        (closed_at,) = _TIME.unpack(plain[: _TIME.size])
        return plain[_TIME.size :] if abs(self._clock() - closed_at) <= self._lasts_s else None

    def _mark(self, sealed: bytes) -> bytes:
        return hmac.digest(self._marking, sealed, hashlib.sha256)[:_MARK]

    def _mixed(self, nonce: bytes, data: bytes) -> bytes:
        blocks = range(0, len(data), hashlib.sha256().digest_size)
        stream = b"".join(
            hmac.digest(self._encrypting, nonce + struct.pack(">I", at), hashlib.sha256) for at in blocks
        )
        return bytes(one ^ other for one, other in zip(data, stream, strict=False))
