"""Answers over HTTP: guarded like the rest of the desk, and nothing in an article can do anything."""

from __future__ import annotations

import re

import pytest

from desk.answers import answers_blueprint
from desk.answers.markdown import html
from ivr.jobs.article_loader import ArticleLoader
from ivr.service.knowledge_base import ArticleService
from tests.desk.conftest import Browser, a_session, application
from tests.desk.test_card import PAYLOADS

CALLER = "+14155550123"
LATE = """---
title: Late parcel
steps: main.late
say: Sorry about {{ topic }}.
text: We look for it.
---
# Look first
[track](https://example.test) or [x](javascript:alert(1))
"""


@pytest.fixture
def folder(tmp_path, world):
    world.settings._folder = tmp_path
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "late.md").write_text(LATE)
    ArticleLoader(world.transactions, folder).look()
    return folder


@pytest.fixture
def app(world, folder):
    app = application(world)
    answers = ArticleService(world.transactions, world.cards, world.settings, mails=True)
    app.register_blueprint(answers_blueprint(world.accounts, world.agents, answers))
    return app


@pytest.fixture
def call(world):
    def make(sid: str = "CA1", topic: str = "the parcel") -> str:
        session = a_session(sid, "support")
        session["session"]["path"] = [{"flow": "main", "step": "late", "at": 0.0}]
        session["session"]["variables"] = {"topic": topic}
        return world.ring(sid=sid, session=session)

    return make


@pytest.fixture
def talking(world, desk, call):
    world.customer()
    world.talk(call())
    return desk


BASE = "/desk/answers/calls/CA1"
WRITES = {
    "open": {"article": "late"},
    "send": {"article": "late", "number": CALLER, "before": "0"},
    "mail": {"article": "late", "before": "0"},
    "verdict": {"article": "late", "helped": "yes"},
    "searched": {"q": "parcel"},
}


def test_the_region_proposes(talking):
    said = talking.get(BASE).json
    assert said["count"] == 1 and "Late parcel" in said["html"]
    assert 'for="answers-query"' in said["html"]


def test_search_open_send_and_judge(world, talking):
    assert talking.get(f"{BASE}/search?q=parc").json["count"] == 1
    assert talking.get(f"{BASE}/search?q=%00%27%22*").json["count"] == 0
    shown = talking.post(f"{BASE}/open", WRITES["open"]).json["html"]
    assert "Sorry about the parcel." in shown and "<h4>Look first</h4>" in shown
    assert "on its way" in talking.post(f"{BASE}/send", WRITES["send"]).json["html"].lower()
    assert talking.post(f"{BASE}/verdict", WRITES["verdict"]).status_code == 200
    assert 'aria-pressed="true">Helped' in talking.post(f"{BASE}/open", WRITES["open"]).json["html"]


@pytest.mark.parametrize("what", WRITES)
def test_a_write_needs_a_session_a_token_and_the_right_site(world, talking, browser_of, what):
    stranger = browser_of()
    stranger.read_token("/desk/sign-in")
    assert stranger.post(f"{BASE}/{what}", WRITES[what]).status_code == 401
    forged = talking.client.post(f"{BASE}/{what}", data=WRITES[what])
    assert forged.status_code == 400
    elsewhere = talking.post(f"{BASE}/{what}", WRITES[what], Origin="https://evil.test")
    assert elsewhere.status_code == 403
    assert talking.client.get(f"{BASE}/{what}").status_code == 405


@pytest.mark.parametrize("what", ["", "/search?q=x", *(f"/{what}" for what in WRITES)])
def test_another_agents_call_does_not_exist(world, talking, browser_of, what):
    world.agent("desk-2")
    other: Browser = browser_of()
    other.sign_in("desk-2")
    write = WRITES.get(what[1:])
    ask = (lambda: other.post(BASE + what, write)) if write else (lambda: other.get(BASE + what))
    assert ask().status_code == 404
    assert ask().json == {"message": "There is no such call, or it is not in your hands any more."}


def test_refusals_are_sentences(talking):
    answer = talking.post(f"{BASE}/send", {**WRITES["send"], "number": "+15558675309"})
    assert answer.status_code == 409 and "only to the caller's own number" in answer.json["message"]
    for before in ("x", "-5", "9" * 30, ""):
        assert talking.post(f"{BASE}/send", {**WRITES["send"], "before": before}).status_code in (200, 409)
    assert talking.post(f"{BASE}/open", {"article": "none"}).status_code == 404


def test_without_a_folder_there_is_no_region(talking, folder):
    folder.rename(folder.with_name("gone"))
    assert talking.get(BASE).status_code == 204


def test_broken_files_are_said_on_the_desk(world, talking, folder):
    (folder / "new.md").write_text("---\ntitle: <script>\nsya: 1\n---\n")
    ArticleLoader(world.transactions, folder).look()
    said = talking.get(BASE).json["html"]
    assert "1 article with errors" in said and "<script" not in said


# Hostile --------------------------------------------------------------------------------------------------

OURS = {
    "article", "header", "h3", "button", "kbd", "div", "h4", "blockquote", "p", "a", "input", "label",
    "footer", "form",
}  # fmt: skip
UNSAFE = re.compile(
    r"<(script|iframe|svg|img|object|style|form|input|base|meta)\b|\son\w+=|javascript:", re.I
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_caller_said_is_never_markup(world, desk, call, payload):
    world.customer(name=payload)
    world.talk(call(topic=payload))
    shown = desk.post(f"{BASE}/open", WRITES["open"]).json["html"]
    tags = re.findall(r"<[a-z/!][^>]*>", shown)
    assert "Sorry about" in shown and "\u202e" not in shown
    assert {re.split(r"[ >]", tag)[0].strip("</") for tag in tags} <= OURS
    assert not any(re.search(r"\son\w+=|javascript:", tag) for tag in tags)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_notes_and_searches_of_anything_are_kept_or_refused(talking, payload):
    assert talking.post(f"{BASE}/searched", {"q": payload}).status_code == 200
    body = {"article": "", "helped": "no", "note": payload, "q": payload}
    assert talking.post(f"{BASE}/verdict", body).status_code == 200
    assert talking.get(f"{BASE}/search", query_string={"q": payload}).status_code == 200
    assert talking.post(f"{BASE}/open", {"article": payload}).status_code == 404


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://x.test/a.png)",
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>)",
        "[x](//evil.test)", "[x](http://plain.test)", "<https://ok.test>", "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        '[x](https://a.test "onmouseover=alert(1)")', "&lt;script&gt;", "```html\n<script>\n```",
        "|a|\n|:-:|\n|<svg onload=alert(1)>|", "[x](&#106;avascript:alert(1))", "[x](\tjavascript:alert(1))",
        "[x](vbscript:x)", "[x](file:///etc/passwd)",
    ],
)  # fmt: skip
def test_markdown_can_do_nothing(markdown):
    made = str(html(markdown))
    tags = re.findall(r"<[^>]*>", made)
    assert not any(UNSAFE.search(tag) or "style=" in tag for tag in tags), made
    assert all(
        link.startswith(("https://", "tel:", "mailto:")) for link in re.findall(r'href="([^"]*)"', made)
    ), made


def test_markdown_does_what_it_should():
    made = html("# A\n\n**b** [c](tel:+1555)\n\n|d|\n|:-:|\n|e|\n")
    assert '<a href="tel:+1555" rel="noopener noreferrer" target="_blank">c</a>' in made
    assert "<h4>A</h4>" in made and "<strong>b</strong>" in made and "<td>e</td>" in made


def test_an_answer_goes_by_mail_to_who_is_on_record_or_was_read_back(world, talking):
    shown = talking.post(f"{BASE}/open", WRITES["open"]).json["html"]
    assert "to orders@alfreds.test" in shown
    sent = talking.post(f"{BASE}/mail", WRITES["mail"]).json["html"]
    assert "By mail: on its way" in sent
    other = {"article": "late", "before": "1", "address": "new@home.test"}
    refused = talking.post(f"{BASE}/mail", other)
    assert refused.status_code == 409 and "Read the address back" in refused.json["message"]
    assert talking.post(f"{BASE}/mail", {**other, "confirmed": "yes"}).status_code == 200
    wrong = talking.post(
        f"{BASE}/mail", {**other, "before": "2", "confirmed": "yes", "address": "a@b.test\r\nBcc: c@d.test"}
    )
    assert wrong.status_code == 409 and wrong.json["message"] == "This is not a mail address."


def test_where_no_mail_is_sent_nothing_offers_it(world, desk, folder, call, browser_of):
    app = application(world)
    app.register_blueprint(
        answers_blueprint(
            world.accounts, world.agents, ArticleService(world.transactions, world.cards, world.settings)
        )
    )
    world.customer()
    world.talk(call())
    page = Browser(app)
    page.sign_in()
    assert "mail" not in page.post(f"{BASE}/open", WRITES["open"]).json["html"]
    assert page.post(f"{BASE}/mail", WRITES["mail"]).status_code == 409
