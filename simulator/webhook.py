"""Requests to the application, signed and retried as Twilio does (facts 1.1, 2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from twilio.request_validator import RequestValidator

from simulator.core import SimulatorCore
from simulator.transport import HttpRequest, HttpResponse, TransportError
from simulator.webhook_message import Answer, Then, Webhook
from simulator.witness import WitnessEntry


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


_RANGES = {"ct": (100, 10000), "rt": (100, 15000), "tt": (100, 15000), "rc": (0, 5)}
_POLICIES = {"4xx", "5xx", "ct", "rt", "all"}


class BadOverride(ValueError):
    """The fragment asks for something that does not exist."""


@dataclass(frozen=True)
class ConnectionOverrides:
    """How long one webhook may take and how often it is tried. Seconds; the total includes all tries."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policies: frozenset[str] = frozenset({"ct"})

    def retries_on(self, outcome: str) -> bool:
        """`outcome` is ct, rt, 4xx or 5xx."""
        return outcome in self.policies or ("all" in self.policies and outcome != "")


def patience_for(url: str) -> ConnectionOverrides:
    """Twilio's defaults, changed by what the URL's fragment says. Raises BadOverride."""
    given = dict(parse_qsl(urlsplit(url).fragment))
    numbers = {name: _number(name, given[name]) for name in _RANGES if name in given}
    policies = frozenset(given.get("rp", "ct").split(","))
    if not policies <= _POLICIES:
        raise BadOverride(f"unknown retry policy {given['rp']}")
    return ConnectionOverrides(
        connect=numbers.get("ct", 5000) / 1000,
        read=numbers.get("rt", 15000) / 1000,
        total=numbers.get("tt", 15000) / 1000,
        retries=numbers.get("rc", 1),
        policies=policies,
    )


def _number(name: str, value: str) -> int:
    least, most = _RANGES[name]
    if not value.isdigit() or not least <= int(value) <= most:
        raise BadOverride(f"{name}={value} is not between {least} and {most}")
    return int(value)


MOST_REDIRECTS = 10


@dataclass
class _Delivery:
    """The state of one webhook over its retries and redirects."""

    webhook: Webhook
    then: Then | None
    patience: ConnectionOverrides
    method: str
    url: str
    params: dict[str, str]
    started: float
    tries: int = 0
    redirects: int = 0
    request: HttpRequest = field(default_factory=lambda: HttpRequest("POST", ""))


class Webhooks:
    """Sends webhooks without holding up the exchange."""

    def __init__(self, account: SimulatorCore) -> None:
        self._account = account
        self._cookies = CookieJars()

    def send(self, webhook: Webhook, then: Then | None = None) -> None:
        """Send soon; `then(answer)` is called with the answer or the error. Errors are also debugger faults
        when nobody waits for the answer."""
        webhook.token = webhook.token or self._account.sids.token()
        now = self._account.clock.time()
        try:
            patience = patience_for(webhook.url)
        except BadOverride as bad:
            self._finish(webhook, then, Answer(error=(11243, str(bad))))
            return
        url = urlunsplit(urlsplit(webhook.url)._replace(fragment=""))
        delivery = _Delivery(webhook, then, patience, webhook.method, url, dict(webhook.params), now)
        late = self._account.disturbances.lateness(webhook)
        self._account.at(now + late, lambda: self._begin(delivery))

    def replay(self, entry: WitnessEntry) -> HttpResponse:
        """Send a past webhook again, byte for byte with the same token; returns the app's answer."""
        request: HttpRequest = entry.detail["request"]
        response = self._account.transport.send(request, 5.0, 15.0)
        detail = {**entry.detail, "replay": True, "status": response.status, "answer": response.body}
        self._account.witness.add(self._account.clock.time(), entry.leg, "webhook", **detail)
        return response

    def _begin(self, delivery: _Delivery) -> None:
        delivery.started = self._account.clock.time()
        self._try(delivery)

    def _try(self, delivery: _Delivery) -> None:
        account, webhook = self._account, delivery.webhook
        delivery.tries += 1
        delivery.request = self._request(delivery)
        entry = self._note(delivery)
        left = delivery.started + delivery.patience.total - account.clock.time()
        connect = min(delivery.patience.connect, left)
        if account.disturbances.drops(webhook):
            error = TransportError("ct", "no connection (disturbed)")
            self._after(connect, delivery, entry, error)
            return
        status = account.disturbances.status(webhook)
        if status:
            self._after(
                0.0, delivery, entry, HttpResponse(status, (("content-type", "text/plain"),), b"disturbed")
            )
            return
        twice = account.disturbances.duplicates(webhook)
        read = min(delivery.patience.read, left)

        def job() -> HttpResponse | TransportError:
            try:
                response = account.transport.send(delivery.request, connect, read)
                if twice:
                    account.transport.send(delivery.request, connect, read)
                return response
            except TransportError as error:
                return error

        account.dispatch(job, lambda result: self._came_back(delivery, entry, result, read))

    def _came_back(
        self, delivery: _Delivery, entry: WitnessEntry, result: HttpResponse | TransportError, read: float
    ) -> None:
        """Apply what disturbs the way back, then look at the result."""
        seconds = self._account.switches.webhook_seconds + self._account.disturbances.delay(delivery.webhook)
        if self._account.disturbances.loses_answer(delivery.webhook):
            seconds = read + 1
        if isinstance(result, HttpResponse):
            entry.detail["status"], entry.detail["answer"] = result.status, result.body
        if seconds > read:
            seconds, result = read, TransportError("rt", f"no answer within {read:g} s")
        self._after(seconds, delivery, entry, result)

    def _after(
        self, seconds: float, delivery: _Delivery, entry: WitnessEntry, result: HttpResponse | TransportError
    ) -> None:
        account = self._account
        account.at(account.clock.time() + seconds, lambda: self._consider(delivery, entry, result))

    def _consider(
        self, delivery: _Delivery, entry: WitnessEntry, result: HttpResponse | TransportError
    ) -> None:
        """Decide: done, redirect, retry or error."""
        entry.detail["seconds"] = self._account.clock.time() - entry.t
        if isinstance(result, HttpResponse):
            entry.detail["status"], entry.detail["answer"] = result.status, result.body
            self._cookies.keep(delivery.webhook.call_sid, delivery.url, result)
            if result.status in (301, 302, 303, 307, 308):
                self._redirect(delivery, result)
                return
        outcome, answer = _judge(delivery, result)
        if answer.error:
            entry.detail["error"] = answer.error
        in_time = self._account.clock.time() < delivery.started + delivery.patience.total
        if delivery.patience.retries_on(outcome) and delivery.tries <= delivery.patience.retries and in_time:
            self._try(delivery)
        else:
            self._finish(delivery.webhook, delivery.then, answer)

    def _redirect(self, delivery: _Delivery, response: HttpResponse) -> None:
        delivery.redirects += 1
        if delivery.redirects > MOST_REDIRECTS:
            answer = Answer(
                error=(11215, f"{delivery.webhook.url} redirects more than {MOST_REDIRECTS} times")
            )
            self._finish(delivery.webhook, delivery.then, answer)
            return
        delivery.url = urljoin(delivery.url, response.header("location"))
        # Digits do not survive a redirect (facts 1.1).
        delivery.params.pop("Digits", None)
        if response.status in (301, 302, 303):
            delivery.method = "GET"
        delivery.tries -= 1
        self._try(delivery)

    def _finish(self, webhook: Webhook, then: Then | None, answer: Answer) -> None:
        if then:
            then(answer)
        elif answer.error:
            self._account.fault(webhook.call_sid, *answer.error)

    def _request(self, delivery: _Delivery) -> HttpRequest:
        url, params = delivery.url, delivery.params
        body = b""
        if delivery.method == "GET":
            url += ("&" if urlsplit(url).query else "?") + urlencode(params) if params else ""
        else:
            body = urlencode(params).encode()
        signature = self._sign(url, params if delivery.method == "POST" else {})
        headers = [
            ("Host", urlsplit(url).netloc.rpartition("@")[2]),
            ("User-Agent", "TwilioProxy/1.1"),
            ("Accept", "*/*"),
            ("Cache-Control", "max-age=259200"),
            ("X-Twilio-Signature", signature),
            ("I-Twilio-Idempotency-Token", delivery.webhook.token),
        ]
        if delivery.method == "POST":
            headers.append(("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"))
        cookie = self._cookies.header(delivery.webhook.call_sid, url)
        if cookie:
            headers.append(("Cookie", cookie))
        return HttpRequest(delivery.method, url, tuple(headers), body)

    def _sign(self, url: str, params: dict[str, str]) -> str:
        """Sign what Twilio signs: no user, and for https no port (facts 2.2)."""
        parts = urlsplit(url)
        netloc = parts.netloc.rpartition("@")[2]
        if parts.scheme == "https" and parts.port:
            netloc = netloc.rpartition(":")[0]
        signed = urlunsplit(parts._replace(netloc=netloc))
        return RequestValidator(self._account.auth_token).compute_signature(signed, params)

    def _note(self, delivery: _Delivery) -> WitnessEntry:
        webhook = delivery.webhook
        return self._account.witness.add(
            self._account.clock.time(),
            webhook.call_sid,
            "webhook",
            kind=webhook.kind,
            method=delivery.method,
            url=delivery.url,
            params=dict(delivery.params),
            token=webhook.token,
            attempt=delivery.tries,
            request=delivery.request,
            status=None,
            answer=b"",
            error=None,
            seconds=None,
            replay=False,
        )


def _judge(delivery: _Delivery, result: HttpResponse | TransportError) -> tuple[str, Answer]:
    """The outcome in terms of retry policies ("" = fine), and the answer."""
    url = delivery.url
    if isinstance(result, TransportError):
        code = 11205 if result.outcome == "ct" else 11200
        return result.outcome, Answer(error=(code, f"{url}: {result}"))
    if 200 <= result.status < 300:
        return "", Answer(result.status, result.header("content-type"), result.body)
    outcome = {4: "4xx", 5: "5xx"}.get(result.status // 100, "")
    return outcome, Answer(result.status, error=(11200, f"{url} answered with HTTP {result.status}"))
