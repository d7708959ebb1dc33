"""Broken files and the exact text an author gets for each. With IVR_UPDATE=1 the texts are written anew."""

import os
from pathlib import Path

import pytest

from ivr.flowfiles.loader import book_of
from ivr.flowfiles.problems import SettingsProblems
from ivr.flowfiles.reader import read_bytes
from ivr.flowfiles.settings_file import read_settings

FOLDER = Path(__file__).parents[1] / "broken_flows"
FLOWS = sorted(FOLDER.glob("*.yaml"))
SETTINGS = sorted((FOLDER / "settings").glob("*.yaml"))


def compare(path: Path, problems: list) -> None:
    said = "".join(f"{problem.severity}: {problem}\n" for problem in problems)
    expected = path.with_suffix(".txt")
    if os.environ.get("IVR_UPDATE"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")
    assert said, "a broken file without a problem"


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_flow(path, settings):
    loaded = book_of({path.name: read_bytes(path.read_bytes(), path.name)}, settings, whole=False)
    compare(path, loaded.problems)
    has_errors = any(problem.severity == "error" for problem in loaded.problems)
    assert (loaded.flow_set is None) == has_errors


@pytest.mark.parametrize("path", SETTINGS, ids=lambda path: path.stem)
def test_settings(path):
    with pytest.raises(SettingsProblems) as caught:
        read_settings(path.read_bytes(), path.name)
    compare(path, caught.value.problems)


def test_there_are_enough_of_them():
    assert len(FLOWS) >= 40
    assert {path.stem for path in FOLDER.rglob("*.txt")} == {path.stem for path in FOLDER.rglob("*.yaml")}
