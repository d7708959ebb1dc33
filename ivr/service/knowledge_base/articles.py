"""The actions of an agent on articles. Only the agent who has the call is shown them and can send one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ivr.acd.journal import JournalKind
from ivr.customers.safe_text import plain
from ivr.errors import NotFound
from ivr.floor.outgoing_messages import SmsRefused, ask_mail, text_from_agent
from ivr.floor.transaction import Transaction, Transactions
from ivr.flowfiles.articles.article import Article
from ivr.flowfiles.articles.article_parser import NAME
from ivr.flowfiles.articles.ranking import ArticleUseRecord, Situation, propose, tokens
from ivr.service.agents import OfferOfAnother, TooLate
from ivr.service.knowledge_base.call_situation import situation_of
from ivr.service.knowledge_base.views import (
    Listed,
    Opened,
    articles_of,
    listed,
    mail_to,
    parsed,
    receiver,
    receiver_of,
    text_for,
    words_for,
)
from ivr.service.screen_pop.cards import CardService
from ivr.service.screen_pop.model import CardCustomer
from ivr.settings import Settings
from ivr.store import article_uses, articles, call_ownership, calls, customers, floor, messages, texts
from ivr.store.article_uses import FAILED, HELPED, OPENED, SEARCHED, SENT, SHOWN, ArticleUse
from ivr.store.calls import CallRow
from ivr.store.database import Connection

MOST_CANDIDATES = 300
MOST_FOUND = 10
MOST_TERMS = 8
MOST_SENT = 5  # in one call
LONGEST_QUERY = 200


class NoSuchArticle(NotFound):
    """There is no article of this name (any more)."""

    said = "There is no such article."


@dataclass(frozen=True, slots=True)
class _Call:
    row: CallRow
    situation: Situation
    customer: CardCustomer | None


class ArticleService:
    """Articles for the calls of agents. Every method raises OfferOfAnother for a call that is not in the
    agent's hands now."""

    def __init__(
        self, transactions: Transactions, cards: CardService, settings: Settings, mails: bool = False
    ) -> None:
        self._transactions, self._cards, self._settings, self._mails = transactions, cards, settings, mails

    @property
    def on(self) -> bool:
        """Whether the company has a folder of articles."""
        return self._settings.articles_path.is_dir()

    def problems(self) -> list[str]:
        """Return what is wrong with the files, in words."""
        with self._transactions.database.read() as connection:
            return articles.load_problems(connection)

    def proposals(self, agent_id: str, sid: str) -> list[Listed]:
        """Return the articles that fit this call, the best first; each is counted as shown, once."""
        call = self._call(agent_id, sid)
        situation = call.situation
        with self._transactions.database.read() as connection:
            places = {*situation.path, *(place.partition(".")[0] for place in situation.path), ""}
            rows = articles.at_places(
                connection, [*sorted(places), f"queue:{situation.queue}"], MOST_CANDIDATES
            )
            said = _terms(" ".join(situation.said))
            rows += articles.search(connection, said, MOST_FOUND, every=False) if said else []
            found = list({row.name: row for row in rows}.values())
            counts = article_uses.records(connection, [row.name for row in found])
        records = {name: ArticleUseRecord(*count) for name, count in counts.items()}
        chosen = propose(articles_of(found), _with(situation, records))
        self._note_shown(agent_id, sid, [each.article.name for each in chosen])
        return [
            listed(each.article, situation, each.why, helped=record.helped, failed=record.failed)
            for each in chosen
            for record in [records.get(each.article.name, ArticleUseRecord())]
        ]

    def search(self, agent_id: str, sid: str, query: str) -> list[Listed]:
        """Articles with these words, or with any of them when none has all."""
        situation = self._call(agent_id, sid).situation
        return [listed(article, situation) for article in self._found(query)]

    def searched(self, agent_id: str, sid: str, query: str) -> None:
        """The agent stopped typing: this is what they looked for."""
        self._call(agent_id, sid)
        query = _query(query)
        if not _terms(query):
            return
        found = len(self._found(query))
        with self._transactions.begin() as tx:
            use = ArticleUse(tx.now, SEARCHED, "", sid, agent_id, query, found)
            article_uses.note_search(tx.connection, use)

    def open(self, agent_id: str, sid: str, name: str, query: str = "") -> Opened:
        """An article with its words for this call; counted as opened. Raises NoSuchArticle."""
        call, query = self._call(agent_id, sid), _query(query)
        with self._transactions.begin() as tx:
            article = _article(tx.connection, name)
            use = ArticleUse(tx.now, OPENED, name, sid, agent_id, query)
            article_uses.note(tx.connection, use, sid, agent_id, name, query)
            return self._opened(tx.connection, agent_id, call, article)

    def send(self, agent_id: str, sid: str, name: str, number: str, sent_before: int) -> Opened:
        """Send the text of an article to the caller. `sent_before` is how often the page says it was sent in
        this call: a click that comes twice sends once. Raises NoSuchArticle, SmsRefused, TooLate."""

        def by_text(tx: Transaction, row: CallRow, opened: Opened, agent: str) -> int:
            if number not in {each.number for each in opened.receivers}:
                raise SmsRefused("Texts go only to the caller's own number, or to one of the customer's.")
            return text_from_agent(tx, row, number, opened.text, agent, self._settings)

        return self._sent(agent_id, sid, name, sent_before, by_text, number)

    def mail(
        self, agent_id: str, sid: str, name: str, address: str, confirmed: bool, sent_before: int
    ) -> Opened:
        """The same by mail: to the address on the customer's record, or to a typed one that the agent has
        `confirmed` with the caller."""

        def by_mail(tx: Transaction, row: CallRow, opened: Opened, agent: str) -> int:
            if opened.mail is None:
                raise SmsRefused("No mail is sent from here.")
            to = receiver_of(tx.connection, row, address, confirmed)
            subject = f"{self._settings.company}: {opened.title}"
            return ask_mail(tx, row, to, subject, f"{opened.text}\n\n{self._settings.company}", agent)

        return self._sent(agent_id, sid, name, sent_before, by_mail, "mail")

    def _sent(
        self, agent_id: str, sid: str, name: str, sent_before: int, way: Callable[..., int], to: str
    ) -> Opened:
        call = self._call(agent_id, sid)
        with self._transactions.begin() as tx:
            calls.lock_row(tx.connection, sid)
            _must_talk(tx, agent_id, sid)
            article = _article(tx.connection, name)
            opened = self._opened(tx.connection, agent_id, call, article)
            if len(opened.sent) <= sent_before:
                contact = self._send(tx, agent_id, call.row, opened, way)
                use = ArticleUse(tx.now, SENT, opened.name, sid, agent_id, contact_id=contact)
                article_uses.note(tx.connection, use, sid, opened.name, len(opened.sent))
                tx.note(JournalKind.ARTICLE_SENT, call=sid, agent=agent_id, article=opened.name, to=to)
                tx.tell_agent(agent_id)
            return self._opened(tx.connection, agent_id, call, article)

    def _send(
        self, tx: Transaction, agent_id: str, row: CallRow, opened: Opened, way: Callable[..., int]
    ) -> int:
        if not opened.text:
            raise SmsRefused("This article has no text to send.")
        if opened.lacking:
            raise SmsRefused(f"This call does not know {', '.join(opened.lacking)}, which the text needs.")
        if article_uses.sent_in(tx.connection, row.sid) >= MOST_SENT:
            raise SmsRefused(f"At most {MOST_SENT} messages are sent in one call.")
        agent = floor.find_agent(tx.connection, agent_id)
        return way(tx, row, opened, agent.name if agent else agent_id)

    def judge(
        self, agent_id: str, sid: str, name: str, helped: bool, note: str = "", query: str = ""
    ) -> None:
        """Did it help? The last word in a call counts. Without a `name`: nothing there is helped, which is
        reported to whoever writes articles."""
        self._call(agent_id, sid)
        kind = HELPED if helped else FAILED
        note, query = plain(note, 1000, lines=True), _query(query)
        with self._transactions.begin() as tx:
            if name:
                _article(tx.connection, name)
            use = ArticleUse(tx.now, kind, name, sid, agent_id, query, note=note)
            if article_uses.judge(tx.connection, use):
                tx.note(
                    JournalKind(f"article_{kind}"),
                    call=sid,
                    agent=agent_id,
                    article=name,
                    note=note,
                    query=query,
                )

    def _call(self, agent_id: str, sid: str) -> _Call:
        card = self._cards.card(sid, agent_id)
        now = self._transactions.clock()
        with self._transactions.database.read() as connection:
            row = calls.find(connection, sid)
        if row is None:
            raise OfferOfAnother(sid)
        return _Call(row, situation_of(row, card, self._cards, self._settings, now), card.customer)

    def _found(self, query: str) -> list[Article]:
        terms = _terms(query)
        with self._transactions.database.read() as connection:
            rows = articles.search(connection, terms, MOST_FOUND)
            if not rows and len(terms) > 1:
                rows = articles.search(connection, terms, MOST_FOUND, every=False)
        return articles_of(rows)

    def _note_shown(self, agent_id: str, sid: str, names: list[str]) -> None:
        if names:
            with self._transactions.begin() as tx:
                for name in names:
                    use = ArticleUse(tx.now, SHOWN, name, sid, agent_id)
                    article_uses.note(tx.connection, use, sid, agent_id, name)

    def _opened(self, connection: Connection, agent_id: str, call: _Call, article: Article) -> Opened:
        row, situation, head = call.row, call.situation, article.head
        done = [use for use in article_uses.of_call(connection, row.sid, agent_id) if use[1] == article.name]
        known = customers.numbers_of(connection, row.customer_id) if row.customer_id else ()
        numbers = dict.fromkeys([*([row.caller] if row.caller else []), *known])
        refusals = {number: texts.refused_by(connection, number) for number in numbers}
        text, lacking = text_for(article, situation)
        return Opened(
            name=article.name,
            title=article.title,
            say=words_for(head.say, situation),
            offer=words_for(head.offer, situation),
            fails=words_for(head.fails, situation),
            text=text,
            lacking=lacking,
            body=article.body,
            receivers=tuple(
                receiver(number, row.caller, {each: found[0] for each, found in refusals.items() if found})
                for number in numbers
            ),
            mail=mail_to(call.customer) if self._mails and text else None,
            sent=tuple(
                messages.sent(connection, contact) for kind, _, contact in done if kind == SENT and contact
            ),
            verdict=next((kind for kind, *_ in reversed(done) if kind in (HELPED, FAILED)), ""),
        )


def _with(situation: Situation, records: dict[str, ArticleUseRecord]) -> Situation:
    values = {name: getattr(situation, name) for name in Situation.__slots__}
    return Situation(**{**values, "records": records})


def _article(connection: Connection, name: str) -> Article:
    row = articles.find(connection, name) if NAME.fullmatch(name) else None
    article = parsed(row.name, row.source) if row else None
    if article is None:
        raise NoSuchArticle(name)
    return article


def _must_talk(tx: Transaction, agent_id: str, sid: str) -> None:
    """A card can be read while the phone rings; to write to its caller, the call must have been taken."""
    offer = floor.live_offer_of_agent(tx.connection, agent_id)
    if offer is not None and offer.state == "pending":
        raise TooLate("Accept the call first.")
    if not call_ownership.has_call(tx.connection, agent_id, sid):
        raise OfferOfAnother(sid)


def _query(text: str) -> str:
    return plain(re.sub(r"\s+", " ", text), LONGEST_QUERY)


def _terms(text: str) -> list[str]:
    """The words of a question, folded as the articles are."""
    return list(dict.fromkeys(tokens(_query(text))))[:MOST_TERMS]
