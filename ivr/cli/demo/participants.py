"""The people of the demo's call: a caller, an agent at the desk, and the agent's telephone.

They use only what people have: a telephone, and a browser's HTTP.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from ivr.cli.demo.page_fields import fields_of

STEP_S = 0.1
ANNOUNCEMENT = re.compile(r"\b(between|more than)\b|\b(entre|más de)\b", re.I)


class Unexpected(Exception):
    """Something unexpected happened; the message says what."""


def _until(what: str, limit_s: float, look: Callable[[], Any]) -> Any:
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(STEP_S)
    raise Unexpected(f"waited {limit_s:.0f} seconds in vain for: {what}")


def _asked(opener: urllib.request.OpenerDirector, url: str, body: Any = None, **headers: str) -> bytes:
    if isinstance(body, dict) and headers.get("Content-Type") == "application/json":
        sent = json.dumps(body).encode()
    else:
        sent = None if body is None else urllib.parse.urlencode(body).encode()
    request = urllib.request.Request(url, sent, headers)  # noqa: S310 loopback
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise Unexpected(f"{url} answered {error.code}: {error.read()[:300]!r}") from error
    except OSError as error:
        raise Unexpected(f"{url} did not answer: {error}") from error


class _PhoneCompany:
    def __init__(self, api: str) -> None:
        self._api = api
        self._opener = urllib.request.build_opener()

    def get(self, path: str) -> Any:
        return json.loads(_asked(self._opener, f"{self._api}/phone/api/{path}"))

    def post(self, path: str, **body: Any) -> Any:
        kind = {"Content-Type": "application/json"}
        return json.loads(_asked(self._opener, f"{self._api}/phone/api/{path}", body, **kind) or b"{}")


def webhooks_answered(web: str) -> int:
    """Return how many webhooks the line has answered since it started, by its own figures."""
    figures = _asked(urllib.request.build_opener(), f"{web}/metrics").decode()
    counts = re.findall(r"^presszero_webhooks_total\{[^}]*\} ([0-9.]+)$", figures, re.MULTILINE)
    return round(sum(map(float, counts)))


class Caller:
    """A caller with a telephone. Times are of the real clock."""

    def __init__(self, api: str) -> None:
        self._company, self._sid = _PhoneCompany(api), ""
        self._asked_at = 0.0
        self.answered_at: float | None = None

    def state(self) -> dict[str, Any]:
        return self._company.get(f"calls/{self._sid}") if self._sid else {}

    @property
    def waited_s(self) -> float | None:
        return None if self.answered_at is None else round(self.answered_at - self._asked_at, 1)

    def dial(self, from_: str, to: str) -> None:
        self._sid = self._company.post("dial", **{"from": from_, "to": to})["sid"]

    def press_in_the_middle_of_a_prompt(self, key: str) -> None:
        _until("the first prompt", 20, lambda: self.state().get("speaking"))
        time.sleep(1.5)
        if not self.state().get("speaking"):
            raise Unexpected("the first prompt was over before its middle")
        self._company.post(f"calls/{self._sid}/press", digits=key)
        self._asked_at = time.time()

    def until_wait_announced(self, limit_s: float) -> None:
        def announced() -> bool:
            state = self.state()
            said = any(ANNOUNCEMENT.search(text) for text in state.get("heard", [])[1:])
            saying = ANNOUNCEMENT.search(state.get("speaking") or "")
            return said and not saying and state.get("music_seconds", 0) > 0

        _until("an announcement of the wait, and music", limit_s, announced)

    def until_talking(self, limit_s: float) -> None:
        _until("the conversation", limit_s, lambda: self.state().get("talking_to"))
        self.answered_at = time.time()

    def hang_up(self) -> None:
        self._company.post(f"calls/{self._sid}/hangup")


class Telephone:
    """The agent's telephone."""

    def __init__(self, api: str, address: str) -> None:
        self._company, self._address = _PhoneCompany(api), address
        self._path = f"phones/{urllib.parse.quote(address, safe='')}"

    def until_ringing(self, limit_s: float) -> None:
        def ringing() -> bool:
            phones = self._company.get("phones")
            return any(one["address"] == self._address and one["ringing"] for one in phones["phones"])

        _until("the agent's telephone to ring", limit_s, ringing)

    def answer(self) -> None:
        self._company.post(f"{self._path}/answer")


class DeskAgent:
    """An agent at the real desk: signs in, watches the live feed, clicks."""

    def __init__(self, web: str, agent: str, password: str) -> None:
        self._web, self._agent, self._password = web, agent, password
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        self._csrf = ""
        self._regions: dict[str, str] = {}
        self._mode = ""
        self._card_at: float | None = None
        self._stopping = False
        self.card: dict[str, Any] = {}

    def sign_in(self) -> None:
        page = _asked(self._opener, f"{self._web}/desk/sign-in").decode()
        body = {"csrf_token": _token(page), "agent": self._agent, "password": self._password}
        _asked(self._opener, f"{self._web}/desk/sign-in", body)
        page = _asked(self._opener, f"{self._web}/desk/").decode()
        self._csrf = _token(page)
        threading.Thread(target=self._watch, daemon=True).start()

    def go_available(self) -> None:
        self._click("available")

    def until_card(self, limit_s: float) -> None:
        _until("the caller's card on the desk", limit_s, lambda: self.card)

    def accept(self) -> None:
        offer = re.search(r"/desk/offers/([^/\"]+)/accept", self._regions.get("call", ""))
        if offer is None:
            raise Unexpected("there is no Accept button on the desk")
        self._click(f"offers/{offer[1]}/accept")

    def until_wrap_up(self, limit_s: float) -> None:
        _until("wrap-up on the desk", limit_s, lambda: self._mode == "wrap_up")

    def card_before(self, answered_at: float | None) -> bool:
        return self._card_at is not None and answered_at is not None and self._card_at < answered_at

    def wait(self, actual_s: float | None) -> dict[str, Any]:
        """Return the wait that the caller was told, as the card shows it, and the real one."""
        said = self.card.get("promised") or {}
        return {
            "said": said.get("spoken"),
            "low_s": said.get("low_s"),
            "high_s": said.get("high_s"),
            "actual_s": actual_s,
        }

    def close(self) -> None:
        self._stopping = True

    def _click(self, path: str) -> None:
        _asked(
            self._opener, f"{self._web}/desk/{path}", {}, **{"X-CSRFToken": self._csrf, "Origin": self._web}
        )

    def _watch(self) -> None:
        """Watch the page's own live feed."""
        request = urllib.request.Request(f"{self._web}/desk/events")  # noqa: S310 loopback
        with self._opener.open(request, timeout=60) as stream:
            for line in stream:
                if self._stopping:
                    return
                if line.startswith(b"data:"):
                    self._saw(json.loads(line[5:]))

    def _saw(self, event: dict[str, Any]) -> None:
        self._mode = event.get("mode", self._mode)
        self._regions.update(event.get("regions", {}))
        if self._mode == "idle" or "regions" not in event:
            return
        if self._card_at is None:
            self._card_at = time.time()
        if self._mode in ("offer", "joining"):
            self.card = fields_of(self._regions.get("call", "") + self._regions.get("card", ""))


def _token(page: str) -> str:
    found = re.search(r'name="csrf(?:_token|-token)"\s+(?:value|content)="([^"]+)"', page)
    if found is None:
        raise Unexpected("the page has no CSRF token")
    return found[1]
