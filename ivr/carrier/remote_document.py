"""Fetches a document on another machine as the carrier fetches it.

A TwiML Bin answers only requests signed by its own account.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urldefrag, urlencode

TIMEOUT_S = 8.0
MOST_BYTES = 64 * 1024  # the carrier takes no more


class NotFetched(Exception):
    """The message says why, in words."""


@dataclass(frozen=True, slots=True)
class RemoteDocument:
    status: int
    kind: str  # the content type, without parameters
    text: str


def fetch_document(url: str, method: str, account_sid: str, auth_token: str) -> RemoteDocument:
    """Fetch the document. Raises NotFetched when there is no answer."""
    import requests
    from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

    url, told = urldefrag(url).url, {"AccountSid": account_sid}
    if method == "GET":
        url, told = f"{url}{'&' if '?' in url else '?'}{urlencode(told)}", {}
    headers = {"X-Twilio-Signature": RequestValidator(auth_token).compute_signature(url, told)}
    try:
        answer = requests.request(
            method, url, data=told or None, headers=headers, timeout=TIMEOUT_S, stream=True
        )
        with answer:
            text = answer.raw.read(MOST_BYTES + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise NotFetched(_in_words(error)) from error
    except Exception as error:  # urllib3's own, from the body
        raise NotFetched(_in_words(error)) from error
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return RemoteDocument(answer.status_code, kind, text.decode("utf-8", "replace"))


def _in_words(error: Exception) -> str:
    said = str(error)
    if "Name or service not known" in said or "getaddrinfo failed" in said or "resolve" in said:
        return "there is no such host"
    if "refused" in said:
        return "the connection is refused"
    if "timed out" in said.lower() or "timeout" in type(error).__name__.lower():
        return f"there is no answer within {TIMEOUT_S:.0f} seconds"
    if "certificate" in said.lower():
        return "its certificate is not accepted"
    return type(error).__name__
