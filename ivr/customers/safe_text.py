"""Makes text from outside inert: nothing in it can move a cursor, turn a line or run in a spreadsheet."""

from __future__ import annotations

import unicodedata

# Formatting characters can reverse or hide the rest of a line; control characters can drive a terminal.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Some programs treat the full-width ones like the others, and a leading | as a command.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "|")
# Needed to write names and emoji in some scripts.
_KEPT = {"\u200c", "\u200d"}


def plain(text: str, limit: int, lines: bool = False) -> str:
    """Return `text` without invisible characters, trimmed, at most `limit` long. `lines` keeps line
    breaks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = (_shown(character, lines) for character in text[: limit * 4])
    return "".join(shown).strip()[:limit].rstrip()


def _shown(character: str, lines: bool) -> str:
    if character in ("\n", "\t"):
        return character if lines else " "
    if character in _KEPT:
        return character
    return "" if unicodedata.category(character) in _UNSEEN else character


def spreadsheet_safe(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula. `as_written` undoes it."""
    return "'" + value if value.startswith((*_FORMULA_STARTS, "'")) else value


def as_written(value: str) -> str:
    """Return the cell that `spreadsheet_safe` was given. Any other apostrophe stays."""
    return value[1:] if value.startswith("'") and value[1:].startswith((*_FORMULA_STARTS, "'")) else value
