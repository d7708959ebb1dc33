"""Articles as an agent is shown them: plain values, the words filled in for the call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from ivr.customers.numbers import for_people
from ivr.customers.safe_text import plain
from ivr.engine.prompts import PromptText
from ivr.floor.outgoing_messages import SmsRefused, mail_address
from ivr.flowfiles.articles.article import Article, in_language, rendered
from ivr.flowfiles.articles.article_parser import read_article
from ivr.flowfiles.articles.ranking import Situation
from ivr.service.screen_pop.model import CardCustomer
from ivr.store import article_uses, articles, customers
from ivr.store.articles import ArticleRow
from ivr.store.calls import CallRow
from ivr.store.database import Connection, Database
from ivr.store.deadlines import REPORT_S

LONGEST_LINE = 140
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in a list. `why` it was proposed; nothing for one that was searched."""

    name: str
    title: str
    first_words: str
    why: tuple[str, ...] = ()
    helped: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Receiver:
    """A number that a text may go to. `refused` is what they wrote when they want none."""

    number: str
    shown: str
    is_caller: bool
    refused: str


@dataclass(frozen=True, slots=True)
class MailTo:
    """Where a mail may go besides an address that is typed: `known` when the customer has one on record;
    `shown` is that, "" while it is covered."""

    known: bool
    shown: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An article, open. `lacking` names what the text would need and this call does not know; `mail` is None
    where no mail is sent; `sent` has channel and outcome of each message that went out with it in this call;
    `verdict` is helped, failed or ""."""

    name: str
    title: str
    say: str
    offer: str
    fails: str
    text: str
    lacking: tuple[str, ...]
    body: str
    receivers: tuple[Receiver, ...]
    mail: MailTo | None
    sent: tuple[tuple[str, str], ...]
    verdict: str


@lru_cache(maxsize=4096)
def parsed(name: str, source: str) -> Article | None:
    """The article of a stored text; None for one that is not understood any more."""
    return read_article(source, name, name).article


def articles_of(rows: list[ArticleRow]) -> list[Article]:
    return [article for row in rows if (article := parsed(row.name, row.source))]


def words_for(written: PromptText | None, situation: Situation) -> str:
    """The words of one part for this caller; "" when there are none."""
    if written is None:
        return ""
    # What a caller said or a source supplied stands in it, and is read aloud and sent.
    return plain(rendered(written, situation.language, situation.values, situation.facts).text, LONGEST)


def text_for(article: Article, situation: Situation) -> tuple[str, tuple[str, ...]]:
    """(the text message, what it would need and nobody knows)."""
    written = article.head.text
    if written is None:
        return "", ()
    _, template = in_language(written, situation.language)
    found = rendered(written, situation.language, situation.values, situation.facts)
    return plain(found.text, LONGEST), tuple(name for name in found.missing if _needed(name, template.source))


def _needed(name: str, source: str) -> bool:
    """Whether a gap would be left without this name: not where the author has provided for it."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    expressions = re.findall(r"\{\{(.*?)\}\}", source, re.DOTALL)
    return any(word.search(each) and not re.search(r"\b(default|if)\b", each) for each in expressions)


def listed(article: Article, situation: Situation, why: tuple[str, ...] = (), **record: int) -> Listed:
    words = words_for(article.head.say, situation) or " ".join(article.body.split())
    short = words if len(words) <= LONGEST_LINE else words[: LONGEST_LINE - 1].rstrip() + "…"
    return Listed(article.name, article.title, short, why, **record)


def receiver(number: str, caller: str, refusals: Mapping[str, Any]) -> Receiver:
    return Receiver(number, for_people(number), number == caller, refusals.get(number, ""))


def mail_to(customer: CardCustomer | None) -> MailTo:
    """Return the address that the agent is offered. A covered one (None) can be written to, and is not
    shown."""
    if customer is None:
        return MailTo(False, "")
    return MailTo(customer.email != "", customer.email or "")


def receiver_of(connection: Connection, row: CallRow, typed: str, confirmed: bool) -> str:
    """The address that an agent means: what was `typed`, or "" for the one on record. Raises SmsRefused."""
    found = customers.find(connection, row.customer_id) if row.customer_id else None
    on_record = mail_address(found.email) if found else ""
    if not typed.strip():
        if not on_record:
            raise SmsRefused("No mail address of this customer is on record.")
        return on_record
    to = mail_address(typed)
    if not to:
        raise SmsRefused("This is not a mail address.")
    if to.casefold() != on_record.casefold() and not confirmed:
        raise SmsRefused("Read the address back to the caller first, and tick that they agree.")
    return to


MOST = 50


LATEST = 1e12
"""Seconds since 1970 that no use of an article reaches: a report up to now."""


def answers_report(
    database: Database, since: float, until: float = LATEST, most: int = MOST
) -> dict[str, Any]:
    """Articles by use with their help rate; searches after which nothing was opened; "nothing helped" with
    its notes; articles that no agent was shown; files with errors."""
    with database.read(REPORT_S) as connection:
        rows = [asdict(row) for row in article_uses.sums(connection, since, until)]
        searches = article_uses.unanswered(connection, since, until, most)
        notes = article_uses.nothing_helped(connection, since, until, most)
        unused = article_uses.unused(connection, since, until, most)
        problems = articles.load_problems(connection)
    for row in rows:
        judged = row["helped"] + row["failed"]
        row["help_rate"] = round(row["helped"] / judged, 4) if judged else None
    rows.sort(key=lambda row: (-row["opened"], -row["shown"], row["article"]))
    return {
        "rows": rows[:most],
        "unanswered": [{"words": words, "times": times, "found": found} for words, times, found in searches],
        "nothing_helped": [
            {"at": at, "article": article, "agent": agent, "searched": query, "note": note}
            for at, article, agent, query, note in notes
        ],
        "unused": [{"article": name, "title": title} for name, title in unused],
        "problems": problems,
    }
