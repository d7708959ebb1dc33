"""Books: good ones are silent, broken ones are never handed out, and the same text has the same name."""

from pathlib import Path

import pytest

from ivr.flowfiles.loader import load_book, load_files, read_book
from ivr.flowfiles.problems import in_order, pretty
from ivr.flowfiles.settings_file import load_settings

ROOT = Path(__file__).parents[2]
MAIN = """\
flow: main
human: support
start: welcome
steps:
  welcome:
    say: Welcome. Press 0 at any time to speak to a person.
    next: wait
  wait:
    queue: support
"""


def test_shipped_flows_are_clean():
    shipped = load_settings(ROOT / "config.yaml")
    loaded = load_book(shipped.flows_path, shipped)
    assert [str(problem) for problem in loaded.problems] == []
    assert set(loaded.flow_set.flows) == {"main", "billing", "after_hours"}


def test_a_book(settings):
    loaded = read_book({"main.yaml": MAIN}, settings)
    assert loaded.problems == []
    flow = loaded.flow_set.flows["main"]
    assert (flow.start, flow.human, flow.languages, flow.tries) == ("welcome", "support", ("en-US",), 3)
    assert (flow.sources["wait"].file, flow.sources["wait"].line) == ("flows/main.yaml", 8)
    assert loaded.flow_set.texts == {"main.yaml": MAIN}
    assert loaded.flow_set.implicit.queue("support").kind == "queue"


def test_the_revision_is_of_the_text(settings):
    one = read_book({"main.yaml": MAIN}, settings).flow_set
    assert len(one.revision) == 16
    assert read_book({"main.yaml": MAIN.replace("\n", "\r\n")}, settings).flow_set.revision == one.revision
    assert read_book({"other.yaml": MAIN}, settings).flow_set.revision != one.revision
    assert read_book({"main.yaml": MAIN + "# more\n"}, settings).flow_set.revision != one.revision
    assert read_book(one.texts, settings).flow_set.revision == one.revision


def test_stored_texts_outlive_the_settings(settings):
    texts = {"main.yaml": MAIN.replace("flow: main", "flow: old").replace("queue: support", "queue: gone")}
    assert read_book(texts, settings).flow_set is None
    loaded = read_book(texts, settings, stored=True)
    assert [problem.code for problem in loaded.problems] == ["unknown_queue"]
    assert set(loaded.flow_set.flows) == {"old"}
    assert read_book({"main.yaml": MAIN.replace("say", "sayy")}, settings, stored=True).flow_set is None


def test_a_folder(settings, tmp_path):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "call.yaml").write_text("scenario: not a flow\n")
    (tmp_path / ".hidden.yaml").write_text("not: [a flow\n")
    (tmp_path / "notes.txt").write_text("not a flow")
    (tmp_path / "main.yaml").write_text(MAIN)
    loaded = load_book(tmp_path, settings, shown="flows")
    assert (loaded.problems, list(loaded.flow_set.texts)) == ([], ["main.yaml"])
    assert loaded.flow_set.revision == read_book({"main.yaml": MAIN}, settings).flow_set.revision


def test_problems_of_all_files_come_together(settings):
    other = MAIN.replace("flow: main", "flow: other").replace("next: wait", "next: wiat")
    loaded = read_book(
        {"main.yaml": MAIN.replace("support", "suport"), "b.yaml": other, "c.yaml": "a: ["}, settings
    )
    assert loaded.flow_set is None
    assert {problem.file for problem in loaded.problems} == {
        "flows/main.yaml",
        "flows/b.yaml",
        "flows/c.yaml",
    }


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"a.yaml": MAIN, "b.yaml": MAIN}, "flow_twice"),
        ({"a.yaml": MAIN.replace("flow: main", "flow: other")}, "unknown_flow"),
        ({}, "no_flows"),
    ],
)
def test_problems_of_a_book(texts, code, settings):
    loaded = read_book(texts, settings)
    assert loaded.flow_set is None
    assert [problem.code for problem in loaded.problems] == [code]


def test_flows_that_enter_each_other(settings):
    def entering(name, other):
        return MAIN.replace("flow: main", f"flow: {name}").replace(
            "queue: support", f"flow: {other}\n    next: out"
        ) + ("  out: {leave: flow}\n")

    loaded = read_book({"a.yaml": entering("main", "b"), "b.yaml": entering("b", "main")}, settings)
    assert [problem.code for problem in loaded.problems] == ["recursion"]
    assert "main → b → main" in loaded.problems[0].message


def test_a_circle_through_a_silent_flow_never_ends(settings):
    silent = "flow: b\nhuman: support\nstart: a\nsteps:\n  a: {set: {x: y}, next: o}\n  o: {leave: flow}\n"
    asking = silent.replace("set: {x: y}", "ask: Your number?, save: x")
    main = MAIN.replace("queue: support", "flow: b\n    next: welcome")
    codes = [
        [problem.code for problem in read_book({"main.yaml": main, "b.yaml": b}, settings).problems]
        for b in (silent, asking)
    ]
    assert codes == [["endless"], []]


def test_links_out_of_the_folder_are_not_followed(settings, tmp_path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: [hunter2\n")
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "main.yaml").symlink_to(secret)
    loaded = load_book(folder, settings)
    assert [problem.code for problem in loaded.problems] == ["link"]
    assert "hunter2" not in pretty(loaded.problems[0], loaded.texts)


def test_a_missing_folder_is_a_problem(settings, tmp_path):
    assert [problem.code for problem in load_book(tmp_path / "no", settings).problems] == ["no_folder"]
    assert [problem.code for problem in load_book(tmp_path, settings).problems] == ["no_flows"]


def test_a_single_file_finds_the_flows_beside_it(settings, tmp_path):
    main = tmp_path / "main.yaml"
    main.write_text(MAIN.replace("queue: support", "flow: b\n    next: welcome"))
    assert [problem.code for problem in load_files([main], settings).problems] == ["unknown_flow"]
    (tmp_path / "b.yaml").write_text(
        "flow: b\nhuman: support\nstart: a\nsteps:\n  a: {menu: x, keys: {1: o}}\n  o: {leave: flow}\n"
    )
    assert load_files([main], settings).problems == []


def test_order_and_pretty_form(settings):
    text = MAIN.replace("next: wait", "next: wiat").replace("Press 0", "Call us back")
    loaded = read_book({"main.yaml": text}, settings)
    assert [problem.severity for problem in loaded.problems] == ["error", "warning"]
    assert in_order(reversed(loaded.problems)) == loaded.problems
    shown = pretty(loaded.problems[0], loaded.texts).splitlines()
    assert shown[1:] == ["    7 |     next: wiat", "                  ^"]
