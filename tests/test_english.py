"""Docstrings are plain technical English: the first sentence is an instruction or names its subject."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLAIN = (
    "desk", "simulator", "webhooks", "ivr/acd", "ivr/carrier", "ivr/cli", "ivr/customers", "ivr/engine",
    "ivr/floor", "ivr/flowfiles", "ivr/jobs", "ivr/scenarios", "ivr/service", "ivr/steps", "ivr/store",
    "ivr/studio",
)  # fmt: skip
STILTED = (
    "as the record has it", "came to nothing", "come to nothing", "comes to nothing", "has it that",
    "is let go", "led elsewhere", "nobody loses", "nothing of ours", "stands in line", "whom to wake",
)  # fmt: skip
SUBJECTLESS = re.compile(r"(Who|Whoever|Whom|Whose|Nobody|Somebody|What)\b")


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, documented) and (text := ast.get_docstring(node)):
            yield getattr(node, "lineno", 1), text


def faults(source: str) -> list[tuple[int, str]]:
    """Return (line, what is wrong) for each docstring that is not plain."""
    found = []
    for line, text in docstrings(source):
        if begin := SUBJECTLESS.match(text):
            found.append((line, begin[0]))
        words = " ".join(text.split()).lower()
        found += [(line, stilted) for stilted in STILTED if stilted in words]
    return sorted(found)


@pytest.mark.parametrize("folder", PLAIN)
def test_docstrings_are_plain(folder):
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in files
        for line, what in faults(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("docstring", "what"),
    [
        ("What the caller pressed.", "What"),
        ("Whoever calls again.", "Whoever"),
        ("End the offer that\n    comes to nothing.", "comes to nothing"),
    ],
)
def test_stilted_docstrings_are_found(docstring, what):
    assert faults(f'def end():\n    """{docstring}"""\n') == [(1, what)]


def test_a_plain_docstring_is_not():
    assert faults('def end():\n    """Return what the caller pressed."""\n') == []
