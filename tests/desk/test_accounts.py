"""Accounts, throttle, sessions: the service, on both databases."""

from __future__ import annotations

import pytest

from ivr.service import passwords
from ivr.service.accounts import ABSOLUTE_S, IDLE_S, WRONG, AccountProblem, SignInRefused, hash_token
from ivr.store import accounts as store
from tests.desk.conftest import PASSWORD, Clock, opened


@pytest.fixture
def world(database_url):
    world = opened(database_url, Clock())
    yield world
    world.db.close()


def refused(world, agent="desk-1", password="wrong wrong", address="192.0.2.1") -> SignInRefused:
    with pytest.raises(SignInRefused) as caught:
        world.accounts.sign_in(agent, password, address)
    return caught.value


def test_an_account_is_listed_with_its_queues_and_without_its_hash(world):
    world.agent()
    world.accounts.set_queues("desk-1", ["billing"])
    (account,) = world.accounts.list()
    assert (account.id, account.queues, account.has_password) == ("desk-1", ("billing",), True)
    assert "argon2" not in repr(account)


@pytest.mark.parametrize("agent_id", ["", " ", "a b", "../x", "x" * 65, "é", "a\n"])
def test_an_id_is_made_of_plain_characters(world, agent_id):
    with pytest.raises(AccountProblem):
        world.accounts.add(agent_id, "x", "+15550002001")


def test_the_same_id_twice_is_a_problem(world):
    world.agent()
    with pytest.raises(AccountProblem, match="already an agent"):
        world.agent()


def test_unknown_agents_are_named_in_every_change(world):
    for tx in (
        lambda: world.accounts.set_password("nobody", PASSWORD),
        lambda: world.accounts.set_queues("nobody", []),
        lambda: world.accounts.disable("nobody"),
    ):
        with pytest.raises(AccountProblem, match="'nobody'"):
            tx()


def test_a_password_is_stored_as_argon2id_only(world):
    world.agent()
    with world.db.read() as connection:
        row = store.find(connection, "desk-1")
    assert row.password_hash.startswith("$argon2id$") and PASSWORD not in row.password_hash


def test_no_such_agent_and_wrong_password_look_the_same(world, monkeypatch):
    world.agent()
    world.accounts.add("phone-only", "Phone", "+15550002009")
    verified = []
    real = passwords._hasher.verify
    monkeypatch.setattr(
        passwords, "_hasher", type("Counting", (), {
            "verify": lambda _self, *given: (verified.append(given[0]), real(*given))[1],
            "hash": passwords._hasher.hash,
        })(),
    )  # fmt: skip
    texts = {str(refused(world, agent)) for agent in ("desk-1", "nobody", "phone-only")}
    assert texts == {WRONG}
    assert len(verified) == 3  # the same work each time


def test_a_session_token_is_long_and_only_its_hash_is_stored(world):
    world.agent()
    token = world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")
    assert len(token) >= 40
    with world.db.read() as connection:
        assert store.session(connection, token) is None
        assert store.session(connection, hash_token(token)).agent_id == "desk-1"


def test_a_session_ends_without_use_but_not_at_work(world):
    world.agent()
    token = world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")
    world.clock.now += IDLE_S - 1
    assert world.accounts.session(token)
    world.clock.now += IDLE_S - 1
    assert world.accounts.session(token, used=False)
    world.customer()
    offer = world.ring()
    world.talk(offer)
    world.clock.now += 2 * 3600
    assert world.accounts.session(token, used=False)
    world.agents.hang_up("desk-1", "CA1")
    world.agents.wrap_up_done("desk-1")
    world.clock.now += 2 * IDLE_S
    assert world.accounts.session(token, used=False), "on a quiet line one waits for calls, and stays"
    world.agents.go_away("desk-1", "break")
    world.clock.now += IDLE_S - 1
    assert world.accounts.session(token, used=False), "idle counts from the end of work"
    world.clock.now += 2
    assert world.accounts.session(token) is None


def test_a_session_ends_after_twelve_hours_also_during_a_call(world):
    world.agent()
    world.customer()
    token = world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")
    world.ring()
    world.clock.now += ABSOLUTE_S
    assert world.accounts.session(token) is None


@pytest.mark.parametrize("end", ["revoke", "disable", "set_password"])
def test_sessions_end_at_once(world, end):
    world.agent()
    token = world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")
    other = world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.2")
    given = ("another password",) if end == "set_password" else ()
    getattr(world.accounts, end)("desk-1", *given)
    assert world.accounts.session(token) is None and world.accounts.session(other) is None


def test_a_disabled_agent_cannot_sign_in_until_enabled(world):
    world.agent()
    world.accounts.disable("desk-1")
    assert str(refused(world, password=PASSWORD)) == WRONG
    world.accounts.enable("desk-1")
    assert world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")


def test_signing_out_ends_one_browser_only(world):
    world.agent()
    one, two = (world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1") for _ in range(2))
    world.accounts.sign_out(one)
    world.accounts.sign_out(one)
    assert world.accounts.session(one) is None and world.accounts.session(two)
    assert world.accounts.other_sessions("desk-1") == 1


@pytest.mark.parametrize("token", ["", None, "x", "\0", "é" * 50, "a" * 5000, "\ud800"])
def test_nonsense_is_nobody(world, token):
    assert world.accounts.session(token) is None


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_has_a_fit_length(world, password):
    with pytest.raises(AccountProblem):
        world.accounts.add("desk-1", "x", "", (), password)
