"""Where the next document comes from: a URL to request, or TwiML given in a REST parameter."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from simulator.debugger_faults import TwimlFault


@dataclass(frozen=True)
class DocumentRequest:
    """Ask `url` for the next document; `params` go with the standard ones."""

    url: str
    method: str = "POST"
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InlineDocument:
    """TwiML that came with a REST request."""

    twiml: str


DocumentSource = DocumentRequest | InlineDocument


def resolve(base: str | None, url: str) -> str:
    """An absolute URL. Raises TwimlFault 11100 when it is relative and there is no document to start from."""
    full = urljoin(base, url) if base else url
    parts = urlsplit(full)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TwimlFault(
            11100, f"{url!r} is not a full URL, and there is no document URL to start from", full
        )
    if "_" in parts.hostname:
        raise TwimlFault(11100, f"the host name of {full} has an underscore", full)
    return full
