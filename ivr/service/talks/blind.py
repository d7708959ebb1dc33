"""Blind transfer: the agent gives the caller on and is done. In one change, from the desk.

The caller hears the agent until the carrier moves them; only then is the agent's phone hung up (`moves`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ivr.acd import states
from ivr.service.change import Change, Changes
from ivr.service.offers import Offers, TooLate
from ivr.service.talks import marks, moving
from ivr.service.talks.own_talk import OVER, own_talk
from ivr.service.talks.targets import Destination, Targets
from ivr.settings import Settings
from ivr.store import calls, transfers
from ivr.store.floor import OfferRow
from ivr.store.transfers import TransferRow

MOST_NOTE = 2000
FOR_ONE_S = 30.0  # an agent to whom a caller is given alone may have them, at least
BY = "transferred"
IN_THE_WAY = "Somebody is being asked about this call already: cancel that first."


class Blind:
    """`new_id()` gives an unguessable name."""

    def __init__(
        self,
        changes: Changes,
        offers: Offers,
        targets: Targets,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._changes, self._offers, self._targets = changes, offers, targets
        self._settings, self._new_id = settings, new_id

    def transfer(self, agent_id: str, call_sid: str, target: str, note: str) -> None:
        """Raises TooLate, with words for the agent who still has the caller then."""
        with self._changes.begin() as change:
            offer = own_talk(change, agent_id, call_sid)
            if transfers.live_of_call(change.connection, call_sid) is not None:
                raise TooLate(IN_THE_WAY)
            where_to = self._targets.blind(change, offer, target)
            self._let_go(change, offer)
            self._ask(change, self._begin(change, offer, where_to, note), where_to)

    def _begin(self, change: Change, offer: OfferRow, where_to: Destination, note: str) -> TransferRow:
        row = TransferRow(
            id=self._new_id(),
            call_sid=offer.call_sid,
            from_agent=offer.agent_id,
            from_offer=offer.id,
            kind=transfers.BLIND,
            target_kind=where_to.kind,
            target=where_to.target,
            note=note.strip()[:MOST_NOTE],
            state=states.move(states.TRANSFER, "", states.FIRST[states.TRANSFER], "moved"),
            offer_id=None,
            leg_sid=None,
            leg_asked_at=None,
            leg_over=False,
            made_at=change.now,
            joined_at=None,
            ended_at=None,
            end_reason=None,
        )
        transfers.add(change.connection, row)
        change.note(
            "transfer_asked",
            call=offer.call_sid,
            agent=offer.agent_id,
            queue=offer.queue,
            transfer=row.id,
            how=row.kind,
            to=f"{row.target_kind}:{row.target}",
        )
        return row

    def _ask(self, change: Change, transfer: TransferRow, where_to: Destination) -> None:
        """What the call's next turn is to do, and the job that brings it about."""
        lasts_s = (
            max(FOR_ONE_S, self._settings.queue(where_to.queue).ring_seconds) if where_to.agent_id else 0
        )
        wanted = {
            "id": transfer.id,
            "state": moving.ASKED,
            "queue": where_to.queue,
            "number": where_to.number,
            "extension": where_to.extension,
            "agent": where_to.agent_id,
            "until": change.now + lasts_s,
            "from": transfer.from_agent,
        }
        row = calls.find(change.connection, transfer.call_sid)
        if row is None:
            raise TooLate(OVER)
        row = replace(row, session={**row.session, moving.KEY: wanted})
        if not calls.save(change.connection, row, was_turn=row.turn):
            raise TooLate(OVER)
        change.job("move_transferred", f"move_transferred:{transfer.id}", 0.0, {"transfer": transfer.id})
        if where_to.agent_id:
            change.job("transfer_due", f"transfer_due:{transfer.id}", lasts_s, {"transfer": transfer.id})

    def _let_go(self, change: Change, offer: OfferRow) -> None:
        """The agent writes up; their phone stays in the room until the caller is out of it."""
        if marks.retrieve(change, offer):
            change.cancel_job(f"hold_customer:{offer.id}")  # music until they are moved
        self._offers.end_talk(change, replace(offer, held_at=None), BY)
        change.cancel_job(f"end_leg:{offer.id}")
