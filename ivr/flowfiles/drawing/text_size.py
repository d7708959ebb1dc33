"""How wide a text will be. Nobody knows the reader's fonts: this is near enough for wrapping and cutting."""

from __future__ import annotations

import re

NARROW, WIDE = set("iljtfrI.,:;'’|!()[] "), set("mwMWÄÖÜ@%—…")


def width(text: str, size: float) -> float:
    """Pixels, for a system font of this size."""
    total = 0.0
    for char in text:
        if char in NARROW:
            total += 0.36
        elif char in WIDE:
            total += 0.95
        elif ord(char) > 0x2E80:
            total += 1.0
        else:
            total += 0.72 if char.isupper() else 0.61
    return total * size


def cut(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits and an ellipsis."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def lines(text: str, size: float, room: float, most: int) -> list[str]:
    """The text in at most so many lines, the last one cut short."""
    found: list[str] = []
    words = re.split(r"\s+", text.strip())
    while words and words[0] and len(found) < most:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size) <= room:
            line += f" {words.pop(0)}"
        if len(found) == most - 1 and words:
            line = f"{line} {' '.join(words)}"
        found.append(cut(line, size, room))
    return found
