"""The dependencies between the parts point one way. Read from the imports, so that nobody has to remember.

ivr.cli → ivr.scenarios | ivr.studio → server → ivr.application → webhooks | desk | ivr.jobs → ivr.service
        → ivr.floor → ivr.store | ivr.carrier | ivr.customers | ivr.settings → ivr.flowfiles
        → ivr.steps → ivr.engine | ivr.acd
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PURE = {"ivr.engine", "ivr.acd"}
# Flows are checked against the settings, and the file of the settings is read like flows: two sides of one
# part, in which no module stands in a circle.
FILES = PURE | {
    "ivr.errors",
    "ivr.steps",
    "ivr.flowfiles",
    "ivr.settings",
    "ivr.environment",
    "ivr.package_files",
}
FLOOR = FILES | {"ivr.store", "ivr.customers"}
SERVICE = FLOOR | {"ivr.carrier", "ivr.floor", "ivr.keys"}
JOBS = SERVICE | {"ivr.service"}
PAGES = SERVICE | {"ivr.service"}
LINE = PAGES | {"ivr.logs", "ivr.jobs", "webhooks", "desk"}
SCENARIOS = LINE | {"ivr.application", "server", "simulator"}

# Part → the parts of ours that it may import.
MAY_IMPORT = {
    "ivr": set(),
    "ivr.engine": set(),
    "ivr.acd": set(),
    "ivr.steps": PURE,
    "ivr.flowfiles": FILES,
    "ivr.environment": set(),
    "ivr.errors": set(),
    "ivr.keys": set(),
    "ivr.package_files": set(),
    "ivr.settings": FILES,
    "ivr.store": FILES,
    "ivr.carrier": FILES,
    "ivr.customers": FILES,
    "ivr.floor": FLOOR,
    "ivr.service": SERVICE,
    "ivr.jobs": JOBS,
    "webhooks": PAGES,
    "desk": PAGES,
    "ivr.logs": set(),
    "ivr.studio": FILES,
    "ivr.application": LINE,
    "server": LINE | {"ivr.application"},
    "ivr.scenarios": SCENARIOS,
    "ivr.cli": SCENARIOS | {"ivr.scenarios", "ivr.studio"},
    "simulator": set(),
}
OURS = {"ivr", "webhooks", "desk", "server", "simulator"}

# Time, chance, the network and the machine are arguments where the rules of the house are.
IMPURE = {
    "asyncio", "flask", "http", "io", "multiprocessing", "os", "random", "requests", "secrets", "socket",
    "sqlalchemy", "subprocess", "threading", "time", "twilio", "urllib", "uuid",
}  # fmt: skip
CLOCK_CALLS = {"now", "utcnow", "today"}

# Foreign library → the only parts that may know it.
KEPT_IN = {
    "sqlalchemy": {"ivr.store"},
    "alembic": {"ivr.store"},
    "psycopg": {"ivr.store"},
    "twilio": {"ivr.carrier", "webhooks", "simulator"},
    "flask": {"webhooks", "desk", "ivr.application", "simulator"},
    "flask_wtf": {"desk"},
    "werkzeug": {"webhooks", "desk", "simulator", "ivr.scenarios"},
    "markdown_it": {"desk"},
    "cryptography": {"ivr.keys"},
    "click": {"ivr.cli"},
    "rich": {"ivr.cli"},
}


@dataclass(frozen=True)
class Import:
    """One import: the module it stands in, the module it names, and where."""

    module: str
    target: str
    place: str
    names: tuple[str, ...] = ()


def part_of(module: str) -> str:
    """`ivr.engine.turn` → `ivr.engine`, `desk.feed` → `desk`."""
    names = module.split(".")
    return ".".join(names[:2]) if names[0] == "ivr" else names[0]


def module_name(path: Path) -> str:
    names = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


def imports_of(module: str, source: str, package: bool = False) -> list[Import]:
    """Every import wherever it stands: at the top, in a function, under TYPE_CHECKING."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names: tuple[str, ...] = ()
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                around = module.split(".")[: None if package and node.level == 1 else -node.level + package]
                base = ".".join([*around, base] if base else around)
            # `from ivr import store` names ivr.store.
            targets = [f"{base}.{alias.name}" for alias in node.names] if base == "ivr" else [base]
            names = tuple(alias.name for alias in node.names)
        else:
            continue
        found += [Import(module, target, f"{module}:{node.lineno}", names) for target in targets]
    return found


def sources() -> list[Path]:
    folders = [path for name in sorted(OURS - {"server"}) for path in sorted((ROOT / name).rglob("*.py"))]
    return [*folders, *ROOT.glob("server.py")]


@cache
def all_imports() -> list[Import]:
    return [
        found
        for path in sources()
        for found in imports_of(module_name(path), path.read_text(), path.name == "__init__.py")
    ]


def wrong_way(imports: list[Import]) -> list[str]:
    faults = []
    for one in imports:
        source, target = part_of(one.module), part_of(one.target)
        if target.split(".")[0] in OURS and target != source and target not in MAY_IMPORT.get(source, set()):
            faults.append(f"{one.place}: {source} may not import {one.target}")
    return faults


def steps_of_each_other(imports: list[Import]) -> list[str]:
    """A step type is one file that knows no other. The package itself collects them; `_…` is shared."""
    return [
        f"{one.place}: a step may not import {one.target}"
        for one in imports
        if one.module.startswith("ivr.steps.") and one.target.startswith("ivr.steps.")
        and not one.target.split(".")[2].startswith("_")
    ]  # fmt: skip


def impure(imports: list[Import]) -> list[str]:
    return [
        f"{one.place}: {one.target} is not pure"
        for one in imports
        if part_of(one.module) in PURE | {"ivr.steps"} and one.target.split(".")[0] in IMPURE
    ]


def escaped(imports: list[Import]) -> list[str]:
    """Uses of a foreign library outside the part that keeps it."""
    return [
        f"{one.place}: {one.target} belongs in {', '.join(sorted(kept))}"
        for one in imports
        if (kept := KEPT_IN.get(one.target.split(".")[0])) and part_of(one.module) not in kept
    ]


def clock_readings(module: str, source: str) -> list[str]:
    """`datetime.now()`, `date.today()`, and files opened, in a pure module."""
    faults = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Attribute):
            breach = called.attr in CLOCK_CALLS and _names_a_date(called.value)
        else:
            breach = isinstance(called, ast.Name) and called.id in ("open", "input")
        if breach:
            faults.append(f"{module}:{node.lineno}: {ast.unparse(called)}() is not pure")
    return faults


def _names_a_date(node: ast.expr) -> bool:
    return ast.unparse(node).split(".")[-1] in ("datetime", "date")


def circles(imports: list[Import]) -> list[list[str]]:
    """Groups of modules that import each other, at the top, in functions or for the type checker only."""
    modules = {one.module for one in imports}
    graph: dict[str, set[str]] = {module: set() for module in modules}
    for one in imports:
        for target in named_modules(one, modules):
            if target != one.module:
                graph[one.module].add(target)
    return [sorted(group) for group in groups_of(graph) if len(group) > 1]


def named_modules(one: Import, modules: set[str]) -> set[str]:
    """`from a import b` names the module a.b where there is one, else a."""
    found = {f"{one.target}.{name}" for name in one.names} & modules
    return found or {one.target} & modules


def groups_of(graph: dict[str, set[str]]) -> list[set[str]]:
    """Tarjan's strongly connected components."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[set[str]] = []

    def visit(node: str) -> None:
        order[node] = lowest[node] = len(order)
        path.append(node)
        for after in graph[node]:
            if after not in order:
                visit(after)
                lowest[node] = min(lowest[node], lowest[after])
            elif after in path:
                lowest[node] = min(lowest[node], order[after])
        if lowest[node] == order[node]:
            group = path[path.index(node) :]
            del path[-len(group) :]
            found.append(set(group))

    for node in graph:
        if node not in order:
            visit(node)
    return found


# The house as it stands ---------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [wrong_way, steps_of_each_other, impure, escaped])
def test_the_house_keeps_the_rule(rule):
    assert rule(all_imports()) == []


def test_the_pure_parts_read_no_clock_and_open_no_file():
    pure = [path for path in sources() if part_of(module_name(path)) in PURE | {"ivr.steps"}]

    assert pure
    assert [fault for path in pure for fault in clock_readings(module_name(path), path.read_text())] == []


def test_no_modules_import_each_other():
    assert circles(all_imports()) == []


def test_every_part_is_known():
    unknown = {part_of(module_name(path)) for path in sources()} - set(MAY_IMPORT)

    assert not unknown, f"say in MAY_IMPORT what these may import: {sorted(unknown)}"


def test_the_simulator_stands_alone():
    known = {one.target.split(".")[0] for one in all_imports() if part_of(one.module) == "simulator"}
    foreign = known - sys.stdlib_module_names - {"simulator"}

    assert foreign <= {"flask", "werkzeug", "jinja2", "markupsafe", "requests", "twilio"}


# The rules themselves -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (wrong_way, "ivr.engine.turn", "from ivr.acd.floor import Floor"),
        (wrong_way, "ivr.acd.matching", "import ivr.engine"),
        (wrong_way, "ivr.store.calls", "from ivr.service import offers"),
        (wrong_way, "ivr.jobs.worker", "def f():\n    import webhooks.voice"),
        (wrong_way, "ivr.jobs.worker", "from simulator.clock import Clock"),
        (wrong_way, "ivr.engine.turn", "from ivr import store"),
        (wrong_way, "ivr.engine.turn", "from ..store import calls"),
        (wrong_way, "webhooks.voice", "import desk.feed"),
        (wrong_way, "desk.feed", "from webhooks import audio"),
        (wrong_way, "simulator.rest", "from ivr.engine import events"),
        (wrong_way, "server", "import simulator"),
        (wrong_way, "ivr.application", "import server"),
        (steps_of_each_other, "ivr.steps.menu", "from ivr.steps.say import SayStep"),
        (impure, "ivr.engine.turn", "import time"),
        (impure, "ivr.acd.matching", "from random import choice"),
        (impure, "ivr.steps.text", "from urllib.parse import quote"),
        (escaped, "ivr.floor.offers", "import sqlalchemy as sa"),
        (escaped, "ivr.floor.offers", "from flask import g"),
        (escaped, "desk.pages", "from twilio.rest import Client"),
    ],
)
def test_a_breach_is_found(rule, module, source):
    assert rule(imports_of(module, source))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("ivr.floor.offers", "from ivr.store import calls\nfrom ivr.acd.matching import match"),
        ("ivr.steps", "from ivr.steps.menu import MenuStep"),
        ("ivr.engine.hours", "from datetime import time"),
        ("ivr.cli.demo", "import simulator.rest, server, webhooks.audio"),
        ("webhooks.voice", "from twilio.request_validator import RequestValidator"),
    ],
)
def test_what_is_allowed_is_not_reported(module, source):
    found = imports_of(module, source)

    for rule in (wrong_way, steps_of_each_other, impure, escaped):
        assert rule(found) == []


@pytest.mark.parametrize(
    "source", ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "open('x')"]
)
def test_reading_the_clock_is_found(source):
    assert clock_readings("ivr.engine.turn", source)
    assert not clock_readings("ivr.engine.turn", "facts.now\nschedule.today(facts)")


def test_a_circle_is_found_where_only_the_type_checker_sees_it():
    there = imports_of("desk.feed", "from desk.pages import Page")
    back = imports_of("desk.pages", "if TYPE_CHECKING:\n    from desk import feed")

    assert circles([*there, *back]) == [["desk.feed", "desk.pages"]]
    assert circles(there) == []


def test_relative_imports_are_resolved():
    assert imports_of("ivr.engine", "from . import turn", package=True)[0].target == "ivr.engine"
    assert imports_of("ivr.engine.turn", "from .flow import Flow")[0].target == "ivr.engine.flow"
    assert imports_of("ivr.engine", "from ..store import f", package=True)[0].target == "ivr.store"
