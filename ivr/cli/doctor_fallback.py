"""`ivr doctor` on fallbacks: whether each number's is on another machine, and leads back here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urldefrag, urlsplit
from xml.etree import ElementTree

from ivr.carrier.remote_document import NotFetched, RemoteDocument, fetch_document
from ivr.cli.doctor_finding import BAD, DOUBTFUL, GOOD, Finding
from ivr.environment import Environment
from webhooks.urls import Urls

TWIML = ("text/xml", "application/xml", "text/html")
REMEDY = "put what `ivr fallback` prints into a TwiML Bin, and its address into 'primary handler fails'"


def fallbacks(numbers: Mapping[str, tuple[str, str]], environment: Environment) -> Iterator[Finding]:
    """Check `numbers`: address and method of each number's fallback, as the carrier has them."""
    seen: dict[tuple[str, str], str] = {}
    for number, (url, method) in numbers.items():
        if (url, method) not in seen:
            seen[url, method] = what_is_wrong(url, method, environment)
        yield _found(f"{number}: fallback", url, seen[url, method], REMEDY)
    elsewhere = [url for (url, _), wrong in seen.items() if not wrong]
    if environment.fallback_url:
        wrong = what_is_wrong(environment.fallback_url, "POST", environment)
        yield _found(
            "FALLBACK_URL",
            environment.fallback_url,
            wrong,
            "set it to where the document of `ivr fallback` is",
        )
    elif elsewhere:
        yield Finding(
            DOUBTFUL,
            "FALLBACK_URL is not set",
            "agents and customers whom we ring are cut off who pick up while this server is away; set it to "
            + elsewhere[0],
        )


def _found(what: str, url: str, wrong: str, remedy: str) -> Finding:
    if wrong:
        return Finding(BAD, f"{what} {wrong}", remedy)
    return Finding(GOOD, f"{what} lies at {urlsplit(url).hostname} and leads back here")


def what_is_wrong(url: str, method: str, environment: Environment) -> str:
    """Return what is wrong; "" for a fallback that keeps callers while this server is down."""
    if not url:
        return "is not set: who calls while this server is away is hung up on"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"is no web address ({url})"
    if parts.hostname == urlsplit(environment.public_url).hostname:
        return "lies on this host, which is away whenever it is needed"
    account = environment.twilio_account_sid, environment.twilio_auth_token
    try:
        return _ill(fetch_document(url, method, *account), Urls(environment.public_url).fallback)
    except NotFetched as why:
        return f"cannot be fetched from {parts.hostname}: {why}"


def _ill(document: RemoteDocument, way_back: str) -> str:
    if document.status != 200:
        return f"is answered with HTTP {document.status}"
    if document.kind not in TWIML:
        return f"is no TwiML but {document.kind or 'of no type'}"
    try:
        root = ElementTree.fromstring(document.text)  # noqa: S314 no entities are resolved
    except ElementTree.ParseError:
        return "is not well-formed XML"
    if root.tag != "Response":
        return "is no TwiML: its first element is not Response"
    if root.find(".//Dial") is not None:
        return "dials: all but one of the callers who wait find a busy phone, and are hung up on"
    ways = [urldefrag((redirect.text or "").strip()).url for redirect in root.iter("Redirect")]
    if way_back not in ways:
        other = f" but to {ways[0]}" if ways and ways[0] else ""
        return f"does not lead back to {way_back}{other}"
    return ""
