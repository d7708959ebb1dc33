"""Change one line of the product at a time and see whether a test notices: `make mutants`.

    make mutants ARGS="--sample 40 --seed 1"      forty mutants drawn from all
    make mutants ARGS="--only floor/offers"       those of files whose path contains this

Each mutant runs in a copy of the repository, first against the test files whose words are nearest to the
function that was changed, at last against all. Tests with a browser or PostgreSQL are left out, so one of
them may notice what is said to have survived. Prints the survivors and the rate.
"""

from __future__ import annotations

import argparse
import ast
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, count, pairwise
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[1]
MUTATED = ("ivr/floor", "ivr/service", "desk")
TESTED_IN = ("acd", "customers", "desk", "publishing", "service", "store", "webhooks")
NEAREST = (6, 14)  # test files of the first round and of the second; all others are the third
LONGEST_S = 900  # of a round: a mutant may never end, and a busy machine is slow
LEFT_OUT = ".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__", "var"

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or,
    ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip
LOGGED = ("log", "logging")


@dataclass(frozen=True)
class Mutant:
    """One change: the text between two places of a file is replaced."""

    path: str
    line: int
    start: int
    end: int
    instead: str
    function: str  # source of the function around it, whose words choose the tests

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.instead.encode() + source[self.end :]

    def described(self, source: bytes) -> str:
        was = " ".join(source[self.start : self.end].decode().split())
        return f"{self.path}:{self.line}: {was[:70]}  ->  {' '.join(self.instead.split())[:70]}"


def mutants_of(path: str, source: str) -> list[Mutant]:
    """Return every mutant of a module."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, function in _nodes(ast.parse(source), source):
        for target, instead in _changes(node):
            start = starts[target.lineno - 1] + target.col_offset
            end = starts[target.end_lineno - 1] + target.end_col_offset
            found.append(Mutant(path, target.lineno, start, end, instead, function))
    return found


def _nodes(tree: ast.AST, source: str) -> Iterator[tuple[ast.AST, str]]:
    """Walk the bodies of functions: no annotations, decorators, log lines or parts of f-strings."""
    todo: list[tuple[ast.AST, str]] = [(tree, "")]
    while todo:
        node, function = todo.pop()
        if isinstance(node, ast.FunctionDef):
            inner = ast.get_source_segment(source, node) or ""
            todo += [(child, inner) for child in node.body]
            continue
        if isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert | ast.arg) or _logs(node):
            continue
        if function:
            yield node, function
        skipped = node.annotation if isinstance(node, ast.AnnAssign) else None
        todo += [(child, function) for child in ast.iter_child_nodes(node) if child is not skipped]


def _logs(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    owner = call.func.value if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id in LOGGED


def _changes(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield what is replaced and by what."""
    match node:
        case ast.Compare(left, [operator, *others], right) if type(operator) in SWAPPED:
            yield node, _written(ast.Compare(left, [SWAPPED[type(operator)](), *others], right))
        case ast.BoolOp(operator, values):
            yield node, _written(ast.BoolOp(SWAPPED[type(operator)](), values))
        case ast.BinOp(left, operator, right) if type(operator) in SWAPPED:
            yield node, _written(ast.BinOp(left, SWAPPED[type(operator)](), right))
        case ast.UnaryOp(ast.Not(), operand):
            yield node, _written(operand)
        case ast.Constant(bool(value)):
            yield node, str(not value)
        case ast.Constant(int(value) | float(value)):
            yield node, str(value + 1)
        case ast.If(test) | ast.IfExp(test) | ast.While(test) if not isinstance(
            test, ast.Compare | ast.UnaryOp
        ):
            yield test, f"(not {_written(test)})"
        case ast.Return(ast.expr() as value) if not (isinstance(value, ast.Constant) and not value.value):
            yield value, "None"
        case ast.Expr(ast.Call() as call):
            yield call, "None"


def _written(node: ast.expr) -> str:
    return f"({ast.unparse(ast.fix_missing_locations(node))})"


# Which tests --------------------------------------------------------------------------------------


def words(text: str) -> Counter[str]:
    """Return the words of code: parts of names and of texts, without regard to case."""
    parts = re.findall(r"[A-Z]?[a-z]+", text)
    names = re.findall(r"[A-Za-z_]{4,}", text)
    return Counter(word.lower() for word in (*parts, *names) if len(word) > 2)


class NearestTests:
    """Test files by how many of the rarer words they share with a function."""

    def __init__(self, files: dict[str, str]) -> None:
        self._words = {name: words(text) for name, text in files.items()}
        known = Counter(word for found in self._words.values() for word in found)
        self._weight = {word: math.log(len(files) / count) for word, count in known.items()}

    def of(self, mutant: Mutant) -> list[str]:
        """Return all test files, the nearest first. Name and place of what was changed count threefold."""
        title = mutant.path.replace("/", " ") + " " + mutant.function.partition("(")[0]
        wanted = words(mutant.function) + Counter(dict.fromkeys(words(title), 3))

        def nearness(name: str) -> float:
            has = self._words[name]
            shared = sum(self._weight[word] * min(count, 3) for word, count in wanted.items() if word in has)
            return shared / math.sqrt(1 + len(has))

        return sorted(self._words, key=nearness, reverse=True)


def test_files(root: Path) -> dict[str, str]:
    found = [path for folder in TESTED_IN for path in sorted((root / "tests" / folder).rglob("test_*.py"))]
    return {str(path.relative_to(root)): path.read_text() for path in found}


# Running them -------------------------------------------------------------------------------------


class Copies:
    """Copies of the repository, one for each mutant that runs at a time."""

    def __init__(self, folder: Path, number: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        self._ages = count(1_000_000_000)
        for each in range(number):
            copy = folder / str(each)
            shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
            self._free.put(copy)

    def noticed(self, mutant: Mutant, tests: list[str]) -> bool:
        """Whether a test fails when this mutant stands in place of what was written."""
        copy = self._free.get()
        changed = copy / mutant.path
        source = changed.read_bytes()
        try:
            self._write(changed, mutant.applied(source))
            bounds = [0, *accumulate(NEAREST), len(tests)]
            return any(_fails(copy, tests[begin:end]) for begin, end in pairwise(bounds))
        finally:
            self._write(changed, source)
            self._free.put(copy)

    def _write(self, path: Path, source: bytes) -> None:
        """An age of its own for each version: Python tells by it whether compiled code is out of date."""
        path.write_bytes(source)
        age = next(self._ages)
        os.utime(path, (age, age))


def _fails(copy: Path, tests: list[str]) -> bool:
    quick = ("-m", "not browser and not postgres and not slow")
    command = [
        sys.executable,
        "-m",
        "pytest",
        *quick,
        "-n",
        "0",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    environ = {**os.environ, "PYTHONPATH": str(copy), "PRESSZERO_REQUIRE_ALL": ""}
    try:
        ran = subprocess.run(
            command, cwd=copy, env=environ, capture_output=True, text=True, timeout=LONGEST_S
        )
    except subprocess.TimeoutExpired:
        return True
    if ran.returncode not in (0, 1, 2, 5):  # passed, failed, could not be imported, none was quick
        raise RuntimeError(f"pytest could not run:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return ran.returncode in (1, 2)


def all_mutants(only: str) -> list[Mutant]:
    paths = [path for folder in MUTATED for path in sorted((ROOT / folder).rglob("*.py"))]
    names = [str(path.relative_to(ROOT)) for path in paths]
    return [each for name in names if only in name for each in mutants_of(name, (ROOT / name).read_text())]


def survivors(mutants: list[Mutant], at_once: int) -> Iterator[str]:
    """Yield those that no test notices, described."""
    nearest = NearestTests(test_files(ROOT))
    with tempfile.TemporaryDirectory(prefix="presszero-mutants-") as folder:
        try:
            copies = Copies(Path(folder), at_once)
            with ThreadPoolExecutor(at_once) as pool:
                told = pool.map(lambda mutant: copies.noticed(mutant, nearest.of(mutant)), mutants)
                for mutant, noticed in zip(mutants, told, strict=True):
                    if not noticed:
                        yield mutant.described((ROOT / mutant.path).read_bytes())
        finally:  # what tests/conftest.py has Python keep there
            shutil.rmtree(Path(sys.prefix, "bytecode", folder.lstrip("/")), ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, default=0, help="so many of them, drawn by chance; 0 is all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="files whose path contains this")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    mutants = all_mutants(options.only)
    if options.sample:
        mutants = random.Random(options.seed).sample(mutants, min(options.sample, len(mutants)))
    begun, survived = time.monotonic(), 0
    for described in survivors(mutants, options.at_once):
        survived += 1
        print(f"survived  {described}", flush=True)
    caught, rate = len(mutants) - survived, 100 * (1 - survived / max(1, len(mutants)))
    print(f"{caught} of {len(mutants)} mutants caught ({rate:.0f} %) in {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
