"""Renders the Markdown of an article as harmless HTML: no markup of its own, no pictures, outward links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

LINKS = ("https://", "tel:", "mailto:")
FIRST_HEADING = 4  # the page's own go to 3


def html(text: str) -> Markup:
    """Return the text as HTML below the headings of the page."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704  everything of the author's is escaped by the renderer


def _allowed(url: str) -> bool:
    return url.strip().lower().startswith(LINKS)


def _tame(state: Any) -> None:
    """Lower headings below the page's, and remove inline styles, which the page's policy forbids."""
    for token in _all(state.tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, FIRST_HEADING - 1 + int(token.tag[1]))}"
        if "style" in token.attrs:
            del token.attrs["style"]
        if token.type == "link_open":
            token.attrs.update(rel="noopener noreferrer", target="_blank")


def _all(tokens: Sequence[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *(token.children or ()))]


def _made() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    markdown.validateLink = _allowed  # type: ignore[method-assign]
    markdown.core.ruler.push("tame", _tame)
    return markdown


_MARKDOWN = _made()
