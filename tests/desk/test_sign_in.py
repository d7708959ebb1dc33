"""Guessers at the door of the desk: held back, while nobody else is kept out and no caller waits for them."""

from __future__ import annotations

import threading

import pytest

from ivr.service import passwords
from ivr.service.accounts import BUSY, WRONG, SignInRefused
from ivr.service.passwords import Busy, PasswordCheckQueue
from ivr.service.sign_in_attempts import (
    AGENT_EVERY_S,
    MOST_NAMES,
    MOST_WAITING,
    OF_ONE_AGENT,
    WINDOW_S,
    AttemptsKept,
    SignInAttempt,
    SignInAttempts,
)
from ivr.store import journal
from tests.desk.conftest import PASSWORD, Clock, opened


@pytest.fixture
def world(database_url):
    world = opened(database_url, Clock())
    world.agent()
    yield world
    world.db.close()


def refused(world, agent="desk-1", password="wrong wrong", address="192.0.2.1", device="") -> SignInRefused:
    with pytest.raises(SignInRefused) as caught:
        world.accounts.sign_in(agent, password, address, device)
    return caught.value


def lines(world) -> list:
    with world.db.read() as connection:
        return journal.after(connection, 0)


# Strangers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strangers", [10, 30, 90])
def test_a_right_password_is_let_in_whatever_strangers_guess_elsewhere(world, strangers):
    for number in range(strangers):
        refused(world, address=f"198.51.100.{number}")
    assert world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")


def test_a_right_password_is_let_in_from_an_address_that_guesses_at_other_names(world):
    """One address for a whole office, or for a house behind a provider."""
    for number in range(40):
        refused(world, agent=f"guess-{number}")
    assert world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")


def test_ten_wrong_passwords_from_one_address_hold_it_back_then_the_window_passes(world):
    for _ in range(10):
        assert refused(world).retry_after_s is None
    assert 0 < refused(world, password=PASSWORD).retry_after_s <= WINDOW_S
    world.clock.now += WINDOW_S + 1
    assert world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")


def test_addresses_of_one_ipv6_network_are_one(world):
    for number in range(10):
        refused(world, address=f"2001:db8:1:2::{number:x}")
    assert refused(world, password=PASSWORD, address="2001:db8:1:2:ffff::1").retry_after_s
    assert world.accounts.sign_in("desk-1", PASSWORD, "2001:db8:1:3::1")


def test_an_address_that_guesses_at_many_names_may_try_each_less_often(world):
    world.agent("desk-2")
    for number in range(10):
        refused(world, agent=f"guess-{number}")
    outcomes = [refused(world, agent="desk-2").retry_after_s for _ in range(5)]
    assert [wait is None for wait in outcomes] == [True, True, True, False, False]


def test_guesses_from_everywhere_are_bounded_and_a_known_device_is_let_in(world):
    token = world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")
    agent, device = world.accounts.device_of(token)
    world.clock.now += 1
    looked_at = 0
    for number in range(2_000):
        world.clock.now += 0.1
        wait = refused(world, address=f"10.{number // 250}.{number % 250}.1").retry_after_s
        looked_at += wait is None
    assert agent == "desk-1" and looked_at <= OF_ONE_AGENT + 200 / AGENT_EVERY_S
    assert world.accounts.sign_in("desk-1", PASSWORD, "203.0.113.9", device)
    assert world.accounts.sign_in("desk-1", PASSWORD, "203.0.113.9", device)


def test_a_known_device_guesses_no_more_than_ten_times(world):
    _, device = world.accounts.device_of(world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1"))
    outcomes = [refused(world, device=device).retry_after_s for _ in range(30)]
    assert outcomes.count(None) <= 20 and outcomes[-1]


def test_a_refused_attempt_does_not_make_it_longer(world):
    for _ in range(10):
        refused(world)
    for _ in range(5):
        world.clock.now += 100
        refused(world)
    world.clock.now += WINDOW_S - 490
    assert world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")


def test_signing_in_often_is_no_failure(world):
    for _ in range(150):
        world.clock.now += 1
        assert world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")


def test_many_guesses_at_once_are_all_counted(world, monkeypatch):
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    monkeypatch.setattr(passwords, "turns", roomy := PasswordCheckQueue())
    roomy.STRANGERS = roomy.OF_ONE_NETWORK = 100
    outcomes = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(refused(world).retry_after_s)) for _ in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(None) == 10


def test_the_counters_of_this_process_do_not_grow_without_end():
    attempts = SignInAttempts()
    for number in range(MOST_NAMES):
        attempts.begin(
            SignInAttempt(f"guess-{number}", f"10.0.{number // 250}.{number % 250}"), float(number % 60)
        )
        attempts.note_refusal(None, f"10.{number // 250}.{number % 250}.1")
    assert len(attempts._times) <= MOST_NAMES
    unwritten, refusals = attempts.take(0.0)
    assert len(unwritten) <= MOST_WAITING and len(refusals) <= MOST_WAITING + 1
    assert sum(line.body["times"] for line in refusals) == MOST_NAMES


# The database ---------------------------------------------------------------------------------------------


def test_a_wrong_sign_in_takes_no_turn_to_write(world, monkeypatch):
    monkeypatch.setattr(world.db, "write", lambda: pytest.fail("it stands in line before a caller"))
    for number in range(20):
        refused(world, address=f"192.0.2.{number % 2}")


def test_attempts_are_written_down_together_and_known_after_a_restart(world):
    for _ in range(10):
        refused(world)
    AttemptsKept(world.accounts.attempts, world.db, world.clock).run()
    restarted = opened(str(world.db.engine.url.render_as_string(hide_password=False)), world.clock)
    AttemptsKept(restarted.accounts.attempts, restarted.db, restarted.clock).run()
    assert refused(restarted, password=PASSWORD).retry_after_s
    assert restarted.accounts.sign_in("desk-1", PASSWORD, "192.0.2.2")
    restarted.db.close()


def test_processes_learn_of_each_others_attempts(world):
    other = opened(str(world.db.engine.url.render_as_string(hide_password=False)), world.clock)
    both = [AttemptsKept(one.accounts.attempts, world.db, world.clock) for one in (world, other)]
    for number in range(10):
        refused((world, other)[number % 2])
    for kept in (*both, *both):
        kept.run()
    assert refused(world).retry_after_s and refused(other).retry_after_s
    other.db.close()


def test_no_name_that_was_typed_can_be_read_in_the_attempts(world):
    refused(world, agent="my secret password")
    world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.1")
    AttemptsKept(world.accounts.attempts, world.db, world.clock).run()
    with world.db.read() as connection:
        rows = connection.exec_driver_sql("SELECT who FROM sign_in_attempt").all()
        noted = connection.exec_driver_sql("SELECT agent_id, body FROM journal").all()
    assert rows and "secret" not in f"{rows}{noted}"


def test_sign_ins_refusals_and_sign_outs_are_on_record(world):
    refused(world)
    refused(world, agent="nobody")
    token = world.accounts.sign_in("desk-1", PASSWORD, "192.0.2.7")
    world.accounts.sign_out(token)
    AttemptsKept(world.accounts.attempts, world.db, world.clock).run()
    found = [(line.kind, line.agent_id, line.body.get("address")) for line in lines(world)]
    assert found == [
        ("sign_in", "desk-1", "192.0.2.7"),
        ("sign_out", "desk-1", None),
        ("sign_in_refused", "desk-1", "192.0.2.1"),
        ("sign_in_refused", None, "192.0.2.1"),
    ]


# Waiting --------------------------------------------------------------------------------------------------


def test_few_wait_and_the_next_is_refused_at_once_before_anything_is_counted(world, monkeypatch):
    monkeypatch.setattr(passwords, "turns", full := PasswordCheckQueue())
    full._strangers.update({f"network-{number}": 2 for number in range(4)})
    monkeypatch.setattr(world.db, "write", lambda: pytest.fail("nothing may be written"))
    late = refused(world, address="203.0.113.1")
    assert str(late) == BUSY and late.retry_after_s
    assert world.accounts.attempts.take(0.0) == ([], [])


def test_one_network_never_fills_the_room():
    turns = PasswordCheckQueue()
    turns._strangers["10.0.0.1"] = turns.OF_ONE_NETWORK
    with pytest.raises(Busy), turns.stranger("10.0.0.1"):
        pass
    with turns.stranger("10.0.0.2"):
        pass
    assert turns._strangers["10.0.0.2"] == 0 and turns._at_work == 0


def test_a_known_device_goes_before_strangers_who_wait():
    turns = PasswordCheckQueue()
    turns.STRANGERS_WAIT_S = turns.KNOWN_WAIT_S = 10.0
    order, over = [], threading.Event()

    def one(name: str, turn) -> None:
        with turn:
            order.append(name)
            over.wait(10)

    def begin(name: str, turn, ready) -> threading.Thread:
        thread = threading.Thread(target=one, args=(name, turn))
        thread.start()
        while not ready():
            pass
        return thread

    threads = [begin(f"first-{n}", turns.known(), lambda n=n: len(order) == n + 1) for n in range(2)]
    threads += [begin("stranger", turns.stranger("x"), lambda: turns._strangers.total() == 1)]
    threads += [begin("known", turns.known(), lambda: turns._known == 1)]
    over.set()
    for thread in threads:
        thread.join()
    assert order[2:] == ["known", "stranger"]


def test_a_turn_is_given_back_whatever_happens():
    turns = PasswordCheckQueue()
    for turn in (turns.known, lambda: turns.stranger("x")):
        with pytest.raises(ZeroDivisionError), turn():
            raise ZeroDivisionError
    assert turns._at_work == 0 and turns._known == 0 and not turns._strangers


def test_a_room_that_stays_full_is_left_again():
    turns = PasswordCheckQueue()
    turns.STRANGERS_WAIT_S = turns.KNOWN_WAIT_S = 0.0
    with turns.known(), turns.known():
        for turn in (turns.known(), turns.stranger("x")):
            with pytest.raises(Busy), turn:
                pass
    assert turns._at_work == 0 and turns._known == 0 and not turns._strangers


def test_wrong_and_unknown_read_the_same(world):
    assert {str(refused(world, name)) for name in ("desk-1", "nobody")} == {WRONG}
