"""An agent's actions in a conversation: hold, transfer, add a third person, pause the recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, g, request

from desk.agent_actions import guarded
from desk.screen import Screen
from desk.sessions import BrowserSessions
from ivr.customers.safe_text import plain
from ivr.service.conversations.agent_conversations import AgentConversations
from ivr.service.screen_pop.cards import CardService

LONGEST_NOTE = 2_000
LONGEST_SEARCH = 80
LONGEST_TARGET = 100


def talk_blueprint(
    browsers: BrowserSessions, screen: Screen, cards: CardService, talks: AgentConversations
) -> Blueprint:
    """To be nested into the desk's own blueprint, which guards it."""
    pages = Blueprint("talk", __name__, static_folder="static", static_url_path="/talk/static")

    def action(path: str, do: Callable[..., None]) -> None:
        def act(sid: str) -> None:
            do(g.agent, sid)

        name = path.strip("/").replace("/", "_").replace("-", "_")
        pages.post(f"/calls/<sid>{path}", endpoint=name)(browsers.signed_in(guarded(act, screen, cards)))

    action("/hold", talks.hold)
    action("/retrieve", talks.retrieve)
    action("/together", talks.together)
    action("/apart", talks.apart)
    action("/hand-over", talks.hand_over)
    action("/cancel", talks.cancel)
    action("/recording/pause", talks.pause_recording)
    action("/recording/resume", talks.resume_recording)
    action("/transfer", lambda agent, sid: talks.transfer(agent, sid, *_asked()))
    action("/consult", lambda agent, sid: talks.consult(agent, sid, *_asked()))

    def targets(sid: str) -> Any:
        found = talks.targets(g.agent, sid, plain(request.args.get("find", ""), LONGEST_SEARCH))
        return {"targets": [asdict(one) for one in found]}

    pages.get("/calls/<sid>/targets")(browsers.signed_in(guarded(targets, screen, cards)))
    return pages


def _asked() -> tuple[str, str]:
    """Return (the target, the note that goes with the call)."""
    target = request.form.get("target", "")
    note = request.form.get("note", "").replace("\0", "").replace("\r\n", "\n").strip()
    if not target or len(target) > LONGEST_TARGET:
        abort(400, "Choose to whom the call is to go.")
    if len(note) > LONGEST_NOTE:
        abort(413, f"A note that goes with a call has at most {LONGEST_NOTE} characters.")
    return target, note
