"""Carries requests to the application: over a real network, or straight into a WSGI app in this process."""

from __future__ import annotations

import http.client
import io
import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes, urlsplit

log = logging.getLogger(__name__)

MOST_BYTES = 32 * 1024 * 1024
"""Larger answers are cut; nothing that is played on a telephone is larger."""


@dataclass(frozen=True)
class HttpRequest:
    """One HTTP request, byte for byte as it goes out. `url` has no fragment."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class HttpResponse:
    """The answer. Header names are lower case; a repeated header appears once for each value."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


class TransportError(Exception):
    """No answer. `outcome` is "ct" (no connection) or "rt" (no answer in time, or the connection broke)."""

    def __init__(self, outcome: str, text: str) -> None:
        super().__init__(text)
        self.outcome = outcome


class Transport(Protocol):
    def send(self, request: HttpRequest, connect: float, read: float) -> HttpResponse:
        """Send and wait; `connect` and `read` are seconds. Raises TransportError."""


class HttpTransport:
    """Real HTTP. Certificates are checked, as Twilio does."""

    def send(self, request: HttpRequest, connect: float, read: float) -> HttpResponse:
        parts = urlsplit(request.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=connect)
        try:
            try:
                connection.connect()
            except OSError as error:
                raise TransportError("ct", f"no connection to {parts.netloc}: {error}") from error
            connection.sock.settimeout(read)
            return self._account(connection, request, time.monotonic() + read)
        finally:
            connection.close()

    def _account(self, connection: Any, request: HttpRequest, deadline: float) -> HttpResponse:
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in (*request.headers, ("Connection", "close")):
                connection.putheader(name, value)
            if request.body or request.method == "POST":
                connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body or None)
            response = connection.getresponse()
            body = self._read(response, deadline)
        except (OSError, http.client.HTTPException) as error:
            raise TransportError("rt", f"no answer from {parts.netloc}: {error}") from error
        return HttpResponse(response.status, _lower(response.getheaders()), body)

    @staticmethod
    def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
        body = b""
        while len(body) < MOST_BYTES and (part := response.read1(65536)):
            body += part
            if time.monotonic() > deadline:
                raise TimeoutError("the answer did not end in time")
        return body


class WsgiTransport:
    """Calls WSGI apps in this process. `apps` maps the public base URL of each to the app."""

    def __init__(self, apps: Mapping[str, Callable[..., Iterable[bytes]]]) -> None:
        self.apps = dict(apps)

    def send(self, request: HttpRequest, connect: float, read: float) -> HttpResponse:
        app = self._app(request.url)
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            started[:] = [status, headers]
            return started.append

        try:
            chunks = app(self._environ(request), start_response)
            try:
                body = b"".join(chunks)
            finally:
                close = getattr(chunks, "close", None)
                if close:
                    close()
        except Exception:
            # What Twilio would see of an app that raises: the server's error page.
            log.exception("the app failed on %s", request.url)
            return HttpResponse(500, (("content-type", "text/plain"),), b"the app raised an exception")
        return HttpResponse(int(started[0].split()[0]), _lower(started[1]), body)

    def _app(self, url: str) -> Callable[..., Iterable[bytes]]:
        for base, app in self.apps.items():
            if url == base or url.startswith((base.rstrip("/") + "/", base.rstrip("/") + "?")):
                return app
        raise TransportError("ct", f"no app at {url}")

    @staticmethod
    def _environ(request: HttpRequest) -> dict[str, Any]:
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
            "QUERY_STRING": parts.query,
            "RAW_URI": target,
            "REQUEST_URI": target,
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": parts.netloc.rpartition("@")[2],
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in request.headers:
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return environ


def _lower(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.lower(), value) for name, value in headers)
