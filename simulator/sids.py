"""Identifiers in Twilio's form: two letters and 32 hexadecimal digits."""

from __future__ import annotations

import hashlib
import itertools
import re


class Sids:
    """Makes identifiers that look random and are the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = itertools.count(1)

    def new(self, prefix: str) -> str:
        """`prefix` is CA (call), CF (conference), RE (recording), SM (message), PN (number) …"""
        text = f"{self._seed}/{prefix}/{next(self._count)}"
        return prefix + hashlib.sha256(text.encode()).hexdigest()[:32]

    def token(self) -> str:
        """A unique string for I-Twilio-Idempotency-Token."""
        return self.new("")


def is_sid(text: str, prefix: str) -> bool:
    return re.fullmatch(prefix + "[0-9a-fA-F]{32}", text) is not None
