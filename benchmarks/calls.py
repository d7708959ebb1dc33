"""Callers made of paper: each knows what Twilio would post next, and reads where to from the last answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

BASE = "http://127.0.0.1"  # what the servers under test are told as PUBLIC_URL; nothing listens on port 80
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "b" * 32
DIALLED = "+15550001000"
_ACTION = re.compile(rb'<Gather[^>]* action="([^"]+)"')

# None: the time ran out. Welcome, menu, a wrong key, the right one, another wrong one, in line, music.
TALK: tuple[str | None, ...] = (None, "9", "3", "8", "2", None)
HANG_UP = "hang up"

_FIELDS = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "Direction": "inbound",
    "To": DIALLED,
    "Called": DIALLED,
    "CallToken": "%7B%22parentCallInfoToken%22%3A%22eyJhbGciOiJFUzI1NiJ9%22%7D",
    "StirVerstat": "TN-Validation-Passed-A",
    **{side + part: "" for side in ("To", "Called") for part in ("City", "State", "Zip")},
    **{side + "City": "SAN FRANCISCO" for side in ("From", "Caller")},
    **{side + "State": "CA" for side in ("From", "Caller")},
    **{side + "Zip": "94105" for side in ("From", "Caller")},
    **{side + "Country": "US" for side in ("To", "Called", "From", "Caller")},
}


@dataclass(frozen=True, slots=True)
class Post:
    """One signed request as it goes over the wire."""

    path: str
    body: bytes
    signature: str


def signature(path: str, form: Mapping[str, str]) -> str:
    said = BASE + path + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(TOKEN.encode(), said.encode(), hashlib.sha1).digest()).decode()


def signed(path: str, form: Mapping[str, str]) -> Post:
    return Post(path, urlencode(form).encode(), signature(path, form))


class PaperCall:
    """A call: `script` is what the caller does at each Gather; with `hangs_up` the end is reported too."""

    def __init__(
        self, number: int, script: tuple[str | None, ...] = TALK, *, hangs_up: bool = True, mark: str = "a"
    ) -> None:
        self.sid = f"CA{mark}{number:030d}"
        self._caller = f"+1415{2000000 + number % 7000000:07d}"
        self._left: list[str | None] = [*script, *([HANG_UP] if hangs_up else [])]
        self._path = "/voice/incoming"
        self._begun = False

    def next(self) -> Post | None:
        """What is posted next; None when the call is over."""
        if not self._begun:
            self._begun = True
            return self._post("/voice/incoming", CallStatus="ringing")
        if not self._left:
            return None
        keys = self._left.pop(0)
        if keys == HANG_UP:
            return self._post("/voice/status", CallStatus="completed", CallDuration="20")
        return self.press(keys)

    def press(self, keys: str | None) -> Post:
        """Keys, or None when the time ran out, at the present Gather."""
        said = {"msg": "Gather End"} if keys is None else {"Digits": keys, "FinishedOnKey": ""}
        return self._post(self._path, CallStatus="in-progress", **said)

    def answered(self, document: bytes) -> None:
        found = _ACTION.search(document)
        if found:
            self._path = found[1].decode().removeprefix(BASE)

    def _post(self, path: str, **more: str) -> Post:
        form = {**_FIELDS, "CallSid": self.sid, "From": self._caller, "Caller": self._caller, **more}
        return signed(path, form)
