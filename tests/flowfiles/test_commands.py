"""ivr check and ivr schema: what they print, and how they exit."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.check import check
from ivr.cli.schema import schema
from ivr.steps import STEP_TYPES

ROOT = Path(__file__).parents[2]
SMALL = 'company: Northwind\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
MAIN = "flow: main\nhuman: support\nstart: wait\nsteps:\n  wait:\n    queue: support\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text(SMALL)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(MAIN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IVR_CONFIG", raising=False)
    return tmp_path


def run(*arguments):
    result = CliRunner().invoke(check, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("arguments", [(), ("flows",), ("flows/main.yaml",), ("--config", "config.yaml")])
def test_clean(folder, arguments):
    assert run(*arguments) == (0, "", "No problems found.\n")


def test_the_shipped_flows(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert run("flows") == (0, "", "No problems found.\n")


@pytest.mark.parametrize("arguments", [(), ("flows",), ("flows/main.yaml",)])
def test_errors(folder, arguments):
    (folder / "flows" / "main.yaml").write_text(MAIN.replace("start: wait", "start: wiat"))
    place, cause = "flows/main.yaml:3:8: flow main › start", "there is no step 'wiat' in this flow"
    assert run(*arguments) == (1, f"{place}: {cause} (did you mean 'wait'?)\n", "1 error.\n")


def test_warnings_do_not_stop(folder):
    (folder / "flows" / "main.yaml").write_text(MAIN + "  bye: {hang_up: Bye.}\n")
    code, out, err = run()
    assert (code, err) == (0, "1 warning.\n")
    assert out.startswith("flows/main.yaml:7:3: flow main › step bye: no caller can reach this step (")


def test_json(folder):
    (folder / "flows" / "main.yaml").write_text(MAIN.replace("start: wait", "start: wiat"))
    code, out, _ = run("--json")
    found = json.loads(out)
    assert (code, found["ok"], len(found["problems"])) == (1, False, 1)
    expected = {
        "file": "flows/main.yaml",
        "line": 3,
        "column": 8,
        "code": "unknown_step",
        "severity": "error",
    }
    assert expected.items() <= found["problems"][0].items()


def test_show_on_bad_input(folder):
    """The mark stands under the character on a terminal; a cut line says so; nothing is shown of nothing."""
    write = (folder / "flows" / "main.yaml").write_text
    write(MAIN.replace("queue: support", "say: 東京都 {{ x | nofilter }}\n    next: wait"))
    lines = run("--show")[1].splitlines()
    (number,) = (number for number, line in enumerate(lines) if "東京都 {{" in line)
    line, mark = lines[number : number + 2]
    assert mark.index("^") == line.index("{{") + len("東京都"), "three characters take two cells each"

    write(MAIN.replace("queue: support", "queue: " + "x" * 300))
    assert run("--show")[1].splitlines()[1].endswith("x…")

    write("")
    assert len(run("--show")[1].splitlines()) == 1

    (folder / "config.yaml").write_text(SMALL.replace("queues", "queus"))
    assert "    3 | queus: {support: {}}" in run("--show")[1].splitlines()


def test_show_points_at_the_place(folder):
    (folder / "flows" / "main.yaml").write_text(MAIN.replace("start: wait", "start: wiat"))
    _, out, _ = run("--show")
    assert out.splitlines()[1:] == ["    3 | start: wiat", "               ^"]


def test_settings_are_checked_too(folder):
    (folder / "config.yaml").write_text(SMALL + "cuntry: US\n")
    code, out, _ = run()
    assert code == 1
    assert out.startswith("config.yaml:4:1: settings › cuntry: there is no setting 'cuntry' here")
    (folder / "config.yaml").write_text(SMALL.replace("main", "mian"))
    assert run()[1].startswith("config.yaml:2:27: settings › numbers › +15550001000: there is no flow 'mian'")


def test_a_file_that_is_not_there(folder):
    code, out, _ = run("flows/none.yaml")
    assert (code, out) == (1, "flows/none.yaml:1:1: file: there is no such file (check the name)\n")


def test_schema():
    result = CliRunner().invoke(schema)
    described = json.loads(result.stdout)
    assert set(described["properties"]) >= {"flow", "human", "start", "steps"}
    assert {f"step_{kind}" for kind in STEP_TYPES} <= set(described["$defs"])
    assert described["$defs"]["step_menu"]["required"] == ["keys", "menu"]


def test_an_editor_shows_what_each_setting_is_for():
    described = json.loads(CliRunner().invoke(schema, []).stdout)
    told = {
        (kind, name): setting.get("description", "")
        for kind, step in described["$defs"].items()
        if kind.startswith("step_")
        for name, setting in step["properties"].items()
    }
    assert told["step_say", "say"].startswith("Say something and go on")
    assert "reads the answer back" in told["step_ask", "confirm"]
    assert "queue" in told["step_menu", "human"] and "seconds of silence" in told["step_ask", "timeout"]
    assert told["step_say", "next"] == "The step that comes next."
    silent = [place for place, words in told.items() if not words]
    assert len(silent) < len(told) / 10, silent
    keys = described["$defs"]["step_menu"]["properties"]["keys"]["propertyNames"]["pattern"]
    assert re.fullmatch(keys, "1") and not re.fullmatch(keys, "0")
