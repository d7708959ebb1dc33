"""How long it takes to say something.

About fifteen characters a second is an ordinary telephone voice. SSML tags are not spoken; a break takes its
time.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

CHARACTERS_PER_SECOND = 15.0
SHORTEST = 0.6

_BREAK_STRENGTH = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.0}


def seconds_to_say(text: str) -> float:
    """Seconds that speaking `text` takes, at least 0.6."""
    return max(SHORTEST, len(text) / CHARACTERS_PER_SECOND)


def spoken_text(element: Element) -> str:
    """The words in a Say element, without tags and with single spaces."""
    return " ".join("".join(element.itertext()).split())


def break_seconds(element: Element) -> float:
    """Seconds of all SSML breaks inside a Say element."""
    return sum(_one_break(b) for b in element.iter("break"))


def _one_break(element: Element) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)", element.get("time", ""))
    if match:
        return float(match[1]) / (1000 if match[2] == "ms" else 1)
    return _BREAK_STRENGTH.get(element.get("strength", "medium"), 0.4)
