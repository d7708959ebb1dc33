"""What must hold for every file of the repository, whoever writes it."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import runpy
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from ivr.flowfiles.loader import read_book
from ivr.flowfiles.settings_file import load_settings

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "desk" / "static" / "vendor"

# A file holds one idea whole; a longer one usually holds two.
LONGEST = 600
# A function does one thing. Migrations are lists.
LONGEST_FUNCTION = 60

TOP_LEVEL = {
    ".ci", ".editorconfig", ".github", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md",
    "CONTRIBUTING.md", "LICENSE", "Makefile", "Procfile", "README.md", "SECURITY.md", "articles",
    "benchmarks", "config.yaml", "deploy", "desk", "docs", "flows", "gunicorn.conf.py", "ivr",
    "pyproject.toml", "requirements-test.txt", "requirements.txt", "scripts", "server.py", "simulator",
    "tests", "webhooks",
}  # fmt: skip

# Folders of one machine, and places that packages come from: neither belongs in a public repository. In
# pieces, so that this file does not find itself.
FOREIGN = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(?:home|Users|root|work|opt)/[a-zA-Z]",
            "pypi" + r"\.org|files\.python" + r"hosted|registry\.npm" + "js",
            r"--(?:extra-)?index" + r"-url|--find" + "-links|--trusted" + "-host",
        ]
    )
)


def tracked() -> list[Path]:
    # The folder may belong to another account than ours, as in a container: git would refuse to look at it.
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def text_of(path: Path) -> str | None:
    content = path.read_bytes()
    return None if b"\0" in content else content.decode("utf-8", "replace")


def silenced(source: str) -> list[int]:
    """Lines of `except …:` whose body does nothing: an error that nobody hears of."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ExceptHandler) and all(_does_nothing(line) for line in node.body)
    ]


def _does_nothing(line: ast.stmt) -> bool:
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))


def test_no_python_file_holds_two_ideas():
    lengths = {named(path): path.read_text().count("\n") for path in python_files()}

    assert {name for name, lines in lengths.items() if lines > LONGEST} == set()


def test_no_function_is_longer_than_a_screen():
    long = [
        (named(path), node.name)
        for path in python_files()
        if not named(path).startswith(("tests/", "ivr/store/migrations/"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]

    assert long == []


def test_no_error_is_swallowed():
    found = [f"{named(path)}:{line}" for path in python_files() for line in silenced(path.read_text())]

    assert found == []


SUBJECTLESS = re.compile(r"(Who|Whoever|Whom|Whose|Nobody|Somebody)\b")


def subjectless(source: str) -> list[int]:
    """Lines of what is documented by a sentence that does not name its subject."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return [getattr(node, "lineno", 1) for node in nodes if SUBJECTLESS.match(ast.get_docstring(node) or "")]


def test_a_docstring_without_a_subject_is_found():
    source = 'def rung():\n    """Nobody is rung."""\n\n\ndef ring():\n    """Ring an agent."""\n'
    assert subjectless(source) == [1]


def test_docstrings_name_their_subject():
    product = [path for path in python_files() if "tests" not in path.relative_to(ROOT).parts]
    assert [f"{named(path)}:{line}" for path in product for line in subjectless(path.read_text())] == []


def test_no_machine_path_and_no_registry_address():
    found = []
    for path in tracked():
        if path.parent == VENDOR or (text := text_of(path)) is None:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if hit := FOREIGN.search(line):
                found.append(f"{named(path)}:{number}: {hit[0]}")

    assert found == []


def test_the_top_level_is_as_designed():
    """A newcomer reads it first; every name there is explained in the README."""
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}

    assert names <= TOP_LEVEL


def test_every_vendored_file_is_the_one_in_the_table_with_its_licence():
    row = re.compile(r"^\| (\S+) \| \S+ \| \S+ \| .*?\((\S+)\) \| ([0-9a-f]{64}) \|$", re.MULTILINE)
    rows = row.findall((VENDOR / "VENDOR.md").read_text())
    present = {path.name for path in tracked() if VENDOR in path.parents}

    assert present == {name for file, licence, _ in rows for name in (file, licence)} | {"VENDOR.md"}
    for file, _, checksum in rows:
        assert hashlib.sha256((VENDOR / file).read_bytes()).hexdigest() == checksum, file


@pytest.mark.parametrize(
    "source", ["try:\n f()\nexcept E:\n pass", "try:\n f()\nexcept E:\n ...", "try:\n f()\nexcept E:\n 'no'"]
)
def test_a_swallowed_error_is_found(source):
    assert silenced(source) == [3]
    assert silenced("try:\n f()\nexcept E:\n log()") == []


@pytest.mark.parametrize(
    "line", ["cd /ho" + "me/me/x", "open('/ro" + "ot/x')", "https://pypi" + ".org/x", "/wo" + "rk/main"]
)
def test_a_foreign_address_is_found(line):
    assert FOREIGN.search(line)


WALL_CLOCK = re.compile(r"assert\b.*\btime\.(?:monotonic|perf_counter|time)\(\) - \w+[^<]* <")


def test_no_test_asserts_how_fast_this_machine_is():
    """A slow machine is no fault. What must not wait is tested against something that waits longer."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if WALL_CLOCK.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("line", ["POST /work-orders", "example.com/home/page", "../root/x", "/usr/lib/x"])
def test_ordinary_text_is_not_taken_for_one(line):
    assert not FOREIGN.search(line)


def test_the_step_reference_is_what_the_step_types_say():
    checked = subprocess.run(
        [sys.executable, "scripts/step_reference.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )

    assert checked.returncode == 0, f"a generated page is out of date: run `make docs`. {checked.stderr}"


def test_the_flow_in_the_readme_has_no_problems():
    text = re.search(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    loaded = read_book({"main.yaml": text}, load_settings(ROOT / "config.yaml"))

    assert loaded.flow_set is not None
    assert [str(problem) for problem in loaded.problems] == []


def test_links_between_the_manuals_lead_somewhere():
    broken = []
    for path in tracked():
        if path.suffix != ".md" or "tests" in path.parts:
            continue
        for target in re.findall(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)", path.read_text()):
            file, _, heading = target.partition("#")
            place = path.parent / file if file else path
            if "://" not in target and not (place.exists() and (not heading or heading in headings(place))):
                broken.append(f"{named(path)}: {target}")

    assert broken == []


def headings(path: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize(
    ("environment", "workers", "bind"),
    [
        ({}, 1, "127.0.0.1:8000"),
        ({"DATABASE_URL": "sqlite:///x.db", "WEB_WORKERS": "8", "PORT": "9000"}, 1, "127.0.0.1:9000"),
        ({"DATABASE_URL": "postgresql://db/x", "WEB_WORKERS": "8"}, 8, "127.0.0.1:8000"),
        ({"DATABASE_URL": "postgres://db/x", "GUNICORN_BIND": "unix:s"}, 2 * (os.cpu_count() or 1), "unix:s"),
    ],
)
def test_the_database_decides_how_many_web_workers_run(monkeypatch, environment, workers, bind):
    for name in ("DATABASE_URL", "WEB_WORKERS", "WEB_THREADS", "WEB_STREAMS", "PORT", "GUNICORN_BIND"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = runpy.run_path(str(ROOT / "gunicorn.conf.py"))

    assert (settings["workers"], settings["bind"]) == (workers, bind)
    assert settings["threads"] == 64 + 256
    assert set(settings) & {"control_socket_disable", "worker_class"} <= set(Config().settings)


def test_a_worker_told_to_stop_ends_the_live_feeds_first():
    stopped = threading.Event()
    worker = SimpleNamespace(wsgi=SimpleNamespace(extensions={"presszero_stop": stopped.set}))
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))
    try:
        runpy.run_path(str(ROOT / "gunicorn.conf.py"))["post_worker_init"](worker)
        signal.raise_signal(signal.SIGTERM)
        assert stopped.wait(2)
        assert told == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)
