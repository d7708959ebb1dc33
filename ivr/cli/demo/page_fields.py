"""Reads the fields of a page as a person would read them: elements marked with data-field."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "progress", "wbr"})


class _PageFieldParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[Any]] = {}
        self._open: list[tuple[int, str, list[str]]] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("data-field")
        if name and given.get("data-value"):
            self.found.setdefault(name, []).append(json.loads(given["data-value"] or "null"))
            name = None
        if tag in VOID:
            return
        self._depth += 1
        if name:
            self._open.append((self._depth, name, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._open and self._open[-1][0] == self._depth:
            _, name, texts = self._open.pop()
            self.found.setdefault(name, []).append(" ".join("".join(texts).split()))
        self._depth -= 1

    def handle_data(self, data: str) -> None:
        for _, _, texts in self._open:
            texts.append(data)


def fields_of(html: str) -> dict[str, Any]:
    """Return field → its text or value; a list if the page shows several, or if the name is plural."""
    reader = _PageFieldParser()
    reader.feed(html)
    plural = ("path", "inputs", "history", "warnings", "facts")
    return {
        name: values if name in plural or len(values) > 1 else values[0]
        for name, values in reader.found.items()
    }
