"""PURE: which articles fit a call, with the reasons that the agent is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ivr.engine.context import CallContext
from ivr.engine.templates import Condition, TemplateProblem, compile_condition
from ivr.flowfiles.articles.article import Article

MOST = 5
AT_STEP, PER_STEP_SINCE, LEAST_AT_STEP = 50, 6, 14
IN_FLOW, IN_QUEUE, TRUE, SAID, IN_LANGUAGE = 12, 10, 40, 12, 3
MOST_SAID = 3
BY_RECORD = 12
LONGEST_VALUE = 40
# Words that occur in every question carry no subject.
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by can did do for from has have how i in is it me my no not of on or our"
        " so that the there this to was we what when where which who why will with you your"
        " de el en es la las los mi o para por que se su un una y",
    )
)


@dataclass(frozen=True, slots=True)
class ArticleUseRecord:
    """How often an article was judged helpful, and not helpful."""

    helped: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """A call for the ranking of articles. `path` is `flow.step`, oldest first; `said` is what the caller said
    or chose, in words; `values` are the values for conditions."""

    path: tuple[str, ...]
    queue: str
    language: str
    said: tuple[str, ...]
    values: Mapping[str, Any]
    facts: CallContext
    records: Mapping[str, ArticleUseRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed article. `why` holds whole phrases for the agent, the strongest reason first."""

    article: Article
    score: float
    why: tuple[str, ...]


def propose(articles: Iterable[Article], situation: Situation, most: int = MOST) -> list[Proposal]:
    """Return at most `most` articles for this call, the best first. An article whose condition does not hold,
    that is for other callers, or that nothing selects, is never proposed."""
    heard = words_of(" ".join(situation.said))
    found = [each for article in articles if (each := _proposal(article, situation, heard))]
    return sorted(found, key=lambda each: (-each.score, each.article.name))[:most]


def _proposal(article: Article, situation: Situation, heard: frozenset[str]) -> Proposal | None:
    head = article.head
    if not article.speaks_to(situation.language):
        return None
    holds = head.when is not None and head.when.condition.holds(
        situation.values, situation.language, situation.facts
    )
    if head.when is not None and not holds:
        return None
    reasons = [*_place(article, situation), *_said(article, heard)]
    # A condition alone selects only an article without a place of its own.
    if holds and (reasons or article.places == ("",)):
        reasons.append((TRUE, _condition_in_words(article, situation)))
    if not reasons:
        return None
    score = sum(points for points, _ in reasons) + (IN_LANGUAGE if head.languages else 0)
    score += _by_record(situation.records.get(article.name))
    why = tuple(words for _, words in sorted(reasons, key=lambda reason: -reason[0]))
    return Proposal(article, score, why)


def _place(article: Article, situation: Situation) -> list[tuple[float, str]]:
    """Score the latest step of the path that the article belongs to; an earlier one counts less."""
    steps, found = set(article.head.steps), []
    for since, place in enumerate(reversed(situation.path)):
        if place in steps:
            points = max(LEAST_AT_STEP, AT_STEP - PER_STEP_SINCE * since)
            found.append((points, f"the caller came through “{in_words(place.rpartition('.')[2])}”"))
            break
    flow = next((place.partition(".")[0] for place in situation.path if place.partition(".")[0] in steps), "")
    if flow and not found:
        found.append((IN_FLOW, f"the caller was in “{in_words(flow)}”"))
    if situation.queue in article.head.queues:
        found.append((IN_QUEUE, f"waiting for {in_words(situation.queue)}"))
    return found


def _said(article: Article, heard: frozenset[str]) -> list[tuple[float, str]]:
    known = words_of(" ".join((article.title, *article.head.keywords)))
    return [(SAID, f"the caller said “{word}”") for word in sorted(heard & known)[:MOST_SAID]]


def _condition_in_words(article: Article, situation: Situation) -> str:
    """Return what the condition asks for and finds: "calls this week: 3", "topic: not arrived"."""
    source = article.head.when.condition.source if article.head.when else ""
    holding = [
        part
        for part in alternatives(source)
        if part.holds(situation.values, situation.language, situation.facts)
    ]
    found = dict.fromkeys(each for part in holding for each in _named(part, situation.values))
    return ", ".join(found) or "what is known of the call"


@lru_cache(maxsize=4096)
def alternatives(source: str) -> tuple[Condition, ...]:
    """Split `a or b` into both; an `or` inside brackets stays whole."""
    bare = source.strip().removeprefix("{{").removesuffix("}}")
    try:
        return tuple(compile_condition(part) for part in re.split(r"\bor\b", bare))
    except TemplateProblem:
        return (compile_condition(source),)


def _named(condition: Condition, values: Mapping[str, Any]) -> list[str]:
    found = []
    for path in re.findall(r"[A-Za-z_]\w*(?:\.\w+)*", re.sub(r"'[^']*'|\"[^\"]*\"", "", condition.source)):
        name, *inside = path.split(".")
        value: Any = values.get(name) if name in condition.names else None
        for key in inside:
            value = value.get(key) if isinstance(value, Mapping) else None
        shown = in_words(inside[-1] if inside else name)
        if value is True:
            found.append(shown)
        elif isinstance(value, str | int | float) and value:
            found.append(f"{shown}: {str(value)[:LONGEST_VALUE]}")
    return found


def _by_record(record: ArticleUseRecord | None) -> float:
    """Score the record: articles that helped come first, those that did not come last; few verdicts count
    little."""
    if record is None:
        return 0.0
    return BY_RECORD * (record.helped - record.failed) / (record.helped + record.failed + 4)


def in_words(name: str) -> str:
    return name.replace("_", " ")


def folded(text: str) -> str:
    """Return the text in lower case without accents, for comparing and searching."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in split if not unicodedata.combining(char))


def tokens(text: str) -> list[str]:
    """Return every word as it is searched, in order."""
    return [stem(word) for word in re.findall(r"[^\W_]{1,60}", folded(text))]


def words_of(text: str) -> frozenset[str]:
    """Return the words that carry meaning; a plural counts as its singular."""
    return frozenset(
        stem(word) for word in re.findall(r"[^\W_]{2,60}", folded(text)) if word not in _STOP_WORDS
    )


def stem(word: str) -> str:
    """Return the word without a plural s. Crude, and the same for texts and questions."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
