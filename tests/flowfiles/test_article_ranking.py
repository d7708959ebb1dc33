"""Which articles are proposed, and why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.engine.context import CallContext
from ivr.flowfiles.articles.article_parser import read_article
from ivr.flowfiles.articles.ranking import MOST, ArticleUseRecord, Situation, propose, tokens, words_of

FACTS = CallContext(datetime(2026, 3, 2, 15, tzinfo=UTC))


def article(name: str, *lines: str):
    text = "\n".join(["---", f"title: {name}", *lines, "say: x", "---"])
    found = read_article(text, name, f"{name}.md")
    assert found.article, found.problems
    return found.article


def situation(**given) -> Situation:
    usual = {
        "path": ("main.welcome", "main.complaint", "main.late"), "queue": "support", "language": "en-US",
        "said": (), "values": {"topic": "not arrived", "call": {"calls_this_week": 1}}, "facts": FACTS,
    }  # fmt: skip
    return Situation(**{**usual, **given})


def names(articles, **given) -> list[str]:
    return [each.article.name for each in propose(articles, situation(**given))]


def test_the_latest_step_counts_most():
    known = [article("start", "steps: main.welcome"), article("end", "steps: main.late"), article("other")]
    assert names(known) == ["end", "start"]
    [end, _] = propose(known, situation())
    assert end.why == ("the caller came through “late”",)


def test_a_whole_flow_and_a_queue_count_less_than_a_step():
    known = [
        article("flow", "steps: main"),
        article("queue", "queues: support"),
        article("step", "steps: main.welcome"),
    ]
    assert names(known) == ["step", "flow", "queue"]


def test_a_condition_must_hold():
    known = [article("late", "steps: main.late", "when: topic == 'not arrived'")]
    [late] = propose(known, situation())
    assert late.why == ("the caller came through “late”", "topic: not arrived")
    assert names(known, values={"topic": "other"}) == []
    assert names(known, values={}) == []
    assert names(known, path=()) == [], "its place has not been reached"


@pytest.mark.parametrize(
    ("condition", "values", "why"),
    [
        ("call.calls_this_week >= 3 or call.not_understood > 1", {"calls_this_week": 4, "not_understood": 0},
         "calls this week: 4"),
        ("call.longer_than_told", {"longer_than_told": True}, "longer than told"),
        ("(call.a or call.b) and call.c", {"a": 0, "b": 2, "c": 3}, "b: 2, c: 3"),
        ("not call.a", {"a": 0}, "what is known of the call"),
    ],
)  # fmt: skip
def test_a_condition_alone_is_reason_enough_and_says_what_it_found(condition, values, why):
    [found] = propose([article("hard", f"when: {condition}")], situation(values={"call": values}))
    assert found.why == (why,)


def test_what_the_caller_said_finds_words_of_title_and_keywords():
    known = [article("Parcels", "keywords: [entrega]"), article("bills", "keywords: invoice")]
    assert names(known, said=("Where is my parcel?",)) == ["Parcels"]
    assert names(known, said=("¿Mi ENTREGA?",)) == ["Parcels"]
    assert names(known, said=("where is it",)) == [], "words of every question"


def test_who_speaks_another_language_is_not_shown_it():
    known = [article("es", "languages: es-US", "steps: main.late"), article("all", "steps: main.late")]
    assert names(known) == ["all"]
    assert names(known, language="es-MX") == ["es", "all"]


def test_what_helped_comes_first_and_few_verdicts_say_little():
    known = [article("a", "steps: main.late"), article("b", "steps: main.late")]
    assert names(known) == ["a", "b"]
    assert names(known, records={"b": ArticleUseRecord(helped=9, failed=1)}) == ["b", "a"]
    assert names(known, records={"a": ArticleUseRecord(0, 5)}) == ["b", "a"]


def test_never_more_than_five_and_always_in_the_same_order():
    known = [article(f"a{number}", "steps: main.late") for number in range(9)]
    assert names(known) == names(known[::-1]) == [f"a{number}" for number in range(MOST)]


def test_words_are_folded_the_same_everywhere():
    assert tokens("Orders, ÉTÉ & refund_policy x2") == ["order", "ete", "refund", "policy", "x2"]
    assert words_of("The boss and the glasses") == {"boss", "glasse"}
