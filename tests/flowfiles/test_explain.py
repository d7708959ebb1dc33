"""Every code that a problem can have is explained, every explanation is used, and its example is true."""

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.explain import explain
from ivr.flowfiles.explain import explanations, manual
from ivr.flowfiles.loader import load_book, read_book
from ivr.flowfiles.problems import SettingsProblems
from ivr.flowfiles.settings_file import read_settings

ROOT = Path(__file__).parents[2]
HEAD = "flow: main\nhuman: support\nstart: {first}\nlanguages: [en-US]\nsteps:\n"
SETTINGS = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
# Call → where its arguments hold the code.
AT = {"Problem": 6, "problem": 3, "_refused": 3, "_nothing": 3, "refuse": 3, "note": 3, "_at": 5}
NAMED = ("step", "flow", "queue", "calendar", "target", "language", "source")


def codes_in(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            at = 0 if name == "PydanticCustomError" else AT.get(name)
            found |= literal(node.args[at]) if at is not None and len(node.args) > at else set()
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and node.value.elts:
            last = node.value.elts[-1]
            found |= {part for part in literal(last) if part.isidentifier() and part in explanations()}
    return found


def literal(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return literal(node.body) | literal(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return {f"unknown_{what}" for what in NAMED}
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def used() -> set[str]:
    folders = ("ivr/flowfiles", "ivr/engine", "ivr/steps")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")] + [
        ROOT / "ivr/settings.py"
    ]
    return set().union(*(codes_in(ast.parse(path.read_text())) for path in paths))


def test_every_code_is_explained_and_every_explanation_is_used():
    unexplained, unused = used() - set(explanations()), set(explanations()) - used()

    assert not unexplained, f"explain them in ivr/flowfiles/explain/codes.yaml: {sorted(unexplained)}"
    assert not unused, f"no problem has these codes any more: {sorted(unused)}"


def test_a_new_code_is_noticed():
    tree = ast.parse(
        'part.problem((), "m", "r", "brand_new", at_key=True)\nPydanticCustomError("newer", "m")'
    )
    assert codes_in(tree) == {"brand_new", "newer"}


def codes_of(text: str, kind: str, settings) -> set[str]:
    if kind == "settings":
        whole = SETTINGS.replace("queues: {support: {}}\n", "") if text.startswith("queues:") else SETTINGS
        try:
            read_settings(whole + text)
        except SettingsProblems as fault:
            return {problem.code for problem in fault.problems}
        return set()
    if kind == "flows":
        flow = "flow: main\nhuman: support\nstart: a\nsteps: {a: {queue: support}}\n"
        loaded = read_book({"main.yaml": flow}, read_settings(SETTINGS + text))
        return {problem.code for problem in loaded.problems}
    if kind == "steps":
        first = text.split(":")[0].strip("[]")
        text = HEAD.format(first=first) + "".join(f"  {line}\n" for line in text.splitlines())
    return {problem.code for problem in read_book({"main.yaml": text}, settings).problems}


REAL = [one for one in explanations().values() if one.kind != "words"]


@pytest.mark.parametrize("one", REAL, ids=lambda one: one.code)
def test_the_example_has_the_problem_and_its_remedy_has_not(one, settings):
    assert one.code in codes_of(one.wrong, one.kind, settings)
    right = codes_of(one.right, one.kind, settings)
    assert right <= {"zero_unsaid"} - {one.code}  # a fragment of a flow need not greet anybody


def test_the_shipped_flows_use_no_unexplained_code(settings):
    loaded = load_book(ROOT / "tests" / "broken_flows", settings, whole=False)
    assert {problem.code for problem in loaded.problems} <= set(explanations())


def test_the_page_in_the_manual_is_what_the_explanations_say():
    page = (ROOT / "docs" / "errors.md").read_text()
    assert page == manual(), "run: ivr explain --manual > docs/errors.md"


def test_the_command():
    run = CliRunner().invoke
    shown = run(explain, ["zero_bound"])
    assert shown.exit_code == 0
    assert "always leads to a person" in shown.output
    assert "For the caller:" in shown.output
    assert "keys: {1: help, 9: menu, 0: bye}" in shown.output
    assert json.loads(run(explain, ["zero_bound", "--json"]).output)["code"] == "zero_bound"
    assert len(run(explain, []).output.splitlines()) > len(explanations())


def test_a_misspelt_code_gets_a_suggestion():
    shown = CliRunner().invoke(explain, ["zero-bond"])
    assert shown.exit_code == 2
    assert "zero_bound" in shown.stderr
