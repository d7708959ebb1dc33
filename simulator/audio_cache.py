"""Fetches the files of Play, once for each URL as long as the app's caching headers allow (facts 1.5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from simulator.audio import HOLD_MUSIC, NotAudio, duration
from simulator.core import SimulatorCore
from simulator.debugger_faults import TwimlFault
from simulator.transport import HttpRequest, HttpResponse, TransportError

Result = float | TwimlFault

HOLD_MUSIC_SECONDS = 3600.0


@dataclass
class _File:
    seconds: float
    etag: str
    modified: str
    fresh_until: float


class AudioCache:
    """Caches facts about audio files: their length."""

    def __init__(self, account: SimulatorCore) -> None:
        self._account = account
        self._files: dict[str, _File] = {}

    def measure(self, url: str, call_sid: str | None, then: Callable[[Result], None]) -> None:
        """`then` gets the seconds, or the fault: 11200 not fetched, 12300 wrong type, 13420 not audio."""
        known = self._files.get(url)
        if url == HOLD_MUSIC:
            self._soon(then, HOLD_MUSIC_SECONDS)
        elif known and known.fresh_until > self._account.clock.time():
            self._soon(then, known.seconds)
        else:
            self._fetch(url, known, call_sid, then)

    def _soon(self, then: Callable[[Result], None], result: Result) -> None:
        self._account.at(self._account.clock.time(), lambda: then(result))

    def _fetch(
        self, url: str, known: _File | None, call_sid: str | None, then: Callable[[Result], None]
    ) -> None:
        plain = urlunsplit(urlsplit(url)._replace(fragment=""))
        headers = [("Host", urlsplit(url).netloc), ("User-Agent", "TwilioProxy/1.1"), ("Accept", "audio/*")]
        if known and known.etag:
            headers.append(("If-None-Match", known.etag))
        if known and known.modified:
            headers.append(("If-Modified-Since", known.modified))
        request = HttpRequest("GET", plain, tuple(headers))
        started = self._account.clock.time()

        def job() -> HttpResponse | TransportError:
            try:
                return self._account.transport.send(request, 5.0, 15.0)
            except TransportError as error:
                return error

        def came_back(response: HttpResponse | TransportError) -> None:
            status = response.status if isinstance(response, HttpResponse) else None
            self._account.witness.add(
                started, call_sid, "webhook", kind="audio", method="GET", url=plain, params={}, token="",
                attempt=1, request=request, status=status, answer=b"", error=None, replay=False,
                seconds=self._account.clock.time() - started,
            )  # fmt: skip
            then(self._learn(url, known, response))

        self._account.dispatch(job, came_back)

    def _learn(self, url: str, known: _File | None, response: HttpResponse | TransportError) -> Result:
        if isinstance(response, TransportError):
            return TwimlFault(11200, f"{url}: {response}", url)
        if response.status == 304 and known:
            known.fresh_until = self._fresh_until(response)
            return known.seconds
        if response.status != 200:
            return TwimlFault(11200, f"{url} answered with HTTP {response.status}", url)
        content_type = response.header("content-type")
        try:
            seconds = duration(content_type, response.body)
        except NotAudio as error:
            return TwimlFault(13420 if content_type.startswith("audio/") else 12300, f"{url}: {error}", url)
        etag, modified = response.header("etag"), response.header("last-modified")
        self._files[url] = _File(seconds, etag, modified, self._fresh_until(response))
        return seconds

    def _fresh_until(self, response: HttpResponse) -> float:
        rules = response.header("cache-control")
        age = re.search(r"max-age=(\d+)", rules)
        if "no-cache" in rules or "no-store" in rules or not age:
            return 0.0
        return self._account.clock.time() + int(age[1])
