"""Everything an agent can do with a talk, as the desk asks for it.

Every method is one transaction and commits itself; what is not possible any more raises TooLate with words
for the agent, and what is not theirs OfferOfAnother.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.carrier.base import Carrier
from ivr.floor.offers import Offers, TooLate
from ivr.floor.transaction import Transactions
from ivr.floor.wait_board import WaitBoard
from ivr.service.agents import OfferOfAnother
from ivr.service.call_recordings import CallRecordings
from ivr.service.conversations.blind_transfer import BlindTransfers
from ivr.service.conversations.conversation_view import (
    ConversationStatus,
    ConversationView,
    NoLongerAsked,
    TransferTargetView,
    TransferView,
)
from ivr.service.conversations.hold import HoldService, RecordingPause
from ivr.service.conversations.transfer_targets import TransferTargets
from ivr.service.conversations.warm_transfer import ConsultTargets, WarmTransfers
from ivr.settings import Settings

__all__ = [
    "AgentConversations",
    "ConversationStatus",
    "OfferOfAnother",
    "TooLate",
    "TransferTargetView",
    "TransferView",
]


class AgentConversations:
    """`call_sid` names the call, `target` is the key of a `TransferTargetView`."""

    def __init__(
        self,
        holding: HoldService,
        recording: RecordingPause,
        targets: TransferTargets,
        blind: BlindTransfers,
        consulting: WarmTransfers,
        looking: ConversationView,
    ) -> None:
        self._holding, self._recording, self._targets = holding, recording, targets
        self._blind, self._consulting = blind, consulting
        self._looking = looking

    def hold(self, agent_id: str, call_sid: str) -> None:
        """The customer hears music. Twice is once."""
        self._holding.hold(agent_id, call_sid)

    def retrieve(self, agent_id: str, call_sid: str) -> None:
        """The customer is back in the talk. Twice is once."""
        self._holding.retrieve(agent_id, call_sid)

    def targets(self, agent_id: str, call_sid: str, query: str = "") -> tuple[TransferTargetView, ...]:
        """Return the targets that can be asked to take this caller, best first; `query` is what the agent
        typed."""
        return self._targets.of(agent_id, call_sid, query)

    def transfer(self, agent_id: str, call_sid: str, target: str, note: str) -> None:
        """Blind: the caller is moved at once, and comes back to the line when nobody takes the call."""
        self._blind.transfer(agent_id, call_sid, target, note)

    def consult(self, agent_id: str, call_sid: str, target: str, note: str) -> None:
        """Warm: the customer holds while the one asked is rung, and talks with the agent first."""
        self._consulting.consult(agent_id, call_sid, target, note)

    def together(self, agent_id: str, call_sid: str) -> None:
        """Customer, agent and the one asked hear each other."""
        self._consulting.together(agent_id, call_sid)

    def apart(self, agent_id: str, call_sid: str) -> None:
        """From three back to two: the customer holds, agent and the one asked talk."""
        self._consulting.apart(agent_id, call_sid)

    def hand_over(self, agent_id: str, call_sid: str) -> None:
        """The one asked has the caller, and the agent leaves."""
        self._consulting.hand_over(agent_id, call_sid)

    def cancel(self, agent_id: str, call_sid: str) -> None:
        """The one asked is hung up; the customer holds on until retrieved."""
        self._consulting.cancel(agent_id, call_sid)

    def pause_recording(self, agent_id: str, call_sid: str) -> None:
        """Nothing is recorded until it is resumed or the talk ends. Twice is once."""
        self._recording.pause(agent_id, call_sid)

    def resume_recording(self, agent_id: str, call_sid: str) -> None:
        self._recording.resume(agent_id, call_sid)

    def shown(self, agent_id: str, call_sid: str) -> ConversationStatus | None:
        """The agent's part in this talk now; None when they have none."""
        return self._looking.shown(agent_id, call_sid)

    def asked_before(self, agent_id: str) -> NoLongerAsked | None:
        """The question that was put to this agent until just now; None when there was none."""
        return self._looking.asked_before(agent_id)


def conversation_services(
    settings: Settings,
    transactions: Transactions,
    offers: Offers,
    waits: WaitBoard,
    carrier: Carrier,
    urls: Any,
    new_id: Callable[[], str],
) -> AgentConversations:
    """`urls` are the addresses of our own webhooks."""
    targets = TransferTargets(transactions, settings, waits)
    return AgentConversations(
        HoldService(transactions),
        RecordingPause(transactions, CallRecordings(transactions, carrier, urls.call_recording)),
        targets=targets,
        blind=BlindTransfers(transactions, offers, targets, settings, new_id),
        consulting=WarmTransfers(transactions, ConsultTargets(targets, settings), settings, new_id),
        looking=ConversationView(transactions, settings),
    )
