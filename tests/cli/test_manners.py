"""The commands in a stranger's hands: all that is missing at once, nothing new is no mistake, and the same
options everywhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import phonenumbers
import pytest
from click.testing import CliRunner

from ivr.cli import ivr
from ivr.cli.phone import _number_in
from ivr.environment import Environment, EnvironmentProblem
from ivr.store.revisions import Publication

ROOT = Path(__file__).parents[2]
REPORTS = ("day", "week", "queues", "agents", "reasons", "steps", "satisfaction", "answers", "contacts")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop of one flow in a folder of its own; the commands run in it."""
    shutil.copytree(ROOT / "flows", tmp_path / "flows", ignore=shutil.ignore_patterns("audio"))
    shutil.copy(ROOT / "config.yaml", tmp_path / "config.yaml")
    (tmp_path / "articles").mkdir()
    monkeypatch.chdir(tmp_path)
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path / 'line.db'}", "IVR_CONFIG": "config.yaml"}

    def run(*arguments: object):
        return CliRunner().invoke(ivr, [str(argument) for argument in arguments], env=environ)

    return run


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "PUBLIC_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and IVR_SECRET_KEY are not set"),
        (("PUBLIC_URL", "TWILIO_ACCOUNT_SID", "IVR_SECRET_KEY"), "^TWILIO_AUTH_TOKEN is not set: the"),
    ],
)
def test_every_missing_variable_is_named_at_once(given, said):
    with pytest.raises(EnvironmentProblem, match=said):
        Environment.from_mapping(dict.fromkeys(given, "x"), serving=True)


def test_nothing_new_to_publish_is_said_and_no_failure(shop):
    first = shop("publish", "--no-test", "-m", "first")
    assert first.exit_code == 0, first.output
    again = shop("publish", "--no-test")
    assert again.exit_code == 0, again.output
    assert again.stdout.startswith("There is nothing new to publish: revision ")
    assert json.loads(shop("publish", "--no-test", "--json").stdout)["what"] == "nothing new"
    assert len(json.loads(shop("revisions", "--json").stdout)["history"]) == 1


def test_revisions_are_told_in_the_companys_own_time(shop, monkeypatch):
    published = Publication(1, 1_772_463_600.0, "published", "r1", 100, "Ann", "first", {})
    monkeypatch.setattr("ivr.cli.revisions.store.history", lambda *_: [published])
    shop("publish", "--no-test")
    assert "2026-03-02 10:00  r1" in shop("revisions").output  # in New York


@pytest.mark.parametrize("report", (*REPORTS, "answers", "contacts", "waits"))
@pytest.mark.parametrize(
    "period",
    [("--days", "3"), ("--since", "2026-03-02"), ("--since", "2026-03-02", "--until", "2026-03-03", "--csv")],
)
def test_every_report_is_asked_in_the_same_way(shop, report, period):
    done = shop("report", report, *period)
    assert done.exit_code in (0, 1) and "No such option" not in done.output, done.output
    if period[0] == "--days" or "--until" in period:
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize("report", ["answers", "contacts", "waits", "day"])
def test_a_day_that_is_none_is_refused_everywhere(shop, report):
    done = shop("report", report, "--since", "yesterday")
    assert done.exit_code == 1 and "yesterday" in done.output


@pytest.mark.parametrize("report", ["day", "week", "queues"])
def test_a_report_of_an_empty_shop_says_what_there_would_be(shop, report):
    said = shop("report", report).output
    assert said.startswith("Nothing happened in that time.\nAsked were the days from 20")
    assert "Here you will see:" in said and "answered" in said
    assert "--days 90, or --since 2026-03-02" in said
    assert max(map(len, said.splitlines())) < 260


def test_scenarios_of_an_import_are_played_with_its_settings(shop, tmp_path):
    imported = tmp_path / "imported"
    (imported / "scenarios").mkdir(parents=True)
    (imported / "main.yaml").write_text(
        "flow: main\nlanguages: [en-US]\nhuman: sales\nstart: hello\nsteps:\n"
        "  hello: {menu: 'Hello. Press 1 for sales, or 0 for a person.', keys: {1: sales}}\n"
        "  sales: {queue: sales}\n"
    )
    (imported / "config.suggested.yaml").write_text(
        "company: Imported\nnumbers: {'+15550001000': main}\nqueues: {sales: {}}\nflows_folder: .\n"
    )
    scenario = "scenario: hello\nthen:\n  - hears: Hello\n  - presses: 1\n  - hangs_up\n"
    (imported / "scenarios" / "one.yaml").write_text(scenario)
    done = shop("test", "--flows", imported)
    assert done.exit_code == 0, done.output
    assert "1 passed" in done.output


@pytest.mark.parametrize(
    ("phone", "why"),
    [
        ("911", "'911' is an emergency number"),
        ("112", "'112' is an emergency number"),
        ("+19005550123", "'+19005550123' is a premium-rate number"),
        ("900 555 0123", "'+19005550123' is a premium-rate number"),
        ("12345", "'12345' is a short number"),
        ("+881612345678", "no ordinary telephone number"),
        ("+18095550123", "is a number of DO, and we call US only"),
        ("+447012345678", "is a number of GB"),
        ("pizza", "'pizza' is not a telephone number"),
    ],
)
def test_an_agents_phone_is_an_ordinary_number(shop, phone, why):
    done = shop("agents", "add", "desk-1", "--phone", phone, "--queues", "support")
    assert done.exit_code == 1 and why in done.output, done.output
    assert shop("agents", "add", "desk-1", "--phone", "(555) 000-2001", "--queues", "support").exit_code == 0
    assert shop("agents", "set", "desk-1", "--phone", phone).exit_code == 1


@pytest.mark.parametrize("country", ["US", "DE", "GB", "FR", "MX", "IN", "AU"])
def test_the_text_phone_calls_from_the_companys_country(country):
    number = phonenumbers.parse(_number_in(country), None)
    assert phonenumbers.region_code_for_number(number) == country


def test_a_terminal_gets_a_file_and_not_a_page_of_svg(shop, tmp_path, monkeypatch):
    assert shop("draw", "--flow", "main").output.startswith("<svg")  # into a pipe
    monkeypatch.setattr("ivr.cli.draw._to_terminal", lambda: True)
    done = shop("draw", "--flow", "main")
    assert done.output.startswith("Drawn into main.svg.")
    assert (tmp_path / "main.svg").read_text().startswith("<svg")
    assert shop("draw", "--format", "mermaid").output.startswith("flowchart")
