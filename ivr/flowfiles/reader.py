"""Reads YAML into plain values whose scalars stay text, and remembers where each was written.

It reads parser events instead of building PyYAML's objects: YAML 1.1 would turn `9:00` into 540 and `no` into
False, and events can be counted and stopped, so that no file costs more than its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ivr.flowfiles import syntax
from ivr.flowfiles.problems import Problem, quoted, split_lines
from ivr.flowfiles.syntax import Commented, commented

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
MAX_NODES = 50_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
QUOTES = frozenset({"'", '"'})
EMPTY = frozenset({"", "~", "null"})

KeyPath = tuple[str | int, ...]


class SourceMark(NamedTuple):
    """Line and column, both from 1."""

    line: int
    column: int


@dataclass(slots=True)
class YamlDocument:
    """`value` is None when nothing usable was read; `problems` then says why.

    `keys` and `values` say where the key and the value of each path stand.
    """

    file: str
    text: str = ""
    value: Any = None
    keys: dict[KeyPath, SourceMark] = field(default_factory=dict)
    values: dict[KeyPath, SourceMark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """Return the lines of the text, split once."""
        if not self._lines:
            self._lines = split_lines(self.text)
        return self._lines

    def at_value(self, path: KeyPath) -> SourceMark:
        """Return where the value is written; for a path that does not exist, its nearest parent."""
        for end in range(len(path), 0, -1):
            mark = self.values.get(path[:end]) if end == len(path) else self.keys.get(path[:end])
            mark = mark or self.values.get(path[:end])
            if mark:
                return mark
        return self.values.get((), SourceMark(1, 1))

    def inside(self, path: KeyPath, text: str, offset: int) -> SourceMark:
        """Return where character `offset` of the text at `path` is; if unclear, where the text begins."""
        mark = self.at_value(path)
        lines = self.lines
        if not 1 <= mark.line <= len(lines):
            return mark
        line = lines[mark.line - 1]
        start = mark.column - 1
        if line[start : start + 1] in ("'", '"'):
            start += 1
        if line.startswith(text.rstrip("\n"), start):
            return SourceMark(mark.line, start + offset + 1)
        if line[start : start + 1] == "|":
            above = text[:offset]
            number = mark.line + above.count("\n")
            wanted = split_lines(text)[above.count("\n")]
            if number < len(lines) and wanted and lines[number].endswith(wanted):
                indent = len(lines[number]) - len(wanted)
                return SourceMark(number + 1, indent + offset - above.rfind("\n"))
        return mark

    def inside_key(self, path: KeyPath, offset: int) -> SourceMark:
        """Return where character `offset` of a key is; if unclear, where the key begins."""
        mark, key = self.at_key(path), str(path[-1])
        line = self.lines[mark.line - 1] if mark.line <= len(self.lines) else ""
        start = mark.column - 1
        start += line[start : start + 1] in QUOTES
        return SourceMark(mark.line, start + offset + 1) if line.startswith(key, start) else mark

    def at_key(self, path: KeyPath) -> SourceMark:
        """Return where the key is written (for a list item, its value)."""
        return self.keys.get(path) or self.at_value(path)


class _Refused(Exception):
    """Raised when nothing after this point can be trusted."""


def read_file(path: Path, shown: str) -> YamlDocument:
    """Read a file from disk. Problems call it `shown`. Never raises for its content."""
    try:
        if not path.is_file():
            return _refused(shown, "there is no such file", "check the name", "no_file")
        with path.open("rb") as stream:
            return read_bytes(stream.read(MAX_BYTES + 1), shown)
    except (OSError, ValueError):
        return _refused(shown, "this file cannot be read", "check its permissions", "unreadable")


def read_bytes(raw: bytes, shown: str) -> YamlDocument:
    """Read the bytes of a file, which should be UTF-8."""
    if len(raw) > MAX_BYTES:
        return _too_big(shown)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refused(shown, "this file is not in UTF-8 but in UTF-16", "save it as UTF-8", "encoding")
    try:
        return read_text(raw.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as fault:
        before = raw[: fault.start].replace(b"\r\n", b"\n")
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        document = YamlDocument(shown)
        message = "this file is not text in UTF-8" if b"\0" not in raw else "this file is not text"
        document.problems.append(
            Problem(shown, line, column, "file", message, "save it as text in UTF-8", "encoding")
        )
        return document


def read_text(text: str, shown: str) -> YamlDocument:
    """Read a text."""
    if len(text) > MAX_BYTES:
        return _too_big(shown)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    document = YamlDocument(shown, text)
    document.problems += syntax.text_problems(text, shown)
    if document.problems:
        return document
    composer = _Composer(document)
    try:
        composer.compose()
        document.problems += syntax.swallowed_entries(composer.quotes, text, shown)
    except yaml.YAMLError as fault:
        document.value = None
        problem = syntax.explain_syntax(fault, text, shown, composer.quotes, composer.commented)
        document.problems += [problem] if problem not in document.problems else []
    except _Refused:
        document.value = None
    document.problems += syntax.vanished_keys(document.text, shown)
    return document


def _too_big(shown: str) -> YamlDocument:
    return _refused(shown, "this file is larger than 1 MB", "split it into several flows", "too_big")


def _refused(shown: str, message: str, remedy: str, code: str) -> YamlDocument:
    return YamlDocument(shown, problems=[Problem(shown, 1, 1, "file", message, remedy, code)])


class _Composer:
    """Builds values from events with a stack of its own: depth costs no recursion."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self.nodes = 0
        self.quotes: list[syntax.QuotedText] = []
        self.commented: list[Commented] = []

    def compose(self) -> None:
        events: Iterator[Any] = yaml.parse(self.document.text, LOADER)
        documents = 0
        stack: list[_Open] = []
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.refuse(event, "a second document starts here", "remove the line ---", "documents")
            elif isinstance(event, yaml.NodeEvent):
                self.node(event, stack)
            elif isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
        if self.document.value is None and not self.document.problems:
            remedy = "write something into it"
            self.document.problems.append(
                Problem(self.document.file, 1, 1, "file", "this file is empty", remedy, "empty_file")
            )

    def node(self, event: Any, stack: list[_Open]) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.refuse(event, f"this file has more than {MAX_NODES} entries", "split it", "too_many_nodes")
        if isinstance(event, yaml.AliasEvent):
            self.refuse_alias(event)
        if event.anchor or event.tag is not None:
            self.note_oddities(event)
        if getattr(event, "style", None) in QUOTES:
            self.quotes.append(syntax.QuotedText.of(event))
        if stack and stack[-1].wants_key:
            self.look_behind(event)
            return self.key(event, stack[-1])
        single = isinstance(event, yaml.ScalarEvent)
        value: Any = _scalar(event) if single else self.collection(event)
        path = self.attach(value, stack, event)
        self.look_behind(event, path)
        if not single:
            stack.append(_Open(value, path))
            if len(stack) > MAX_DEPTH:
                self.refuse(event, f"more than {MAX_DEPTH} levels deep", "write it flatter", "too_deep")
        return None

    def look_behind(self, event: Any, path: KeyPath | None = None) -> None:
        """Record a comment after a text, which may be the end of its sentence. A key has no path here."""
        if "#" not in self.document.text or not isinstance(event, yaml.ScalarEvent) or event.style:
            return
        found = commented(event, path or (), self.document.lines)
        if found:
            self.commented.append(found)
            if found.cut and path is not None:
                self.document.problems.append(found.problem(self.document.file))

    def collection(self, event: Any) -> Any:
        return {} if isinstance(event, yaml.MappingStartEvent) else []

    def attach(self, value: Any, stack: list[_Open], event: Any) -> KeyPath:
        if not stack:
            self.document.value = value
            path: KeyPath = ()
        else:
            path = stack[-1].add(value)
        if path not in self.document.values:
            self.document.values[path] = _mark(event)
        return path

    def key(self, event: Any, mapping: _Open) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            self.refuse(event, "a key must be plain text", "put text before the colon", "complex_key")
        if event.value == "<<" and event.implicit[0]:
            self.refuse(event, "merge keys (<<) are not used here", "write the settings out", "merge_key")
        path = (*mapping.path, event.value)
        first = self.document.keys.get(path)
        if first:
            self.note(
                event,
                f"{quoted(event.value)} stands here twice, first at {first.line}:{first.column}",
                "keep one of the two",
                "duplicate_key",
            )
            path = (*mapping.path, event.value, "\0again", event.start_mark.line, event.start_mark.column)
        else:
            self.document.keys[path] = _mark(event)
        mapping.expect(event.value, path)

    def refuse_alias(self, event: Any) -> None:
        star = f"*{event.anchor}"
        remedy = f"write it out again; if {star} is meant as text, put it in quotes"
        self.refuse(event, f"aliases such as {quoted(star)} are not used here", remedy, "alias")

    def note_oddities(self, event: Any) -> None:
        if event.anchor:
            remedy = "remove it; if it is meant as text, put the whole text in quotes"
            self.note(
                event, f"anchors such as {quoted('&' + event.anchor)} are not used here", remedy, "anchor"
            )
        if event.tag is not None:
            remedy = "remove it; if it is meant as text, put the whole text in quotes"
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.note(event, f"tags such as {quoted(shown)} are not used here", remedy, "tag")

    def note(self, event: Any, message: str, remedy: str, code: str) -> None:
        mark = _mark(event)
        self.document.problems.append(
            Problem(self.document.file, mark.line, mark.column, "file", message, remedy, code)
        )

    def refuse(self, event: Any, message: str, remedy: str, code: str) -> None:
        self.note(event, message, remedy, code)
        raise _Refused


class _Open:
    """A mapping or list that is being filled."""

    __slots__ = ("_key", "_pending", "path", "value")

    def __init__(self, value: Any, path: KeyPath) -> None:
        self.value = value
        self.path = path
        self._pending: KeyPath | None = None
        self._key = ""

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self._pending is None

    def expect(self, key: str, path: KeyPath) -> None:
        self._key, self._pending = key, path

    def add(self, value: Any) -> KeyPath:
        if isinstance(self.value, list):
            self.value.append(value)
            return (*self.path, len(self.value) - 1)
        path = self._pending or self.path
        self._pending = None
        self.value.setdefault(self._key, value)
        return path


def _scalar(event: Any) -> str | None:
    plain_and_empty = event.implicit[0] and event.style in (None, "") and event.value in EMPTY
    return None if plain_and_empty else event.value


def _mark(event: Any) -> SourceMark:
    mark = event.start_mark
    return SourceMark(mark.line + 1, mark.column + 1)
