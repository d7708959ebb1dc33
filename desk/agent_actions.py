"""The actions of an agent. The service decides whose call it is; another agent's call answers 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, abort, g, request

from desk.answered import shown_now
from desk.screen import Screen
from desk.sessions import BrowserSessions
from ivr.customers.safe_text import plain
from ivr.service.agents import AgentService
from ivr.service.caller_identification import CallerIdentification
from ivr.service.screen_pop.cards import CardService
from ivr.service.supervision.assistance import HelpService
from ivr.settings import Settings
from ivr.store.notes import COURTESIES

LONGEST_NOTE = 20_000
LONGEST_EXTENSION_S = 600
MOST_VERSIONS = 2**31 - 1


def add_actions(
    desk: Blueprint,
    browsers: BrowserSessions,
    screen: Screen,
    agents: AgentService,
    cards: CardService,
    settings: Settings,
) -> None:
    """Add all addresses that change something, except signing in and out."""

    def action(path: str) -> Callable:
        def add(view: Callable) -> Callable:
            return desk.post(path)(browsers.signed_in(guarded(view, screen, cards)))

        return add

    _add_presence(action, agents, settings)
    _add_offers(action, agents)
    _add_calls(action, agents, cards, settings)


def _add_presence(action: Callable, agents: AgentService, settings: Settings) -> None:
    @action("/available")
    def available() -> None:
        agents.go_available(g.agent, at_desk=True)

    @action("/away")
    def away() -> None:
        reason = plain(request.form.get("reason", ""), 100)
        if reason and reason not in settings.away_reasons:
            abort(400, "There is no such reason.")
        agents.go_away(g.agent, reason)

    @action("/here")
    def here() -> None:
        """Record that the agent touched the page, which uses the session."""


def _add_offers(action: Callable, agents: AgentService) -> None:
    @action("/offers/<offer_id>/accept")
    def accept(offer_id: str) -> None:
        agents.accept(g.agent, offer_id)

    @action("/offers/<offer_id>/decline")
    def decline(offer_id: str) -> None:
        agents.decline(g.agent, offer_id)


def _add_calls(action: Callable, agents: AgentService, cards: CardService, settings: Settings) -> None:
    @action("/calls/<sid>/hang-up")
    def hang_up(sid: str) -> None:
        agents.hang_up(g.agent, sid)

    @action("/calls/<sid>/note")
    def note(sid: str) -> dict[str, Any]:
        text = request.form.get("text", "").replace("\0", "").replace("\r\n", "\n")
        if len(text) > LONGEST_NOTE:
            abort(413, f"A note has at most {LONGEST_NOTE} characters.")
        version = max(0, min(request.form.get("version", 0, type=int), MOST_VERSIONS))
        agents.save_note(g.agent, sid, text, version)
        kept, kept_version = cards.note(sid, g.agent)
        # Another page of the agent may have saved first: then its text comes back, and the page merges the
        # two.
        return {"version": kept_version, **({} if kept == text else {"text": kept})}

    @action("/calls/<sid>/reveal")
    def reveal(sid: str) -> None:
        cards.reveal(sid, g.agent)

    @action("/calls/<sid>/disposition")
    def disposition(sid: str) -> None:
        chosen = request.form.get("disposition", "")
        if chosen not in settings.dispositions:
            abort(400, "There is no such disposition.")
        agents.set_disposition(g.agent, sid, chosen)

    @action("/calls/<sid>/courtesy")
    def courtesy(sid: str) -> None:
        ticked, done = request.form.get("courtesy", ""), request.form.get("done", "")
        if ticked not in COURTESIES or done not in ("yes", "no"):
            abort(400, "There is no such tick.")
        agents.tick(g.agent, sid, ticked, done == "yes")

    @action("/wrap-up/done")
    def done() -> None:
        agents.wrap_up_done(g.agent)

    @action("/wrap-up/extend")
    def extend() -> None:
        seconds = request.form.get("seconds", 60, type=int)
        agents.extend_wrap_up(g.agent, max(10, min(seconds, LONGEST_EXTENSION_S)))


def add_identity(
    desk: Blueprint,
    browsers: BrowserSessions,
    screen: Screen,
    cards: CardService,
    identifying: CallerIdentification,
) -> None:
    """Add the choice of the customer who is calling, as the agent has found out."""

    @desk.post("/calls/<sid>/customer")
    @browsers.signed_in
    @_guard(screen, cards)
    def customer(sid: str) -> None:
        identifying.choose(g.agent, sid, request.form.get("customer", ""))

    @desk.post("/calls/<sid>/callback")
    @browsers.signed_in
    @_guard(screen, cards)
    def callback(sid: str) -> None:
        said = request.form.get("is_it", "")
        if said not in ("yes", "no"):
            abort(400, "Say yes or no.")
        identifying.booked_callback(g.agent, sid, said == "yes")


def _guard(screen: Screen, cards: CardService) -> Callable:
    return lambda view: guarded(view, screen, cards)


def add_help(desk: Blueprint, browsers: BrowserSessions, screen: Screen, helping: HelpService) -> None:
    """Add the key that asks for a supervisor, and that cancels the request."""

    @desk.post("/help")
    @browsers.signed_in
    def ask_help() -> dict[str, Any]:
        helping.ask(g.agent)
        return shown_now(screen, g.agent).as_dict()

    @desk.post("/help/done")
    @browsers.signed_in
    def help_done() -> dict[str, Any]:
        helping.take_back(g.agent)
        return shown_now(screen, g.agent).as_dict()


def guarded(view: Callable, screen: Screen, cards: CardService) -> Callable:
    """Allow only the agent's own calls and offers; a success answers with the regions of the page."""
    return _then_shown(_theirs(view, cards), screen)


def _theirs(view: Callable, cards: CardService) -> Callable:
    """Answer 404 for calls that were never offered to this agent."""

    @wraps(view)
    def checked(**names: str) -> Any:
        if "offer_id" in names:
            cards.must_have_had_offer(g.agent, names["offer_id"])
        if "sid" in names:
            cards.must_have_had_call(g.agent, names["sid"])
        return view(**names)

    return checked


def _then_shown(view: Callable, screen: Screen) -> Callable:
    """Answer with the present regions of the page, unless the view has an answer of its own."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Any:
        answer = view(*args, **kwargs)
        return shown_now(screen, g.agent).as_dict() if answer is None else answer

    return answered
