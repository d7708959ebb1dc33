"""The account's page: the password, the browsers that are signed in, the second factor, and who may not pass
before one of them is settled."""

from __future__ import annotations

import re

import pyotp
import pytest

from desk import formatting
from ivr.service.accounts import CODE_WITHIN_S, AccountService
from ivr.service.sign_in_attempts import CODES
from tests.desk.conftest import PASSWORD, Browser, application, sealing

NEW = "violet ladder ox"
GIVEN = "given for one day"
HTML = {"Accept": "text/html"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def page(browser: Browser, path: str = "/desk/account"):
    """The page, and from now on its token."""
    answer = browser.get(path, headers=HTML)
    browser.read_token(path)
    return answer


def send(browser: Browser, path: str, **data: str):
    return browser.post(f"/desk/account/{path}", data, **HTML)


def password_form(old: str = PASSWORD, new: str = NEW, again: str | None = None) -> dict[str, str]:
    return {"old": old, "new": new, "again": new if again is None else again}


def enrolled(browser: Browser, world) -> tuple[pyotp.TOTP, list[str]]:
    """Set the second factor up as the pages say; returns the app and the recovery codes."""
    page(browser)
    assert send(browser, "second-factor", password=PASSWORD).location == "/desk/account/second-factor"
    shown = page(browser, "/desk/account/second-factor").text
    key = re.search(r'<code id="key">([A-Z2-7 ]+)</code>', shown)[1].replace(" ", "")
    assert "<svg" in shown
    app = pyotp.TOTP(key)
    answer = send(browser, "second-factor/confirm", code=app.at(world.clock.now))
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return app, re.findall(r"<li><code>([a-z2-9-]{11})</code>", answer.text)


# The password ---------------------------------------------------------------------------------------------


def test_the_desk_leads_to_the_account(desk):
    assert 'href="/desk/account"' in desk.get("/desk/").text
    shown = page(desk)
    assert shown.status_code == 200 and "Desk one" in shown.text and "8 characters at least" in shown.text


def test_a_password_of_ones_own(world, desk, browser_of):
    other = browser_of()
    other.sign_in()
    page(desk)
    assert send(desk, "password", **password_form()).location == "/desk/account?said=password"
    assert "The new password is set" in page(desk, "/desk/account?said=password").text
    assert desk.get("/desk/now").status_code == 200 and other.get("/desk/now").status_code == 401
    assert other.sign_in().status_code == 401 and other.sign_in(password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (password_form(old="wrong wrong"), "This is not your password."),
        (password_form(new="short"), "A password has 8 to 200 characters."),
        (password_form(new="password"), "among the first that are guessed"),
        (password_form(new=PASSWORD), "Take another one."),
        (password_form(again="violet ladder o"), "are not the same."),
        ({}, "This is not your password."),
    ],
)
def test_a_password_that_is_refused_says_why(world, desk, form, said):
    page(desk)
    refused = send(desk, "password", **form)
    assert refused.status_code == 409 and said in refused.text
    assert PASSWORD not in refused.text and NEW not in refused.text
    assert Browser(application(world)).sign_in().status_code == 303


# Browsers -------------------------------------------------------------------------------------------------


def test_browsers_are_listed_and_signed_out_one_by_one(world, desk, browser_of):
    other = browser_of()
    other.sign_in(**{"User-Agent": FIREFOX})
    shown = page(desk).text
    assert shown.count("this browser") == 1 and "Firefox on Linux" in shown and "127.0.0.1" in shown
    (path,) = re.findall(r'action="/desk/account/(sessions/[0-9a-f]+/end)"', shown)
    assert send(desk, path).location == "/desk/account?said=session"
    assert other.get("/desk/now").status_code == 401 and desk.get("/desk/now").status_code == 200
    assert send(desk, path).location == "/desk/account?said=gone"
    assert "Firefox on Linux" not in page(desk).text


def test_all_others_at_once(world, desk, browser_of):
    others = [browser_of(), browser_of()]
    for other in others:
        other.sign_in()
    page(desk)
    assert send(desk, "sessions/end-others").location == "/desk/account?said=others"
    assert [one.get("/desk/now").status_code for one in (desk, *others)] == [200, 401, 401]


def test_nobody_signs_out_another_agents_browser(world, desk, browser_of):
    world.agent("desk-2")
    theirs, again = browser_of(), browser_of()
    theirs.sign_in("desk-2")
    again.sign_in("desk-2")
    (path,) = re.findall(r'action="/desk/account/(sessions/[0-9a-f]+/end)"', page(theirs).text)
    page(desk)
    assert send(desk, path).location == "/desk/account?said=gone"
    assert theirs.get("/desk/now").status_code == 200 and again.get("/desk/now").status_code == 200


def test_ones_own_browser_is_signed_out_like_everywhere_and_gets_no_calls(world, desk):
    world.agents.go_available("desk-1")
    page(desk)
    with world.db.read() as connection:
        [own] = connection.exec_driver_sql("SELECT token_hash FROM agent_session").scalars()
    assert send(desk, f"sessions/{own[:16]}/end").location == "/desk/sign-in"
    assert world.agents.status("desk-1").state == "signed_out"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "CriOS/126.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Version/17.4 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
         "Chrome on Android"),
        ("curl/8.5.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_a_browser_has_a_name_for_people(header, said):
    assert formatting.browser(header) == said


# The second factor ----------------------------------------------------------------------------------------


def test_a_second_factor_is_set_up_used_and_removed(world, desk):
    app, codes = enrolled(desk, world)
    assert len(set(codes)) == 10
    shown = page(desk).text
    assert "10 recovery codes are left" in shown and not any(code in shown for code in codes)
    world.clock.now += 60
    again = Browser(application(world))
    assert again.sign_in().location.startswith("/desk/sign-in/code")
    again.read_token("/desk/sign-in/code")
    assert again.post("/desk/sign-in/code", {"code": app.at(world.clock.now)}).location == "/desk/"
    page(again)
    assert send(again, "second-factor/remove", password="wrong wrong").status_code == 409
    assert send(again, "second-factor/remove", password=PASSWORD).location == "/desk/account?said=removed"
    assert Browser(application(world)).sign_in().location == "/desk/"


def test_setting_it_up_wants_the_password_and_a_right_code(world, desk):
    page(desk)
    refused = send(desk, "second-factor", password="wrong wrong")
    assert refused.status_code == 409 and "not your password" in refused.text
    assert page(desk, "/desk/account/second-factor").location == "/desk/account"
    send(desk, "second-factor", password=PASSWORD)
    key = re.search(r'id="key">([^<]+)<', desk.get("/desk/account/second-factor").text)[1]
    wrong = send(desk, "second-factor/confirm", code="000000")
    assert wrong.status_code == 409 and "This code is wrong" in wrong.text and key in wrong.text
    assert Browser(application(world)).sign_in().location == "/desk/"


def test_first_codes_cannot_be_guessed_without_end(world, desk):
    page(desk)
    send(desk, "second-factor", password=PASSWORD)
    said = [send(desk, "second-factor/confirm", code=f"{number:06}").text for number in range(CODES + 20)]
    assert "Too many attempts" in said[-1] and sum("This code is wrong" in text for text in said) <= 2 * CODES


def test_new_recovery_codes_take_the_place_of_the_old(world, desk):
    _, old = enrolled(desk, world)
    page(desk)
    assert send(desk, "recovery-codes", password="wrong wrong").status_code == 409
    shown = send(desk, "recovery-codes", password=PASSWORD).text
    assert "The codes that you had before do not count any more." in shown
    new = re.findall(r"<li><code>([a-z2-9-]{11})</code>", shown)
    assert len(new) == 10 and not set(new) & set(old)
    browser = Browser(application(world))
    browser.sign_in()
    browser.read_token("/desk/sign-in/code")
    refused = browser.post("/desk/sign-in/code", {"code": old[0]})
    assert refused.status_code == 401 and "This code is wrong, or was used before." in refused.text
    assert browser.post("/desk/sign-in/code", {"code": new[0]}).location == "/desk/"


def test_a_code_that_comes_too_late_says_so(world, desk):
    app, _ = enrolled(desk, world)
    browser = Browser(application(world))
    browser.sign_in()
    browser.read_token("/desk/sign-in/code")
    world.clock.now += CODE_WITHIN_S + 1
    late = browser.post("/desk/sign-in/code", {"code": app.at(world.clock.now)})
    assert late.status_code == 401 and "within five minutes" in late.text and 'name="password"' in late.text


# Before anything else -------------------------------------------------------------------------------------


def test_who_must_change_the_password_can_and_goes_on_to_the_desk(world):
    world.agent()
    world.accounts.set_password("desk-1", GIVEN, must_change=True)
    browser = Browser(application(world))
    browser.sign_in(password=GIVEN)
    assert browser.get("/desk/", headers=HTML).location == "/desk/account"
    shown = page(browser).text
    assert "Please set a password of your own first." in shown
    assert "Second factor" not in shown and 'href="/reports/"' not in shown and 'href="/desk/"' not in shown
    assert send(browser, "password", **password_form(GIVEN, GIVEN)).status_code == 409
    assert send(browser, "password", **password_form(GIVEN)).location == "/desk/"
    assert browser.get("/desk/", headers=HTML).status_code == 200


def test_whose_role_must_use_a_second_factor_sets_it_up_first(world):
    world.agent()
    seal = sealing(world.clock)
    world.accounts = AccountService(world.db, world.clock, "Northwind", ["agent"], seal)
    world.accounts.set_password("desk-1", GIVEN, must_change=True)
    browser = Browser(application(world))
    browser.sign_in(password=GIVEN)
    page(browser)
    changed = send(browser, "password", **password_form(GIVEN, PASSWORD))
    assert changed.location == "/desk/account?said=password"
    shown = page(browser).text
    assert "Please set up the second factor first." in shown and 'id="new"' not in shown
    assert browser.get("/desk/", headers=HTML).location == "/desk/account"
    enrolled(browser, world)
    assert browser.get("/desk/", headers=HTML).status_code == 200
    shown = page(browser).text
    assert "second-factor/remove" not in shown and "can be replaced but not removed" in shown
    assert "has to use" in send(browser, "second-factor/remove", password=PASSWORD).text


def test_who_signs_out_before_settling_it_gets_no_calls(world):
    world.agent()
    world.accounts.set_password("desk-1", GIVEN, must_change=True)
    browser = Browser(application(world))
    browser.sign_in(password=GIVEN)
    page(browser)
    assert browser.post("/desk/sign-out").status_code == 303
    assert world.agents.status("desk-1").state == "signed_out"
