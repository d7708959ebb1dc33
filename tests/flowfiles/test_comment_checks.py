"""A # that cuts a sentence is reported where it stands; a comment after a complete value never is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.flowfiles.articles.article_parser import read_article
from ivr.flowfiles.loader import read_book
from ivr.flowfiles.problems import SettingsProblems
from ivr.flowfiles.reader import read_text
from ivr.flowfiles.settings_file import read_settings
from ivr.scenarios.scenario_file import read_scenario

ROOT = Path(__file__).parents[2]

CUT = [
    ("ask: Please enter your number and press # to finish.", 1, 41),
    ("ask:\n  Please enter your number and press # to finish.", 2, 38),
    ("ask: Enter it\n  and press # to finish\n  or wait.\nb: c", 2, 13),
    ("ask: Enter your number and press\n  # to finish.\nb: c", 2, 3),
    ("ask: Enter your number, then the # key.", 1, 34),
    ("ask: Enter your number and press  # to finish.", 1, 35),
    ("say: Press # to finish.", 1, 12),
    ("say: {en-US: Press # to finish.}", 1, 20),
    ("number: {ask: Press # to finish, next: x}\nx: {queue: support}", 1, 21),
    ("again: [Try once more., Press # to finish]\nb: c", 1, 31),
    ("say: I have a thing # for you", 1, 21),
    ("say: Order #{{ number }} is on its way.", 1, 12),
    ("say: You are caller #1 in line.", 1, 21),
    ("menu: For sales press 1 # or 2", 1, 25),
    ("say: Drücken Sie # zum Beenden.", 1, 18),
    ("say: Pulse # para terminar.", 1, 12),
    ("say: Appuyez sur # pour finir.", 1, 18),
    ("then:\n  - hears: press # to finish\n  - presses: 1", 2, 18),
    ("then:\n  - hears: your number # to finish", 2, 24),
    ("title: Suite #5", 1, 14),
    ("company: Studio #5 Northwind", 1, 17),
    ("phrases: {en-US: {press_zero: Press 0 or # for a person.}}", 1, 42),
    ("messages: [Our office is in suite #200 now]", 1, 35),
    ("ask: PIN #", 1, 10),
    ("say: Order # {{ order_number }}.", 1, 12),
    ("say: Danach # drücken.", 1, 13),
    ("say: Thank you. # is the key to end.", 1, 17),
    ("menu: For sales, press 1. # repeats this menu.", 1, 27),
    ("say: Hello. #1 in service.", 1, 13),
    ("set:\n  topic: order #5", 2, 16),
    ("queues:\n  billing: {title: Billing #2}", 2, 28),
    ("description: Invoice #5", 1, 22),
    ("notices: Storm #2 closes us", 1, 16),
    ("title: Line # 1", 1, 13),
    ("warning: Do not press # here", 1, 23),
]

WHOLE = [
    "say: Hello.  # greet",
    "say: Hello. # greet",
    "say: Hello.  #greet",
    "say: Is that right? # confirm",
    "say: Hello. #",
    "say: Hello. # is said first",
    "say: Goodbye # see you",
    "say: Welcome to Northwind. # TODO: new wording",
    "say: Welcome to Northwind  # greet",
    "say: Welcome to Northwind\t# greet",
    "say: Welcome\n# to the next step\nb: c",
    "say: 'Press # to finish.'",
    'say: "Press # to finish."  # a comment',
    "say: |\n  Press # to finish.",
    "say: >\n  Press # to finish.",
    "say: Press 5#6.",
    "digits: 6 # six digits",
    "human: support # nobody now",
    "next: press # the step",
    "hours: office # a calendar",
    "keys: {1: order # to the orders\n }",
    "set: {topic: not arrived # the agent sees it\n }",
    "title: Northwind support line # shown to agents",
    "company: Blue Lake # the trading name",
    "name: Desk one # left",
    "away_reasons:\n  - lunch break # paid",
    "when: order.total > 100 and vip # big orders",
    "query: select a from b where c = :c # by number",
    "mon-fri: 09:00-12:00, 13:00-17:00 # lunch",
    "2026-12-24: closed # Christmas",
    "hears: Thank you # the welcome",
    "scenario: a caller presses 0  # the promise",
    "languages: [en-US, es-US]   # the first is the default",
    "url: https://shop.example.com/#orders",
]


@pytest.mark.parametrize(("text", "line", "column"), CUT, ids=[text for text, _, _ in CUT])
def test_a_sentence_that_a_comment_cuts(text, line, column):
    problems = read_text(text, "main.yaml").problems
    assert [(each.code, each.line, each.column) for each in problems] == [("comment_cuts", line, column)]
    assert "quotes" in problems[0].remedy


@pytest.mark.parametrize("text", WHOLE)
def test_a_comment_after_a_complete_value(text):
    assert read_text(text, "main.yaml").problems == []


def pages() -> list[tuple[str, str]]:
    """Every file of YAML that comes with us, and every YAML example of the manual."""
    files = [*ROOT.glob("*.yaml"), *(ROOT / "flows").rglob("*.yaml"), *(ROOT / "tests").rglob("*.yaml")]
    good = [path for path in files if "broken" not in path.as_posix()]
    found = [(str(path.relative_to(ROOT)), path.read_text()) for path in good]
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        examples = re.findall(r"```yaml.*\n((?:.*\n)*?)```", path.read_text())
        found += [(path.name, text) for text in examples if path.name != "errors.md"]
    return found


def test_no_file_and_no_example_of_ours_is_suspected():
    suspected = [
        f"{name}: {problem}"
        for name, text in pages()
        for part in re.split(r"^---$", text, flags=re.MULTILINE)
        for problem in read_text(part, name).problems
        if problem.code == "comment_cuts"
    ]
    assert suspected == []


def test_it_is_refused_in_settings_scenarios_and_articles(settings):
    company = 'company: Northwind\nnumbers: {"+15550001000": main}\nqueues: {support: {title: Press # now}}\n'
    with pytest.raises(SettingsProblems, match="comment"):
        read_settings(company)
    scenario = read_text("scenario: one\nthen:\n  - hears: press # to finish\n", "one.yaml")
    assert [each.code for each in read_scenario(scenario, settings)[1]] == ["comment_cuts"]
    article = "---\ntitle: How to finish\nsay: Press # to finish.\n---\nText.\n"
    assert "comment_cuts" in [each.code for each in read_article(article, "one", "one.md").problems]


def test_calls_go_on_in_texts_that_were_stored_when_it_was_let_pass(settings):
    steps = "{a: {say: Hello there to # you\n , next: b}, b: {queue: support}}"
    flow = f"flow: main\nhuman: support\nstart: a\nsteps: {steps}"
    assert read_book({"main.yaml": flow}, settings).flow_set is None
    assert read_book({"main.yaml": flow}, settings, stored=True).flow_set is not None
