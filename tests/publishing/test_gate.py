"""Nothing goes live past a scenario that failed, or that could not be played: only where there are none."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from ivr.cli import ivr
from tests.publishing.conftest import CONFIG, flow_text

PASSES = "scenario: the welcome\nthen:\n  - hears: beta one\n"
ALERTS = "reports: {alerts: {mail: [floor@example.com]}}\n"


@pytest.fixture
def run(project, tmp_path, monkeypatch):
    """The commands in the project's folder, whose flows say "beta"."""
    project.write(flow_text("beta"))
    monkeypatch.chdir(project.folder)
    database = f"sqlite:///{tmp_path / 'gate.db'}"
    environ = {"DATABASE_URL": database, "IVR_CONFIG": "config.yaml", "SMTP_HOST": ""}
    return lambda *words: CliRunner().invoke(ivr, words, env=environ)


@pytest.fixture
def scenarios(project):
    folder = project.folder / "flows" / "scenarios"
    folder.mkdir()

    def write(**files: str) -> None:
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(text)

    return write


def is_live(run) -> bool:
    return "the files themselves are live" not in run("revisions").output


def test_scenarios_that_pass_let_the_flows_go_live(run, scenarios):
    scenarios(welcome=PASSES)
    done = run("publish", "-m", "x")
    assert done.exit_code == 0 and is_live(run), done.output
    assert "1 scenario: 1 passed" in run("revisions", "--json").output


def test_without_scenario_files_they_go_live_and_it_is_said(run):
    done = run("publish", "-m", "x")
    assert done.exit_code == 0 and is_live(run)
    assert "There are no scenarios to play." in done.stderr


@pytest.mark.parametrize(
    ("files", "exit_code", "says"),
    [
        ({"welcome": PASSES.replace("beta", "gamma")}, 1, "a scenario failed"),
        ({"welcome": PASSES, "zz": "- heers: Hello\n"}, 2, "zz.yaml"),
        ({"welcome": PASSES, "zz": "scenario: x\nthen:\n  - heers: Hello\n"}, 2, "heers"),
        ({"zz": ""}, 2, "this file is empty"),
        ({"welcome": PASSES.replace("beta", "gamma"), "zz": "{"}, 2, "zz.yaml"),
    ],
)
def test_what_failed_or_could_not_be_played_keeps_them_back(run, scenarios, files, exit_code, says):
    scenarios(**files)
    done = run("publish", "-m", "x")
    assert (done.exit_code, is_live(run)) == (exit_code, False), done.output
    assert says in done.stderr and "Nothing was published" in done.stderr
    assert run("publish", "-m", "x", "--no-test").exit_code == 0 and is_live(run)


def test_tools_of_authors_need_no_mail_server(run, scenarios, project):
    """What is rehearsed alerts nobody."""
    scenarios(welcome=PASSES)
    (project.folder / "config.yaml").write_text(CONFIG + ALERTS)
    for words in (("test",), ("phone", "--keys", "0"), ("publish", "-m", "x"), ("replay", "flows")):
        done = run(*words)
        assert done.exit_code == 0 and "SMTP_HOST" not in done.output, (words, done.output)
    assert is_live(run)


def test_nothing_to_play_is_no_failure_and_no_mistake(run, scenarios):
    assert run("test").exit_code == 3
    scenarios(welcome=PASSES)
    assert run("test", "-k", "no such name").exit_code == 3
    scenarios(zz="- heers: Hello\n")
    assert run("test").exit_code == 2


def test_what_stands_where_scenarios_should_be_does_not_mean_that_there_are_none(run, project):
    (project.folder / "flows" / "scenarios").write_text("no folder")
    done = run("publish", "-m", "x")
    assert done.exit_code == 2 and not is_live(run)
    assert "this is not a folder" in done.stderr


def test_a_folder_that_leads_nowhere_lets_nothing_pass(run, project, tmp_path):
    (project.folder / "flows" / "scenarios").symlink_to(tmp_path / "gone")
    done = run("publish", "-m", "x")
    assert done.exit_code == 2 and not is_live(run)


def test_a_folder_of_scenarios_that_cannot_be_listed_lets_nothing_pass(run, scenarios, monkeypatch):
    scenarios(welcome=PASSES)
    list_folder = os.scandir

    def scandir(path):
        if str(path).endswith("scenarios"):
            raise PermissionError(13, "Permission denied", str(path))
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", scandir)  # tests may run as root, who may read everything
    done = run("publish", "-m", "x")
    assert done.exit_code == 2 and not is_live(run)
    assert "this folder cannot be read (Permission denied)" in done.stderr
    assert run("test").exit_code == 2


def test_a_scenario_with_capitals_in_its_suffix_is_played(run, scenarios, project):
    scenarios()
    (project.folder / "flows" / "scenarios" / "WELCOME.YAML").write_text(PASSES.replace("beta", "gamma"))
    done = run("publish", "-m", "x")
    assert done.exit_code == 1 and not is_live(run)
