"""Plays one call by itself: over the real webhooks, the real desk and the simulated telephones."""

from __future__ import annotations

import time
from typing import Any

from ivr.cli.demo.participants import Caller, DeskAgent, Telephone, Unexpected, webhooks_answered
from ivr.cli.demo.processes import DemoProcesses

TALK_S = 2.0
ANNOUNCED_LIMIT_S = 45.0


def play_one_call(house: DemoProcesses) -> dict[str, Any]:
    """Return the result in the documented form: `outcome` is "talked", or another outcome."""
    began = time.monotonic()
    agent = DeskAgent(house.web, house.agent, house.password)
    caller = Caller(house.api)
    try:
        outcome = _play(house, agent, caller)
    except Unexpected as problem:
        outcome = str(problem)
    finally:
        agent.close()
    heard = caller.state()
    return {
        "outcome": outcome,
        "heard": heard.get("heard", []),
        "music_seconds": round(heard.get("music_seconds", 0.0), 1),
        "wait": agent.wait(caller.waited_s),
        "card": agent.card,
        "card_before_answer": agent.card_before(caller.answered_at),
        "webhooks": webhooks_answered(house.web),
        "wall_seconds": round(time.monotonic() - began, 1),
    }


def _play(house: DemoProcesses, agent: DeskAgent, caller: Caller) -> str:
    telephone = Telephone(house.api, house.agent_phone)
    agent.sign_in()
    agent.go_available()
    caller.dial(house.known_caller, house.number)
    caller.press_in_the_middle_of_a_prompt("0")
    telephone.until_ringing(20)
    agent.until_card(10)
    caller.until_wait_announced(ANNOUNCED_LIMIT_S)
    agent.accept()
    telephone.answer()
    caller.until_talking(20)
    time.sleep(TALK_S)
    caller.hang_up()
    agent.until_wrap_up(20)
    return "talked"
