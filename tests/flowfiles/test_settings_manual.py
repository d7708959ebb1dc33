"""docs/operations.md: the settings table has every setting, its default, and links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.flowfiles.settings_file import read_settings
from ivr.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
MANUAL = (DOCS / "operations.md").read_text(encoding="utf-8")
SECTION = MANUAL.partition("\n## Settings\n")[2].partition("\n\nQueues, with everything")[0]
ROWS = [line.strip("|").split(" | ") for line in SECTION.splitlines() if line.startswith("| `")]
NAMES = [name for row in ROWS for name in re.findall(r"`([a-z_]+)`", row[0])]
TABLE = {name: (row[1], row[2].strip()) for row in ROWS for name in re.findall(r"`([a-z_]+)`", row[0])}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_table(name):
    assert name in TABLE


def test_the_table_has_no_setting_that_is_not_there():
    assert set(TABLE) <= set(Settings.model_fields)


def test_no_setting_is_in_the_table_twice():
    assert [name for name in TABLE if NAMES.count(name) > 1] == []


@pytest.mark.parametrize(
    "name", [name for name, field in Settings.model_fields.items() if isinstance(field.default, str | int)]
)
def test_defaults_are_those_of_the_settings(name):
    assert str(Settings.model_fields[name].default) in TABLE[name][1].strip("`")


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", SECTION))))
def test_its_links_lead_somewhere(link):
    page, _, anchor = link.partition("#")
    there = DOCS / (page or "operations.md")
    assert there.exists() and (not anchor or anchor in _anchors(there))


def test_what_the_manual_shows_is_right():
    given = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
    blocks = re.findall(r"```yaml settings\n(.*?)```", MANUAL, re.DOTALL)
    assert blocks and all(read_settings(given + block).company == "N" for block in blocks)
