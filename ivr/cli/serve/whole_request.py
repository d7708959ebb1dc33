"""Detects when a whole request has arrived: its head, and as much of a body as the head announces.

It only decides where a request ends, which threads it is for, and what is refused before its body comes.
gunicorn's own parser reads the whole request again, and reports what is wrong with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from webhooks.signature_header import signatures_in

MOST_HEAD = 64 * 1024
SIGNED = ("/voice/", "/sms/")
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that does not need the app."""

    status: int
    reason: str
    why: str

    def as_bytes(self) -> bytes:
        body = f"{self.why}\n".encode()
        lines = (
            f"HTTP/1.1 {self.status} {self.reason}",
            "Connection: close",
            "Content-Type: text/plain; charset=utf-8",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
            f"Content-Length: {len(body)}",
        )
        return "\r\n".join(lines).encode() + _END + body


TOO_LATE = Refusal(408, "Request Timeout", "The request did not come in time.")
TOO_LARGE = Refusal(413, "Content Too Large", "The body is too large.")
HEAD_TOO_LARGE = Refusal(431, "Request Header Fields Too Large", "The head of the request is too large.")
NO_LENGTH = Refusal(411, "Length Required", "A body needs a Content-Length.")
TOO_MANY = Refusal(503, "Service Unavailable", "Too many requests are waiting.")
UNSIGNED = Refusal(403, "Forbidden", "This request is not signed.")


class WholeRequest:
    """Collects the bytes of one request. `most_body`: the longest body that any route accepts."""

    def __init__(self, most_body: int) -> None:
        self._most_body, self._data = most_body, bytearray()
        self._length: int | None = None  # of head and body, once the head is complete
        self.path = ""
        self.wants_continue = False

    @property
    def has_begun(self) -> bool:
        return bool(self._data)

    def take(self, data: bytes) -> bool | Refusal:
        """Add more bytes; return True when the request is whole."""
        looked_at = max(0, len(self._data) - len(_END) + 1)
        self._data += data
        if self._length is None:
            end = self._data.find(_END, looked_at, MOST_HEAD)
            if end < 0:
                return HEAD_TOO_LARGE if len(self._data) >= MOST_HEAD else False
            announced = self._read_head(bytes(self._data[:end]))
            if isinstance(announced, Refusal):
                return announced
            self._length = end + len(_END) + announced
        return len(self._data) >= self._length

    def parts(self) -> tuple[bytes, bytes]:
        """Return the request, and the bytes after it."""
        return bytes(self._data[: self._length]), bytes(self._data[self._length :])

    def _read_head(self, head: bytes) -> int | Refusal:
        """Return the announced length of the body. An invalid head announces none, and gunicorn refuses
        it."""
        first, *lines = head.split(b"\r\n")
        self.path = _path_of(first)
        lengths, signatures, is_chunked = [], [], False
        for line in lines:
            name, _, value = line.partition(b":")
            match name.strip().lower():
                case b"content-length":
                    lengths.append(value.strip())
                case b"transfer-encoding":
                    is_chunked = True
                case b"expect":
                    self.wants_continue = value.strip().lower() == b"100-continue"
                case b"x-twilio-signature":
                    signatures.append(value.decode("latin-1"))
        if self.path.startswith(SIGNED) and not signatures_in(",".join(signatures)):
            return UNSIGNED
        if is_chunked:
            return NO_LENGTH
        if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > 12:
            return 0
        length = int(lengths[0])
        return TOO_LARGE if length > self._most_body else length


def _path_of(line: bytes) -> str:
    """Return the path in the first line of a request: `POST /voice/incoming HTTP/1.1`, or with the whole
    address."""
    target = line.decode("latin-1").split(" ")[1:2]
    path = target[0] if target else ""
    if not path.startswith("/"):
        path = "/" + path.partition("://")[2].partition("/")[2]
    return path
