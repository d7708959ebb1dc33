"""Articles in the database: found by their words on both kinds, replaced and dropped without a trace."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from ivr.flowfiles.articles.ranking import tokens
from ivr.store import article_uses, articles, texts
from ivr.store.article_uses import FAILED, HELPED, OPENED, SEARCHED, SENT, SHOWN, ArticleUse
from ivr.store.articles import ArticleRow, ArticleSearch
from ivr.store.database import Database
from ivr.store.migrate import migrate
from ivr.store.tables import article_place, article_use
from tests.service.driving import all_at_once

NOW = 1000.0


@pytest.fixture
def database(database_url):
    database = Database.open(database_url)
    migrate(database)
    yield database
    database.close()


def save(database, name: str, title: str = "", keywords: str = "", body: str = "", places=()) -> None:
    title = title or name
    words = ArticleSearch(tokens(title), tokens(keywords), tokens(body))
    with database.write() as unit:
        row = ArticleRow(name, f"source of {name}: {body}", "digest")
        articles.save(unit.connection, row, title, ["en-US"], places, words, NOW)


def found(database, query: str, most: int = 10, every: bool = True) -> list[str]:
    with database.read() as connection:
        return [row.name for row in articles.search(connection, tokens(query), most, every=every)]


def test_words_are_found_wherever_they_stand_and_titles_come_first(database):
    save(database, "a", body="About a refund and more words about other things")
    save(database, "b", title="Refunds")
    save(database, "c", keywords="refund")
    save(database, "d", title="Something else")
    assert found(database, "refund") == ["b", "c", "a"]
    assert found(database, "refunds words") == ["a"]
    assert found(database, "refund nowhere") == []
    assert set(found(database, "refund else", every=False)) == {"a", "b", "c", "d"}


def test_beginnings_accents_and_case_do_not_matter(database):
    save(database, "a", title="Devolución", body="ÉTÉ 2026 straße")
    for query in ("devol", "DEVOLUCION", "été", "ete", "2026", "strasse"):
        assert found(database, query) == ["a"], query


@pytest.mark.parametrize(
    "query",
    ["", "   ", "'", '"', "a\" OR \"b", "NEAR(a b)", "title:x", "a*", "-a", "& | !", "a:*", "\\", "💥", "((",
     "a' || b", "\u202e", "NOT", "and or not"],
)  # fmt: skip
def test_signs_of_a_search_language_mean_nothing(database, query):
    save(database, "a", title="Other")
    save(database, "b", title="A, b and or near not title x")
    assert found(database, "other") == ["a"], "so that nothing found means something"
    has_words = any(char.isalnum() for char in query)
    for every in (True, False):
        assert found(database, query, every=every) == (["b"] if has_words else [])


def test_a_new_form_takes_the_place_of_the_old(database):
    save(database, "a", title="Old words", places=["main.x"])
    save(database, "a", title="New words", places=["main.y", "main.y"])
    assert found(database, "old") == []
    assert found(database, "new") == ["a"]
    with database.read() as connection:
        assert articles.at_places(connection, ["main.x"], 10) == []
        assert [row.name for row in articles.at_places(connection, ["main.y", "other"], 10)] == ["a"]


def test_a_dropped_article_leaves_nothing_behind(database):
    save(database, "a", places=["main.x"])
    with database.write() as unit:
        articles.drop(unit.connection, ["a", "never there"])
    with database.read() as connection:
        assert articles.find(connection, "a") is None
        assert connection.execute(select(func.count()).select_from(article_place)).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM article_text")).scalar() == 0


def test_what_the_files_have_wrong_is_remembered(database):
    with database.write() as unit:
        assert articles.load_problems(unit.connection) == []
        articles.note_load(unit.connection, NOW, ["one"])
        articles.note_load(unit.connection, NOW, ["two"])
        assert articles.load_problems(unit.connection) == ["two"]


# What was done with them ----------------------------------------------------------------------------------


def use(kind: str, article: str = "a", call: str = "CA1", **more) -> ArticleUse:
    return ArticleUse(NOW, kind, article, call, "desk-1", **more)


def test_a_thing_told_twice_at_once_counts_once(database):
    def told() -> bool:
        with database.write() as unit:
            return article_uses.note(unit.connection, use(OPENED), "CA1", "a")

    assert sorted(all_at_once(told, told, told)) == [False, False, True]
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(article_use)).scalar() == 1


def test_the_last_verdict_of_a_call_counts(database):
    with database.write() as unit:
        for kind, changed in ((HELPED, True), (HELPED, False), (FAILED, True), (FAILED, False)):
            assert article_uses.judge(unit.connection, use(kind)) is changed
        article_uses.judge(unit.connection, use(HELPED, call="CA2"))
        article_uses.judge(unit.connection, use(FAILED, article="", call="CA2", note="x"))
        assert article_uses.records(unit.connection, ["a", "b", ""]) == {"a": (1, 1)}


def test_sums_and_searches_in_vain(database):
    save(database, "a", title="Title of a")
    save(database, "unused")
    with database.write() as unit:
        for kind in (SHOWN, OPENED, SENT):
            article_uses.note(unit.connection, use(kind, query="Late" if kind == OPENED else ""), kind)
        article_uses.judge(unit.connection, use(FAILED, note="Not for Sundays", query="Sunday"))
        for call, words, hits in (
            ("CA1", "Late", 3),
            ("CA1", "Vegan", 0),
            ("CA2", "vegan", 0),
            ("CA2", "hat", 2),
        ):
            article_uses.note_search(unit.connection, use(SEARCHED, "", call, query=words, found=hits))
        article_uses.note_search(unit.connection, use(SEARCHED, "", "CA2", query="VEGAN", found=1))
    with database.read() as connection:
        [row] = article_uses.sums(connection, 0.0, 1e12)
        assert (row.title, row.shown, row.opened, row.sent, row.helped, row.failed) == (
            "Title of a",
            1,
            1,
            1,
            0,
            1,
        )
        assert article_uses.unanswered(connection, 0.0, 1e12, 10) == [("vegan", 2, 1), ("hat", 1, 2)]
        assert article_uses.unused(connection, 0.0, 1e12, 10) == [("unused", "unused")]
        [note] = article_uses.nothing_helped(connection, 0.0, 1e12, 10)
        assert note[1:] == ("a", "desk-1", "Sunday", "Not for Sundays")
        assert article_uses.sums(connection, NOW + 1, 1e12) == []


def test_opt_outs_and_messages_are_noted_once(database):
    with database.write() as unit:
        connection = unit.connection
        assert texts.opt_out_number(connection, "+1", "STOP", NOW)
        assert not texts.opt_out_number(connection, "+1", "END", NOW)
        assert texts.refused_by(connection, "+1") == ("STOP", NOW)
        assert texts.refused_by(connection, "") is None
        assert texts.opt_in_number(connection, "+1")
        assert not texts.opt_in_number(connection, "+1")
        assert texts.refused_by(connection, "+1") is None

    def told() -> bool:
        with database.write() as unit:
            return texts.is_new(unit.connection, "SM1", NOW)

    assert sorted(all_at_once(told, told, told)) == [False, False, True]
