"""Articles as files: what is wrong with one is said with its place and its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flowfiles.articles.article_parser import (
    MAX_BYTES,
    around,
    article_files,
    check_articles,
    check_names,
    read_article,
    read_article_bytes,
    segments,
)
from ivr.flowfiles.loader import load_book
from ivr.flowfiles.settings_file import load_settings

ROOT = Path(__file__).parents[2]
GOOD = "---\ntitle: Late\nsay: Sorry.\n---\nBody.\n"


def head(*lines: str, body: str = "Body.") -> str:
    return "\n".join(["---", "title: Late", *lines, "---", body])


def said(text: str, name: str = "late") -> list[str]:
    return [str(problem) for problem in read_article(text, name, "late.md").problems]


@pytest.fixture(scope="module")
def house():
    settings = load_settings(ROOT / "config.yaml", {})
    return settings, load_book(settings.flows_path, settings).flow_set


def test_a_good_one_is_read():
    read = read_article(head("keywords: late", "steps: [main.late]", "queues: support"), "late", "late.md")
    assert read.problems == []
    assert (read.article.title, read.article.body) == ("Late", "Body.")
    assert read.article.places == ("main.late", "queue:support")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "late.md:1:1: file: the head of the article is missing (begin with a line ---, then 'title: …',"
         " then a line ---)"),
        ("---\ntitle: x\n", "late.md:1:1: file: the head of the article is missing"),
        ("---\n---\n", "late.md:1:1: file: this file is empty"),
        ("---\n- a\n---\n", "late.md:2:1: article: this is no head of an article (write 'title: …')"),
        ("---\nsay: x\n---\n", "late.md:2:1: article: 'title' is missing (add a line 'title: …': what"
         " the agent looks for)"),
        (head("sya: x"), "late.md:3:1: article › sya: there is no setting 'sya' here (did you mean 'say'?)"),
        (head("say:"), "article › say: 'say' is empty (write its words, or delete the line)"),
        (head("say: ''"), "late.md:3:6: article › say: the prompt is empty"),
        (head("steps: [main late]"), "article › steps › 1: 'main late' names no step (write flow.step, or"
         " flow for all its steps)"),
        (head("say: 'a {{ b | nix }}'"), "late.md:3:9: article › say: there is no filter 'nix'"),
        (head("say: <break/>Hello"), "article › say: a person reads this, so it has no tags"),
        (head("say: {audio: a.wav, text: Hello}"), "article › say: an article has no recordings"),
        (head("when: a =="), "late.md:3:7: article › when: "),
        (head("keywords: ['--']"), "article › keywords › 1: '--' is not a word"),
        (head(body="  \n"), "article: this article says nothing (write 'say: …' or Markdown below the head)"),
        (head("text: " + "x" * 1001), "article › text: this text message has 1001 characters (at most 1000)"),
        (head("text: " + "ж" * 210), "article › text: this goes out as 4 text messages"),
        (head(body="a\n[b](javascript:alert)"), "late.md:5:5: article: a link to 'javascript:alert' is not"
         " shown (begin it with https://, tel: or mailto:)"),
        (head(body="x\x00"), "late.md:4:2: file: a zero byte stands here (this is not a text file)"),
        (head(body="abc\u202e"), "late.md:4:4: file: the invisible character U+202E turns the text around"),
        ("---\ntitle: a\ntitle: b\n---\nx", "'title' stands here twice"),
        ("---\ntitle: *x\n---\nx", "aliases such as '*x' are not used here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(text, expected):
    assert any(expected in problem for problem in said(text)), said(text)


def test_an_article_with_errors_is_no_article():
    assert read_article(head("sya: x"), "late", "late.md").article is None
    assert read_article(head(body="[b](http://x)"), "late", "late.md").article is not None, "only a warning"


@pytest.mark.parametrize("name", ["a b", "ä", "a/b/c/d/e", "../x", "x" * 61])
def test_names_that_cannot_be_addressed(name):
    assert said(GOOD, name)[0].startswith("late.md:1:1: file: this cannot be the name of an article")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, "cannot be read"),
        (b"x" * (MAX_BYTES + 1), "larger than 200 kB"),
        (b"---\ntitle: \xff\n---\n", "late.md:2:8: file: this file is not text in UTF-8"),
    ],
)
def test_files_that_are_no_text(raw, expected):
    [problem] = read_article_bytes(raw, "late", "late.md").problems
    assert expected in str(problem)


def test_line_ends_of_any_machine():
    assert read_article(GOOD.replace("\n", "\r\n"), "late", "late.md").article is not None
    assert read_article_bytes(b"\xef\xbb\xbf" + GOOD.encode(), "late", "late.md").article is not None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("steps: [main.laet]", "3:9: article › steps › 1: there is no step 'main.laet' in the flows (did you"
         " mean 'main.late'?)"),
        ("queues: suport", "there is no queue 'suport' in config.yaml (did you mean 'support'?)"),
        ("when: topik == 'x'", "3:7: article › when: nothing ever fills 'topik' (did you mean 'topic'?)"),
        ("when: call.calls_this_weak > 2", "3:7: article › when: 'call' has no"
         " 'calls_this_weak' (did you mean 'calls_this_week'?)"),
        ("text: Order {{ order_numbr }}", "3:16: article › text: nothing ever fills 'order_numbr'"),
        ("languages: fr-FR", "no caller speaks 'fr-FR'"),
    ],
)  # fmt: skip
def test_names_that_lead_nowhere(house, lines, expected):
    settings, flow_set = house
    found = check_names(read_article(head(lines), "late", "late.md"), settings, around(flow_set))
    assert any(expected in str(problem) for problem in found), found
    assert check_names(read_article(head("steps: main"), "late", "late.md"), settings, around(flow_set)) == []


def test_the_shipped_articles_are_without_problems(house):
    settings, flow_set = house
    problems, texts = check_articles(settings.articles_path, settings, flow_set)
    assert problems == []
    assert len(texts) >= 8


def test_a_link_out_of_the_folder_is_not_followed(tmp_path, house):
    settings, flow_set = house
    folder = tmp_path / "articles"
    folder.mkdir()
    (tmp_path / "secret.md").write_text(GOOD)
    (folder / "leak.md").symlink_to(tmp_path / "secret.md")
    [problem] = check_articles(folder, settings, flow_set)[0]
    assert "cannot be read" in str(problem)


def test_which_files_are_articles(tmp_path):
    for name in ("a.md", "b/c.md", "README.md", ".hidden.md", ".git/x.md", "d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(GOOD)
    assert article_files(tmp_path) == ["a", "b/c"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("😀" * 36, 2),
    ],
)
def test_how_many_messages_a_text_costs(text, count):
    assert segments(text) == count
