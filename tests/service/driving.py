"""Whole calls in a few words: dial and wait in line, answer and talk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from ivr.application import Application, build
from ivr.environment import Environment
from ivr.scenarios.simulated_line import ACCOUNT_SID, AUTH_TOKEN, PUBLIC_URL, SimulatedLine
from simulator import WsgiHttpClient
from simulator.phones import AgentPhone, CallerPhone
from simulator.rest.app import make_rest_app

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the kind of database cannot change."""


def asks_for_person(line: SimulatedLine, from_: str = "+14155550123") -> CallerPhone:
    """A caller who pressed 0 in the welcome."""
    caller = line.dial(from_)
    line.run(2)
    caller.press("0")
    line.run(0.5)
    return caller


def picks_up(line: SimulatedLine, phone: AgentPhone, key: str = "1") -> None:
    """The agent answers, hears who calls, and presses a key."""
    assert line.account.run_until(lambda: phone.ringing, 60), f"{phone.address} does not ring"
    phone.answer()
    line.run(0.5)
    phone.press(key)
    line.run(0.5)


def talks(line: SimulatedLine, phone: AgentPhone) -> CallerPhone:
    """A caller and an agent in conversation."""
    caller = asks_for_person(line)
    picks_up(line, phone)
    assert line.account.run_until(lambda: caller.talking_to == {phone.address}, 10)
    line.run(10)
    return caller


def state_of(line: SimulatedLine, agent_id: str = "desk-1") -> str:
    return line.line.agents.status(agent_id).state


def signed(path: str, form: dict[str, str], token: str = AUTH_TOKEN) -> dict[str, str]:
    """The header with which Twilio would send this form to this path."""
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(PUBLIC_URL + path, form)}


def posts(line: SimulatedLine | Application, path: str, **form: str):
    """One signed webhook, sent past the simulator."""
    app = line.line.app if isinstance(line, SimulatedLine) else line.app
    return app.test_client().post(path, data=form, headers=signed(path, form))


def another_line(line: SimulatedLine, url: str) -> Application:
    """A second process on the same database and the same clock, as far as one process can play two."""
    environment = Environment(
        database_url=url,
        public_url=PUBLIC_URL,
        twilio_account_sid=ACCOUNT_SID,
        twilio_auth_token=AUTH_TOKEN,
        secret_key="rehearsal-rehearsal",
    )
    client = WsgiHttpClient(make_rest_app(line.account))
    return build(line.settings, environment, clock=line.clock.time, http_client=client)


def all_at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run them in threads that start together; what each returned or raised."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(run, work) for work in works]]
