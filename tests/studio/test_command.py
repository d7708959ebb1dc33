"""ivr import studio: what it writes and prints, and how it exits."""

import json

import pytest
from click.testing import CliRunner
from exports import HERE, export, say

from ivr.cli.check import check
from ivr.cli.import_ import import_
from ivr.flowfiles.loader import flow_files

ACME = str(HERE / "flows" / "acme.json")
FILES = ["acme_main_line.yaml", "config.suggested.yaml", "import-report.md"]


def run(*arguments):
    result = CliRunner().invoke(import_, ["studio", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_it_writes_flows_settings_and_a_report(tmp_path):
    code, out, err = run(ACME, "--out", tmp_path / "new" / "flows")

    assert code == 0
    assert sorted(path.name for path in (tmp_path / "new" / "flows").iterdir()) == FILES
    assert "approximated     gather_1 (gather-input-on-call): key 0 led to 'address'" in out
    assert err.startswith("24 widgets: 14 converted, 9 approximated, 1 not convertible.")


def test_json(tmp_path):
    code, out, _ = run(ACME, "--out", tmp_path, "--json")
    told = json.loads(out)

    assert (code, told["flow"], told["files"]) == (0, "acme_main_line", FILES)
    assert sum(told["counts"].values()) == len(told["widgets"]) == 24
    assert set(told["widgets"][0]) == {"name", "type", "status", "steps", "reasons"}


def test_nothing_is_overwritten_unless_forced(tmp_path):
    (tmp_path / FILES[0]).write_text("mine")
    code, _, err = run(ACME, "--out", tmp_path)

    assert (code, [path.name for path in tmp_path.iterdir()]) == (2, [FILES[0]])
    assert f"has {FILES[0]} already" in err and (tmp_path / FILES[0]).read_text() == "mine"
    assert run(ACME, "--out", tmp_path, "--force")[0] == 0
    assert (tmp_path / FILES[0]).read_text() != "mine"


def test_a_link_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "other").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / FILES[0]).symlink_to(tmp_path / "other")

    assert run(ACME, "--out", tmp_path / "out", "--force")[0] == 0
    assert (tmp_path / "other").read_text() == "mine"


@pytest.mark.parametrize("text", [b"no", export(say("a", "Hi."), incomingMessage="a")])
def test_what_is_no_voice_flow_exits_2_with_one_sentence(tmp_path, text):
    (tmp_path / "x.json").write_bytes(text)
    code, out, err = run(tmp_path / "x.json", "--out", tmp_path / "out")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there(tmp_path):
    code, _, err = run(tmp_path / "none.json", "--out", tmp_path)
    assert (code, err) == (2, f"{tmp_path / 'none.json'}: there is no such file.\n")


@pytest.mark.parametrize("name", ["reception", "A b/../c"])
def test_name(tmp_path, name):
    assert run(ACME, "--out", tmp_path, "--name", name)[0] == 0
    assert (tmp_path / {"reception": "reception.yaml"}.get(name, "a_b_c.yaml")).is_file()


@pytest.mark.parametrize("whole_folder", [False, True])
def test_what_it_writes_passes_ivr_check(tmp_path, whole_folder):
    assert run(ACME, "--out", tmp_path)[0] == 0
    if whole_folder and "config.suggested.yaml" in flow_files(tmp_path):
        pytest.skip("the loader takes the suggested settings in a folder for a flow")
    path = tmp_path if whole_folder else tmp_path / FILES[0]
    result = CliRunner().invoke(check, ["--config", str(tmp_path / FILES[1]), str(path)])

    assert (result.exit_code, result.stdout) == (0, "")
