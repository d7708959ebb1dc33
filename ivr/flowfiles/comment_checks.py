"""Texts that YAML cuts short: a # after a blank begins a comment, and "press # to finish" loses its end.

A comment after a complete value is left alone. What is judged are the words before the #, how many blanks
stand between, and how the comment goes on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from ivr.engine.languages import KNOWN
from ivr.flowfiles.problems import Problem, quoted

SENTENCES = frozenset(
    {"say", "ask", "menu", "text", "hang_up", "record", "language", "again", "offer", "fails", "messages",
     "phrases", "notice"}
)  # fmt: skip
FRAGMENTS = frozenset(
    {"hears", "not_hears", "says", "title", "company", "scenario", "sees", "person_words", "supervisor_words"}
)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
COMMENT = re.compile(r"([ \t]+)#(.*)")
COMPLETE = re.compile(r"[.!?…:;。！？।][\"'”’»)\]]*$")
PRESS = re.compile(rf"(?:{'|'.join(language.press for language in KNOWN.values())})$", re.IGNORECASE)
BEFORE = re.compile(  # words with which no text ends
    r"(?:,|\b(?:the|a|an|and|or|then|by|with|of|to|your|is|und|oder|die|der|das|dann|mit|sie|y|o|la|el|con|luego"
    r"|et|ou|le|puis|avec|sur))$",
    re.IGNORECASE,
)
AFTER = re.compile(  # words with which a sentence goes on, and hardly any comment begins
    r" (?:to|or|and|key|sign|then|um|zum|oder|und|taste|drücken|wählen|para|cuando|y|pour|quand|ou|et)\b"
)
NUMBERED = re.compile(r"\d| \d+\s*$| ?\{\{")  # suite #5, order # {{ number }}
DOES = re.compile(  # what a key does, said as a sentence of its own behind another: "# repeats this menu."
    r" (?:is|ends|finishes|repeats|confirms|starts|cancels|goes|takes|brings|lets|ist|beendet|wiederholt"
    r"|bestätigt|führt|es|termina|repite|confirma|vuelve|est|termine|répète|confirme|annule)\b.*[.!]\s*$"
)
REMEDY = "put the whole text in quotes; a comment stands two blanks behind it"


class Commented(NamedTuple):
    """A text without quotes that a comment follows. `line` and `column` are those of the #, from 1."""

    text: str
    line: int
    column: int
    comment: str
    cut: bool

    def problem(self, shown: str) -> Problem:
        last = quoted("… " + " ".join(self.text.split()[-4:]))
        message = f"a # begins a comment here, and the text ends at {last}"
        return Problem(shown, self.line, self.column, "file", message, REMEDY, "comment_cuts")


def commented(event: Any, path: Sequence[str | int], lines: list[str]) -> Commented | None:
    """The text of a scalar event of the YAML parser when a comment follows it on its line, or a comment on
    the next line takes the place where its sentence goes on."""
    row, column = event.end_mark.line, event.end_mark.column
    line = lines[row] if row < len(lines) else ""
    found = COMMENT.match(line, column)
    if found:
        cut = _is_cut(event.value, path, len(found[1].expandtabs()), found[2])
        return Commented(event.value, row + 1, found.start(2), found[2], cut)
    following = lines[row + 1] if row + 1 < len(lines) and not line[column:].strip() else ""
    found = COMMENT.match(following)
    if found and _says(path, SENTENCES) and _unfinished(event.value) and AFTER.match(found[2]):
        return Commented(event.value, row + 2, found.start(2), found[2], True)
    return None


def _is_cut(text: str, path: Sequence[str | int], blanks: int, comment: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    spoken, named = _says(path, SENTENCES), _says(path, FRAGMENTS)
    if not words:
        return False
    if ((spoken or named) and _unfinished(text)) or (len(words) > 1 and PRESS.search(text)):
        return True
    if blanks > 1:
        return False
    if COMPLETE.search(text):
        return spoken and bool(DOES.match(comment) or re.match(r"\d", comment))
    if NUMBERED.match(comment) or (not comment.strip() and (spoken or named)):
        return True
    goes_on = bool(AFTER.match(comment)) and (spoken or named or len(words) > 1)
    return goes_on or (spoken and len(words) > 1)


def _unfinished(text: str) -> bool:
    return bool(PRESS.search(text) or BEFORE.search(text))


def _says(path: Sequence[str | int], keys: frozenset[str]) -> bool:
    """Whether a text at this path is among those that one of these keys names: as its value, in a list, or
    by language."""
    names = [name for name in path if isinstance(name, str)]
    while names and LANGUAGE.fullmatch(names[-1]) and "-" in names[-1]:
        names.pop()
    return bool(names) and (names[-1] in keys or ("phrases" in names[:2] and "phrases" in keys))


def lost_in_brackets(texts: Sequence[Commented], begin: int, end: int, shown: str) -> Problem | None:
    """The # that hides the end of braces, brackets or of a text, between two lines from 0."""
    for text in reversed(texts):
        if begin <= text.line - 1 <= end and (text.cut or re.search(r"[}\],]", text.comment)):
            return text.problem(shown)
    return None
