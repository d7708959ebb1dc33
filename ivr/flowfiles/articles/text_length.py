"""How long a text message becomes, and whether that is too long."""

from __future__ import annotations

import re

from ivr.flowfiles.articles.article import Head
from ivr.flowfiles.problems import ERROR, WARNING, Problem
from ivr.flowfiles.pydantic_errors import Part

LONGEST = 1000  # what the caller's history holds; the carrier takes 1600
MOST_SEGMENTS = 3
# GSM 03.38: what a segment of 160 can hold; those of the second line take two places.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")


def segments(text: str) -> int:
    """How many text messages a text costs. One letter outside the phones' alphabet makes all shorter."""
    if set(text) <= BASIC | EXTENDED:
        places = sum(2 if char in EXTENDED else 1 for char in text)
        return 1 if places <= 160 else -(-places // 153)
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)


def check_text(head: Head, part: Part) -> list[Problem]:
    """A text message that is too long, without counting what its values will add."""
    found = []
    for tag, template in head.text.texts.items() if head.text else ():
        inside = ("text", tag) if tag else ("text",)
        fixed = re.sub(r"\{\{.*?\}\}", "", " ".join(template.source.split()))
        count = segments(fixed)
        if len(fixed) > LONGEST:
            message = f"this text message has {len(fixed)} characters"
            found.append(part.problem(inside, message, f"at most {LONGEST}", "long_text", severity=ERROR))
        elif count > MOST_SEGMENTS:
            message = f"this goes out as {count} text messages, each of which is paid for"
            remedy = f"shorten it to {MOST_SEGMENTS}, or put the rest on a page and link to it"
            found.append(part.problem(inside, message, remedy, "long_text", severity=WARNING))
    return found
