"""Explains what the YAML parser refuses, in words for people who are not programmers, and what YAML silently
drops."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from ivr.engine.languages import KNOWN
from ivr.flowfiles.problems import PROBLEMS_PER_FILE, Problem, quoted, split_lines

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
DOES = re.compile(  # the effect of a key, as a sentence of its own after another: "# repeats this menu."
    r" (?:is|ends|finishes|repeats|confirms|starts|cancels|goes|takes|brings|lets|ist|beendet|wiederholt"
    r"|bestätigt|führt|es|termina|repite|confirma|vuelve|est|termine|répète|confirme|annule)\b.*[.!]\s*$"
)
REMEDY = "put the whole text in quotes; a comment stands two blanks behind it"


class Commented(NamedTuple):
    """An unquoted text that is followed by a comment. `line` and `column` are those of the #, from 1."""

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
    """Return the text of a scalar event of the YAML parser if a comment follows it on its line, or if a
    comment on the next line stands where its sentence goes on."""
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
    """Return whether a text at this path belongs to one of these keys: as its value, in a list, or by
    language."""
    names = [name for name in path if isinstance(name, str)]
    while names and LANGUAGE.fullmatch(names[-1]) and "-" in names[-1]:
        names.pop()
    return bool(names) and (names[-1] in keys or ("phrases" in names[:2] and "phrases" in keys))


def lost_in_brackets(texts: Sequence[Commented], begin: int, end: int, shown: str) -> Problem | None:
    """Return the # that hides the end of braces, brackets or of a text, between two lines from 0."""
    for text in reversed(texts):
        if begin <= text.line - 1 <= end and (text.cut or re.search(r"[}\],]", text.comment)):
            return text.problem(shown)
    return None


UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
HASH_KEY = re.compile(r"^\s*(?:[{,]\s*)?#:\s+[\w'\"{\[-]")
HASH_IN_BRACES = re.compile(r"[{,]\s*#:\s")
QUOTE_COLON = "put the whole text in quotes when it has a colon followed by a space; or check the indentation"
QUOTE_TEXT = "put the whole text in quotes"
COLON_INSIDE = "put the whole text before the next comma in quotes; or a comma is missing"
QUOTE_INSIDE = "a text with quotes inside goes into quotes of the other kind; or a comma is missing"
LIKE_AN_ENTRY = re.compile(r"\s*(?:- |[\w-]+:(?:\s|$))")
REPORTED_WHERE_IT_BEGINS = frozenset(
    {
        "found unexpected end of stream",
        "could not find expected ':'",
        "expected ',' or ']'",
        "expected ',' or '}'",
    }
)

# The parser's messages (the C parser's and the Python one's) → cause, remedy.
WORDS = (
    ("mapping values are not allowed", "a colon is not expected here", QUOTE_COLON),
    (
        "block sequence entries are not allowed",
        "a list cannot begin on this line",
        "put each '- …' on a line of its own below",
    ),
    ("found unexpected end of stream", "this text in quotes never ends", "add the closing quote"),
    ("unknown escape character", "a backslash is not expected here", "use single quotes, or write \\\\"),
    ("cannot start any token", "a text cannot begin with this character", QUOTE_TEXT),
    ("could not find expected ':'", "a colon is missing after this key", "write 'key: value'"),
    ("expected ',' or ']'", "this list is not closed", "add a comma or the closing ]"),
    ("expected ',' or '}'", "these braces are not closed", "add a comma or the closing }"),
    (
        "found incompatible yaml document",
        "this YAML version is not known",
        "remove the line that starts with %",
    ),
    (
        "expected '-' indicator",
        "this line does not belong to the list above",
        "begin it with a dash, or check the indentation",
    ),
    (
        "expected the node content",
        "a value is missing here",
        "write a value, or put special characters in quotes",
    ),
    (
        "expected node content",
        "a value is missing here",
        "write a value, or put special characters in quotes",
    ),
    ("document start", "this line does not line up with the lines above", "check the indentation"),
    (
        "did not find expected key",
        "a new line is expected here",
        "check the indentation; a text with quotes inside goes into quotes of the other kind",
    ),
    (
        "expected <block end>",
        "a new line is expected here",
        "check the indentation; a text with quotes inside goes into quotes of the other kind",
    ),
)


class QuotedText(NamedTuple):
    """Where a quoted text begins (line and column from 0), and the line on which it ends."""

    begins_at: tuple[int, int]
    ends_on: int

    @classmethod
    def of(cls, event: Any) -> QuotedText:
        """Return the quoted text of a parser event."""
        return cls((event.start_mark.line, event.start_mark.column), event.end_mark.line)


def text_problems(text: str, shown: str) -> list[Problem]:
    """Return what is wrong with a text before any parser sees it."""
    found = UNPRINTABLE.search(text)
    if found:
        name = "a zero byte" if found[0] == "\0" else f"the invisible character U+{ord(found[0]):04X}"
        remedy = "this is not a text file" if found[0] == "\0" else "delete it"
        return [_at(text, found.start(), shown, f"{name} stands here", remedy, "binary")]
    # Directives cost the parser time that grows with their square, and flows do not need them.
    directive = re.search(r"^%[A-Z].*", text, re.MULTILINE)
    if directive:
        message = f"directives such as {quoted(directive[0])} are not used here"
        return [_at(text, directive.start(), shown, message, "remove this line", "directive")]
    return []


def vanished_keys(text: str, shown: str) -> list[Problem]:
    """Report a menu line `#: operator`, which is a comment to YAML: the key would silently not exist."""
    if "#" not in text:
        return []
    lines = split_lines(text)
    block_ends_at = -1
    found = []
    for number, line in enumerate(lines, 1):
        if len(found) > PROBLEMS_PER_FILE:
            break
        indent = len(line) - len(line.lstrip())
        if block_ends_at >= 0 and (not line.strip() or indent > block_ends_at):
            continue
        # Inside `text: |` a hash is text.
        block_ends_at = indent if re.search(r"[:-]\s+[|>][-+0-9]*\s*$", line) else -1
        if HASH_KEY.match(line):
            found.append(_hash_key(shown, number, line.index("#") + 1))
    return found


def _hash_key(shown: str, line: int, column: int) -> Problem:
    message = "YAML takes everything after # for a comment, so this key is lost"
    return Problem(shown, line, column, "file", message, "put the key in quotes: '#'", "hash_key")


def explain_syntax(
    fault: Any,
    text: str,
    shown: str,
    quotes: Sequence[QuotedText] = (),
    commented: Sequence[Commented] = (),
) -> Problem:
    """Return the parser's complaint in plain words, with the place where the author can repair it.

    `quotes` are the quoted texts that the parser had read before it gave up, `commented` the unquoted ones
    that a comment follows.
    """
    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    words = str(getattr(fault, "problem", "") or "").lower()
    start = getattr(fault, "context_mark", None)
    lines = split_lines(text)
    special = (
        _tab(lines, line, shown)
        or _dash(words, lines, line, shown)
        or _star(fault, lines, shown)
        or _hash_in_braces(start, lines, line, shown)
        or _closed_by_another(quotes, lines, line, shown)
        or lost_in_brackets(commented, min(start.line if start else line, line) - 1, line, shown)
        or _inside_brackets(words, lines, line, column, shown)
    )
    return special or _in_plain_words(words, start, line, column, shown)


def _in_plain_words(words: str, start: Any, line: int, column: int, shown: str) -> Problem:
    for part, message, remedy in WORDS:
        if part in words:
            if start and part in REPORTED_WHERE_IT_BEGINS:
                line, column = start.line, start.column
            return Problem(shown, line + 1, column + 1, "file", message, remedy, "syntax")
    message = "the parser cannot read on here" + (f": {words}" if words else "")
    return Problem(
        shown, line + 1, column + 1, "file", message, "check quotes, colons and indentation", "syntax"
    )


def _closed_by_another(
    quotes: Sequence[QuotedText], lines: list[str], line: int, shown: str
) -> Problem | None:
    """Report a quote left open: it ends where the next text begins, and only there does the parser fail."""
    last = quotes[-1] if quotes else None
    if last is None or not last.begins_at[0] < last.ends_on <= line <= last.ends_on + 1:
        return None
    if not any(map(LIKE_AN_ENTRY.match, lines[last.begins_at[0] + 1 : last.ends_on + 1])):
        return None
    row, column = last.begins_at
    message = f"this quote is closed only on line {last.ends_on + 1}, by the quote of another text"
    return Problem(shown, row + 1, column + 1, "file", message, "add the closing quote here", "syntax")


def swallowed_entries(quotes: Sequence[QuotedText], text: str, shown: str) -> list[Problem]:
    """Report entries that an open quote swallowed, up to a quote that happens to end a line."""
    long = [quote for quote in quotes if quote.ends_on > quote.begins_at[0]]
    lines = split_lines(text) if long else []
    found = []
    for (row, column), end in long[:PROBLEMS_PER_FILE]:
        entry = next(filter(LIKE_AN_ENTRY.match, lines[row + 1 : end + 1]), None)
        if entry is not None and _indent(entry) <= _indent(lines[row]):
            message = f"this quote is closed only on line {end + 1}, and what stands between is lost"
            found.append(
                Problem(shown, row + 1, column + 1, "file", message, "add the closing quote here", "syntax")
            )
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _inside_brackets(words: str, lines: list[str], line: int, column: int, shown: str) -> Problem | None:
    """Report a colon or a quote in the text of an entry, for which the parser only reports a missing comma or
    bracket."""
    if "expected ',' or " not in words or line >= len(lines):
        return None
    here, before = lines[line][column : column + 1], lines[line][:column].rstrip()
    if here == ":" and re.search(r"[{\[,][^{}\[\],]*$", before):
        message, remedy = "a colon is not expected here", COLON_INSIDE
    elif before.endswith(("'", '"')) and here.isalnum():
        message, remedy = "the text ends at the quote before this", QUOTE_INSIDE
    else:
        return None
    return Problem(shown, line + 1, column + 1, "file", message, remedy, "syntax")


def _tab(lines: list[str], line: int, shown: str) -> Problem | None:
    for number in (line, line - 1):
        if 0 <= number < len(lines) and re.match(r"[ ]*\t", lines[number]):
            column = lines[number].index("\t") + 1
            message = "a tab stands at the beginning of this line"
            return Problem(shown, number + 1, column, "file", message, "indent with spaces", "tab")
    return None


def _dash(words: str, lines: list[str], line: int, shown: str) -> Problem | None:
    """Report a list in which only some lines have a dash."""
    here = lines[line] if line < len(lines) else ""
    if not ("expected <block end>" in words or "did not find expected key" in words) or not re.match(
        r"\s*-\s", here
    ):
        return None
    message = "this line has a dash, and the one above it has none"
    remedy = "begin each line of a list with a dash"
    return Problem(shown, line + 1, _indent(here) + 1, "file", message, remedy, "syntax")


def _star(fault: Any, lines: list[str], shown: str) -> Problem | None:
    mark = getattr(fault, "context_mark", None)
    if "alias" not in str(getattr(fault, "context", "")) or not mark or mark.line >= len(lines):
        return None
    is_key = re.match(r"\*\s*:", lines[mark.line][mark.column :])
    message = (
        "a key * without quotes means something else in YAML" if is_key else "a text cannot begin with *"
    )
    remedy = "put the key in quotes: '*'" if is_key else QUOTE_TEXT
    return Problem(shown, mark.line + 1, mark.column + 1, "file", message, remedy, "star_key")


def _hash_in_braces(start: Any, lines: list[str], end: int, shown: str) -> Problem | None:
    first = max(0, min(start.line if start else end, end) - 2)
    for number in range(first, min(end + 1, len(lines))):
        found = HASH_IN_BRACES.search(lines[number])
        if found:
            return _hash_key(shown, number + 1, found.start() + found[0].index("#") + 1)
    return None


def _at(text: str, offset: int, shown: str, message: str, remedy: str, code: str) -> Problem:
    before = text[:offset]
    line = before.count("\n") + 1
    return Problem(shown, line, offset - before.rfind("\n"), "file", message, remedy, code)
