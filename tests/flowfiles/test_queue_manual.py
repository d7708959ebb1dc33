"""docs/queues.md: every setting of a queue is there, and what it shows is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.engine.languages import KNOWN
from ivr.flowfiles.loader import load_book
from ivr.flowfiles.problems import errors
from ivr.flowfiles.queue_settings import OverflowSettings, QueueSettings
from ivr.flowfiles.settings_file import read_settings

MANUAL = (Path(__file__).parents[2] / "docs" / "queues.md").read_text(encoding="utf-8")
TABLE = re.compile(r"^\| (`[^|]+) \|", re.MULTILINE)
NAMED = {name for cell in TABLE.findall(MANUAL) for name in re.findall(r"`([a-z_]+)", cell)}


def block(kind: str) -> str:
    return re.search(rf"```yaml {kind}\n(.*?)```", MANUAL, re.DOTALL).group(1)


@pytest.mark.parametrize("name", QueueSettings.model_fields)
def test_every_setting_is_explained(name):
    assert name in NAMED


@pytest.mark.parametrize("name", OverflowSettings.model_fields)
def test_every_part_of_an_overflow_rule_is_explained(name):
    assert name in NAMED


@pytest.mark.parametrize("name", ["ring_seconds", "max_wait_minutes", "keep_place_minutes", "announce_every"])
def test_defaults_are_those_of_the_settings(name):
    row = next(line for line in MANUAL.splitlines() if line.startswith(f"| `{name}`"))
    assert row.rstrip(" |").endswith(str(QueueSettings.model_fields[name].default)), row


def test_phrases_that_are_named_exist():
    table = MANUAL[MANUAL.index("| phrase |") : MANUAL.index("## Music and messages")]
    named = set(re.findall(r"`([a-z_]+)`", table))
    assert named and named <= set(KNOWN["en"].phrases)
    families = ("wait_", "position", "hint_", "overflow_", "closed", "music_")
    spoken = {name for name in KNOWN["en"].phrases if name.startswith(families)}
    assert spoken <= named


def test_the_settings_are_good():
    billing = read_settings(block("settings")).queues["billing"]
    assert len(billing.overflow) == 3 and billing.callbacks is not None


def test_the_flow_is_good(tmp_path):
    (tmp_path / "main.yaml").write_text(block("flow"))
    loaded = load_book(tmp_path, read_settings(block("settings")))
    assert errors(loaded.problems) == []
    assert loaded.flow_set is not None
