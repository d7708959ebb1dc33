"""The present content of one agent's page: read once, rendered as regions that can be replaced one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk import formatting
from desk.navigation import areas
from desk.queue_counts import QueueCounts, Waiting
from desk.work.view import WORK_REGIONS, WorkItemView
from ivr.customers.numbers import for_people
from ivr.service.agents import AgentService
from ivr.service.conversations.agent_conversations import AgentConversations
from ivr.service.screen_pop.cards import Card, CardOfAnother, CardService
from ivr.service.supervision.assistance import HelpService
from ivr.settings import Settings
from ivr.store.notes import COURTESIES

PARTS = ("work", "cases", "phone", "talk", "account")
FOLDERS = ("templates/desk", *(f"{part}/templates" for part in PARTS))
REGIONS = ("status", "call", "card", "disposition", "note")


@dataclass(frozen=True, slots=True)
class ScreenRegions:
    """One reading of the floor: the regions as HTML, their subjects, the time of the reading, and the agent's
    queues."""

    at: float
    mode: str
    call_sid: str
    says: str
    regions: Mapping[str, str]
    queues: tuple[str, ...] = ()
    work_call_sid: str = ""

    @property
    def cards(self) -> tuple[str, ...]:
        """Return the calls whose cards are shown: the agent's own, and the one from which their work came."""
        return tuple(sid for sid in (self.call_sid, self.work_call_sid) if sid)

    def as_dict(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "mode": self.mode,
            "call": self.call_sid,
            "says": self.says,
            "regions": dict(self.regions),
        }


class Screen:
    """Reads the floor for an agent and renders. It needs no request, so that a stream can use it too.

    `trouble` tells what everybody at work should know, "" when nothing.
    """

    def __init__(
        self,
        agents: AgentService,
        cards: CardService,
        clock: Callable[[], float],
        settings: Settings,
        trouble: Callable[[], str] = str,
        work: WorkItemView | None = None,
        helping: HelpService | None = None,
        talks: AgentConversations | None = None,
    ) -> None:
        self._talks = talks
        self._helping = helping
        self._work = work
        self._trouble = trouble
        self._agents = agents
        self._cards = cards
        self._clock = clock
        self._settings = settings
        self._templates = environment(ZoneInfo(settings.timezone))
        self._titles = {name: title_of(settings, name) for name in settings.queues}

    def look(self, agent_id: str) -> ScreenRegions:
        """Return what this agent should see now."""
        now = self._clock()
        status = self._agents.status(agent_id)
        card = self._card(status.call_sid, agent_id) if status.call_sid else None
        mode = mode_of(status)
        if card is None and mode != "idle":
            mode = "idle"
        page = {
            "status": status,
            "card": card,
            "mode": mode,
            "now": now,
            "note": _own_note(card, agent_id),
            "dispositions": self._settings.dispositions,
            "reasons": self._settings.away_reasons,
            "titles": self._titles,
            "trouble": self._trouble(),
        }
        regions = {name: self.page(f"regions/{name}.html", **page) for name in REGIONS}
        regions["queues"] = self.queues(status.waiting, now)
        if self._talks is not None:
            talk = self._talks.shown(agent_id, card.call_sid) if card else None
            before = self._talks.asked_before(agent_id) if mode in ("idle", "wrap_up") else None
            regions["talk"] = self.page("talk.html", **page, talk=talk, before=before).strip()
        if self._work is not None:
            page |= self._work.values(agent_id)
            regions |= {name: self.page(f"{name}.html", **page).strip() for name in WORK_REGIONS}
        if self._helping is not None:
            beside = self._helping.help_status(agent_id)
            regions["help"] = self.page("regions/help.html", beside=beside).strip()
        sid = card.call_sid if card else ""
        beside = page.get("work_card")
        work_sid = beside.call_sid if beside else ""
        return ScreenRegions(now, mode, sid, _says(mode, status, card), regions, status.queues, work_sid)

    def note_shown(self, call_sid: str, agent_id: str) -> None:
        """Record that the agent was shown this card. Raises DatabaseUnavailable."""
        self._cards.note_shown(call_sid, agent_id)

    def queues(self, waiting: Waiting, now: float) -> str:
        """Return how many callers wait in these queues."""
        known = [one for one in waiting if one[0] in self._titles]
        return self.page("regions/queues.html", waiting=known, now=now, titles=self._titles)

    def last_calls(self, agent_id: str) -> str:
        """Return the notes of the last calls, which can be edited."""
        calls, now = self._agents.last_calls(agent_id), self._clock()
        return self.page("last_calls.html", calls=calls, now=now, titles=self._titles).strip()

    def page(self, template: str, **values: Any) -> str:
        return self._templates.get_template(template).render(**values)

    def _card(self, call_sid: str, agent_id: str) -> Card | None:
        try:
            return self._cards.card(call_sid, agent_id)
        except CardOfAnother:  # the call moved on between the two readings
            return None


def with_line(shown: ScreenRegions, news: QueueCounts) -> ScreenRegions:
    """Return the same regions with only the lines updated."""
    at, html = news.html(shown.queues)
    return replace(shown, at=max(at, shown.at), regions={"queues": html})


def mode_of(status: Any) -> str:
    """Return the mode of the page: idle, offer, joining, talking or wrap_up."""
    if status.offer is not None:
        return {"pending": "offer", "accepted": "joining", "connected": "talking"}.get(
            status.offer.state, "idle"
        )
    if status.state == "wrapping_up" and status.call_sid:
        return "wrap_up"
    return "idle"


def environment(zone: ZoneInfo, *folders: Path) -> Environment:
    """Return templates that escape everything: a caller's words are never HTML. `folders` come before
    ours."""
    here = Path(__file__).parent
    templates = Environment(
        loader=FileSystemLoader([*folders, *(here / folder for folder in FOLDERS)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["areas"] = areas
    templates.filters.update(
        duration=formatting.duration,
        one_of=formatting.one_of,
        iso=formatting.iso,
        no_number=formatting.no_number,
        ago=formatting.ago,
        ordinal=formatting.ordinal,
        channel=formatting.channel,
        channel_word=formatting.channel_word,
        outcome=formatting.outcome,
        language=formatting.language,
        input_kind=formatting.input_kind,
        warning_kind=lambda kind: formatting.WARNING_KINDS.get(kind, "Warning"),
        phone=lambda number: for_people(number) if number else "",
        moment=lambda at: formatting.moment(at, zone),
        state=lambda name: formatting.STATES.get(name, name),
        browser=formatting.browser,
        fours=formatting.fours,
    )
    return templates


def title_of(settings: Settings, queue: str) -> str:
    """Return a queue's name for people, in the company's first language."""
    return settings.queue(queue).titles(settings.languages).get(settings.languages[0], "") or queue.replace(
        "_", " "
    )


def _own_note(card: Card | None, agent_id: str) -> Mapping[str, Any]:
    own = [note for note in card.notes if note["agent_id"] == agent_id] if card else []
    return own[0] if own else {"text": "", "version": 0, **dict.fromkeys(COURTESIES, False)}


def _says(mode: str, status: Any, card: Card | None) -> str:
    """Return the text for screen readers when the page changes its mode."""
    if card is None:
        return formatting.STATES.get(status.state, "")
    names = card.customer.name if card.customer else formatting.one_of(card.customers)
    who = names or card.number_shown or "somebody without a number"
    if mode == "offer":
        warned = " Warning on the card." if card.warnings else ""
        if status.offer.is_consult:
            return f"A colleague asks you about {who}.{warned} {formatting.HOW_TO_ACCEPT}"
        waiting_for = card.waiting_for_title
        return f"Incoming call from {who}, waiting for {waiting_for}.{warned} {formatting.HOW_TO_ACCEPT}"
    return {"joining": f"Connecting to {who}.", "talking": f"Talking to {who}."}.get(
        mode, f"Wrap-up of {who}."
    )
