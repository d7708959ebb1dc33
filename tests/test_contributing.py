"""Pages and settings for people who change Presszero name files, commands and targets that exist."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.test_architecture import MAY_IMPORT, module_name, part_of, sources
from tests.test_repository import ROOT

ARCHITECTURE = ROOT / "docs" / "architecture.md"
PAGES = ["CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md"]
# `NAME` stands for a name that is yet to be chosen; .venv is made by `make`.
PLACE = re.compile(r"`((?!\.venv|\w*NAME)\.?[\w-]+(?:/[\w.-]+)*(?:/|\.(?:py|md|yaml|yml|toml))|\.ci/run)`")


def places(text: str) -> set[str]:
    return {place for place in PLACE.findall(text) if "NAME" not in place}


def lacking(command: str) -> str | None:
    """The word of a command line that names nothing here: a program, a script or a target of make."""
    program, *arguments = shlex.split(command)
    if program == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return next((word for word in arguments if "=" not in word and word not in targets), None)
    if program.startswith(".venv/bin/"):
        found = (Path(sys.executable).parent / Path(program).name).exists()
    elif "/" in program:
        found = os.access(ROOT / program, os.X_OK)
    else:
        found = program == "apt-get" or shutil.which(program) is not None
    return None if found else program


def commands_of_the_workflow() -> list[str]:
    described = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    steps = [step for job in described["jobs"].values() for step in job["steps"]]
    assert all(("run" in step) != ("uses" in step) for step in steps)
    runs = [step["run"] for step in steps if "run" in step]
    return [command for run in runs for command in re.split(r"&&|\n", run) if command.strip()]


def commands_of_the_hooks() -> list[str]:
    described = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    return [hook["entry"] for repository in described["repos"] for hook in repository["hooks"]]


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page):
    named = places((ROOT / page).read_text())

    assert [place for place in sorted(named) if not (ROOT / place).exists()] == []


def test_a_file_that_is_gone_is_found():
    text = "`ivr/gone.py`, `ivr/steps/NAME.py`, `.venv/bin/python`, `make docs`, `desk/` and `.ci/run`"

    assert places(text) == {"ivr/gone.py", "desk/", ".ci/run"}


@pytest.mark.parametrize("command", [*commands_of_the_workflow(), *commands_of_the_hooks()])
def test_every_command_of_workflow_and_hooks_exists(command):
    assert lacking(command) is None


def test_the_workflow_runs_the_whole_test_run_on_debian_12():
    described = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())

    assert described["jobs"]["test"]["container"] == "debian:12"
    assert ".ci/run" in commands_of_the_workflow()
    assert any(command.startswith(".venv/bin/ruff check") for command in commands_of_the_hooks())


def test_every_target_that_the_page_names_exists():
    named = re.findall(r"`(make [^`]+)`", (ROOT / "CONTRIBUTING.md").read_text())

    assert named
    assert [command for command in named if lacking(command)] == []


@pytest.mark.parametrize("command", ["make tests", ".venv/bin/rough check", ".ci/ran", "no-such-program x"])
def test_a_command_that_is_not_there_is_found(command):
    assert lacking(command)


def test_lint_checks_style_and_types_strictly():
    lint = re.search(r"^lint:\n((?:\t.+\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]

    assert "ruff check ." in lint and "-m mypy" in lint
    assert checked["strict"] and "overrides" not in checked
    assert [folder for folder in checked["files"] if not (ROOT / folder).is_dir()] == []


# The architecture page ----------------------------------------------------------------------------


def named_code(text: str) -> list[tuple[str, str]]:
    """The rows of tables and the sentences that say which name stands in which file."""
    rows = re.findall(r"^\| \d+ \| `(\S+\.py)` \| `(\S+)` \|", text, re.MULTILINE)
    return rows + [(file, name) for name, file in re.findall(r"`([\w.]+)`\s+\(`(\S+\.py)`\)", text)]


def defined_in(source: str) -> set[str]:
    """Classes and functions of a module, and methods as `RetentionClass.method`."""
    named = ast.ClassDef | ast.FunctionDef
    top = [node for node in ast.parse(source).body if isinstance(node, named)]
    inner = {
        f"{node.name}.{part.name}"
        for node in top
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.FunctionDef)
    }
    return {node.name for node in top} | inner


def arrows(text: str) -> list[tuple[str, str]]:
    """The solid arrows of the picture as (importing part, imported part)."""
    parts = {
        node: part_of(module_name(ROOT / place.rstrip("/")))
        for node, place in re.findall(r'^ +(\w+)\["([\w./]+)<br>', text, re.MULTILINE)
    }
    drawn = re.findall(r"^ +([\w &]+) --> ([\w &]+)$", text, re.MULTILINE)
    return [
        (parts[a], parts[b]) for left, right in drawn for a in left.split(" & ") for b in right.split(" & ")
    ]


def test_every_name_on_the_architecture_page_stands_in_its_file():
    found = named_code(ARCHITECTURE.read_text())

    assert len(found) > 25
    missing = [(file, name) for file, name in found if name not in defined_in((ROOT / file).read_text())]
    assert missing == []


def test_a_name_that_is_gone_is_found():
    rows = "| 1 | `ivr/steps/say.py` | `SayStep.enter` | x |\n`SayStep.gone` (`ivr/steps/say.py`)"

    known = defined_in((ROOT / "ivr/steps/say.py").read_text())
    assert [name in known for _, name in named_code(rows)] == [True, False]


def test_the_picture_of_the_layers_is_what_may_be_imported():
    drawn = arrows(ARCHITECTURE.read_text())

    assert {part for arrow in drawn for part in arrow} >= {
        "webhooks",
        "desk",
        "server",
        "ivr.engine",
        "ivr.acd",
    }
    assert [(a, b) for a, b in drawn if b not in MAY_IMPORT[a]] == []


# The glossary -------------------------------------------------------------------------------------


def rows_of_the_glossary() -> list[tuple[str, str, str]]:
    text = (ROOT / "docs" / "glossary.md").read_text()
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|(?: ([^|]+))? \|$", text, re.MULTILINE)
    return [row for row in rows if row[0] not in ("word", "---")]


def names_in_the_code() -> set[str]:
    """Names of modules, classes, functions and fields of the product."""
    names = set()
    for path in sources():
        names.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.ClassDef() | ast.FunctionDef():
                    names.add(node.name)
                case ast.AnnAssign(target=ast.Name(id=name)):
                    names.add(name)
    return names


def test_every_word_of_the_glossary_stands_there_once():
    rows = rows_of_the_glossary()
    words = Counter(word.strip().lower() for words, _, _ in rows for word in words.split(","))

    assert len(rows) > 100
    assert [word for word, times in words.items() if times > 1] == []


def test_what_the_glossary_names_is_in_the_code():
    named = [name for _, _, names in rows_of_the_glossary() for name in re.findall(r"`([^`]+)`", names)]

    known = names_in_the_code()
    assert named
    assert [name for name in named if name not in known] == []
