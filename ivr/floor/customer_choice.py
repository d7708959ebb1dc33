"""Which of the customers who have the caller's number is calling: said by the flow, or by the agent.

A number names several customers. Until somebody has said which of them calls, the call is nobody's.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.acd.journal import JournalKind
from ivr.customers.matching import record_matches
from ivr.engine.effects import CUSTOMER, LookUp
from ivr.engine.events import LookedUp
from ivr.floor import crm_lookups
from ivr.floor.crm_lookups import schedule_crm_lookup
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import calls, customer_choice, customers, history
from ivr.store.calls import CallRow

CHOSEN, BY_AGENT, BY_FLOW = "customer_chosen", "agent", "flow"
"""In what is kept of a call: who has said which customer it is, or that it is none of them."""


def by_values(tx: Transaction, row: CallRow, effect: LookUp, settings: Settings) -> tuple[CallRow, LookedUp]:
    """The flow asks which customer has these values. Only those who have the number are looked at; two whom
    the values fit are as good as nobody."""
    matches = customers.with_number(tx.connection, row.caller)
    records = ((one, history.customer_facts(tx.connection, one)) for one in matches)
    fitting = [one for one, record in records if record_matches(record, effect.parameters)]
    if row.session.get(CHOSEN) == BY_AGENT:  # who has talked with them knows better
        fitting = [one for one in fitting if one == row.customer_id]
    answer = LookedUp("found" if len(fitting) == 1 else "missing")
    tx.note(JournalKind.LOOKED_UP, call=row.sid, source=CUSTOMER, status=answer.status)
    row = crm_lookups.lookup_answered(tx, row, answer)
    if answer.status == "found" and len(matches) > 1:
        row = choose(tx, row, fitting[0], len(matches), BY_FLOW, settings)
    return row, answer


def choose(
    tx: Transaction,
    row: CallRow,
    customer_id: str | None,
    matches: int,
    by: str,
    settings: Settings,
    agent_id: str = "",
) -> CallRow:
    """It is this customer who calls, or with None none of the `matches` who have the number. Returns the call
    as it must be stored; choosing twice is choosing once."""
    if row.session.get(CHOSEN) and row.customer_id == customer_id:
        return row
    look = tx.connection
    context = history.customer_facts(look, customer_id) if customer_id else {"matches": matches}
    said = {"customer": context, CHOSEN: by}
    row = replace(row, customer_id=customer_id, session={**row.session, **said})
    customer_choice.give(look, row.sid, customer_id)
    for sid in customer_choice.calls_booked_in(look, row.sid):
        booked = calls.lock(look, sid)
        if booked is not None:
            calls.save(look, replace(booked, session={**booked.session, **said}), was_turn=booked.turn)
            calls.set_customer(look, sid, customer_id)
    if any("customer." in text for text in settings.customers.values.values()):
        customer_choice.forget_parts(look, row.sid)
        schedule_crm_lookup(tx, row.sid, settings, ended_too=True)
    who = {"agent": agent_id} if agent_id else {}
    tx.note(JournalKind.CUSTOMER_CHOSEN, call=row.sid, customer=customer_id or "", of=matches, by=by, **who)
    tx.tell("floor")
    return row
