"""Reads the rows of a CSV file with their line numbers. An unreadable row does not hide the others."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.customers.safe_text import as_written

LONGEST_CELL = 20_000


class UnreadableFile(Exception):
    """The file as a whole cannot be used; the message is for people."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row. `cells` go by the name of their column in lower case; `extra` is how many cells had none."""

    line: int
    cells: Mapping[str, str]
    extra: int = 0


def decode(content: bytes, file: str) -> str:
    """Return the file's text: UTF-8 or UTF-16, with or without the byte order mark that spreadsheets
    write."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16").replace("\0", "")
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"{file}: neither UTF-8 nor UTF-16 (save it as “CSV UTF-8”)") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableFile(f"{file}:{line}: not UTF-8 (save it as “CSV UTF-8”)") from error
    return text.replace("\0", "")


def rows(text: str, file: str, required: tuple[str, ...]) -> Iterator[CsvRow]:
    """Yield every row that is not empty. Raises UnreadableFile when a required column is missing."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL * 10))
    text, delimiter, before = _opened(text)
    # Strict: a quotation mark that is never closed would silently swallow every row after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heads = [as_written(head.strip()) for head in next(reader, [])]
    _check_heads(heads, file, required)
    names = [head.lower() for head in heads]
    while True:
        line = reader.line_num + 1 + before
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(f"{file}:{line}: {_in_words(error)}; nothing was imported") from error
        if any(cell.strip() for cell in cells):
            named = {name: as_written(cell.strip()) for name, cell in zip(names, cells, strict=False) if name}
            yield CsvRow(line, named, sum(1 for cell in cells[len(names) :] if cell.strip()))


def heads_of(text: str) -> list[str]:
    """Return the names of the columns, in lower case."""
    text, delimiter, _ = _opened(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [as_written(head.strip()).lower() for head in next(reader, [])]


def _opened(text: str) -> tuple[str, str, int]:
    """Return the text after empty lines and a line `sep=…`, the separator of cells, and how many lines were
    skipped."""
    text = text.lstrip("\ufeff")
    empty = re.match(r"(?:[ \t]*\r?\n)*", text)
    blank = empty[0] if empty else ""
    before, text = blank.count("\n"), text[len(blank) :]
    first, _, rest = text.partition("\n")
    if said := re.fullmatch(r'"?sep=(.)"?[;,\t]*\r?', first, re.IGNORECASE):
        return rest, said[1], before + 1
    counts = {mark: first.count(mark) for mark in (",", ";", "\t", "|")}
    return text, max(counts, key=lambda mark: counts[mark]), before


def _in_words(error: csv.Error) -> str:
    quotes = ("unexpected end of data", "expected after")
    if any(words in str(error) for words in quotes):
        return "a quotation mark is not closed, or text follows a closed one (double a mark inside a cell)"
    return str(error)


def _check_heads(heads: list[str], file: str, required: tuple[str, ...]) -> None:
    lower = [head.lower() for head in heads if head]
    missing = [name for name in required if name not in lower]
    if missing:
        raise UnreadableFile(
            f"{file}:1: no column {', '.join(missing)} (the first line must name the columns)"
        )
    twice = sorted({name for name in lower if lower.count(name) > 1})
    if twice:
        raise UnreadableFile(f"{file}:1: more than one column {', '.join(twice)}")
