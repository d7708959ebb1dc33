"""The caller's part of a card: our own records, what another system said, what is open with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from ivr.acd.journal import JournalKind
from ivr.floor import crm_lookups
from ivr.floor.customer_choice import CHOSEN
from ivr.service.roles import SET_WARNINGS, may
from ivr.service.screen_pop.model import CardCustomer
from ivr.service.screen_pop.verification import VERIFIED, FieldMask, identity_of
from ivr.settings import Settings
from ivr.store import (
    comments,
    crm_values,
    customer_warnings,
    customers,
    floor,
    jobs,
    journal,
    open_items,
    texts,
)
from ivr.store.calls import CallRow
from ivr.store.database import Connection

WEEK_S = 7 * 86400.0
REVEALED = JournalKind.FIELDS_REVEALED


class CallerProfile:
    """Reads it. `is_sensitive` names what is never shown."""

    def __init__(
        self, settings: Settings, clock: Callable[[], float], is_sensitive: Callable[[str], bool]
    ) -> None:
        self._settings, self._clock, self._is_sensitive = settings, clock, is_sensitive

    def of(
        self, connection: Connection, row: CallRow, agent_id: str, facts: Mapping[str, Any]
    ) -> dict[str, Any]:
        """For a card, as this agent may see it."""
        now = self._clock()
        who = row.customer_id
        found = customers.find(connection, who) if who else None
        numbers = customers.numbers_of(connection, who) if who and found else ()
        asked = tuple(dict.fromkeys([*numbers, *([row.caller] if row.caller else [])]))
        history = customers.contacts_of(connection, who, row.caller, but_call=row.sid)
        spoken = comments.comments_of(connection, who, row.caller, history[-1].at) if history else ()
        refused = texts.refused_by(connection, row.caller)
        matters = open_items.open_items_of(connection, who, row.caller, but_call=row.sid)
        is_chosen = bool(row.session.get(CHOSEN))
        several = customers.named_with_number(connection, row.caller) if is_chosen or not who else []
        several = several if len(several) > 1 else []
        is_said = is_chosen or who
        return {
            "customers": () if is_said else tuple(one.name for one in several),
            "choices": tuple({"id": one.id, "name": one.name, "company": one.company} for one in several),
            "chosen": (who or "") if is_said else None,
            "chosen_by": row.session.get(CHOSEN, ""),
            "history": tuple(asdict(contact) for contact in history),
            "comments": tuple(asdict(one) for one in spoken),
            "warnings": self._warnings(connection, who, agent_id, now) if who and found else (),
            "no_texts": refused[0] if refused else "",
            "calls_this_week": customers.calls_since(connection, who, asked, now - WEEK_S) if asked else 0,
            "open_matters": tuple(asdict(matter) for matter in matters),
            **self._covered_parts(connection, row, found, numbers, agent_id, facts),
        }

    def _warnings(
        self, connection: Connection, who: str, agent_id: str, now: float
    ) -> tuple[dict[str, Any], ...]:
        """Those that this agent may read."""
        standing = customer_warnings.in_force(connection, who, now)
        reads_all = False
        if any(one.seen_by != "agent" for one in standing):
            agent = floor.find_agent(connection, agent_id)
            reads_all = agent is not None and may(agent.role, SET_WARNINGS)
        return tuple(asdict(one) for one in standing if one.seen_by == "agent" or reads_all)

    def _covered_parts(
        self,
        connection: Connection,
        row: CallRow,
        found: customers.CustomerRow | None,
        numbers: tuple[str, ...],
        agent_id: str,
        facts: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Return what may have to stay covered, and how the card stands with it."""
        identity = identity_of(row, self._settings)
        hides = bool(self._settings.customers.hidden)
        lifted = identity == VERIFIED or (hides and journal.has_done(connection, REVEALED, row.sid, agent_id))
        cover = FieldMask.of(self._settings, lifted)
        parts = self._parts(connection, row)
        own = self._shown(found.fields) if found else {}
        names = [*facts, *own, *(name for part in parts for name in part["fields"])]
        names += ["email"] if found and found.email else []
        return {
            "identity": identity,
            "covered": cover.covered(names),
            "facts": cover.over(facts),
            "parts": tuple({**part, "fields": cover.over(part["fields"])} for part in parts),
            "customer": _customer(found, numbers, cover, own) if found else None,
            "pop_url": self._pop_url(row),
        }

    def _parts(self, connection: Connection, row: CallRow) -> list[dict[str, Any]]:
        """Return what the source said, or that it is still asked, or that it did not answer in time."""
        customers_ = self._settings.customers
        if customers_.source is None:
            return []
        found = crm_values.find(connection, row.sid, customers_.source)
        title = {"title": customers_.title}
        if found is not None:
            late = found.answered_at > found.due_at
            return [{**title, "status": found.status, "late": late, "fields": self._shown(found.fields)}]
        job = jobs.find(connection, crm_lookups.job_key(row.sid))
        asking = job is not None and self._clock() < float(job.body.get("due", 0.0))
        return [{**title, "status": "asking" if asking else "late", "late": not asking, "fields": {}}]

    def _shown(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: value for name, value in fields.items() if not self._is_sensitive(name.replace(" ", "_"))
        }

    def _pop_url(self, row: CallRow) -> str:
        values = crm_lookups.values_of(row)
        return self._settings.customers.pop_address(values, lambda text: quote(text, safe="")) or ""


def _customer(
    row: customers.CustomerRow, numbers: tuple[str, ...], cover: FieldMask, own: Any
) -> CardCustomer:
    email = None if row.email and cover.covers("email") else row.email
    return CardCustomer(row.id, row.name, row.company, row.language, email, numbers, cover.over(own))
