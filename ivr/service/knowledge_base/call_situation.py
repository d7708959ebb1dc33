"""A call as articles see it: its path, what was said, and what is known, but nothing hidden."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ivr.engine.context import CallContext
from ivr.engine.values import Hours
from ivr.flowfiles.articles.ranking import ArticleUseRecord, Situation
from ivr.service.screen_pop.cards import CardService
from ivr.service.screen_pop.model import Card
from ivr.settings import Settings
from ivr.store.calls import CallRow

SPEECH = "speech"


def situation_of(
    row: CallRow,
    card: Card,
    cards: CardService,
    settings: Settings,
    now: float,
    records: Mapping[str, ArticleUseRecord] | None = None,
) -> Situation:
    """Return what articles may know of the call behind this card."""
    session = row.session.get("session") or {}
    facts = CallContext(
        now=datetime.fromtimestamp(now, UTC),
        zone=settings.timezone,
        currency=settings.currency,
        country=settings.country,
        calendars=settings.calendars,
        customer=row.session.get("customer") or {},
        phrases=settings.phrases,
    )
    path = _path(session, row.flow)
    return Situation(
        path=path,
        queue=card.waiting_for,
        language=card.language or settings.languages[0],
        said=tuple(str(one["value"]) for one in card.inputs if one["kind"] == SPEECH),
        values={**_variables(session, cards), **_known(row, card, cards, facts, path, now)},
        facts=facts,
        records=records or {},
    )


def _path(session: Mapping[str, Any], flow: str) -> tuple[str, ...]:
    """`flow.step` of what authors wrote; steps with an @ are the engine's own."""
    found = []
    for entry in session.get("path", ()):
        where = entry if isinstance(entry, Mapping) else {"step": entry}
        step = str(where.get("step", ""))
        if step and not step.startswith("@"):
            found.append(f"{where.get('flow') or flow}.{step}")
    return tuple(found)


def _variables(session: Mapping[str, Any], cards: CardService) -> dict[str, Any]:
    """Return what the flow saved, without what it hides: an article is read aloud, and sent."""
    hidden = set(session.get("hidden", ()))
    return {
        name: _visible(value, cards)
        for name, value in session.get("variables", {}).items()
        if name not in hidden and not cards.is_sensitive(name)
    }


def _visible(value: Any, cards: CardService) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _visible(inner, cards) for name, inner in value.items() if not cards.is_sensitive(str(name))
        }
    return value


def _known(
    row: CallRow, card: Card, cards: CardService, facts: CallContext, path: tuple[str, ...], now: float
) -> dict[str, Any]:
    """The names that no flow can take."""
    promise = card.promised or {}
    high, said_at = promise.get("high_s"), promise.get("at")
    met_at = card.waiting_since + card.waited_s
    return {
        "caller": {"number": row.caller, "name": card.caller_name},
        "customer": _visible(facts.customer, cards),
        "hours": Hours(facts),
        "queue": {"name": card.waiting_for, "waited": int(card.waited_s), "position": 0},
        "now": facts.now.astimezone(ZoneInfo(facts.zone)),
        "call": {
            "waited_minutes": round(card.waited_s / 60, 1),
            "longer_than_told": bool(high and said_at and met_at > said_at + high),
            "calls_this_week": card.calls_this_week,
            "wanted_person": card.wanted_person,
            "wanted_supervisor": card.wanted_supervisor,
            "not_understood": sum(not one["understood"] for one in card.inputs),
            "language": card.language,
            "queue": card.waiting_for,
            "path": [place.rpartition(".")[2] for place in path],
        },
    }
