"""`ivr doctor` on Twilio: the account, its numbers, and whether Twilio can reach us at all."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from urllib.parse import urldefrag, urlsplit

from ivr.carrier.twilio import TwilioCarrier
from ivr.cli.doctor_finding import BAD, DOUBTFUL, GOOD, Finding
from ivr.environment import TWILIO_API, Environment
from ivr.settings import Settings

TRIAL = (
    "upgrade it in Twilio's console: a trial account calls verified numbers only, ends each call after ten"
    " documents or minutes, mixes conferences and cannot dial, record or pay"
)
LOCAL = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


def of_account(carrier: TwilioCarrier) -> Iterator[Finding]:
    """Check the account. Raises CarrierError."""
    kind, status = carrier.account()
    if kind.lower() == "trial":
        yield Finding(BAD, "this Twilio account is a trial account, which cannot run a line", TRIAL)
    if status.lower() != "active":
        yield Finding(BAD, f"the Twilio account is {status}", "see what Twilio's console says about it")
    if kind.lower() != "trial" and status.lower() == "active":
        yield Finding(GOOD, "the Twilio account is upgraded and active")


def of_caller_id(carrier: TwilioCarrier, settings: Settings) -> Iterator[Finding]:
    """Check the caller ID. Raises CarrierError."""
    shown = str(settings.caller_id)
    if shown in settings.numbers or carrier.number_urls(shown) is not None or carrier.is_verified(shown):
        return
    remedy = "use one of the account's numbers, or verify this one in Twilio's console, Verified Caller IDs"
    yield Finding(BAD, f"caller_id {shown} is neither the account's nor verified: no phone is rung", remedy)


def of_address(environment: Environment) -> Iterator[Finding]:
    """Check that the address is public, since Twilio calls public hosts only. A simulator may be anywhere."""
    host = (urlsplit(environment.public_url).hostname or "").rstrip(".").lower()
    if environment.twilio_api_base != TWILIO_API or not _is_private(host):
        return
    yield Finding(BAD, f"Twilio cannot call {host} (PUBLIC_URL)", "give it a public name, or a tunnel's")


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return host == "localhost" or host.endswith(LOCAL) or "." not in host


def of_number(number: str, wired: Mapping[str, str], public_url: str, takes_texts: bool) -> list[Finding]:
    """Return what sends calls or texts of this number elsewhere; nothing when all come here. Its fallback is
    checked separately."""
    console = "in Twilio's console, under the number's Voice Configuration"
    found = []
    if wired["trunk"]:
        what = f"{number}: calls go to the trunk {wired['trunk']}, whatever its URLs are"
        found.append(Finding(BAD, what, f"take the trunk away {console}"))
    if wired["application"]:
        what = f"{number}: calls go to the application {wired['application']}, whatever its URLs are"
        found.append(Finding(BAD, what, f"choose Webhook instead of TwiML App {console}"))
    if not wired["takes_calls"] or wired["receives"].lower() == "fax":
        found.append(
            Finding(BAD, f"{number} takes no calls", "buy a number with voice, or let it receive voice")
        )
    found += _wrong(number, wired, public_url, "voice", "incoming", "voice URL")
    found += _wrong(number, wired, public_url, "status", "status", "status URL")
    if takes_texts:
        found += _texts(number, wired, public_url)
    return found


def _wrong(
    number: str,
    wired: Mapping[str, str],
    public_url: str,
    name: str,
    path: str,
    what: str,
    base: str = "voice",
) -> Iterator[Finding]:
    """Compare addresses. A fragment makes no difference: it is for Twilio alone."""
    wanted = f"{public_url}/{base}/{path}"
    if urldefrag(wired[name]).url != wanted:
        yield Finding(BAD, f"{number}: {what}", f"set it to {wanted} in Twilio's console")
    elif _is_get(wired[f"{name}_method"]):
        yield Finding(BAD, f"{number}: {what} is asked by GET", "choose HTTP POST in Twilio's console")


def _is_get(method: str) -> bool:
    return method.upper() == "GET"


def _texts(number: str, wired: Mapping[str, str], public_url: str) -> Iterator[Finding]:
    if not wired["takes_texts"]:
        yield Finding(
            DOUBTFUL, f"{number} takes no texts", "texts: in config.yaml are for other numbers then"
        )
        return
    if wired["sms_application"]:
        what = f"{number}: texts go to the application {wired['sms_application']}"
        yield Finding(BAD, what, "choose Webhook under Messaging Configuration in Twilio's console")
    yield from _wrong(number, wired, public_url, "sms", "incoming", "SMS URL", base="sms")
