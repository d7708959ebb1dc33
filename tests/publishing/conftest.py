"""A line whose flows can be changed: a project folder of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.flowfiles.loader import live_book
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.service.publishing import Publishing
from ivr.settings import Settings

ROOT = Path(__file__).parents[2]
CONFIG = """
company: Northwind
numbers: {"+15550001000": main}
queues: {support: {}}
"""


def flow_text(word: str, key: str = "1") -> str:
    """A flow that says `word` at every step."""
    return (
        "flow: main\nhuman: support\nstart: hello\nlanguages: [en-US]\nsteps:\n"
        f"  hello: {{say: '{word} one. Press 0 for a person.', next: menu}}\n"
        f"  menu: {{menu: '{word} two. Press {key}.', keys: {{{key}: more}}}}\n"
        f"  more: {{menu: '{word} three. Press {key}.', keys: {{{key}: bye}}}}\n"
        f"  bye: {{hang_up: '{word} four.'}}\n"
    )


class Project:
    """A folder with config.yaml and flows/main.yaml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "flows" / "audio").mkdir(parents=True)
        (folder / "flows" / "audio" / "music").symlink_to(ROOT / "flows" / "audio" / "music")
        (folder / "config.yaml").write_text(CONFIG)
        self.write(flow_text("alpha"))

    def write(self, text: str) -> None:
        (self.folder / "flows" / "main.yaml").write_text(text)

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder / "config.yaml")

    def book(self, word: str, key: str = "1"):
        self.write(flow_text(word, key))
        return live_book(self.settings)


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture
def rehearse(project, database_url) -> Iterator[Callable[[], SimulatedLine]]:
    made: list[SimulatedLine] = []

    def make() -> SimulatedLine:
        made.append(SimulatedLine(project.settings, database_url))
        return made[-1]

    yield make
    for simulated in made:
        simulated.close()


@pytest.fixture
def line(rehearse) -> SimulatedLine:
    return rehearse()


@pytest.fixture
def publishing(line) -> Publishing:
    return Publishing(line.line.transactions)
