"""Prompts with values in them: `compile_text` and `compile_condition`, used once when a flow is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.engine import ssml
from ivr.engine.context import CallContext
from ivr.engine.expressions import TEXT_LIMIT, Evaluate, Path, Scope, compile_expression, truth
from ivr.engine.problems import TemplateProblem, problem_at

AUTHOR_LIMIT = 3000  # characters Twilio's voices speak in one go

SIGNS = (
    (r"(?<![=!<>])=(?!=)|===", "to compare, write =="),
    (r"&", "write and"),
    (r"\|\|", "write or"),
    (r"!(?!=)", "write not"),
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The result of a template: plain words, the same as markup when the author used any, and names that had
    no value."""

    text: str
    markup: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text. `names` are the variables it uses, `paths` the same with their members."""

    source: str
    names: frozenset[str]
    paths: frozenset[Path]
    _nodes: tuple[ssml.Node, ...]
    _values: tuple[Evaluate, ...]

    @property
    def markup_used(self) -> bool:
        """Return whether the author wrote tags."""
        return any(isinstance(node, ssml.Element) for node in self._nodes)

    def tags(self) -> Iterator[ssml.Element]:
        """Yield the tags that the author wrote."""
        return ssml.elements(self._nodes)

    def render(self, values: Mapping[str, Any], language: str, context: CallContext) -> Rendered:
        """Return the text with its values. Never raises for a bad value: it is said plainly or left out."""
        scope = Scope(values, language, context)
        filled = [_fill(value, scope) for value in self._values]
        return Rendered(
            text=_one_line(ssml.spoken_words(self._nodes, filled)),
            markup=_one_line(ssml.markup(self._nodes, filled)) if self.markup_used else "",
            missing=tuple(dict.fromkeys(scope.missing)),
        )

    def value(self, values: Mapping[str, Any], language: str, context: CallContext) -> Any:
        """Return the value itself if the text is one expression and nothing else, otherwise the rendered
        text."""
        if self._nodes == (0,):
            return self._values[0](Scope(values, language, context))
        return self.render(values, language, context).text


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. `names` and `paths` as those of a text."""

    source: str
    names: frozenset[str]
    paths: frozenset[Path]
    _value: Evaluate

    def holds(self, values: Mapping[str, Any], language: str, context: CallContext) -> bool:
        """Return whether the condition holds. A missing value counts as no."""
        return truth(self._value(Scope(values, language, context)))


def compile_text(text: str) -> Template:
    """Compile what the author wrote. Raises TemplateProblem with its place and a hint."""
    if len(text) > AUTHOR_LIMIT:
        raise TemplateProblem(
            f"this text has {len(text)} characters; a voice speaks at most {AUTHOR_LIMIT} at once"
        )
    if found := ssml.FORBIDDEN.search(text):
        raise TemplateProblem("a character here cannot be spoken or sent", found.start(), "delete it", text)
    pieces, holes = _split(text)
    skeleton: list[str] = []
    starts: list[tuple[int, int]] = []
    values: list[Evaluate] = []
    paths: set[Path] = set()
    for piece, start in pieces:
        skeleton.append(piece)
        starts.append((sum(map(len, skeleton)) - len(piece), start))
    for source, start in holes:
        try:
            value, used = compile_expression(source)
        except TemplateProblem as problem:
            raise problem_at(problem, text, start) from problem
        values.append(value)
        paths |= used
    try:
        tree = ssml.parse("".join(skeleton), lambda offset: _origin(offset, starts))
    except TemplateProblem as problem:
        raise problem_at(problem, text) from problem
    return Template(text, _names(paths), frozenset(paths), tree, tuple(values))


def _names(paths: Iterable[Path]) -> frozenset[str]:
    return frozenset(str(path[0]) for path in paths)


def compile_condition(text: str) -> Condition:
    """Compile a condition such as `customer.tier == 'gold' and not closed`. Raises TemplateProblem."""
    bare = text.strip()
    if bare.startswith("{{") and bare.endswith("}}"):
        bare = bare[2:-2]
    if not bare.strip():
        raise TemplateProblem("the condition is empty", 0, "write for example customer.tier == 'gold'")
    if "{{" in bare or "}}" in bare:
        raise TemplateProblem(
            "a condition has no {{ }}", 0, "write for example customer.tier == 'gold'", text
        )
    try:
        value, paths = compile_expression(bare)
    except TemplateProblem as problem:
        raise TemplateProblem(problem.message, 0, _remedy(bare, problem.hint), text) from problem
    return Condition(text, _names(paths), paths, value)


def _remedy(condition: str, hint: str) -> str:
    """Return what to write instead. Operators of programming languages are words here; braces are for
    prompts."""
    unquoted = re.sub(r"'[^']*'|\"[^\"]*\"", "", condition)
    for sign, remedy in SIGNS:
        if re.search(sign, unquoted):
            return remedy
    return "write for example customer.tier == 'gold'" if "{{" in hint else hint


def _split(text: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Split the text: return pieces with numbered placeholders and their offsets, and the expressions."""
    pieces: list[tuple[str, int]] = []
    holes: list[tuple[str, int]] = []
    position = 0
    for found in re.finditer(r"\{%|\{#", text):
        if not _inside_expression(text, found.start()):
            raise TemplateProblem(
                f"{found.group()} is not allowed in a prompt", found.start(), "only {{ }} is", text
            )
    while (start := text.find("{{", position)) >= 0:
        end = _expression_end(text, start + 2)
        if end < 0:
            raise TemplateProblem("{{ is not closed", start, "close it with }}", text)
        pieces.append((text[position:start], position))
        pieces.append((f"{ssml.OPEN}{len(holes)}{ssml.CLOSE}", start))
        holes.append((text[start + 2 : end], start))
        position = end + 2
    if (stray := text.find("}}", position)) >= 0:
        raise TemplateProblem("}} without {{ before it", stray, "remove it, or open it with {{", text)
    pieces.append((text[position:], position))
    return pieces, holes


def _inside_expression(text: str, offset: int) -> bool:
    start = text.rfind("{{", 0, offset)
    return start >= 0 and _expression_end(text, start + 2) > offset


def _expression_end(text: str, start: int) -> int:
    """Return where the }} is that closes an expression, ignoring those inside quotes."""
    quote = ""
    for offset in range(start, len(text)):
        character = text[offset]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif text.startswith("}}", offset):
            return offset
    return -1


def _origin(offset: int, starts: list[tuple[int, int]]) -> int:
    """Return the author's offset for an offset in the skeleton."""
    here, origin = max((pair for pair in starts if pair[0] <= offset), default=(0, 0))
    return origin + offset - here


def _fill(value: Evaluate, scope: Scope) -> str:
    found = value(scope)
    return "" if found is None else ssml.without_forbidden(str(found)[:TEXT_LIMIT])


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


__all__ = ["Condition", "Rendered", "Template", "TemplateProblem", "compile_condition", "compile_text"]
