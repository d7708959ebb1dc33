"""A talk as the desk sees it, without a phone company: what is asked is kept, what is shown can be set."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask

from desk import desk_blueprint, protect
from ivr.service.conversations.agent_conversations import (
    ConversationStatus,
    TransferTargetView,
    TransferView,
)
from ivr.service.conversations.conversation_view import NoLongerAsked
from tests.desk.conftest import World

PLAIN = ConversationStatus(
    held_at=None,
    hold_reminder_s=60.0,
    ask_leave="May I put you on hold for a moment?",
    recording="",
    paused_at=None,
    transfer=None,
    last=None,
    story=(),
    asked_by="",
)
LEAD = TransferTargetView("agent:boss-1", "supervisor", "Shift lead", "available", True, True)
BUSY = TransferTargetView(
    "agent:desk-2", "agent", "Desk two", "on a call", False, False, "Desk two is on a call."
)
BILLING = TransferTargetView(
    "queue:billing",
    "queue",
    "Billing",
    "2 waiting, about 4 to 6 minutes",
    True,
    False,
    "Nobody there is free.",
)
WAREHOUSE = TransferTargetView("number:warehouse", "number", "Warehouse", "+1 415 555 0100", True, True)


@dataclass
class StagedTalks:
    """Stands where the service stands. Each method is written down with its words and calls `then`."""

    world: World
    now: ConversationStatus = PLAIN
    asked: list[tuple[str, ...]] = field(default_factory=list)
    people: tuple[TransferTargetView, ...] = (LEAD, BUSY, BILLING, WAREHOUSE)
    refusal: Exception | None = None
    before: NoLongerAsked | None = None

    def shown(self, _agent: str, _sid: str) -> ConversationStatus:
        return self.now

    def asked_before(self, _agent: str) -> NoLongerAsked | None:
        return self.before

    def targets(self, _agent: str, _sid: str, query: str = "") -> tuple[TransferTargetView, ...]:
        return tuple(one for one in self.people if query.lower() in one.title.lower())

    def show(self, **transactions: Any) -> None:
        """From now on the desk shows this, and its pages are told."""
        self.now = replace(self.now, **transactions)
        with self.world.transactions.begin() as tx:
            tx.tell_agent("desk-1")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def asked(*words: str) -> None:
            if self.refusal is not None:
                raise self.refusal
            self.asked.append((name, *words))
            if name == "hold":
                self.show(held_at=self.world.clock())
            elif name == "retrieve":
                self.show(held_at=None)

        return asked


def given(state: str, at: float, **more: Any) -> TransferView:
    """A transfer to the shift lead."""
    person = {"kind": "warm", "target_kind": "agent", "target_title": "Shift lead", "from_name": "Desk two"}
    told = {"note": "wants a refund", "state": state, "since": at, "reason": ""}
    return TransferView(**{**person, **told, **more})


def application(world: World, talks: StagedTalks) -> Flask:
    app = Flask("talk_under_test")
    app.secret_key = "only for this test"
    desk = desk_blueprint(
        world.accounts, world.agents, world.cards, world.feed, world.clock, world.settings, talks=talks
    )
    app.register_blueprint(desk)
    protect(app, desk)
    return app
