"""Expressions in prompts and conditions: Jinja2's grammar, a white list of its nodes, our own evaluation."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import jinja2
from jinja2 import nodes

from ivr.engine.context import CallContext
from ivr.engine.filters import FILTERS
from ivr.engine.problems import TemplateProblem, closest

TEXT_LIMIT = 4000
NUMBER_LIMIT = Decimal(10) ** 18


def truth(value: Any) -> bool:
    """Return whether a value counts as yes. Texts that say no count as no, since settings and data arrive as
    text."""
    if isinstance(value, str):
        return value.strip().casefold() not in {"", "false", "no", "off", "0"}
    return bool(value)


def as_text(value: Any) -> str:
    """Return a value as text of bounded length; "" for None."""
    return "" if value is None else str(value)[:TEXT_LIMIT]


def number_of(value: Any) -> Decimal | None:
    """Return the number that a value is or spells, or None. Keyed digits are text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= NUMBER_LIMIT else None


def _pair(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Return both as numbers, dates or texts, so that they can be compared, or None."""
    numbers = number_of(left), number_of(right)
    if None not in numbers and not (isinstance(left, str) and isinstance(right, str)):
        return numbers
    for kinds in ((datetime,), (date,), (time,), (bool,)):
        if isinstance(left, kinds) and isinstance(right, kinds):
            return left, right
    if left is None or right is None:
        return None
    return as_text(left).casefold(), as_text(right).casefold()


def _same(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    pair = _pair(left, right)
    return pair is not None and pair[0] == pair[1]


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def check(left: Any, right: Any) -> bool:
        numbers = number_of(left), number_of(right)
        if None in numbers and any(isinstance(value, int | float | Decimal) for value in (left, right)):
            return False  # "many" is neither more nor less than 9
        pair = numbers if None not in numbers else _pair(left, right)
        try:
            return pair is not None and bool(compare(*pair))
        except TypeError:
            return False

    return check


def _inside(left: Any, right: Any) -> bool:
    if isinstance(right, str):
        return left is not None and as_text(left).casefold() in right.casefold()
    if isinstance(right, Mapping):
        return str(left) in right
    return isinstance(right, list | tuple) and any(_same(left, item) for item in right)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _same,
    "ne": lambda left, right: not _same(left, right),
    "lt": _ordered(operator.lt),
    "lteq": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "gteq": _ordered(operator.ge),
    "in": _inside,
    "notin": lambda left, right: not _inside(left, right),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The values that an expression may use. Missing names are added to `missing`."""

    values: Mapping[str, Any]
    language: str
    context: CallContext
    missing: list[str] = field(default_factory=list)


Evaluate = Callable[[Scope], Any]
_GRAMMAR = jinja2.Environment(autoescape=False)  # noqa: S701  only parses; nothing is rendered by it


LIQUID = re.compile(r"\|\s*(\w+)\s*:")  # the spelling of filters in another template language
LONGEST, DEEPEST = 1000, 50
SMALLER = "let a step `set` or `branch` do a part of it before"
Path = tuple[str | int, ...]
"""A name and the members that follow it: `hours.office.open`."""


def compile_expression(source: str) -> tuple[Evaluate, frozenset[Path]]:
    """Return a function of a scope, and the paths it uses. Raises TemplateProblem."""
    if len(source) > LONGEST:
        what = f"this expression is {len(source)} characters long, and may have {LONGEST}"
        raise TemplateProblem(what, 0, SMALLER)
    try:
        body = _GRAMMAR.parse("{{" + source + "}}").body
    except jinja2.TemplateSyntaxError as error:
        liquid = LIQUID.search(source)
        if liquid:
            what = f"the filter '{liquid[1]}' takes no colon"
            remedy = f"write | {liquid[1]}, and what it needs in brackets: see docs/steps.md"
            raise TemplateProblem(what, 0, remedy) from error
        what = f"this cannot be read: {_stumbled(error.message or '')}"
        raise TemplateProblem(what, 0, "write {{ name }} or {{ name | filter }}") from error
    except RecursionError as error:
        raise TemplateProblem("this expression is nested too deeply", 0, SMALLER) from error
    outputs = body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else []
    if len(outputs) != 1 or isinstance(outputs[0], nodes.TemplateData):
        raise TemplateProblem("an expression is expected here", 0, "write {{ name }}")
    if _depth(outputs[0]) > DEEPEST:
        raise TemplateProblem("this expression is nested too deeply", 0, SMALLER)
    return _compile(outputs[0]), frozenset(_paths(outputs[0]))


def _depth(node: nodes.Node) -> int:
    """Return the nesting depth, without recursion, since recursion is what is limited."""
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [child for one in level for child in one.iter_child_nodes()]
    return depth


def _paths(node: nodes.Node) -> Iterator[Path]:
    """Yield each name of an expression with its members; members of anything else have no name."""
    members: list[str | int] = []
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        members.insert(0, _key(node))
        node = node.node
    if isinstance(node, nodes.Name):
        yield (node.name, *members)
    for inner in node.iter_child_nodes():
        yield from _paths(inner)


def _key(node: nodes.Getattr | nodes.Getitem) -> Any:
    return node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)


def _stumbled(said: str) -> str:
    """Return the grammar's complaint without its own words for the braces around an expression."""
    if said.startswith("unexpected 'end of print"):
        return "something is missing at its end"
    if found := re.search(r", expected '([])])'", said):
        return f"a {found[1]} is missing"
    if re.match(r"unexpected char (\"'\"|'\"')", said):
        return "a quote is not closed"
    found = re.search(r"got '(.*)'|unexpected (?:char )?'(.*)'", said)
    return f"{found[1] or found[2]} is not expected here" if found else said


def _compile(node: nodes.Node) -> Evaluate:
    make = _MAKERS.get(type(node))
    if make is None:
        raise TemplateProblem(
            f"'{type(node).__name__.lower()}' is not allowed here",
            0,
            "use names, filters, comparisons, and/or/not: see docs/steps.md, values and conditions",
        )
    return make(node)


def _constant(node: nodes.Const) -> Evaluate:
    value = node.value
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        raise TemplateProblem("a text in this expression is too long")
    return lambda scope: value


def _name(node: nodes.Name) -> Evaluate:
    name = node.name
    if name.startswith("_"):
        raise TemplateProblem(f"'{name}': names cannot start with _")

    def look(scope: Scope) -> Any:
        if name not in scope.values:
            scope.missing.append(name)
            return None
        return scope.values[name]

    return look


def _member(node: nodes.Getattr | nodes.Getitem) -> Evaluate:
    key = _key(node)
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise TemplateProblem("only a fixed name or number may stand in [ ]")
    if isinstance(key, str) and key.startswith("_"):
        raise TemplateProblem(f"'{key}': names cannot start with _")
    inner = _compile(node.node)

    def look(scope: Scope) -> Any:
        found = inner(scope)
        if isinstance(found, Mapping) and key in found:
            return found[key]
        if isinstance(found, list | tuple) and isinstance(key, int) and -len(found) <= key < len(found):
            return found[key]
        scope.missing.append(str(key))
        return None

    return look


def _filter(node: nodes.Filter) -> Evaluate:
    apply = FILTERS.get(node.name)
    if apply is None:
        raise TemplateProblem(
            f"there is no filter '{node.name}'", 0, closest(node.name, FILTERS) or "use " + ", ".join(FILTERS)
        )
    if node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise TemplateProblem(f"the filter '{node.name}' cannot be written like this")
    inner, arguments = _compile(node.node), [_compile(argument) for argument in node.args]
    low, high = apply.arguments
    if not low <= len(arguments) <= high:
        raise TemplateProblem(f"the filter '{node.name}' takes {low} to {high} values in brackets")

    def run(scope: Scope) -> Any:
        return apply.function(inner(scope), scope, *[argument(scope) for argument in arguments])

    return run


TESTS: dict[str, Callable[[Any], bool]] = {
    "defined": lambda value: value is not None,
    "undefined": lambda value: value is None,
    "none": lambda value: value is None,
    "empty": lambda value: value in (None, "", [], {}, ()),
    "number": lambda value: number_of(value) is not None,
}


def _test(node: nodes.Test) -> Evaluate:
    test = TESTS.get(node.name)
    if test is None or node.args or node.kwargs:
        raise TemplateProblem(f"'is {node.name}' is not known", 0, "use is " + ", is ".join(TESTS))
    inner = _compile(node.node)
    return lambda scope: test(inner(scope))


def _compare(node: nodes.Compare) -> Evaluate:
    first = _compile(node.expr)
    rest = [(COMPARISONS[operand.op], _compile(operand.expr)) for operand in node.ops]

    def run(scope: Scope) -> bool:
        left = first(scope)
        for compare, right in rest:
            value = right(scope)
            if not compare(left, value):
                return False
            left = value
        return True

    return run


_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
    nodes.FloorDiv: operator.floordiv,
    nodes.Mod: operator.mod,
}


def _arithmetic(node: nodes.BinExpr) -> Evaluate:
    """Compile arithmetic on numbers only; a value that is not a number, and division by zero, give None."""
    left, right, work = _compile(node.left), _compile(node.right), _ARITHMETIC[type(node)]

    def run(scope: Scope) -> Any:
        pair = number_of(left(scope)), number_of(right(scope))
        if None in pair:
            return None
        try:
            return number_of(work(*pair))
        except (ArithmeticError, ValueError):
            return None

    return run


def _sign(node: nodes.UnaryExpr) -> Evaluate:
    inner, factor = _compile(node.node), -1 if isinstance(node, nodes.Neg) else 1

    def run(scope: Scope) -> Any:
        number = number_of(inner(scope))
        return None if number is None else number * factor

    return run


def _concat(node: nodes.Concat) -> Evaluate:
    parts = [_compile(part) for part in node.nodes]
    return lambda scope: "".join(as_text(part(scope)) for part in parts)[:TEXT_LIMIT]


def _choice(node: nodes.CondExpr) -> Evaluate:
    test, yes = _compile(node.test), _compile(node.expr1)
    no = _compile(node.expr2) if node.expr2 is not None else lambda scope: None
    return lambda scope: yes(scope) if truth(test(scope)) else no(scope)


def _both(node: nodes.And) -> Evaluate:
    left, right = _compile(node.left), _compile(node.right)
    return lambda scope: truth(left(scope)) and truth(right(scope))


def _either(node: nodes.Or) -> Evaluate:
    left, right = _compile(node.left), _compile(node.right)
    return lambda scope: truth(left(scope)) or truth(right(scope))


def _opposite(node: nodes.Not) -> Evaluate:
    inner = _compile(node.node)
    return lambda scope: not truth(inner(scope))


def _several(node: nodes.List | nodes.Tuple) -> Evaluate:
    items = [_compile(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


_MAKERS: dict[type, Callable[[Any], Evaluate]] = {
    nodes.Const: _constant,
    nodes.Name: _name,
    nodes.Getattr: _member,
    nodes.Getitem: _member,
    nodes.Filter: _filter,
    nodes.Test: _test,
    nodes.Compare: _compare,
    nodes.Neg: _sign,
    nodes.Pos: _sign,
    nodes.Concat: _concat,
    nodes.CondExpr: _choice,
    nodes.And: _both,
    nodes.Or: _either,
    nodes.Not: _opposite,
    nodes.List: _several,
    nodes.Tuple: _several,
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
}
