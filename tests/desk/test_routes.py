"""Every address of the desk: who may use it, what stands in its headers, what it takes."""

from __future__ import annotations

import pytest

from desk.security_headers import BARE, HEADERS
from tests.desk.conftest import PASSWORD, Browser, Clock, application, opened

# (method, address, answer when signed out, for one's own, for another agent's). None: it names no object.
MATRIX = [
    ("GET", "/desk/", 303, 200, None),
    ("GET", "/desk/now", 401, 200, None),
    ("GET", "/desk/events", 401, 200, None),
    ("GET", "/desk/sign-in", 200, 200, None),
    ("GET", "/desk/sign-in/code", 303, 303, None),  # no code is wanted
    ("POST", "/desk/sign-out", 303, 303, None),
    ("POST", "/desk/available", 401, 200, None),
    ("POST", "/desk/away", 401, 200, None),
    ("POST", "/desk/here", 401, 200, None),
    ("POST", "/desk/wrap-up/done", 401, 409, None),  # not in wrap-up: too late
    ("POST", "/desk/wrap-up/extend", 401, 409, None),
    ("POST", "/desk/offers/{offer}/accept", 401, 200, 404),
    ("POST", "/desk/offers/{offer}/decline", 401, 200, 404),
    ("POST", "/desk/calls/{call}/hang-up", 401, 409, 404),  # offered, not yet talking
    ("POST", "/desk/calls/{call}/note", 401, 200, 404),
    ("GET", "/desk/calls/last", 303, 200, None),
    ("POST", "/desk/calls/{call}/disposition", 401, 200, 404),
    ("POST", "/desk/calls/{call}/courtesy", 401, 409, 404),  # offered, not yet talking
    ("POST", "/desk/calls/{call}/reveal", 401, 200, 404),
    ("GET", "/desk/account", 303, 200, None),
    ("POST", "/desk/account/password", 401, 409, None),  # neither the old one nor a new one
    ("POST", "/desk/account/sessions/1/end", 401, 303, None),  # there is none of this name
    ("POST", "/desk/account/sessions/end-others", 401, 303, None),
    ("GET", "/desk/account/second-factor", 303, 303, None),  # not begun
    ("POST", "/desk/account/second-factor", 401, 409, None),  # without the password
    ("POST", "/desk/account/second-factor/confirm", 401, 409, None),  # not begun
    ("POST", "/desk/account/second-factor/remove", 401, 409, None),
    ("POST", "/desk/account/recovery-codes", 401, 409, None),
    ("POST", "/desk/calls/{call}/customer", 401, 409, 404),  # not accepted yet
    ("POST", "/desk/calls/{call}/callback", 401, 409, 404),
    ("GET", "/desk/file/", 303, 200, None),
    ("GET", "/desk/file/{call}", 303, 409, 404),
    ("POST", "/desk/file/{call}/warnings", 401, 303, 404),
    ("POST", "/desk/file/{call}/warnings/1/end", 401, 303, 404),
    ("POST", "/desk/file/{call}/cases", 401, 303, 404),
    ("POST", "/desk/file/{call}/cases/1", 401, 404, 404),  # there is no case yet
    ("POST", "/desk/work/{work}/take", 401, 200, 404),
    ("POST", "/desk/work/{work}/release", 401, 409, 404),  # not taken yet
    ("POST", "/desk/work/{work}/done", 401, 409, 404),
    ("POST", "/desk/work/{work}/call", 401, 409, 404),  # not taken yet
    ("POST", "/desk/work/{work}/reply", 401, 409, 404),  # not taken, and no text
    ("GET", "/desk/work/{work}/recording", 303, 200, 404),
    ("GET", "/desk/work/comments/{call}/RE1", 303, 404, 404),  # they spoke none
    ("POST", "/desk/phone/token", 401, 404, None),  # their phone is not the browser
    ("POST", "/desk/phone/here", 401, 404, None),
    ("POST", "/desk/phone/gone", 401, 404, None),
]
BODY = {"reason": "lunch", "text": "x", "version": "1", "disposition": "solved", "seconds": "60",
        "result": "solved", "tab": "one-browser", "is_it": "yes",
        "kind": "note", "title": "x", "once": "x", "courtesy": "used_name", "done": "yes"}  # fmt: skip


def test_the_matrix_names_every_route(app):
    parts = {"offer": "<offer_id>", "call": "<sid>", "work": "<int:work_id>"}
    numbers = {"/warnings/1/": "/warnings/<int:warning_id>/", "/cases/1": "/cases/<int:case_id>"}
    numbers |= {"/sessions/1/": "/sessions/<session_id>/"}
    numbers |= {"/RE1": "/<recording>"}
    known = {(method, path.format(**parts)) for method, path, *_ in MATRIX}
    for number, name in numbers.items():
        known = {(method, path.replace(number, name)) for method, path in known}
    known |= {("POST", "/desk/sign-in"), ("POST", "/desk/sign-in/code")}
    known |= {("GET", "/desk/static/<path:filename>")}
    parts = ("account", "work", "phone", "file")
    known |= {("GET", f"/desk/{part}/static/<path:filename>") for part in parts}
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")]
    assert {(method, rule.rule) for rule in rules for method in rule.methods - {"HEAD", "OPTIONS"}} == known


def ask(browser, method, path):
    if method == "GET":
        return browser.get(path, headers={"Accept": "text/html"})
    return browser.post(path, BODY)


@pytest.mark.parametrize(("method", "path", "expected"), [(m, p, out) for m, p, out, _, _ in MATRIX])
def test_signed_out(world, browser_of, method, path, expected):
    world.agent()
    world.customer()
    offer, work = world.ring(), world.message("CA2")
    browser = browser_of()
    browser.read_token("/desk/sign-in")
    assert ask(browser, method, path.format(offer=offer, call="CA1", work=work)).status_code == expected
    assert world.agents.status("desk-1").offer.state == "pending"


@pytest.mark.parametrize(("method", "path", "expected"), [(m, p, own) for m, p, _, own, _ in MATRIX])
def test_ones_own(world, desk, method, path, expected):
    world.customer()
    offer, work = world.ring(), world.message("CA2")
    answer = ask(desk, method, path.format(offer=offer, call="CA1", work=work))
    assert answer.status_code == expected
    answer.close()


@pytest.mark.parametrize(("method", "path", "expected"), [(m, p, x) for m, p, _, _, x in MATRIX if x])
def test_another_agents(world, desk, method, path, expected):
    world.agent("desk-2")
    world.customer()
    offer, work = world.ring("desk-2"), world.message("CA2", "sales")
    answer = ask(desk, method, path.format(offer=offer, call="CA1", work=work))
    nothing = ask(desk, method, path.format(offer="offer-none", call="CA-none", work=999))
    assert (answer.status_code, answer.json) == (nothing.status_code, nothing.json)
    assert answer.status_code == expected
    assert world.agents.status("desk-2").offer.state == "pending"
    assert "Alfreds" not in desk.get("/desk/").text


def test_an_agent_never_sees_anothers_card(world, desk):
    world.agent("desk-2")
    world.customer()
    offer = world.ring("desk-2")
    world.talk(offer, "desk-2")
    assert "Alfreds" not in desk.get("/desk/now").text


def test_the_card_is_gone_when_the_offer_is(world, desk):
    world.customer()
    offer = world.ring()
    assert "Alfreds" in desk.get("/desk/now").text
    desk.post(f"/desk/offers/{offer}/decline")
    assert "Alfreds" not in desk.get("/desk/now").text


# What a browser says of a page of another site. A sibling host of ours is another site too.
ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "a value of tomorrow")),
]


@pytest.mark.parametrize(("path",), [(path,) for method, path, *_ in MATRIX if method == "POST"])
def test_no_write_without_a_token_or_from_another_site(world, desk, path):
    path = path.format(offer="x", call="x", work=1)
    assert desk.client.post(path, data=BODY).status_code == 400
    for headers in ELSEWHERE:
        assert desk.post(path, BODY, **headers).status_code == 403, headers
    assert world.agents.status("desk-1").state == "away"


def test_signing_in_needs_a_token_too(world, browser_of):
    world.agent()
    answer = browser_of().client.post("/desk/sign-in", data={"agent": "desk-1", "password": PASSWORD})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)
def test_our_own_origin_may_write(desk, headers):
    assert desk.post("/desk/available", **headers).status_code == 200


def test_webhooks_need_no_token_and_get_no_headers_of_pages(app):
    answer = app.test_client().post("/voice/incoming", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == BARE["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/desk/", "/desk/sign-in", "/desk/now", "/desk/static/desk.js", "/desk/nowhere", "/desk"]
)
def test_headers(desk, path):
    answer = desk.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert "Strict-Transport-Security" not in answer.headers


def test_pages_have_nothing_inline(world, desk):
    world.customer()
    world.ring()
    for text in (desk.get("/desk/").text, desk.get("/desk/sign-in").text):
        assert "<style" not in text and " style=" not in text and "javascript:" not in text
        assert not __import__("re").search(r"<script(?![^>]*src=)", text)
        assert not __import__("re").search(r"\son\w+=", text)


def test_cookies_over_https(tmp_path):
    world = opened(f"sqlite:///{tmp_path / 'https.db'}", Clock())
    world.agent()
    browser = Browser(application(world, "https://calls.example.com"))
    base = {"base_url": "https://calls.example.com"}
    found = browser.client.get("/desk/sign-in", **base)
    token = found.text.split('csrf-token" content="')[1].split('"')[0]
    body = {"agent": "desk-1", "password": PASSWORD, "csrf_token": token}
    answer = browser.client.post(
        "/desk/sign-in", data=body, headers={"Origin": "https://calls.example.com"}, **base
    )
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-desk=")]
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    world.db.close()


def test_signing_in_gives_a_new_session_each_time(world, browser_of):
    world.agent()
    browser = browser_of()
    browser.client.set_cookie("desk", "planted-by-somebody-else")
    browser.sign_in()
    first = browser.client.get_cookie("desk").value
    browser.sign_in()
    second = browser.client.get_cookie("desk").value
    assert len({"planted-by-somebody-else", first, second}) == 3
    assert world.accounts.session(first) is None


def test_a_wrong_password_says_so_and_too_many_say_when(world, browser_of):
    world.agent()
    browser = browser_of()
    answers = [browser.sign_in(password="guess guess") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert "Agent or password is wrong." in answers[0].text
    assert int(answers[-1].headers["Retry-After"]) > 60


def test_signing_out_of_the_last_browser_stops_calls(world, desk, browser_of):
    other = browser_of()
    other.sign_in()
    desk.post("/desk/available")
    desk.post("/desk/sign-out")
    assert world.agents.status("desk-1").state == "available"
    other.post("/desk/sign-out")
    assert world.agents.status("desk-1").state == "signed_out"


def test_a_revoked_session_is_out_at_once(world, desk):
    world.accounts.revoke("desk-1")
    assert desk.get("/desk/now").status_code == 401
    assert desk.post("/desk/available").status_code == 401


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/desk/away", {"reason": "because"}, 400),
        ("/desk/calls/CA1/disposition", {"disposition": "<b>"}, 400),
        ("/desk/calls/CA1/disposition", {}, 400),
        ("/desk/calls/CA1/courtesy", {"courtesy": "version", "done": "yes"}, 400),
        ("/desk/calls/CA1/courtesy", {"courtesy": "used_name", "done": "1"}, 400),
        ("/desk/calls/CA1/note", {"text": "x" * 20_001, "version": "1"}, 413),
        ("/desk/calls/CA1/note", {"text": "x" * 200_000, "version": "1"}, 413),
        ("/desk/calls/CA1/note", {"text": "x", "version": "one"}, 200),
    ],
)
def test_what_does_not_fit_is_refused(world, desk, path, body, status):
    world.customer()
    world.ring()
    assert desk.post(path, body).status_code == status


def test_a_note_of_another_page_comes_back_instead_of_being_overwritten(world, desk):
    world.customer()
    world.ring()
    note = "/desk/calls/CA1/note"
    assert desk.post(note, {"text": "from page one", "version": "1"}).json == {"version": 1}
    assert desk.post(note, {"text": "from page two", "version": "1"}).json == {
        "version": 1, "text": "from page one",
    }  # fmt: skip
    assert desk.post(note, {"text": "both", "version": "2"}).json == {"version": 2}


def test_talk_disposition_and_wrap_up(world, desk):
    world.customer()
    offer = world.ring()
    world.talk(offer)
    shown = desk.post("/desk/calls/CA1/disposition", {"disposition": "solved"}).json
    assert shown["mode"] == "talking" and 'aria-pressed="true"' in shown["regions"]["disposition"]
    assert desk.post("/desk/calls/CA1/hang-up").json["mode"] == "wrap_up"
    due = world.agents.status("desk-1").due_at
    assert desk.post("/desk/wrap-up/extend", {"seconds": "60"}).status_code == 200
    assert world.agents.status("desk-1").due_at == due + 60
    assert desk.post("/desk/wrap-up/done").json["mode"] == "idle"
    assert world.agents.status("desk-1").state == "available"


def test_accepting_twice_is_accepting_once_and_too_late_says_so(world, desk):
    world.customer()
    offer = world.ring()
    assert desk.post(f"/desk/offers/{offer}/accept").status_code == 200
    assert desk.post(f"/desk/offers/{offer}/accept").status_code == 200
    declined = desk.post(f"/desk/offers/{offer}/decline")
    assert declined.status_code in (200, 409)
