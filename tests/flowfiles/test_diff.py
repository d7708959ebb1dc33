"""What changed, in words: the exact sentences an editor reads."""

import json
import subprocess
import xml.etree.ElementTree as ET

import pytest
from click.testing import CliRunner

from ivr.cli.diff import diff
from ivr.flowfiles.diff import compare, compare_settings, diff_svg
from ivr.flowfiles.loader import read_book
from ivr.flowfiles.settings_file import read_settings

HEAD = "flow: main\nhuman: support\nstart: a\nlanguages: [en-US]\nsteps:\n"
A = "  a: {menu: For orders press 1., keys: {1: orders, 2: more}, tries: 2}\n"
ORDERS = "  orders: {queue: support, say: I will put you through to someone who knows.}\n"
MORE = "  more: {say: One moment please., next: orders}\n"


def book(settings, steps):
    loaded = read_book({"main.yaml": HEAD + steps}, settings)
    assert loaded.flow_set, loaded.problems
    return loaded.flow_set


def said(settings, old, new):
    return [
        one.text for change in compare(book(settings, old), book(settings, new)) for one in change.sentences
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (A, A + "# a comment\n", []),
        (A, A.replace("2: more", "2: orders, 3: more"), [
            "option 2 of a now leads to orders (was more)", "option 3 of a is new and leads to more"]),
        (A, A.replace(", tries: 2", ", tries: 3"), ["tries of a is now 3 (was 2)"]),
        (A, A.replace("orders press 1", "parcels press 1"),
            ["a says: “For [-orders-] {+parcels+} press 1.”"]),
        (A, A.replace(", tries: 2", ", no_input: more"),
            ["“no input” of a is new and leads to more", "tries of a is no longer set (was 2)"]),
    ],
)  # fmt: skip
def test_sentences(settings, old, new, expected):
    assert said(settings, old + ORDERS + MORE, new + ORDERS + MORE) == expected


def test_a_step_with_another_name_is_no_other_step(settings):
    new = (A + ORDERS + MORE).replace("1: orders", "1: parcels").replace("next: orders", "next: parcels")
    new = new.replace("  orders:", "  parcels:")
    assert said(settings, A + ORDERS + MORE, new) == ["orders is now called parcels"]


def test_steps_that_came_and_went(settings):
    new = A.replace("2: more", "2: leave") + ORDERS + "  leave: {voicemail: support}\n"
    assert said(settings, A + ORDERS + MORE, new) == [
        "option 2 of a now leads to leave (was more)",
        "leave is new: a voicemail",
        "more is gone: it was a say",
    ]


def test_the_drawn_form_marks_what_came_and_went(settings):
    old = book(settings, A + ORDERS + MORE)
    new = book(settings, A.replace("2: more", "2: leave") + ORDERS + "  leave: {voicemail: support}\n")
    drawn = diff_svg(compare(old, new), old, new)
    ET.fromstring(drawn)
    assert all(f"is-{mark}" in drawn for mark in ("added", "removed", "changed"))
    assert 'class="way is-removed"' in drawn


CONFIG = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{mon-fri: 09:00-18:00}", "{mon-thu: 09:00-18:00, fri: 09:00-15:00}",
            ["office: Friday closes at 15:00 (was 18:00)"]),
        ("{mon-fri: 09:00-18:00}", "{mon-sat: 09:00-18:00}",
            ["office: Saturday is open 09:00 to 18:00 (was closed)"]),
        ("{mon: 09:00-18:00}", "{mon: 08:30-18:00}", ["office: Monday opens at 08:30 (was 09:00)"]),
        ("{mon: 09:00-18:00}", "{mon: '09:00-12:00, 13:00-18:00'}",
            ["office: Monday is open 09:00 to 12:00 and 13:00 to 18:00 (was open 09:00 to 18:00)"]),
    ],
)  # fmt: skip
def test_opening_hours(old, new, expected):
    before, after = (
        read_settings(f"{CONFIG}calendars: {{office: {{hours: {hours}}}}}\n") for hours in (old, new)
    )
    assert [one.text for one in compare_settings(before, after)] == expected


def test_other_settings():
    before = read_settings(CONFIG.replace("{}}", "{ring_seconds: 20}}"))
    after = read_settings(CONFIG.replace("{}}", "{ring_seconds: 30}}"))
    expected = ["queues › support › ring_seconds is now 30 (was 20)"]
    assert [one.text for one in compare_settings(before, after)] == expected


def test_the_command_with_folders_and_with_git(tmp_path, monkeypatch):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, steps in (
        (old, A + ORDERS + MORE),
        (new, A.replace("2: more", "2: orders, 3: more") + ORDERS + MORE),
    ):
        (folder / "flows").mkdir(parents=True)
        (folder / "config.yaml").write_text(CONFIG)
        (folder / "flows" / "main.yaml").write_text(HEAD + steps)
    monkeypatch.chdir(new)
    run = CliRunner().invoke
    found = json.loads(run(diff, [str(old), str(new), "--json"]).output)
    assert [one["text"] for one in found["flows"][0]["changes"]] == [
        "option 2 of a now leads to orders (was more)",
        "option 3 of a is new and leads to more",
    ]
    assert run(diff, [str(old), str(old)]).output == "Nothing changed.\n"
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], cwd=new, check=True)
    (new / "flows" / "main.yaml").write_text(HEAD + A + ORDERS + MORE)
    assert "option 3 of a is gone (it led to more)" in run(diff, ["--git", "HEAD"]).output
    assert run(diff, ["--git", "--output=x"]).exit_code == 2
    assert run(diff, ["--git", "nonsense"]).exit_code == 2
