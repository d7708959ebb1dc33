"""Secrets of second factors stand sealed in the database: read by nobody, lost with the key."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text, update

from ivr.cli.doctor import _second_factors
from ivr.environment import Environment
from ivr.keys import SECOND_FACTOR, Seal, derived
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.service.accounts import AccountProblem, AccountService, SignInRefused
from ivr.service.own_account import OwnAccount
from ivr.service.second_factor import ask_for_sealing, seal_readable
from ivr.store import accounts as store
from ivr.store import migrate as migrating
from ivr.store import tables
from ivr.store.database import Database
from tests.desk.conftest import PASSWORD, Browser, Clock, application, opened, sealing
from tests.once import shipped_settings

READABLE = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_KEY = "fedcba9876543210" * 2
HTML = {"Accept": "text/html"}


@pytest.fixture
def world(database_url):
    world = opened(database_url, Clock())
    world.agent()
    yield world
    world.db.close()


@pytest.fixture
def own(world) -> OwnAccount:
    return OwnAccount(world.accounts)


def sign_in(world) -> str:
    return world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")


def enrolled(world, own) -> tuple[pyotp.TOTP, list[str]]:
    token = sign_in(world)
    totp = pyotp.TOTP(own.begin_second_factor(token, PASSWORD).secret)
    codes = own.confirm_second_factor(token, totp.at(world.clock.now))
    world.clock.now += 60
    return totp, codes


def with_key(world, secret: str) -> None:
    """The server starts with another IVR_SECRET_KEY."""
    world.accounts = AccountService(world.db, world.clock, seal=sealing(world.clock, secret))


def everything(world) -> str:
    with world.db.read() as connection:
        found = [connection.execute(select(table)).all() for table in tables.metadata.sorted_tables]
    return repr(found)


def left_readable(world, agent_id: str = "desk-1") -> None:
    """As a version before this one wrote it."""
    with world.db.write() as unit:
        unit.connection.execute(
            update(tables.agent).where(tables.agent.c.id == agent_id).values(totp_secret=READABLE)
        )


def test_no_secret_can_be_read_in_the_database(world, own):
    token = sign_in(world)
    shown = own.begin_second_factor(token, PASSWORD)
    assert shown.secret not in everything(world)
    own.confirm_second_factor(token, pyotp.TOTP(shown.secret).at(world.clock.now))
    assert shown.secret not in everything(world) and own.view(token).has_second_factor


def test_two_agents_with_one_secret_look_different(world):
    seal = sealing(world.clock)
    assert seal.close(READABLE.encode()) != seal.close(READABLE.encode())
    assert Seal(derived("0123456789abcdef" * 2, "kept input"), world.clock).open(seal.close(b"x")) is None


# From an older version ------------------------------------------------------------------------------------


def test_a_secret_of_before_counts_and_is_sealed(world):
    left_readable(world)
    totp = pyotp.TOTP(READABLE)
    assert world.accounts.give_code(sign_in(world), totp.at(world.clock.now))
    with world.db.write() as unit:
        assert seal_readable(unit.connection, sealing(world.clock)) == 1
        assert seal_readable(unit.connection, sealing(world.clock)) == 0
    assert READABLE not in everything(world)
    world.clock.now += 60
    assert world.accounts.give_code(sign_in(world), totp.at(world.clock.now))
    with world.db.read() as connection:
        left = store.find(connection, "desk-1").totp_secret
    with pytest.raises(ValueError):  # what an older version that still runs makes of it: nobody is let in
        pyotp.TOTP(left).at(world.clock.now)


def test_the_server_seals_at_its_start_and_leaves_nothing_in_the_file(tmp_path):
    file = tmp_path / "line.db"
    line = SimulatedLine(shipped_settings(), _migrated(file))
    line.add_agent("desk-1", ["support"], available=False)
    with line.database.write() as unit:
        unit.connection.execute(update(tables.agent).values(totp_secret=READABLE))
    ask_for_sealing(line.line.transactions)
    line.run(60)
    with line.database.read() as connection:
        row = store.find(connection, "desk-1")
    seal = Seal(derived(line._environment.secret_key, SECOND_FACTOR), line.clock.time)
    assert row.totp_secret == store.SEALED and seal.open(row.totp_sealed) == READABLE.encode()
    for one in tmp_path.iterdir():
        assert READABLE.encode() not in one.read_bytes(), one
    line.close()


def _migrated(file: Path) -> str:
    url = f"sqlite:///{file}"
    database = Database.open(url)
    migrating.migrate(database)
    database.close()
    return url


def test_rows_of_before_survive_the_migration(empty_database_url):
    database = Database.open(empty_database_url)
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    with database.write() as unit:
        config.attributes["connection"] = unit.connection
        command.upgrade(config, "0025")
        before = "INSERT INTO agent (id, name, phone, state, since, totp_secret, totp_wanted, totp_step)"
        unit.connection.execute(text(f"{before} VALUES ('a', 'A', '', 'away', 0, '{READABLE}', NULL, 7)"))
        unit.connection.execute(text(f"{before} VALUES ('b', 'B', '', 'away', 0, NULL, '{READABLE}', NULL)"))
    migrating.migrate(database)
    with database.read() as connection:
        kept, begun = store.find(connection, "a"), store.find(connection, "b")
        step = connection.execute(select(tables.agent.c.totp_step, tables.agent.c.totp_wanted)).all()
    assert kept.totp_secret == READABLE and begun.totp_begun is None
    assert sorted(map(tuple, step), key=str) == [(7, None), (None, None)], "what was begun begins again"
    database.close()


# Another key ----------------------------------------------------------------------------------------------


def test_with_another_key_the_code_is_refused_in_words_and_a_password_alone_opens_nothing(world, own):
    totp, _ = enrolled(world, own)
    with_key(world, OTHER_KEY)
    token = sign_in(world)
    assert world.accounts.wants_code(token) and world.accounts.session(token) is None
    for code in (totp.at(world.clock.now), "000000", ""):
        with pytest.raises(SignInRefused, match=r"key of this server was changed.*recovery.*supervisor"):
            world.accounts.give_code(token, code)
    assert world.accounts.session(token) is None
    with_key(world, "0123456789abcdef" * 2)
    assert world.accounts.give_code(token, totp.at(world.clock.now)), "all as before with the old one"


def test_with_another_key_a_recovery_code_lets_in_and_a_new_one_is_set_up(world, own):
    _, codes = enrolled(world, own)
    with_key(world, OTHER_KEY)
    own = OwnAccount(world.accounts)
    token = world.accounts.give_code(sign_in(world), codes[0])
    totp = pyotp.TOTP(own.begin_second_factor(token, PASSWORD).secret)
    own.confirm_second_factor(token, totp.at(world.clock.now))
    world.clock.now += 60
    assert world.accounts.give_code(sign_in(world), totp.at(world.clock.now))


def test_with_another_key_a_supervisor_helps(world, own):
    enrolled(world, own)
    with_key(world, OTHER_KEY)
    AccountService(world.db, world.clock).remove_second_factor("desk-1", "lead-1")  # the command has no key
    assert world.accounts.session(sign_in(world))


def test_the_page_of_the_code_says_so(world, own):
    totp, _ = enrolled(world, own)
    with_key(world, OTHER_KEY)
    browser = Browser(application(world))
    browser.read_token("/desk/sign-in")
    body = {"agent": "desk-1", "password": PASSWORD, "csrf_token": browser.token}
    shown = browser.get(browser.client.post("/desk/sign-in", data=body).location).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)[1]
    code = {"csrf_token": token, "code": totp.at(world.clock.now)}
    refused = browser.client.post("/desk/sign-in/code", data=code)
    assert refused.status_code == 401 and "the key of this server was changed" in refused.text


def test_doctor_names_those_whose_second_factor_is_lost(world, own):
    enrolled(world, own)
    world.agent("desk-2"), left_readable(world, "desk-2")
    world.agent("desk-3")
    with world.db.read() as connection:
        agents = [row for row, *_ in store.everybody(connection)]
    same = Environment(database_url="", secret_key="0123456789abcdef" * 2)
    assert list(_second_factors(same, agents)) == []
    [found] = _second_factors(replace(same, secret_key=OTHER_KEY), agents)
    assert found.state == "bad" and "desk-1" in found.what and "desk-2" not in found.what
    assert "IVR_SECRET_KEY" in found.what and "ivr agents second-factor" in found.remedy


# Begun and not confirmed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "counts"), [(0, True), (14.9, True), (15.1, False), (60 * 24, False)])
def test_what_was_begun_lapses_after_a_quarter_of_an_hour(world, own, minutes, counts):
    shown = own.begin_second_factor(sign_in(world), PASSWORD)
    world.clock.now += minutes * 60
    token = sign_in(world)
    assert own.wanted_second_factor(token) == (shown if counts else None)
    code = pyotp.TOTP(shown.secret).at(world.clock.now)
    if counts:
        assert own.confirm_second_factor(token, code)
        return
    with pytest.raises(AccountProblem, match=r"quarter of an hour.*begin again"):
        own.confirm_second_factor(token, code)
    assert not own.view(token).has_second_factor and world.accounts.session(sign_in(world))
    again = own.begin_second_factor(token, PASSWORD)
    assert again.secret != shown.secret
    assert own.confirm_second_factor(token, pyotp.TOTP(again.secret).at(world.clock.now))


def test_the_one_that_counts_outlives_one_that_lapsed(world, own):
    totp, _ = enrolled(world, own)
    own.begin_second_factor(world.accounts.give_code(sign_in(world), totp.at(world.clock.now)), PASSWORD)
    world.clock.now += 3600
    assert world.accounts.give_code(sign_in(world), totp.at(world.clock.now))


def test_a_page_that_was_left_open_leads_back_to_the_beginning(world):
    browser = Browser(application(world))
    browser.sign_in()
    browser.read_token("/desk/account")
    begun = browser.post("/desk/account/second-factor", {"password": PASSWORD}, **HTML)
    assert "<svg" in browser.get(begun.location, headers=HTML).text
    world.clock.now += 16 * 60
    assert browser.get(begun.location, headers=HTML).location == "/desk/account"
    late = browser.post("/desk/account/second-factor/confirm", {"code": "000000"}, **HTML)
    assert late.status_code == 409 and "begin again" in late.text and "<svg" not in late.text
