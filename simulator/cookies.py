"""Cookies that the app sets on a call's requests come back on later requests of that call (facts 1.1)."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from simulator.transport import HttpResponse


class CookieJars:
    """One jar for each call and host. Paths and expiry are not looked at."""

    def __init__(self) -> None:
        self._jars: dict[tuple[str | None, str], dict[str, str]] = {}

    def keep(self, call_sid: str | None, url: str, response: HttpResponse) -> None:
        for name, value in response.headers:
            if name != "set-cookie":
                continue
            try:
                cookie = SimpleCookie(value)
            except CookieError:
                # Twilio would report 11206; the app's own tests are the place to find that.
                continue
            jar = self._jars.setdefault((call_sid, urlsplit(url).netloc), {})
            jar.update({key: morsel.value for key, morsel in cookie.items()})

    def header(self, call_sid: str | None, url: str) -> str:
        jar = self._jars.get((call_sid, urlsplit(url).netloc), {})
        return "; ".join(f"{name}={value}" for name, value in jar.items())
