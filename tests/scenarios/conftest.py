"""Flows to play on, and calls that really took place on a line with a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.scenarios.environment import ScenarioEnvironment
from ivr.scenarios.scenario_file import Scenario, documents, read_scenario
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.settings import Settings
from tests.once import shipped_settings, with_tables

ROOT = Path(__file__).parents[2]
FLOWS = ROOT / "flows"


@pytest.fixture(scope="session")
def settings() -> Settings:
    return shipped_settings()


@pytest.fixture(scope="session")
def shared_house(settings) -> Iterator[ScenarioEnvironment]:
    house = ScenarioEnvironment(settings)
    yield house
    house.close()


@pytest.fixture
def house(shared_house) -> ScenarioEnvironment:
    """The shipped flows. One house for all tests: that it is as new for each is what it promises."""
    return shared_house


@pytest.fixture
def written(tmp_path, settings) -> Callable[[str], tuple[list[Scenario], list[str]]]:
    """Scenarios of a text, and the problems in it as they are printed."""

    def read(text: str) -> tuple[list[Scenario], list[str]]:
        file = tmp_path / "s.yaml"
        file.write_text(text)
        found, problems = [], []
        for document in documents(file):
            document.file = "s.yaml"
            for problem in document.problems:
                object.__setattr__(problem, "file", "s.yaml")
            scenario, wrong = read_scenario(document, settings, str(FLOWS / "scenarios" / "customers.csv"))
            found += [scenario] if scenario else []
            problems += [str(each) for each in wrong]
        return found, problems

    return read


@pytest.fixture
def draft(tmp_path) -> Path:
    """A copy of the shipped flows with their scenarios, to be changed."""
    folder = tmp_path / "draft"
    shutil.copytree(FLOWS, folder, ignore=shutil.ignore_patterns("audio"))
    return folder


@pytest.fixture
def ivr(monkeypatch) -> Callable[..., Result]:
    """Run a command in the project's folder."""
    monkeypatch.chdir(ROOT)

    def run(command, *arguments: object) -> Result:
        return CliRunner().invoke(command, [str(argument) for argument in arguments])

    return run


@pytest.fixture
def real_line(tmp_path, settings, monkeypatch) -> Iterator[SimulatedLine]:
    """A line whose database the commands find in DATABASE_URL."""
    url = with_tables(tmp_path / "real.db")
    monkeypatch.setenv("DATABASE_URL", url)
    line = SimulatedLine(settings, url)
    yield line
    line.close()


def change(folder: Path, file: str, before: str, after: str) -> None:
    """Change a flow file at the one place that reads like this."""
    path = folder / file
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))
