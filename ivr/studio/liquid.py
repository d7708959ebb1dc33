"""Translates Liquid, in which Studio writes values, into our expressions for prompts and conditions.

Without a counterpart it raises Untranslatable; the calling code decides what the caller gets instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

Path = tuple[str, ...]
NameOf = Callable[[Path], str]
"""Returns the name of one of our values for a path such as ("flow", "variables", "x"), or raises."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')
    |(?P<number>-?\d+(?:\.\d+)?)(?![\w.])
    |(?P<path>[A-Za-z_][\w-]*(?:\.[\w-]+\??|\[\s*(?:"[^"]*"|'[^']*'|\d+)\s*\])*)
    |(?P<mark>[|:,]))""",
    re.VERBOSE,
)
_STEP = re.compile(r"""\[\s*["']?(.*?)["']?\s*\]|([\w-]+)""")
_LITERALS = {"true": "true", "false": "false", "nil": "none", "null": "none"}


class Untranslatable(Exception):
    """Its text says why, after "because"."""


@dataclass
class Filtered:
    """A primary value and the filters after it, as the author wrote them."""

    kind: str  # text, number or path
    value: str
    filters: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)


def parse(source: str) -> Filtered:
    """Return the parts of the text between {{ and }}."""
    tokens, position = [], 0
    source = source.strip()
    while position < len(source):
        found = _TOKEN.match(source, position)
        if not found or found.end() == position:
            raise Untranslatable(f"'{source[:60]}' cannot be read")
        tokens.append((found.lastgroup or "", found.group(found.lastgroup or 0)))
        position = found.end()
    if not tokens or tokens[0][0] == "mark":
        raise Untranslatable(f"'{source[:60]}' cannot be read")
    result = Filtered(*tokens[0])
    for kind, value in tokens[1:]:
        if value == "|" and kind == "mark":
            result.filters.append(("", []))
        elif not result.filters:
            raise Untranslatable(f"'{source[:60]}' cannot be read")
        elif kind != "mark":
            name, arguments = result.filters[-1]
            if name:
                arguments.append((kind, value))
            else:
                result.filters[-1] = (value, [])
    return result


def steps_of(path: str) -> Path:
    """Return the steps of a path: `widgets.get-order.parsed['total']` → ("widgets", "get-order", "parsed",
    "total")."""
    return tuple(found[1] or found[2] or "" for found in _STEP.finditer(path))


def sole_expression(text: str) -> str:
    """Return the expression between {{ and }} when the text is nothing else; "" otherwise."""
    bare = text.strip()
    if bare.startswith("{{") and bare.endswith("}}") and bare.count("{{") == 1:
        return bare[2:-2].strip().strip("-").strip()
    return ""


def translate(source: str, name_of: NameOf) -> str:
    """Return one Liquid expression as one of ours, without braces."""
    parsed = parse(source)
    value = _value((parsed.kind, parsed.value), name_of)
    spelled = [name for name, _ in parsed.filters]
    if spelled[-2:] == ["split", "join"]:  # the way in Liquid to read something out digit by digit
        parsed.filters[-2:] = [("digits", [])]
    for name, arguments in parsed.filters:
        make = FILTERS.get(name)
        if make is None:
            raise Untranslatable(f"there is no filter like '{name[:40]}'")
        value = make(value, [_value(argument, name_of) for argument in arguments])
    return value[1:-1] if value.startswith("(") and _closes_at_end(value) else value


def quoted(text: str) -> str:
    """Return a text inside an expression."""
    quote = "'" if "'" not in text else '"'
    if quote in text:
        raise Untranslatable("a text in it has quotes of both kinds")
    return quote + text.replace("\\", "\\\\").replace("\n", " ") + quote


def _value(token: tuple[str, str], name_of: NameOf) -> str:
    kind, value = token
    if kind == "text":
        return "now" if value[1:-1] in ("now", "today") else quoted(value[1:-1])
    if kind == "number":
        return value
    if value in _LITERALS:
        return _LITERALS[value]
    return name_of(steps_of(value))


def _closes_at_end(value: str) -> bool:
    """Return whether the bracket that opens first closes last, so that both can be removed."""
    depth = 0
    for place, letter in enumerate(value):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return place == len(value) - 1
    return False


Make = Callable[[str, list[str]], str]


def _named(ours: str) -> Make:
    return lambda value, arguments: f"{value} | {ours}"


def _operator(sign: str) -> Make:
    def make(value: str, arguments: list[str]) -> str:
        if len(arguments) != 1:
            raise Untranslatable("a calculation in it has no second number")
        return f"({value} {sign} {arguments[0]})"

    return make


def _default(value: str, arguments: list[str]) -> str:
    return f"{value} | default({arguments[0]})" if arguments else value


def _append(value: str, arguments: list[str]) -> str:
    return f"({value} ~ {arguments[0]})" if arguments else value


def _prepend(value: str, arguments: list[str]) -> str:
    return f"({arguments[0]} ~ {value})" if arguments else value


def _date(value: str, arguments: list[str]) -> str:
    pattern = arguments[0] if arguments else ""
    has_time = re.search(r"%-?[HIklMRTXpP]", pattern)
    if has_time and re.search(r"%-?[aAbBdDeFjmuwyY]", pattern):
        return f"({value} | date ~ ' ' ~ ({value} | time))"
    return f"{value} | time" if has_time else f"{value} | date"


def _same(value: str, arguments: list[str]) -> str:
    return value


FILTERS: dict[str, Make] = {
    "downcase": _named("lower"),
    "upcase": _named("upper"),
    "capitalize": _named("title"),
    "strip": _named("trim"),
    "lstrip": _named("trim"),
    "rstrip": _named("trim"),
    "digits": _named("digits"),
    "default": _default,
    "plus": _operator("+"),
    "minus": _operator("-"),
    "times": _operator("*"),
    "divided_by": _operator("//"),
    "modulo": _operator("%"),
    "append": _append,
    "prepend": _prepend,
    "date": _date,
    # Our default already is the company's time zone and plain speech.
    "timezone": _same,
    "escape": _same,
    "escape_once": _same,
    "strip_html": _same,
    "strip_newlines": _same,
}
