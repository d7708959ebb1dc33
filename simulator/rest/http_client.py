"""An HTTP client for the official SDK that calls a WSGI app in this process."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response

from simulator.transport import HttpRequest, WsgiTransport

TIMED_OUT_HEADER = "x-simulated-timeout"
"""Marks an answer that the client must not see: it has waited in vain."""


class WsgiHttpClient(HttpClient):
    """`twilio.rest.Client(sid, token, http_client=WsgiHttpClient(make_rest_app(account)))`."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        super().__init__(requests.Session(), False, None)
        self._app = app

    def stream(
        self, url: str, auth: tuple[str, str], timeout: float, stream: bool = True
    ) -> requests.Response:
        """Return the answer of `requests.get` for a file: of this app, all of it at once."""
        prepared = requests.Request("GET", url, auth=auth).prepare()
        base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        request = HttpRequest("GET", url, tuple(prepared.headers.items()))
        got = WsgiTransport({base: self._app}).send(request, 5.0, timeout)
        answer = requests.Response()
        answer.status_code, answer.raw = got.status, io.BytesIO(got.body)
        answer.headers.update(dict(got.headers))
        return answer

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Raises requests.exceptions.ReadTimeout when a RestFault says so, as the real client does."""
        prepared = requests.Request(
            method.upper(), url, headers=headers or {}, data=data or {}, params=params or {}, auth=auth
        ).prepare()
        base = "{0.scheme}://{0.netloc}".format(urlsplit(prepared.url or url))
        body = prepared.body or b""
        request = HttpRequest(
            method.upper(),
            prepared.url or url,
            tuple((name, value) for name, value in prepared.headers.items() if name != "Content-Length"),
            body.encode() if isinstance(body, str) else body,
        )
        answer = WsgiTransport({base: self._app}).send(request, 5.0, 15.0)
        if answer.header(TIMED_OUT_HEADER):
            raise requests.exceptions.ReadTimeout(f"{method} {url}: read timed out")
        return Response(answer.status, answer.body.decode("utf-8", "replace"), dict(answer.headers))
