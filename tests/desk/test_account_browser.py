"""The account's pages in a real browser, by keyboard: from a given password to a sign-in with a code."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import expect

from ivr.service.accounts import AccountService
from tests.desk.album import Album
from tests.desk.conftest import PASSWORD, Clock, World, opened, sealing, serve
from tests.desk.keyboard import chooses, into, keys, stops
from tests.desk.serving import Served

pytestmark = pytest.mark.browser
GIVEN = "given for one day"
NARROW, WIDE = {"width": 390, "height": 800}, {"width": 1280, "height": 800}


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    world = opened(f"sqlite:///{tmp_path / 'account.db'}", Clock())
    seal = sealing(world.clock)
    world.accounts = AccountService(world.db, world.clock, "Northwind", ["supervisor"], seal)
    world.agent()
    world.accounts.set_role("desk-1", "supervisor")
    world.accounts.set_password("desk-1", GIVEN, must_change=True)
    yield world
    world.feed.stop_streams()
    world.db.close()


@pytest.fixture
def served(world) -> Iterator[Served]:
    served = serve(world)
    yield served
    served.stop()


@pytest.fixture
def album() -> Iterator[Album]:
    album = Album()
    yield album
    album.must_be_clean()


def looks(page, album: Album, name: str) -> None:
    """What can be tabbed to, the accessibility check, and that a telephone's width shows all of it."""
    stops(page)
    album.look(page, name)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, size)


def types(page, field: str, text: str) -> None:
    into(page, field)
    page.keyboard.type(text)


def signs_in(page, served, password: str) -> None:
    page.goto(f"{served.url}/desk/")
    types(page, "agent", "desk-1")
    types(page, "password", password)
    keys(page, "Enter")


def test_from_a_given_password_to_a_sign_in_with_a_code(page, world, served, album):
    signs_in(page, served, GIVEN)
    expect(page.locator(".must")).to_have_text("Please set a password of your own first.")
    expect(page.locator("#old")).to_be_focused()
    looks(page, album, "account-password-first")
    changes_the_password(page, album)
    app = sets_up_the_second_factor(page, world, album)
    page.wait_for_url(f"{served.url}/desk/")
    page.goto(f"{served.url}/desk/account")
    expect(page.locator(".state")).to_have_text("Set up. 10 recovery codes are left.")
    looks(page, album, "account")
    chooses(page, "sign-out")
    page.wait_for_url(f"{served.url}/desk/sign-in")
    world.clock.now += 60
    signs_in(page, served, PASSWORD)
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type("000000")
    keys(page, "Enter")
    expect(page.locator(".problem")).to_have_text("This code is wrong, or was used before.")
    looks(page, album, "sign-in-code")
    types(page, "code", app.at(world.clock.now))
    keys(page, "Enter")
    page.wait_for_url(f"{served.url}/desk/")


def changes_the_password(page, album) -> None:
    types(page, "old", "wrong wrong")
    types(page, "new", PASSWORD)
    types(page, "again", PASSWORD)
    keys(page, "Enter")
    expect(page.locator("#problem")).to_have_text("This is not your password.")
    expect(page.locator("#old")).to_be_focused()
    looks(page, album, "account-refused")
    types(page, "old", GIVEN)
    types(page, "new", PASSWORD)
    types(page, "again", PASSWORD)
    keys(page, "Enter")
    expect(page.locator(".must")).to_have_text("Please set up the second factor first.")


def sets_up_the_second_factor(page, world, album) -> pyotp.TOTP:
    types(page, "second_factor-password", PASSWORD)
    keys(page, "Enter")
    expect(page.locator("#code")).to_be_focused()
    looks(page, album, "account-second-factor")
    app = pyotp.TOTP(page.inner_text("#key").replace(" ", ""))
    types(page, "code", app.at(world.clock.now))
    keys(page, "Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    looks(page, album, "account-recovery-codes")
    chooses(page, "kept")
    return app
