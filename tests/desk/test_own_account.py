"""One's own account: the password, the browsers that are signed in, the second factor."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pyotp
import pytest

from ivr.flowfiles.policy_settings import SignInSettings
from ivr.service.accounts import (
    ABSOLUTE_S,
    CHANGE_PASSWORD,
    CODE_WITHIN_S,
    SET_SECOND_FACTOR,
    AccountProblem,
    AccountService,
    SignInRefused,
)
from ivr.service.own_account import OwnAccount
from ivr.service.roles import ROLES
from ivr.service.sign_in_attempts import CODES, WINDOW_S
from ivr.store import journal
from tests.desk.conftest import PASSWORD, Browser, Clock, application, opened, sealing

NEW = "violet ladder ox"


@pytest.fixture
def world(database_url):
    world = opened(database_url, Clock())
    world.agent()
    yield world
    world.db.close()


@pytest.fixture
def own(world) -> OwnAccount:
    return OwnAccount(world.accounts)


def sign_in(world, password: str = PASSWORD, address: str = "192.0.2.1", browser: str = "") -> str:
    return world.accounts.sign_in("desk-1", password, address, browser=browser)


def kinds(world) -> list[str]:
    with world.db.read() as connection:
        return [line.kind for line in journal.after(connection, 0)]


def enrol(world, own, token: str) -> tuple[pyotp.TOTP, list[str]]:
    totp = pyotp.TOTP(own.begin_second_factor(token, PASSWORD).secret)
    return totp, own.confirm_second_factor(token, totp.at(world.clock.now))


# The password ---------------------------------------------------------------------------------------------


def test_ones_own_password_is_changed_with_the_old_one(world, own):
    token, other = sign_in(world), sign_in(world)
    with pytest.raises(AccountProblem, match="not your password"):
        own.change_password(token, "wrong wrong", NEW)
    assert own.change_password(token, PASSWORD, NEW) == 1
    assert world.accounts.session(token) and world.accounts.session(other) is None
    with pytest.raises(SignInRefused):
        sign_in(world)
    assert sign_in(world, NEW) and "password_changed" in kinds(world)


@pytest.mark.parametrize("new", ["password", "desk-1desk-1", "        ", "short", PASSWORD])
def test_a_weak_one_and_the_same_one_are_refused(world, own, new):
    token = sign_in(world)
    with pytest.raises(AccountProblem):
        own.change_password(token, PASSWORD, new)
    assert sign_in(world)


def test_a_browser_that_was_left_open_is_no_place_to_guess(world, own):
    token, outcomes = sign_in(world), []
    for _ in range(40):
        with pytest.raises(AccountProblem) as caught:
            own.change_password(token, "wrong wrong", NEW)
        outcomes.append("not your" in str(caught.value))
    assert outcomes.count(True) <= 20 and not outcomes[-1]


def test_a_password_that_was_given_must_be_changed_before_anything_else(world, own):
    world.accounts.set_password("desk-1", "given for one day", must_change=True)
    token = sign_in(world, "given for one day")
    assert world.accounts.session(token).must == CHANGE_PASSWORD == own.view(token).must
    own.change_password(token, "given for one day", NEW)
    assert world.accounts.session(token).must == ""


# Sessions -------------------------------------------------------------------------------------------------


def test_ones_own_browsers_are_seen_and_ended(world, own):
    token = sign_in(world, browser="Firefox")
    world.clock.now += 60
    other = sign_in(world, address="198.51.100.7", browser="<b>Chrome")
    seen = own.view(token).sessions
    assert [(one.address, one.browser, one.is_this) for one in seen] == [
        ("198.51.100.7", "<b>Chrome", False),
        ("192.0.2.1", "Firefox", True),
    ]
    assert own.end_session(token, seen[0].id) and not own.end_session(token, seen[0].id)
    assert world.accounts.session(other) is None and world.accounts.session(token)
    assert [one.is_this for one in own.view(token).sessions] == [True]
    sign_in(world), sign_in(world)
    assert own.end_other_sessions(token) == 2 and len(own.view(token).sessions) == 1


def test_nobody_ends_another_agents_session(world, own):
    world.agent("desk-2")
    theirs = world.accounts.sign_in("desk-2", PASSWORD, "192.0.2.2")
    (one,) = own.view(theirs).sessions
    assert not own.end_session(sign_in(world), one.id)
    assert world.accounts.session(theirs)


@pytest.mark.parametrize("token", ["", "x", "é" * 50, "\ud800"])
def test_without_a_session_there_is_no_account(own, token):
    for ask in (
        own.view,
        own.end_other_sessions,
        lambda token: own.change_password(token, PASSWORD, NEW),
        lambda token: own.begin_second_factor(token, PASSWORD),
        lambda token: own.confirm_second_factor(token, "123456"),
    ):
        with pytest.raises(AccountProblem, match="sign in again"):
            ask(token)


# The second factor ----------------------------------------------------------------------------------------


def test_a_second_factor_is_set_up_with_a_picture_and_a_first_code(world, own):
    token = sign_in(world)
    with pytest.raises(AccountProblem):
        own.begin_second_factor(token, "wrong wrong")
    shown = own.begin_second_factor(token, PASSWORD)
    assert ElementTree.fromstring(shown.picture).tag.endswith("svg") and "style" not in shown.picture
    assert shown.address.startswith("otpauth://totp/") and own.wanted_second_factor(token) == shown
    assert not own.view(token).has_second_factor and world.accounts.session(sign_in(world))
    with pytest.raises(AccountProblem):
        own.confirm_second_factor(token, "000000")
    codes = own.confirm_second_factor(token, pyotp.TOTP(shown.secret).at(world.clock.now))
    assert len(set(codes)) == 10 and own.view(token).recovery_codes_left == 10
    assert own.view(token).has_second_factor and "second_factor_set" in kinds(world)


def test_a_password_alone_opens_nothing_any_more(world, own):
    totp, _ = enrol(world, own, sign_in(world))
    world.clock.now += 60
    token = sign_in(world)
    assert world.accounts.wants_code(token) and world.accounts.session(token) is None
    with pytest.raises(AccountProblem):
        own.view(token)
    signed_in = world.accounts.give_code(token, totp.at(world.clock.now))
    assert signed_in != token and world.accounts.session(signed_in).agent_id == "desk-1"
    assert not world.accounts.wants_code(token) and world.accounts.session(token) is None
    world.clock.now += ABSOLUTE_S
    assert world.accounts.session(signed_in) is None


@pytest.mark.parametrize("seconds", [0, 29, 60])
def test_a_code_counts_once(world, own, seconds):
    totp, _ = enrol(world, own, sign_in(world))
    world.clock.now += 60
    code = totp.at(world.clock.now)
    first, second = sign_in(world), sign_in(world)
    assert world.accounts.give_code(first, code)
    world.clock.now += seconds
    with pytest.raises(SignInRefused):
        world.accounts.give_code(second, code)


def test_the_code_that_set_it_up_signs_nobody_in(world, own):
    totp, _ = enrol(world, own, sign_in(world))
    with pytest.raises(SignInRefused):
        world.accounts.give_code(sign_in(world), totp.at(world.clock.now))


@pytest.mark.parametrize(("off", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_telephones_clock_may_be_half_a_minute_off(world, own, off, taken):
    totp, _ = enrol(world, own, sign_in(world))
    world.clock.now = (world.clock.now // 30) * 30 + 300
    token = sign_in(world)
    if taken:
        assert world.accounts.give_code(token, totp.at(world.clock.now + off))
    else:
        with pytest.raises(SignInRefused):
            world.accounts.give_code(token, totp.at(world.clock.now + off))


def test_codes_cannot_be_guessed(world, own):
    totp, _ = enrol(world, own, sign_in(world))
    world.clock.now += 60
    looked_at = 0
    for number in range(50):
        token = sign_in(world, address=f"192.0.2.{number}")
        with pytest.raises(SignInRefused) as caught:
            world.accounts.give_code(token, f"{number:06}")
        looked_at += caught.value.retry_after_s is None
    assert looked_at <= CODES
    world.clock.now += WINDOW_S + 1
    assert world.accounts.give_code(sign_in(world), totp.at(world.clock.now))


def test_a_recovery_code_counts_once_and_however_it_is_written(world, own):
    _, codes = enrol(world, own, sign_in(world))
    assert world.accounts.give_code(sign_in(world), codes[0])
    assert world.accounts.give_code(sign_in(world), f" {codes[1].upper().replace('-', ' ')} ")
    for code in codes[:2]:
        with pytest.raises(SignInRefused):
            world.accounts.give_code(sign_in(world), code)
    with world.db.read() as connection:
        stored = str(connection.exec_driver_sql("SELECT code_hash FROM recovery_code").all())
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_a_password_that_was_right_is_forgotten_after_five_minutes(world, own):
    totp, _ = enrol(world, own, sign_in(world))
    token = sign_in(world)
    world.clock.now += CODE_WITHIN_S + 1
    with pytest.raises(SignInRefused):
        world.accounts.give_code(token, totp.at(world.clock.now))


def test_whose_telephone_is_lost_is_helped_by_an_administrator(world, own):
    enrol(world, own, token := sign_in(world))
    world.accounts.remove_second_factor("desk-1")
    assert world.accounts.session(token) is None
    assert world.accounts.session(sign_in(world)) and "second_factor_removed" in kinds(world)


def test_a_role_can_be_made_to_use_one(world):
    seal = sealing(world.clock)
    world.accounts = AccountService(world.db, world.clock, "Northwind", ["supervisor", "administrator"], seal)
    own = OwnAccount(world.accounts)
    assert world.accounts.session(sign_in(world)).must == ""
    world.accounts.set_role("desk-1", "supervisor")
    token = sign_in(world)
    assert world.accounts.session(token).must == SET_SECOND_FACTOR == own.view(token).must
    enrol(world, own, token)
    assert world.accounts.session(token).must == ""
    with pytest.raises(AccountProblem, match="has to use"):
        own.end_second_factor(token, PASSWORD)
    world.accounts.set_role("desk-1", "agent")
    own.end_second_factor(token, PASSWORD)
    assert not own.view(token).has_second_factor


def test_the_settings_name_every_role():
    assert SignInSettings.model_validate({"second_factor": list(ROLES)}).second_factor == list(ROLES)


# In the browser -------------------------------------------------------------------------------------------


def test_the_code_is_asked_for_on_a_page_of_its_own(world, own):
    totp, _ = enrol(world, own, sign_in(world))
    world.clock.now += 60
    browser = Browser(application(world))
    browser.read_token("/desk/sign-in")
    body = {"agent": "desk-1", "password": PASSWORD, "csrf_token": browser.token, "next": "/desk/file/"}
    answer = browser.client.post("/desk/sign-in", data=body)
    assert answer.status_code == 303 and answer.location == "/desk/sign-in/code?next=/desk/file/"
    assert browser.get("/desk/now").status_code == 401
    assert browser.get("/desk/", headers={"Accept": "text/html"}).status_code == 303
    assert world.agents.status("desk-1").state == "signed_out"
    page = browser.get(answer.location).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    wrong = browser.client.post("/desk/sign-in/code", data={"csrf_token": token, "code": "000000"})
    assert wrong.status_code == 401 and "wrong" in wrong.text
    right = {"csrf_token": token, "code": totp.at(world.clock.now), "next": "/desk/file/"}
    assert browser.client.post("/desk/sign-in/code", data=right).location == "/desk/file/"
    assert browser.get("/desk/now").status_code == 200
    assert world.agents.status("desk-1").state == "away"


def test_who_must_change_the_password_sees_the_account_page_only(world):
    world.accounts.set_password("desk-1", "given for one day", must_change=True)
    browser = Browser(application(world))
    browser.sign_in(password="given for one day")
    page = browser.get("/desk/", headers={"Accept": "text/html"})
    assert page.status_code == 303 and page.location == "/desk/account"
    assert browser.get("/desk/now").status_code == 401
    browser.read_token("/desk/sign-in")
    refused = browser.post("/desk/available")
    assert refused.status_code == 403 and "password of your own" in refused.json["message"]
    assert world.agents.status("desk-1").state == "away"


def test_a_browser_is_known_after_a_sign_in_whatever_strangers_do(world):
    browser, stranger = Browser(application(world)), Browser(application(world))
    browser.sign_in()
    browser.client.delete_cookie("desk")
    for _ in range(12):
        stranger.sign_in(password="wrong wrong")
    assert stranger.sign_in().status_code == 429
    assert browser.sign_in().status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "eyJkZXNrLTEiOiJ4In0.aa.bb", "é", "x" * 3000])
def test_a_device_that_somebody_made_up_is_a_stranger(world, cookie):
    browser = Browser(application(world))
    browser.client.set_cookie("device", cookie)
    for _ in range(10):
        browser.sign_in(password="wrong wrong")
    assert browser.sign_in().status_code == 429
