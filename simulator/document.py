"""Reads TwiML strictly: bytes in, a list of verbs out, or the fault that Twilio would report."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from simulator.debugger_faults import TwimlFault
from simulator.verbs import NOT_SIMULATED, VERBS
from simulator.verbs.base import TwimlVerb, Warn

LARGEST_DOCUMENT = 64 * 1024
"""Bytes of a fetched document (error 11750)."""

LARGEST_INLINE = 4000
"""Characters of TwiML in a REST parameter (error 32018)."""

CONTEXT_VERBS = {
    "call": None,
    "whisper": {"Say", "Play", "Pause", "Gather", "Hangup", "Redirect"},
    "wait": {"Say", "Play", "Pause", "Redirect"},
}
"""Where a document is carried out → the verbs allowed there (None: all)."""


@dataclass
class TwimlDocument:
    """The verbs of one response in order, and what was wrong but not fatal (code, text)."""

    verbs: list[TwimlVerb]
    warnings: list[tuple[int, str]] = field(default_factory=list)


def parse(body: bytes, context: str = "call") -> TwimlDocument:
    """Read a response. TwimlFault: 11750 too large, 11770 empty, 12100 not XML, 12102 wrong root, 13xxx."""
    root = _root(body)
    warnings: list[tuple[int, str]] = []

    def warn(text: str) -> None:
        warnings.append((12200, text))

    for name in root.attrib:
        warn(f"<Response> has no attribute {name}")
    _refuse_text(root, warn)
    verbs = [verb for child in root if (verb := _verb(child, context, warn))]
    return TwimlDocument(verbs, warnings)


def looks_like_twiml(body: bytes) -> bool:
    """Whether a text/plain answer is run instead of spoken."""
    try:
        return ElementTree.fromstring(body).tag == "Response"  # noqa: S314
    except ElementTree.ParseError:
        return False


def _root(body: bytes) -> Element:
    if len(body) > LARGEST_DOCUMENT:
        raise TwimlFault(11750, f"the document has {len(body)} bytes; the limit is {LARGEST_DOCUMENT}")
    if not body.strip():
        raise TwimlFault(11770, "the answer has an empty body")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 the app under test wrote it
    except ElementTree.ParseError as error:
        raise TwimlFault(12100, f"the document is not well-formed XML: {error}") from error
    if root.tag != "Response":
        raise TwimlFault(12102, f"the root element is <{root.tag}>, not <Response>")
    return root


def _refuse_text(root: Element, warn: Warn) -> None:
    stray = [root.text or "", *(child.tail or "" for child in root)]
    if re.sub(r"\s", "", "".join(stray)):
        warn("text stands between the verbs of <Response>")


def _verb(element: Element, context: str, warn: Warn) -> TwimlVerb | None:
    name = element.tag
    if name in NOT_SIMULATED:
        raise TwimlFault(12200, f"<{name}> is not simulated")
    if name not in VERBS:
        warn(f"<{name}> is not a verb")
        return None
    allowed = CONTEXT_VERBS[context]
    if allowed is not None and name not in allowed:
        code = 13238 if context == "wait" else 13201 if name == "Dial" else 12200
        raise TwimlFault(code, f"<{name}> is not allowed in a {context} document")
    return VERBS[name](element, warn)
