"""Answers behind the desk, on both databases: loaded from files, proposed, sent once, and to nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.floor.outgoing_messages import SmsRefused
from ivr.jobs.article_loader import ArticleLoader
from ivr.service.agents import OfferOfAnother, TooLate
from ivr.service.knowledge_base import ArticleService, NoSuchArticle
from ivr.service.knowledge_base.views import answers_report
from ivr.service.screen_pop.cards import CardOfAnother as NotYourCard
from ivr.store import articles, jobs, texts
from tests.desk.conftest import Clock, a_session, opened
from tests.service.driving import all_at_once

CALLER, OTHER = "+14155550123", "+12125550111"
LATE = """---
title: Late parcel
keywords: [parcel]
steps: main.late
when: topic == 'late'
say: {en-US: "Sorry about {{ order_number }}.", es-US: Lo siento.}
offer: Send it again.
fails: Refund it.
text: {en-US: "We look for {{ order_number }}.", es-US: Lo buscamos.}
---
**Look** first.
"""
PLAIN = "---\ntitle: {title}\nsay: x\n---\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "late.md").write_text(LATE)
    return folder


@pytest.fixture
def world(database_url, tmp_path):
    world = opened(database_url, Clock())
    world.settings._folder = tmp_path
    yield world
    world.db.close()


@pytest.fixture
def loader(world, folder) -> ArticleLoader:
    loader = ArticleLoader(world.transactions, folder)
    loader.look()
    return loader


@pytest.fixture
def answers(world, loader) -> ArticleService:
    return ArticleService(world.transactions, world.cards, world.settings)


@pytest.fixture
def talking(world):
    """desk-1 talks to a caller whose parcel is late."""
    world.agent()
    world.customer(numbers=[CALLER, OTHER])
    world.talk(world.ring(session=late_session()))


def late_session(**variables) -> dict:
    session = a_session("CA1", "support")
    session["session"]["path"] = [{"flow": "main", "step": "late", "at": 0.0}, "@person:support"]
    session["session"]["variables"] |= {"topic": "late", **variables}
    return session


def stored(world) -> dict[str, str]:
    with world.db.read() as connection:
        names = articles.digests(connection)
        return {name: articles.find(connection, name).source for name in names}


def jobs_of(world) -> list:
    with world.db.write() as unit:
        return [job for job in jobs.claim(unit.connection, world.clock.now + 1) if job.kind == "send_text"]


# Loading --------------------------------------------------------------------------------------------------


def test_files_are_loaded_changed_and_dropped(world, folder, loader):
    assert list(stored(world)) == ["late"]
    (folder / "new.md").write_text(PLAIN.format(title="New"))
    (folder / "late.md").write_text(LATE.replace("Late parcel", "Lost parcel"))
    assert loader.look() is False
    assert "Lost parcel" in stored(world)["late"] and "new" in stored(world)
    (folder / "late.md").unlink()
    loader.look()
    assert list(stored(world)) == ["new"]


def test_a_broken_article_keeps_the_last_good_one_and_says_so(world, folder, loader, answers):
    (folder / "late.md").write_text(LATE.replace("title:", "titel:"))
    (folder / "never.md").write_text("nothing")
    loader.look()
    assert stored(world) == {"late": LATE}
    said = answers.problems()
    assert len(said) == 2 and "never.md:1:1" in said[1]
    assert "late.md:2:1: article › titel: there is no setting 'titel' here (did you mean 'title'?)" in said[0]
    (folder / "late.md").write_text(LATE)
    (folder / "never.md").unlink()
    loader.look()
    assert answers.problems() == []


def test_a_look_at_unchanged_files_writes_nothing(world, folder, loader, monkeypatch):
    monkeypatch.setattr(world.db, "write", lambda: pytest.fail("written"))
    loader.look()
    ArticleLoader(world.transactions, folder)._read([], {}, {})
    assert loader.look() is False


def test_another_process_reads_only_what_differs(world, folder, loader, monkeypatch):
    read = []
    monkeypatch.setattr(articles, "save", lambda *given: read.append(given))
    ArticleLoader(world.transactions, folder).look()
    assert read == []


def test_a_folder_that_is_gone_turns_answers_off_and_forgets_nothing(world, folder, loader, answers):
    assert answers.on
    folder.rename(folder.with_name("elsewhere"))
    assert loader.look() is False and not answers.on
    assert list(stored(world)) == ["late"]


# Proposed and read ----------------------------------------------------------------------------------------


def test_what_fits_the_call_is_proposed_with_its_reason(talking, answers):
    [late] = answers.proposals("desk-1", "CA1")
    assert (late.title, late.first_words) == ("Late parcel", "Sorry about 123456.")
    assert late.why == ("the caller came through “late”", "topic: late", "the caller said “parcel”")


def test_words_are_in_the_callers_language(world, answers):
    world.agent()
    session = late_session()
    session["session"]["language"] = "es-MX"
    world.talk(world.ring(session=session))
    opened_one = answers.open("desk-1", "CA1", "late")
    assert (opened_one.say, opened_one.text) == ("Lo siento.", "Lo buscamos.")


def test_nothing_hidden_is_read_out_or_sent(world, folder, loader, answers):
    (folder / "late.md").write_text(
        LATE.replace("{{ order_number }}", "{{ pin }} {{ secret_word }} {{ a.pin }}")
    )
    loader.look()
    world.agent()
    session = late_session(secret_word="hush", a={"pin": "1"})
    session["session"]["hidden"] = ["secret_word"]
    world.talk(world.ring(session=session))
    opened_one = answers.open("desk-1", "CA1", "late")
    assert opened_one.say == "Sorry about ."
    assert opened_one.lacking == ("pin", "secret_word")
    with pytest.raises(SmsRefused, match="does not know pin, secret_word"):
        answers.send("desk-1", "CA1", "late", CALLER, 0)


def test_a_search_finds_and_what_was_in_vain_is_reported(world, talking, answers):
    assert [one.name for one in answers.search("desk-1", "CA1", "parcels again")] == ["late"]
    assert answers.search("desk-1", "CA1", "unicorn") == []
    answers.searched("desk-1", "CA1", "unicorn")
    answers.searched("desk-1", "CA1", "  parcel ")
    answers.searched("desk-1", "CA1", " ?! ")
    answers.open("desk-1", "CA1", "late", "parcel")
    found = answers_report(world.db, 0.0)
    assert found["unanswered"] == [{"words": "unicorn", "times": 1, "found": 0}]


def test_uses_are_counted_once(world, talking, answers):
    for _ in range(2):
        answers.proposals("desk-1", "CA1")
        answers.open("desk-1", "CA1", "late")
        answers.judge("desk-1", "CA1", "late", helped=True)
    [row] = answers_report(world.db, 0.0)["rows"]
    assert (row["shown"], row["opened"], row["helped"], row["help_rate"]) == (1, 1, 1, 1.0)
    answers.judge("desk-1", "CA1", "late", helped=False, note="He\u202e lives\x00 abroad")
    answers.judge("desk-1", "CA1", "", helped=False, note="Nothing on customs", query="customs")
    found = answers_report(world.db, 0.0)
    assert (found["rows"][0]["helped"], found["rows"][0]["help_rate"]) == (0, 0.0)
    assert [(one["article"], one["note"]) for one in found["nothing_helped"]] == [
        ("", "Nothing on customs"), ("late", "He lives abroad"),
    ]  # fmt: skip
    assert answers.proposals("desk-1", "CA1")[0].failed == 1


# Sending --------------------------------------------------------------------------------------------------


def test_one_click_sends_one_text_that_stands_in_the_history(world, talking, answers):
    sent = answers.send("desk-1", "CA1", "late", CALLER, 0)
    assert sent.sent == (("text", "waiting"),)
    assert answers.send("desk-1", "CA1", "late", CALLER, 0).sent == (("text", "waiting"),), (
        "a click that came twice"
    )
    [job] = jobs_of(world)
    assert (job.body["to"], job.body["from"], job.body["text"]) == (
        CALLER,
        "+15550001000",
        "We look for 123456.",
    )
    [entry] = [one for one in world.cards.card("CA1", "desk-1").history if one["channel"] == "text"]
    assert (entry["summary"], entry["agent_name"]) == ("We look for 123456.", "Desk one")
    assert answers.send("desk-1", "CA1", "late", OTHER, 1).sent == (("text", "waiting"), ("text", "waiting"))


def test_two_clicks_at_once_send_one_text(world, talking, answers):
    all_at_once(*[lambda: answers.send("desk-1", "CA1", "late", CALLER, 0)] * 3)
    assert len(jobs_of(world)) == 1


def test_texts_go_only_to_the_callers_and_the_customers_numbers(world, talking, answers):
    for number in ("+15558675309", "911", "", "late", CALLER + "0"):
        with pytest.raises(SmsRefused, match="only to the caller's own number"):
            answers.send("desk-1", "CA1", "late", number, 0)
    assert jobs_of(world) == []


def test_who_wants_no_texts_gets_none_and_the_card_says_so(world, talking, answers):
    with world.db.write() as unit:
        texts.opt_out_number(unit.connection, CALLER, "STOP", 0.0)
    with pytest.raises(SmsRefused, match="they want no texts from us"):
        answers.send("desk-1", "CA1", "late", CALLER, 0)
    assert world.cards.card("CA1", "desk-1").no_texts == "STOP"
    assert [one.refused for one in answers.open("desk-1", "CA1", "late").receivers] == ["STOP", ""]


def test_there_is_an_end_to_texts_in_one_call(world, talking, answers):
    for number in range(5):
        answers.send("desk-1", "CA1", "late", CALLER, number)
    with pytest.raises(SmsRefused, match="At most 5"):
        answers.send("desk-1", "CA1", "late", CALLER, 5)


def test_only_who_has_the_call_may_read_or_send(world, talking, answers):
    world.agent("desk-2")
    acts = (
        lambda agent, sid: answers.proposals(agent, sid),
        lambda agent, sid: answers.search(agent, sid, "parcel"),
        lambda agent, sid: answers.searched(agent, sid, "parcel"),
        lambda agent, sid: answers.open(agent, sid, "late"),
        lambda agent, sid: answers.send(agent, sid, "late", CALLER, 0),
        lambda agent, sid: answers.judge(agent, sid, "late", True),
    )
    for act in acts:
        for agent, sid in (("desk-2", "CA1"), ("desk-1", "CA-none"), ("nobody", "CA1")):
            with pytest.raises((OfferOfAnother, NotYourCard)):
                act(agent, sid)
    assert jobs_of(world) == []


def test_nothing_is_sent_before_the_call_is_taken(world, answers):
    world.agent()
    world.ring(session=late_session())
    assert answers.open("desk-1", "CA1", "late").title == "Late parcel"
    with pytest.raises(TooLate, match="Accept the call first"):
        answers.send("desk-1", "CA1", "late", CALLER, 0)


def test_it_works_in_wrap_up_and_ends_with_it(world, talking, answers):
    world.agents.hang_up("desk-1", "CA1")
    assert answers.send("desk-1", "CA1", "late", CALLER, 0).sent == (("text", "waiting"),)
    answers.judge("desk-1", "CA1", "late", True)
    world.agents.wrap_up_done("desk-1")
    with pytest.raises((OfferOfAnother, NotYourCard)):
        answers.send("desk-1", "CA1", "late", CALLER, 1)


@pytest.mark.parametrize("name", ["", "nothing", "../late", "late\x00", "\u202elate", "x" * 500])
def test_an_article_that_is_not_there(talking, answers, name):
    with pytest.raises(NoSuchArticle):
        answers.open("desk-1", "CA1", name)
