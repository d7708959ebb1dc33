"""Data sources over HTTP: one address fixed by the settings, values only as data, JSON back.

A flow may be edited by many and a caller may say anything, so neither decides where a request goes: the host
is resolved once, an address in our own network is refused, and the connection goes to exactly that address.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ivr.flowfiles.source_settings import ENVIRONMENT, HOLE, HttpSource

LARGEST_ANSWER = 256 * 1024
CHUNK = 16 * 1024
LONGEST_TEXT, MOST_ITEMS, MOST_NAMES, DEEPEST = 500, 20, 60, 5
FOUND, MISSING, FAILED = "found", "missing", "failed"
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


class SourceFault(Exception):
    """The source could not answer. `again` says whether a retry may help."""

    def __init__(self, message: str, again: bool = False) -> None:
        super().__init__(message)
        self.again = again


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of a source: found with a value, or missing."""

    status: str
    value: Any = None


Resolve = Callable[[str, int], str]
"""(host, port) → the IP address to connect to."""


def resolve(host: str, port: int) -> str:
    """Return the first address of a host. Raises OSError."""
    return str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])


def is_outside(address: str) -> bool:
    """Return whether an address is on the public internet; any other may be part of our own network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner is not None:
        ip = inner
    # The only range ever assigned for the IPv6 internet; others embed IPv4 or are of old networks.
    if isinstance(ip, ipaddress.IPv6Address) and (ip.teredo or ip not in _GIVEN_OUT):
        return False
    return ip.is_global and not ip.is_multicast


_GIVEN_OUT = ipaddress.ip_network("2000::/3")


class HttpRequests:
    """Asks one HTTP source. `secrets` are the variables of the environment."""

    def __init__(self, source: HttpSource, secrets: Mapping[str, str], resolve: Resolve = resolve) -> None:
        self._source, self._resolve = source, resolve
        parts = urlsplit(source.url)
        self._host, self._tls = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 80)
        self._netloc = parts.netloc
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {
            name: ENVIRONMENT.sub(lambda hole: secrets.get(hole[1], ""), text)
            for name, text in source.headers.items()
        }

    def __call__(self, values: Mapping[str, Any], until: float) -> Found:
        """Ask, with everything done by `until` (time.monotonic). Raises SourceFault."""
        asked = self.request(values)
        if asked is None:
            return Found(MISSING)
        status, body = self.exchange(*asked, until)
        if status in (204, 404, 410):
            return Found(MISSING)
        if status != 200:
            raise SourceFault(f"HTTP {status}", again=status == 429 or status >= 500)
        return _read(body, self._source.items)

    def request(self, values: Mapping[str, Any]) -> tuple[str, bytes | None] | None:
        """Return (target, body) for these values; None when a placeholder of the path would stay empty or
        lead elsewhere in the service. Any other value may be empty, and is sent. Raises SourceFault for a
        placeholder without a value."""
        texts = {name: _text(value) for name, value in values.items()}
        holes = set(HOLE.findall(self._target))
        if not holes <= set(texts):
            raise SourceFault(f"no value for {', '.join(sorted(holes - set(texts)))}")
        path = HOLE.findall(self._target.partition("?")[0])
        if any(texts[name].strip() in ("", ".", "..") for name in path):
            return None
        target = HOLE.sub(lambda hole: quote(texts[hole[1]], safe=""), self._target)
        others = {name: text for name, text in texts.items() if name not in holes}
        if self._source.method == "POST":
            return target, json.dumps(others).encode()
        if others:
            target += ("&" if "?" in target else "?") + urlencode(others)
        return target, None

    def exchange(self, target: str, body: bytes | None, until: float) -> tuple[int, bytes]:
        """Return (HTTP status, body of the answer), done by `until` (time.monotonic). Raises SourceFault."""
        headers = {"Host": self._netloc, "Accept": "application/json", "User-Agent": "presszero"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        wire = self._connect(until)
        connection = http.client.HTTPConnection(self._host, self._port)
        connection.sock = wire
        # A time-out counts for each byte; a server that sends one now and then needs an overall limit.
        end = threading.Timer(_left(until), _end, (wire,))
        end.daemon = True
        end.start()
        try:
            connection.request(self._source.method, target, body, {**headers, **self._headers})
            answer = connection.getresponse()  # a redirect is an answer like any other: it is not followed
            return answer.status, _body(answer, wire, until)
        except (OSError, http.client.HTTPException) as error:
            raise SourceFault(f"{type(error).__name__}: {error}", again=True) from error
        finally:
            end.cancel()
            connection.close()
            wire.close()

    def _connect(self, until: float) -> socket.socket:
        try:
            address = self._resolve(self._host, self._port)
        except OSError as error:
            raise SourceFault(f"{self._host} has no address", again=True) from error
        if not self._source.internal and not is_outside(address):
            raise SourceFault(f"{self._host} is in our own network ({address})")
        try:
            wire = socket.create_connection((address, self._port), timeout=_left(until))
            if self._tls:
                wire = ssl.create_default_context().wrap_socket(wire, server_hostname=self._host)
            wire.settimeout(_left(until))
        except OSError as error:
            raise SourceFault(f"no connection: {error}", again=True) from error
        return wire


def _body(answer: http.client.HTTPResponse, wire: socket.socket, until: float) -> bytes:
    """Read the body in pieces: a server that sends a byte now and then must not hold us up for ever."""
    parts, size = [], 0
    while chunk := answer.read1(CHUNK):
        size += len(chunk)
        if size > LARGEST_ANSWER:
            raise SourceFault(f"the answer is larger than {LARGEST_ANSWER} bytes")
        parts.append(chunk)
        wire.settimeout(_left(until))
    return b"".join(parts)


def _end(wire: socket.socket) -> None:
    """Wake the thread that waits for this connection. Closing it would not."""
    with suppress(OSError):  # it may be over already
        wire.shutdown(socket.SHUT_RDWR)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise SourceFault("no answer in time")
    return left


def _read(body: bytes, items: str) -> Found:
    try:
        value = json.loads(body, parse_constant=lambda name: None)
    except (ValueError, RecursionError) as error:
        raise SourceFault("the answer is not JSON") from error
    for name in items.split(".") if items else ():
        if isinstance(value, list) and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    value = pruned(value)
    return Found(MISSING) if value in (None, "", [], {}) else Found(FOUND, value)


def pruned(value: Any, depth: int = 0) -> Any:
    """Return the part of an answer that is kept: it is in the session, which is written at every turn."""
    if isinstance(value, str):
        return _CONTROL.sub(" ", value)[:LONGEST_TEXT]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        return str(value)[:LONGEST_TEXT]
    if isinstance(value, list | dict) and depth >= DEEPEST:
        return None
    if isinstance(value, list):
        return [pruned(one, depth + 1) for one in value[:MOST_ITEMS]]
    if isinstance(value, dict):
        named = list(value.items())[:MOST_NAMES]
        return {str(name)[:100]: pruned(one, depth + 1) for name, one in named}
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST_TEXT]
