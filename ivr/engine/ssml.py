"""The author's markup: a well-formed fragment of the tags that Twilio speaks, parsed once when a flow is
loaded.

Values of variables are put into text nodes of the parsed tree, so that what a caller said can never become
markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ivr.engine.problems import TemplateProblem, closest

TAGS: dict[str, frozenset[str]] = {
    "break": frozenset({"strength", "time"}),
    "emphasis": frozenset({"level"}),
    "lang": frozenset({"xml:lang"}),
    "p": frozenset(),
    "phoneme": frozenset({"alphabet", "ph"}),
    "prosody": frozenset({"volume", "rate", "pitch"}),
    "s": frozenset(),
    "say-as": frozenset({"interpret-as", "format"}),
    "sub": frozenset({"alias"}),
    "w": frozenset({"role"}),
}
OPEN, CLOSE = "\ue000", "\ue001"  # a placeholder for a value: private characters that no author types
HOLE = re.compile(f"{OPEN}(\\d+){CLOSE}")
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\ue001\ufffe\uffff]")
BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
BARE_LESS = re.compile(r"<(?![A-Za-z/!?])")
DECLARATION = re.compile(r"<[!?]")
IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
IN_QUOTES = {**IN_TEXT, **str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})}


@dataclass(frozen=True, slots=True)
class Element:
    """A tag with its attributes and its content: texts, placeholders (numbers) and elements. `offset` is
    where the author wrote it."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Node, ...]
    offset: int = field(default=0, compare=False)


Node = str | int | Element


def without_forbidden(text: str) -> str:
    """Return the text without control characters that XML forbids: one of them would end the call."""
    return FORBIDDEN.sub("", text)


def parse(text: str, place: Callable[[int], int]) -> tuple[Node, ...]:
    """Return the nodes of a fragment. `place` maps an offset in `text` to the offset in the author's text."""
    for pattern, message, hint in (
        (DECLARATION, "<! and <? are not allowed in a prompt", "remove it"),
        (BARE_AMPERSAND, "a bare & in a prompt", "write the word for it, or &amp;"),
        (BARE_LESS, "a bare < in a prompt", "write the words, or &lt;"),
    ):
        if found := pattern.search(text):
            raise TemplateProblem(message, place(found.start()), hint)
    return _Builder(text, place).build()


class _Builder:
    """Builds the tree from the parser's calls and records each node's origin."""

    def __init__(self, text: str, place: Callable[[int], int]) -> None:
        self.text, self.place = text, place
        self.open: list[tuple[str, tuple[tuple[str, str], ...], list[Node], int]] = [("", (), [], 0)]
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def build(self) -> tuple[Node, ...]:
        try:
            self.parser.Parse(f"<s>{self.text}</s>".encode(), True)
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code)
            raise TemplateProblem(
                f"the markup is not well formed: {message}",
                self.place(self.offset()),
                "close every tag you open",
            ) from error
        return tuple(self.open[0][2])

    def offset(self) -> int:
        """Return the parser's position, in characters of the text."""
        index = max(0, self.parser.ErrorByteIndex if self.parser.ErrorCode else self.parser.CurrentByteIndex)
        return min(
            len(self.text), max(0, len(f"<s>{self.text}".encode()[:index].decode(errors="ignore")) - 3)
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.open) == 1 and self.parser.CurrentByteIndex == 0:
            return
        where = self.place(self.offset())
        if tag not in TAGS:
            raise TemplateProblem(
                f"<{tag}> is not a tag that can be spoken",
                where,
                closest(tag, TAGS) or "use " + ", ".join(TAGS),
            )
        for name, value in attributes.items():
            if name not in TAGS[tag]:
                allowed = ", ".join(sorted(TAGS[tag])) or "none"
                raise TemplateProblem(f"<{tag}> has no attribute '{name}'", where, f"allowed: {allowed}")
            if HOLE.search(value):
                raise TemplateProblem(
                    "{{ }} cannot stand inside a tag", where, "put it in the text between tags"
                )
        self.open.append((tag, tuple(attributes.items()), [], where))

    def end(self, tag: str) -> None:
        if len(self.open) == 1:
            return
        name, attributes, children, where = self.open.pop()
        self.open[-1][2].append(Element(name, attributes, tuple(children), where))

    def characters(self, data: str) -> None:
        for number, part in enumerate(HOLE.split(data)):
            if number % 2:
                self.open[-1][2].append(int(part))
            elif part:
                self.open[-1][2].append(part)


def elements(nodes: tuple[Node, ...]) -> Iterator[Element]:
    """Yield all tags of a tree, in the order in which they were written."""
    for node in nodes:
        if isinstance(node, Element):
            yield node
            yield from elements(node.children)


def spoken_words(nodes: tuple[Node, ...], values: list[str]) -> str:
    """Return the plain words of a tree."""
    words = []
    for node in nodes:
        if isinstance(node, Element):
            aliases = [value for name, value in node.attributes if name == "alias"]
            words.append(aliases[0] if aliases else spoken_words(node.children, values))
            words.append(" " if node.tag in {"break", "p", "s"} else "")
        else:
            words.append(values[node] if isinstance(node, int) else node)
    return "".join(words)


def markup(nodes: tuple[Node, ...], values: list[str]) -> str:
    """Return the tree as a well-formed fragment."""
    parts = []
    for node in nodes:
        if isinstance(node, Element):
            attributes = "".join(f' {name}="{value.translate(IN_QUOTES)}"' for name, value in node.attributes)
            inner = markup(node.children, values)
            parts.append(
                f"<{node.tag}{attributes}>{inner}</{node.tag}>" if inner else f"<{node.tag}{attributes}/>"
            )
        else:
            parts.append((values[node] if isinstance(node, int) else node).translate(IN_TEXT))
    return "".join(parts)


__all__ = [
    "CLOSE",
    "OPEN",
    "Element",
    "Node",
    "elements",
    "markup",
    "parse",
    "spoken_words",
    "without_forbidden",
]
