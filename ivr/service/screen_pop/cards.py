"""The card that pops: who is calling, what they wait for, and all they have said and done before.

Only the agent who has the live offer, the talk or the wrap-up of a call may see its card.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from ivr.customers.numbers import ERASED, READABLE, UNREADABLE, for_people, number_trust, read_caller
from ivr.customers.safe_text import plain
from ivr.errors import NotFound
from ivr.floor.alerting import CardsShown
from ivr.floor.returning_callers import ASKED, CAME_BACK
from ivr.service.screen_pop.customer import REVEALED, CallerProfile
from ivr.service.screen_pop.model import Card
from ivr.settings import Settings
from ivr.store import call_ownership, callbacks, calls, customers, floor, journal
from ivr.store.calls import TEXT, CallRow
from ivr.store.database import Connection, Database
from ivr.store.floor import QueuedRow

MOST_STEPS, MOST_INPUTS, MOST_FACTS = 30, 30, 40
# Asked for by a flow, but nothing an agent needs to read.
_SENSITIVE = re.compile(
    r"(^|_)(pin|passwords?|passcode|secret|token|cvv|cvc|ssn|card_?number|security_?code|iban)(_|$)",
    re.IGNORECASE,
)

StepTitle = Callable[[str, str, str], str]
"""(revision, flow, step) → what people call this step, or ""."""


class CardOfAnother(NotFound):
    """This call is not in this agent's hands now, or does not exist: both look the same from outside."""

    said = "There is no such call, or it is not in your hands any more."


class CardService:
    """Reads cards. `step_title` gives steps the names that people use for them."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], float],
        settings: Settings,
        step_title: StepTitle = lambda _revision, _flow, _step: "",
    ) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._step_title = step_title
        self._shown = CardsShown(db)
        self._known = CallerProfile(settings, clock, self.is_sensitive)
        self._hidden = {name.lower() for name in settings.customers.sensitive}

    def card(self, call_sid: str, agent_id: str) -> Card:
        """The card of a call. Raises CardOfAnother unless the call is in the agent's hands now."""
        return self._card(call_sid, agent_id, call_ownership.has_call)

    def _card(self, call_sid: str, agent_id: str, is_theirs: Callable[..., bool]) -> Card:
        now = self._clock()
        with self._db.read() as connection:
            if not is_theirs(connection, agent_id, call_sid):
                raise CardOfAnother(call_sid)
            row = calls.find(connection, call_sid)
            if row is None:
                raise CardOfAnother(call_sid)
            queued = floor.queued(connection, row.queued_id) if row.queued_id else None
            session = row.session.get("session") or {}
            facts = self._facts(session.get("variables", {}), session.get("hidden", ()))
            known = self._known.of(connection, row, agent_id, facts)
            callback = _callback(connection, row)
            notes = customers.notes_of_call(connection, call_sid)
        return Card(
            call_sid=call_sid,
            notes=tuple(asdict(note) for note in notes),
            callback=callback,
            **self._call_parts(row, queued, now),
            **known,
        )

    def card_of_work(self, call_sid: str, agent_id: str) -> Card:
        """The card of the call from which work came that this agent has taken. Raises CardOfAnother."""
        return self._card(call_sid, agent_id, call_ownership.has_work)

    def note(self, call_sid: str, agent_id: str) -> tuple[str, int]:
        """(text, version) of this agent's own note, as kept."""
        with self._db.read() as connection:
            for row in customers.notes_of_call(connection, call_sid):
                if row.agent_id == agent_id:
                    return row.text, row.version
        return "", 0

    def must_have_had_call(self, agent_id: str, call_sid: str) -> None:
        """Raises CardOfAnother for a call that never was offered to this agent."""
        with self._db.read() as connection:
            if not call_ownership.had_call(connection, agent_id, call_sid):
                raise CardOfAnother(call_sid)

    def must_have_had_offer(self, agent_id: str, offer_id: str) -> None:
        """Raises CardOfAnother for an offer that was not made to this agent."""
        with self._db.read() as connection:
            if not call_ownership.had_offer(connection, agent_id, offer_id):
                raise CardOfAnother(offer_id)

    def note_shown(self, call_sid: str, agent_id: str) -> None:
        """Write down that this agent was shown this caller's card, once an hour: who saw what must be
        answerable later. Raises DatabaseUnavailable."""
        self._shown.note(call_sid, agent_id, self._clock())

    def reveal(self, call_sid: str, agent_id: str) -> None:
        """Uncover what is covered on this card, for this agent and this call; it is written down. Raises
        CardOfAnother."""
        names = set()
        for is_theirs in (call_ownership.has_call, call_ownership.has_work):
            with suppress(CardOfAnother):
                names |= set(self._card(call_sid, agent_id, is_theirs).covered)
                break
        else:
            raise CardOfAnother(call_sid)
        if names:
            with self._db.write() as unit:
                told = {"names": sorted(names)}
                line = journal.JournalRow(self._clock(), REVEALED, call_sid, agent_id, None, told)
                journal.write(unit.connection, [line])

    def _call_parts(self, row: CallRow, queued: QueuedRow | None, now: float) -> dict[str, Any]:
        session = row.session.get("session") or {}
        announced = session.get("call", {})
        queue = queued.queue if queued else session.get("queue", "")
        since = queued.entered_at if queued else row.started_at
        until = (queued.answered_at if queued else None) or row.ended_at or now
        places = [_place(entry, row.flow) for entry in session.get("path", ())]
        # Steps with an @ are the engine's own: nobody wrote them, so nobody knows them.
        steps = [(flow, step) for flow, step in places if step and not step.startswith("@")][-MOST_STEPS:]
        return {
            "channel": TEXT if row.direction == TEXT else "call",
            **number_of(row),
            "caller_name": plain(str(announced.get("name", "")), 100),
            "attested": announced.get("attested", ""),
            "language": session.get("language", ""),
            "waiting_for": queue,
            "waiting_for_title": self._queue_title(queue),
            "waited_s": round(max(0.0, until - since), 1),
            "waiting_since": since,
            "promised": queued.promise if queued else None,
            "wanted_person": bool(session.get("wanted_person")),
            "wanted_supervisor": bool(session.get("wanted_supervisor")),
            "path": tuple(step for _flow, step in steps),
            "path_words": tuple(self._in_words(row.revision, flow, step) for flow, step in steps),
            "inputs": tuple(self._input(row, one) for one in _heard(session)[-MOST_INPUTS:]),
            "disposition": row.disposition or "",
        }

    def _queue_title(self, queue: str) -> str:
        known = self._settings.queues.get(queue)
        titles = known.titles(self._settings.languages) if known else {}
        return titles.get(self._settings.languages[0], "") or queue.replace("_", " ")

    def _in_words(self, revision: str, flow: str, step: str) -> str:
        return self._step_title(revision, flow, step) or step.replace("_", " ")

    def _input(self, row: CallRow, one: Mapping[str, Any]) -> dict[str, Any]:
        """One thing they keyed or said, with the step that asked for it."""
        flow, step = _place(one, row.flow)
        hidden = self.is_sensitive(step)
        return {
            "at": one.get("at"),
            "step": step,
            "asked": "while waiting" if step.startswith("@") else self._in_words(row.revision, flow, step),
            "kind": one.get("kind", ""),
            "value": "•••" if hidden else plain(str(one.get("value", "")), 500),
            "understood": bool(one.get("understood", True)),
        }

    def _facts(self, variables: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
        """Return what the flow saved, one level deep: {"order": {"id": 1}} → {"order id": 1}."""
        facts: dict[str, Any] = {}
        for name, value in variables.items():
            if name in hidden:
                continue
            parts = value.items() if isinstance(value, Mapping) else [("", value)]
            for part, inner in parts:
                if not (self.is_sensitive(name) or self.is_sensitive(str(part))) and _is_plain(inner):
                    facts[f"{name} {part}".strip().replace("_", " ")] = inner
        return dict(list(facts.items())[:MOST_FACTS])

    def is_sensitive(self, name: str) -> bool:
        return name.lower() in self._hidden or bool(_SENSITIVE.search(name))


def _callback(connection: Connection, row: CallRow) -> dict[str, Any] | None:
    booked = callbacks.of_call(connection, row.sid) if row.direction == "out" else None
    if booked is not None:
        told = {name: getattr(booked, name) for name in ("booked_at", "attempts", "chosen_at")}
        return {"kind": "callback", "origin": booked.origin_sid, **told}
    back = row.session.get(CAME_BACK)
    if not back:
        return None
    taken = callbacks.find(connection, back["callback"]) if back.get("callback") else None
    said = {"asked": row.session.get(ASKED, {}).get(taken.origin_sid, "")} if taken else {}
    return {"kind": "came back", "origin": back["from"], **said}


def _place(entry: Any, flow: str) -> tuple[str, str]:
    """(flow, step) of a line of the path, which may be the name of the step alone."""
    if isinstance(entry, Mapping):
        return str(entry.get("flow") or flow), str(entry.get("step", ""))
    return flow, str(entry)


def _heard(session: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what they keyed or said; a recording's own name says nothing to a reader."""
    return [one for one in session.get("inputs", ()) if one.get("kind") != "recording"]


def number_of(row: CallRow) -> dict[str, Any]:
    """The number, and what it is worth. What we cannot read as one is shown as the network sent it."""
    announced = (row.session.get("session") or {}).get("call") or {}
    raw = plain(str(announced.get("caller_raw", "")), 60)
    kind = announced.get("caller_kind") or read_caller(raw).kind  # calls from before have none
    if row.caller:
        kind = READABLE
    elif not row.session:
        kind = ERASED
    shown = row.caller or (raw if kind == UNREADABLE else "")
    return {
        "number": shown,
        "number_shown": for_people(shown) if row.caller else shown,
        "number_kind": kind,
        "trust": number_trust(announced.get("attested", ""), row.caller, kind, raw),
    }


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""
